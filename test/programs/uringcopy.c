/*
 * Copies a file by io_uring: `uringcopy FROM TO` opens, reads and writes without any other system
 * call for files.
 */
#define _GNU_SOURCE
#include "uring.h"

#include <fcntl.h>

static int request(struct ring *r, struct io_uring_sqe sqe)
{
	*next_sqe(r) = sqe;
	submit(r);
	return wait_cqe(r).res;
}

static int open_by_ring(struct ring *r, const char *name, int flags)
{
	int fd = request(r, (struct io_uring_sqe){ .opcode = IORING_OP_OPENAT,
						   .fd = AT_FDCWD,
						   .addr = (uintptr_t)name,
						   .len = 0600,
						   .open_flags = flags });
	must(fd >= 0, "opening %s: %d", name, fd);
	return fd;
}

int main(int argc, char **argv)
{
	must(argc == 3, "usage: uringcopy FROM TO");
	struct ring r = ring(0);
	char bytes[4096];
	int from = open_by_ring(&r, argv[1], O_RDONLY);
	int to = open_by_ring(&r, argv[2], O_WRONLY | O_CREAT);
	int length = request(&r, (struct io_uring_sqe){ .opcode = IORING_OP_READ,
							.fd = from,
							.addr = (uintptr_t)bytes,
							.len = sizeof bytes });
	must(length > 0, "reading %s: %d", argv[1], length);
	int written = request(&r, (struct io_uring_sqe){ .opcode = IORING_OP_WRITE,
							 .fd = to,
							 .addr = (uintptr_t)bytes,
							 .len = length });
	must(written == length, "writing %s: %d", argv[2], written);
}

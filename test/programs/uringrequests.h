/*
 * io_uring requests that name files: their arguments, how they are queued and how they are printed,
 * in the form of test/strace/expectation.ts. For uringfiles.c.
 *
 * io_uring/{fs,statx,xattr,truncate,net}.c
 */
#ifndef URING_REQUESTS_H
#define URING_REQUESTS_H

#include "uring.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* Newer than some headers. */
enum { OP_FTRUNCATE = 55, OP_BIND = 56 };

/* The arguments of a request, and the columns that trace shows for it. */
enum {
	NAME = 1,
	TEXT = 2,      /* a first name that is no path */
	NAME2 = 4,
	ATTRIBUTE = 8, /* a second name that is no path */
	FLAGS = 16,
	MODE = 32,
	DFD = 64,
	FD = 128,
	ADDRESS = 256,
};

static const struct shape {
	const char *name;
	int op, takes;
} shapes[] = {
	{ "OPENAT", IORING_OP_OPENAT, DFD | NAME | FLAGS | MODE },
	{ "OPENAT2", IORING_OP_OPENAT2, DFD | NAME | FLAGS | MODE },
	{ "RENAMEAT", IORING_OP_RENAMEAT, DFD | NAME | NAME2 | FLAGS },
	{ "UNLINKAT", IORING_OP_UNLINKAT, DFD | NAME | FLAGS },
	{ "MKDIRAT", IORING_OP_MKDIRAT, DFD | NAME | MODE },
	{ "SYMLINKAT", IORING_OP_SYMLINKAT, TEXT | NAME2 },
	{ "LINKAT", IORING_OP_LINKAT, DFD | NAME | NAME2 | FLAGS },
	{ "STATX", IORING_OP_STATX, DFD | NAME | FLAGS },
	{ "SETXATTR", IORING_OP_SETXATTR, NAME | ATTRIBUTE | FLAGS },
	{ "GETXATTR", IORING_OP_GETXATTR, NAME | ATTRIBUTE },
	{ "FSETXATTR", IORING_OP_FSETXATTR, FD | ATTRIBUTE | FLAGS },
	{ "FGETXATTR", IORING_OP_FGETXATTR, FD | ATTRIBUTE },
	{ "FTRUNCATE", OP_FTRUNCATE, FD },
	{ "CONNECT", IORING_OP_CONNECT, FD | ADDRESS },
	{ "BIND", OP_BIND, FD | ADDRESS },
};

struct request {
	int op, expect;
	const char *name, *name2;
	unsigned flags, mode;
	int dfd, dfd2; /* 0 means AT_FDCWD; `dfd` is the fd of requests that take one */
	const struct sockaddr *address;
	unsigned length; /* of the address */
	int refused;	 /* by a field that must be 0, before anything else is read */
	int buffer;	 /* the same, by the request's own preparation */
	int slot;	 /* of the ring, which holds the file that dfd refers to */
};

static const struct shape *shape_of(int op)
{
	for (unsigned i = 0;; i++)
		if (shapes[i].op == op)
			return &shapes[i];
}

/* ---- printing ---- */

/* A name that cannot be read: an address that no program has. */
#define UNREADABLE ((const char *)0xdead000000000000)

static void print_path(const char *key, int dfd, const char *name)
{
	char base[PATH_MAX] = "", link[64];
	ssize_t length = 0;
	sprintf(link, dfd == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", dfd);
	if (name && name == UNREADABLE)
		return;
	if (!name || *name != '/')
		length = readlink(link, base, sizeof base);
	if (length < 0) /* there is no such directory */
		return;
	if (memchr(base, '#', length)) /* O_TMPFILE: the inode number, which is in no directory */
		return;
	char copy[PATH_MAX], *rest = strcpy(copy, name ? name : ""), *part;
	/* A .. at the start leads to the parent of the base; a later one may follow a link. */
	for (; length && !strncmp(rest, "../", 3); rest += 3)
		while (length && base[--length] != '/')
			;
	printf("\t%s=", key);
	print_name(base, length);
	while ((part = strsep(&rest, "/")))
		if (*part && strcmp(part, ".") != 0) {
			putchar('/');
			print_name(part, strlen(part));
		}
}

static void print_text(const char *key, const char *text)
{
	printf("\t%s=", key);
	print_name(text, text == UNREADABLE ? 0 : strlen(text));
}

static void print_address(const struct sockaddr *address)
{
	const struct sockaddr_un *local = (const void *)address;
	const struct sockaddr_in *inet = (const void *)address;
	if ((const char *)address == UNREADABLE)
		print_text("name", UNREADABLE);
	else if (address->sa_family == AF_INET)
		printf("\tname=%s:%d", inet_ntoa(inet->sin_addr), ntohs(inet->sin_port));
	else if (local->sun_path[0] == 0)
		printf("\tname=@%s", local->sun_path + 1);
	else {
		print_text("name", local->sun_path);
		print_path("path", AT_FDCWD, local->sun_path);
	}
}

static int given(int dfd)
{
	return dfd ? dfd : AT_FDCWD;
}

static void print_request(const struct request *q, int result)
{
	const struct shape *shape = shape_of(q->op);
	int takes = shape->takes;
	printf("%d/- IORING_OP_%s", getpid(), shape->name);
	if (takes & ADDRESS)
		print_address(q->address);
	if (takes & (NAME | TEXT))
		print_text("name", q->name);
	if (takes & (NAME2 | ATTRIBUTE))
		print_text("name2", q->name2);
	int opened = (q->op == IORING_OP_OPENAT || q->op == IORING_OP_OPENAT2) && result >= 0;
	if (opened)
		print_path("path", result, NULL);
	else if (takes & NAME)
		print_path("path", given(q->dfd), q->name);
	if ((takes & FD) && !(takes & ADDRESS))
		print_path("path", q->dfd, NULL);
	if (takes & NAME2)
		print_path("path2", given(q->dfd2), q->name2);
	if (takes & FLAGS)
		printf("\tflags=%u", q->flags);
	if (takes & MODE)
		printf("\tmode=%u", q->mode);
	if (takes & (DFD | FD | NAME))
		printf("\tdfd=%d", q->slot ? q->slot : given(q->dfd));
	printf("\tresult=%d\n", result);
}

/* ---- requests ---- */

enum { AN_FD = INT_MAX };
static unsigned ring_flags, sqe_flags;
static struct ring the_ring;

static void fill(struct io_uring_sqe *sqe, const struct request *q)
{
	static struct open_how how;
	static struct statx statx;
	static char value[64] = "value";
	int takes = shape_of(q->op)->takes;

	sqe->opcode = q->op;
	sqe->flags = sqe_flags;
	sqe->ioprio = q->refused;
	sqe->buf_index = q->buffer;
	sqe->fd = given(q->op == IORING_OP_SYMLINKAT ? q->dfd2 : q->dfd);
	if (q->slot) {
		sqe->flags |= IOSQE_FIXED_FILE;
		sqe->fd = q->slot;
	}
	sqe->rename_flags = q->flags;
	sqe->addr = (uintptr_t)q->name;
	sqe->addr2 = (uintptr_t)q->name2;
	sqe->len = q->op == IORING_OP_SYMLINKAT ? 0 : takes & MODE ? q->mode : 0;
	if ((takes & DFD) && (takes & NAME2))
		sqe->len = given(q->dfd2);
	if (q->op == IORING_OP_OPENAT2) {
		how = (struct open_how){ q->flags, q->mode, 0 };
		sqe->rename_flags = 0;
		sqe->addr2 = (uintptr_t)&how;
		sqe->len = sizeof how;
	}
	if (q->op == IORING_OP_STATX) {
		sqe->len = STATX_BASIC_STATS;
		sqe->addr2 = (uintptr_t)&statx;
	}
	if (takes & ATTRIBUTE) {
		sqe->addr = (uintptr_t)q->name2;
		sqe->addr2 = (uintptr_t)value;
		sqe->addr3 = (uintptr_t)q->name;
		sqe->len = 5;
	}
	if (takes & ADDRESS) {
		sqe->addr = (uintptr_t)q->address;
		sqe->addr2 = q->length;
	}
}

static void run(const struct request *requests, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		const struct request *q = &requests[i];
		fill(next_sqe(&the_ring), q);
		submit(&the_ring);
		int result = wait_cqe(&the_ring).res;
		must(result == q->expect || (q->expect == AN_FD && result >= 0), "%s %s: expected %d, got %d", shape_of(q->op)->name,
		     q->name ? q->name : "", q->expect, result);
		print_request(q, result);
	}
}

#define RUN(array) run(array, sizeof(array) / sizeof *(array))

#endif

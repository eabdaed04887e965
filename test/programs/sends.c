/*
 * Sends messages with and without addresses, by system calls or through an io_uring:
 *
 *     sends calls|uring
 *
 * Prints a line for each message that has an address: address <TAB> result of the call <TAB> call.
 *
 * sendto(2), sendmsg(2), sendmmsg(2), io_uring/net.c
 */
#define _GNU_SOURCE
#include "uring.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

/* Newer than some headers. */
enum { OP_SEND_ZC = 47, OP_SENDMSG_ZC = 48 };

static struct sockaddr_in one, two, refused = { .sin_family = AF_INET };
static struct sockaddr_un local = { AF_UNIX, "socket" };
static int open_socket, connected, unix_socket;

#define OF(address) (void *)&(address), sizeof(address)

static void sent(const void *address, long result, const char *call)
{
	const struct sockaddr_in *inet = address;
	if (inet->sin_family == AF_INET)
		printf("%s:%d\t%ld\t%s\n", inet_ntoa(inet->sin_addr), ntohs(inet->sin_port), result, call);
	else
		printf("%s\t%ld\t%s\n", local.sun_path, result, call);
}

static struct msghdr message(void *address, unsigned length)
{
	static char text[] = "xyz";
	static struct iovec part = { text, 3 };
	return (struct msghdr){ .msg_name = address, .msg_namelen = length, .msg_iov = &part,
				.msg_iovlen = 1 };
}

static int receiver(struct sockaddr_in *address)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t length = sizeof *address;
	*address = (struct sockaddr_in){ .sin_family = AF_INET };
	inet_pton(AF_INET, "127.0.0.1", &address->sin_addr);
	must(bind(fd, OF(*address)) == 0, "bind");
	must(getsockname(fd, (void *)address, &length) == 0, "getsockname");
	return fd;
}

static void calls(void)
{
	struct msghdr to_one = message(OF(one)), to_peer = message(NULL, 0), no_length = message(&one, 0);
	sent(&one, sendto(open_socket, "x", 1, 0, OF(one)), "sendto");
	sent(&local, sendto(unix_socket, "xy", 2, 0, OF(local)), "sendto");
	sent(&refused, kernel_result(sendto(open_socket, "x", 1, 0, OF(refused))), "sendto");
	sent(&one, sendmsg(open_socket, &to_one, 0), "sendmsg");
	must(send(connected, "x", 1, 0) == 1 && sendmsg(connected, &to_peer, 0) == 3, "send");
	must(sendmsg(connected, &no_length, 0) == 3, "sendmsg");

	struct mmsghdr several[] = { { message(OF(two)), 0 }, { to_peer, 0 }, { to_one, 0 } };
	int result = sendmmsg(connected, several, 3, 0);
	sent(&two, result, "sendmmsg");
	sent(&one, result, "sendmmsg");
	struct mmsghdr partly[] = { { to_one, 0 }, { message(OF(refused)), 0 } };
	sent(&one, sendmmsg(open_socket, partly, 2, 0), "sendmmsg");
	sent(&refused, kernel_result(sendmmsg(open_socket, partly + 1, 1, 0)), "sendmmsg");
}

static struct io_uring_sqe *request(struct ring *r, int op, int fd, const void *what, unsigned length)
{
	struct io_uring_sqe *sqe = next_sqe(r);
	sqe->opcode = op;
	sqe->fd = fd;
	sqe->addr = (uintptr_t)what;
	sqe->len = length;
	sqe->user_data = op;
	return sqe;
}

static int result_of(struct ring *r)
{
	submit(r);
	struct completion cqe = wait_cqe(r), notification;
	while (reap(r, &notification)) /* of a send without a copy */
		;
	return cqe.res;
}

/* Since Linux 6.1. Since 6.0, IORING_OP_SEND may have an address. */
static int sends_without_copy(struct ring *r)
{
	struct {
		struct io_uring_probe probe;
		struct io_uring_probe_op ops[256];
	} known = { 0 };
	must(!syscall(SYS_io_uring_register, r->fd, IORING_REGISTER_PROBE, &known, 256), "probe");
	return known.probe.last_op >= OP_SENDMSG_ZC;
}

static void uring(void)
{
	struct ring r = ring(0);
	struct msghdr to_one = message(OF(one)), to_peer = message(NULL, 0);
	request(&r, IORING_OP_SENDMSG, open_socket, &to_one, 1);
	sent(&one, result_of(&r), "IORING_OP_SENDMSG");
	request(&r, IORING_OP_SENDMSG, connected, &to_peer, 1);
	must(result_of(&r) == 3, "IORING_OP_SENDMSG");
	request(&r, IORING_OP_SEND, connected, "x", 1);
	must(result_of(&r) == 1, "IORING_OP_SEND");
	if (!sends_without_copy(&r))
		return;
	struct io_uring_sqe *sqe = request(&r, IORING_OP_SEND, open_socket, "x", 1);
	sqe->addr2 = (uintptr_t)&two;
	sqe->splice_fd_in = sizeof two; /* addr_len */
	sent(&two, result_of(&r), "IORING_OP_SEND");
	request(&r, OP_SENDMSG_ZC, open_socket, &to_one, 1);
	sent(&one, result_of(&r), "IORING_OP_SENDMSG_ZC");
	struct ring other = ring(0); /* where no notification can arrive later */
	sqe = request(&other, OP_SEND_ZC, open_socket, "x", 1);
	sqe->addr2 = (uintptr_t)&two;
	sqe->splice_fd_in = sizeof two;
	sent(&two, result_of(&other), "IORING_OP_SEND_ZC");
}

int main(int count, char **words)
{
	must(count == 2, "usage: sends calls|uring");
	receiver(&one);
	receiver(&two);
	inet_pton(AF_INET, "127.0.0.1", &refused.sin_addr);
	open_socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	connected = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	must(connect(connected, OF(one)) == 0, "connect");
	unix_socket = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	must(bind(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), OF(local)) == 0, "bind");
	if (!strcmp(words[1], "calls"))
		calls();
	else
		uring();
}

/*
 * io_uring requests that name files: `uringfiles CASE [HOW]` runs one case in the current
 * directory, `uringfiles` alone lists the cases that this kernel supports; uring.c has more about
 * opens. HOW is `async` (by the ring's worker threads), `sqpoll` (submitted by its polling thread)
 * or `deferred` (completed late, if the kernel supports it).
 *
 * Prints a line for each request, in the form of test/strace/expectation.ts, and exits with 1 if
 * the kernel's results differ from the expected ones.
 */
#define _GNU_SOURCE
#include "uringrequests.h"

#include <linux/fs.h>
#include <sys/xattr.h>

static void make_file(const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	must(fd >= 0, "creating %s", name);
	close(fd);
}

static int make_dir(const char *name)
{
	must(mkdir(name, 0755) == 0, "mkdir %s", name);
	int fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	must(fd >= 0, "opening %s", name);
	return fd;
}

static void openat_(void)
{
	int dir = make_dir("dir");
	make_file("dir/a");
	must(symlink("dir/a", "link") == 0, "symlink");
	for (int op = IORING_OP_OPENAT;; op = IORING_OP_OPENAT2) {
		struct request requests[] = {
			{ .op = op, AN_FD, "link", NULL, O_RDONLY },
			{ .op = op, AN_FD, "a", NULL, O_RDWR | O_CLOEXEC, .dfd = dir },
			{ .op = op, AN_FD, "b", NULL, O_WRONLY | O_CREAT, 0640 },
			{ .op = op, AN_FD, "/etc/passwd", NULL, O_PATH, .dfd = dir },
			{ .op = op, -EEXIST, "b", NULL, O_WRONLY | O_CREAT | O_EXCL, 0600 },
			{ .op = op, -ENOENT, "dir/../absent", NULL, O_RDONLY },
			{ .op = op, -EINVAL, "a", NULL, O_RDWR, .dfd = dir, .buffer = 1 },
			{ .op = op, -EINVAL, "a", NULL, O_RDWR, .dfd = dir, .refused = 1 },
		};
		RUN(requests);
		must(unlink("b") == 0, "unlink");
		if (op == IORING_OP_OPENAT2)
			break;
	}
}

static void renameat_(void)
{
	int dir = make_dir("dir"), other = make_dir("other");
	make_file("a");
	make_file("taken");
	struct request requests[] = {
		{ .op = IORING_OP_RENAMEAT, 0, "a", "b" },
		{ .op = IORING_OP_RENAMEAT, 0, "b", "./c", .dfd2 = dir },
		{ .op = IORING_OP_RENAMEAT, 0, "c", "../other//d", .dfd = dir, .dfd2 = other },
		{ .op = IORING_OP_RENAMEAT, -ENOENT, "absent", "x" },
		{ .op = IORING_OP_RENAMEAT, -EEXIST, "d", "../taken", RENAME_NOREPLACE, .dfd = other,
		  .dfd2 = dir },
		{ .op = IORING_OP_RENAMEAT, -EBADF, "d", "x", .dfd = other, .dfd2 = 999 },
		{ .op = IORING_OP_RENAMEAT, -ENOENT, "/absent/a", "/absent/b", .dfd = 999, .dfd2 = 998 },
		{ .op = IORING_OP_RENAMEAT, -EINVAL, "d", "x", 1, .dfd = other, .dfd2 = dir, .buffer = 1 },
		{ .op = IORING_OP_RENAMEAT, -EINVAL, "d", "x", 1, .dfd = dir, .dfd2 = other, .refused = 1 },
	};
	RUN(requests);
}

static void unlinkat_(void)
{
	int dir = make_dir("dir");
	make_dir("dir/inner");
	make_file("a");
	make_file("dir/b");
	struct request requests[] = {
		{ .op = IORING_OP_UNLINKAT, 0, "a" },
		{ .op = IORING_OP_UNLINKAT, 0, "b", .dfd = dir },
		{ .op = IORING_OP_UNLINKAT, -EISDIR, "inner", .dfd = dir },
		{ .op = IORING_OP_UNLINKAT, 0, "inner", NULL, AT_REMOVEDIR, .dfd = dir },
		{ .op = IORING_OP_UNLINKAT, -ENOENT, "a" },
		{ .op = IORING_OP_UNLINKAT, -EINVAL, "dir", NULL, AT_REMOVEDIR, .buffer = 1 },
		{ .op = IORING_OP_UNLINKAT, -EINVAL, "b", .dfd = dir, .refused = 1 },
		{ .op = IORING_OP_UNLINKAT, 0, "dir", NULL, AT_REMOVEDIR },
	};
	RUN(requests);
}

static void mkdirat_(void)
{
	int dir = make_dir("dir");
	struct request requests[] = {
		{ .op = IORING_OP_MKDIRAT, 0, "a", NULL, 0, 0750 },
		{ .op = IORING_OP_MKDIRAT, 0, "b", NULL, 0, 0700, .dfd = dir },
		{ .op = IORING_OP_MKDIRAT, -EEXIST, "../a", NULL, 0, 01777, .dfd = dir },
		{ .op = IORING_OP_MKDIRAT, -EINVAL, "c", NULL, 0, 0711, .buffer = 1 },
		{ .op = IORING_OP_MKDIRAT, -EINVAL, "c", NULL, 0, 0711, .dfd = dir, .refused = 1 },
	};
	RUN(requests);
}

static void symlinkat_(void)
{
	int dir = make_dir("dir");
	struct request requests[] = {
		{ .op = IORING_OP_SYMLINKAT, 0, "text", "a" },
		{ .op = IORING_OP_SYMLINKAT, 0, "/absolute/text", "b", .dfd2 = dir },
		{ .op = IORING_OP_SYMLINKAT, -EEXIST, "text", "b", .dfd2 = dir },
		{ .op = IORING_OP_SYMLINKAT, -EINVAL, "text", "c", .buffer = 1 },
		{ .op = IORING_OP_SYMLINKAT, -EINVAL, "text", "c", .dfd2 = dir, .refused = 1 },
	};
	RUN(requests);
}

static void linkat_(void)
{
	int dir = make_dir("dir");
	make_file("a");
	must(symlink("a", "link") == 0, "symlink");
	int nameless[] = { open(".", O_TMPFILE | O_RDWR, 0600), open(".", O_TMPFILE | O_RDWR, 0600) };
	char by_fd[64];
	must(nameless[0] >= 0 && nameless[1] >= 0, "O_TMPFILE");
	sprintf(by_fd, "/proc/%d/fd/%d", getpid(), nameless[0]);
	struct request requests[] = {
		{ .op = IORING_OP_LINKAT, 0, by_fd, "e", AT_SYMLINK_FOLLOW },
		{ .op = IORING_OP_LINKAT, 0, "", "f", AT_EMPTY_PATH, .dfd = nameless[1], .dfd2 = dir },
		{ .op = IORING_OP_LINKAT, 0, "a", "b" },
		{ .op = IORING_OP_LINKAT, 0, "link", "c", AT_SYMLINK_FOLLOW, .dfd2 = dir },
		{ .op = IORING_OP_LINKAT, -EEXIST, "c", "../b", .dfd = dir, .dfd2 = dir },
		{ .op = IORING_OP_LINKAT, -ENOENT, "absent", "d" },
		{ .op = IORING_OP_LINKAT, -EINVAL, "a", "d", AT_SYMLINK_FOLLOW, .buffer = 1 },
		{ .op = IORING_OP_LINKAT, -EINVAL, "c", "d", .dfd = dir, .dfd2 = 999, .refused = 1 },
	};
	RUN(requests);
}

static void statx_(void)
{
	int dir = make_dir("dir");
	make_file("dir/a");
	struct request requests[] = {
		{ .op = IORING_OP_STATX, 0, "dir" },
		{ .op = IORING_OP_STATX, 0, "a", NULL, AT_SYMLINK_NOFOLLOW, .dfd = dir },
		{ .op = IORING_OP_STATX, 0, "", NULL, AT_EMPTY_PATH, .dfd = dir },
		{ .op = IORING_OP_STATX, -ENOENT, "absent" },
		{ .op = IORING_OP_STATX, -ENOTDIR, "a/below", .dfd = dir },
		{ .op = IORING_OP_STATX, -EINVAL, "a", NULL, 0x100, .dfd = dir, .buffer = 1 },
		{ .op = IORING_OP_STATX, -EINVAL, "/etc/passwd", .dfd = dir, .refused = 1 },
	};
	RUN(requests);
}

static void xattr_(void)
{
	make_file("a");
	int fd = open("a", O_RDWR | O_CLOEXEC);
	struct request requests[] = {
		{ .op = IORING_OP_SETXATTR, 0, "a", "trusted.one", XATTR_CREATE },
		{ .op = IORING_OP_GETXATTR, 5, "./a", "trusted.one" },
		{ .op = IORING_OP_FSETXATTR, 0, NULL, "trusted.two", .dfd = fd },
		{ .op = IORING_OP_FGETXATTR, 5, NULL, "trusted.two", .dfd = fd },
		{ .op = IORING_OP_SETXATTR, -EEXIST, "a", "trusted.one", XATTR_CREATE },
		{ .op = IORING_OP_GETXATTR, -ENODATA, "a", "trusted.none" },
		{ .op = IORING_OP_FSETXATTR, -ENODATA, NULL, "trusted.none", XATTR_REPLACE, .dfd = fd },
		{ .op = IORING_OP_FGETXATTR, -ENODATA, NULL, "trusted.none", .dfd = fd },
		{ .op = IORING_OP_GETXATTR, -ENOENT, "absent", "trusted.one" },
		{ .op = IORING_OP_FGETXATTR, -EBADF, NULL, "trusted.one", .dfd = 999 },
		{ .op = IORING_OP_SETXATTR, -EINVAL, "a", "trusted.one", 0x100 },
		{ .op = IORING_OP_SETXATTR, -EINVAL, "a", "trusted.one", .refused = 1 },
		{ .op = IORING_OP_GETXATTR, -EINVAL, "/etc/passwd", "trusted.one", .refused = 1 },
		{ .op = IORING_OP_FSETXATTR, -EINVAL, NULL, "trusted.one", .dfd = fd, .refused = 1 },
		{ .op = IORING_OP_FGETXATTR, -EINVAL, NULL, "trusted.one", .dfd = fd, .refused = 1 },
	};
	RUN(requests);
}

static void ftruncate_(void)
{
	make_file("a");
	int fd = open("a", O_RDWR | O_CLOEXEC), read_only = open("a", O_RDONLY | O_CLOEXEC);
	int slots[] = { read_only, fd };
	must(syscall(SYS_io_uring_register, the_ring.fd, IORING_REGISTER_FILES, slots, 2) == 0,
	     "IORING_REGISTER_FILES");
	struct request requests[] = {
		{ .op = OP_FTRUNCATE, 0, .dfd = fd, .slot = 1 },
		{ .op = OP_FTRUNCATE, 0, .dfd = fd },
		{ .op = OP_FTRUNCATE, -EINVAL, .dfd = read_only },
		{ .op = OP_FTRUNCATE, -EBADF, .dfd = 999 },
		{ .op = OP_FTRUNCATE, -EINVAL, .dfd = fd, .buffer = 1 },
		{ .op = OP_FTRUNCATE, -EINVAL, .dfd = fd, .refused = 1 },
	};
	RUN(requests);
}

#define ADDRESS_OF(a) .address = (void *)&(a), .length = sizeof(a)

/* Both have the same arguments: CONNECT to a port without a listener, or BIND to one in use. */
static void addresses(int op, int inet, int path, int abstract)
{
	struct sockaddr_in port = { .sin_family = AF_INET, .sin_port = htons(1) };
	inet_pton(AF_INET, "127.0.0.1", &port.sin_addr);
	struct sockaddr_un file = { AF_UNIX, "socket" }, name = { AF_UNIX, "" };
	sprintf(name.sun_path + 1, "trace-%d", getpid());
	unsigned length = 3 + strlen(name.sun_path + 1);
	int any[] = { socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0),
		      socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0),
		      socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) };
	struct request requests[] = {
		{ .op = op, inet, .dfd = any[0], ADDRESS_OF(port) },
		{ .op = op, path, .dfd = any[1], ADDRESS_OF(file) },
		{ .op = op, abstract, .dfd = any[2], .address = (void *)&name, .length = length },
		{ .op = op, -EINVAL, .dfd = any[0], ADDRESS_OF(port), .buffer = 1 },
		{ .op = op, -EINVAL, .dfd = any[1], ADDRESS_OF(file), .buffer = 1 },
		{ .op = op, -EINVAL, .dfd = any[2], ADDRESS_OF(file), .refused = 1 },
		{ .op = op, -EBADF, .dfd = 999, ADDRESS_OF(port) },
	};
	RUN(requests);
}

static void connect_(void)
{
	addresses(IORING_OP_CONNECT, -ECONNREFUSED, -ENOENT, -ECONNREFUSED);
}

static void connect_datagram(void)
{
	struct sockaddr_in port = { .sin_family = AF_INET, .sin_port = htons(9) };
	inet_pton(AF_INET, "127.0.0.1", &port.sin_addr);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct request requests[] = { { .op = IORING_OP_CONNECT, 0, .dfd = fd, ADDRESS_OF(port) } };
	RUN(requests);
}

static void unreadable(void)
{
	int dir = make_dir("dir"), fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	make_file("a");
	struct request requests[] = {
		{ .op = IORING_OP_RENAMEAT, -EFAULT, UNREADABLE, "b", 1, .dfd = dir },
		{ .op = IORING_OP_RENAMEAT, -EFAULT, "a", UNREADABLE },
		{ .op = IORING_OP_UNLINKAT, -EFAULT, UNREADABLE, .dfd = dir },
		{ .op = IORING_OP_MKDIRAT, -EFAULT, UNREADABLE, NULL, 0, 0700 },
		{ .op = IORING_OP_SYMLINKAT, -EFAULT, UNREADABLE, "b" },
		{ .op = IORING_OP_LINKAT, -EFAULT, "a", UNREADABLE, .dfd2 = dir },
		{ .op = IORING_OP_STATX, -EFAULT, UNREADABLE },
		{ .op = IORING_OP_SETXATTR, -EFAULT, "a", UNREADABLE },
		{ .op = IORING_OP_GETXATTR, -EFAULT, UNREADABLE, "trusted.one" },
		{ .op = IORING_OP_CONNECT, -EFAULT, .dfd = fd, .length = 16,
		  .address = (const void *)UNREADABLE },
	};
	RUN(requests);
}

static void bind_(void)
{
	addresses(OP_BIND, 0, 0, 0);
}

static const struct {
	const char *name;
	void (*run)(void);
	int op;
} cases[] = {
	{ "openat", openat_, IORING_OP_OPENAT2 },
	{ "renameat", renameat_, IORING_OP_RENAMEAT },
	{ "unlinkat", unlinkat_, IORING_OP_UNLINKAT },
	{ "mkdirat", mkdirat_, IORING_OP_MKDIRAT },
	{ "symlinkat", symlinkat_, IORING_OP_SYMLINKAT },
	{ "linkat", linkat_, IORING_OP_LINKAT },
	{ "statx", statx_, IORING_OP_STATX },
	{ "xattr", xattr_, IORING_OP_SETXATTR },
	{ "ftruncate", ftruncate_, OP_FTRUNCATE },
	{ "connect", connect_, IORING_OP_CONNECT },
	{ "connect-datagram", connect_datagram, IORING_OP_CONNECT },
	{ "bind", bind_, OP_BIND },
	{ "unreadable", unreadable, IORING_OP_LINKAT },
};

static int kernel_has(int op)
{
	struct {
		struct io_uring_probe probe;
		struct io_uring_probe_op ops[256];
	} known = { 0 };
	int got = syscall(SYS_io_uring_register, the_ring.fd, IORING_REGISTER_PROBE, &known, 256);
	must(got == 0, "IORING_REGISTER_PROBE");
	return op <= known.probe.last_op && (known.ops[op].flags & IO_URING_OP_SUPPORTED);
}

/* Since Linux 6.1. */
static int kernel_defers(void)
{
	struct io_uring_params params = {
		.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN,
	};
	int fd = syscall(SYS_io_uring_setup, 1, &params);
	return fd >= 0 && close(fd) == 0;
}

int main(int argc, char **argv)
{
	const char *how = argc > 2 ? argv[2] : "";
	if (strcmp(how, "sqpoll") == 0)
		ring_flags = IORING_SETUP_SQPOLL;
	if (strcmp(how, "deferred") == 0 && kernel_defers())
		ring_flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN;
	if (strcmp(how, "async") == 0)
		sqe_flags = IOSQE_ASYNC;
	the_ring = ring(ring_flags);
	for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
		if (argc < 2 && kernel_has(cases[i].op))
			puts(cases[i].name);
		else if (argc > 1 && strcmp(argv[1], cases[i].name) == 0)
			return cases[i].run(), 0;
	}
	must(argc < 2, "no case %s", argc < 2 ? "" : argv[1]);
}

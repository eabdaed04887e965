/*
 * Opens by io_uring, with raw system calls: `uring CASE` runs one case in the current directory,
 * `uring` alone lists the cases. Every case checks the kernel's results, exits with 1 if they
 * differ from the expected ones, and prints the truth about its opens (truth.h), with the opcode as
 * the kind.
 *
 * include/uapi/linux/io_uring.h, io_uring_register(2)
 */
// cc: -pthread
#define _GNU_SOURCE
#include "uring.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>

/* ---- requests and their expected results ---- */

/* Expected results that are no errno: any file descriptor; no completion at all. */
enum { AN_FD = 1 << 30, NO_COMPLETION };

struct request {
	int op;		      /* IORING_OP_OPENAT or IORING_OP_OPENAT2 */
	const char *name;
	unsigned flags, mode; /* open flags and mode */
	int expect;	      /* AN_FD, NO_COMPLETION, a number ≥ 0 or -errno */
	int dfd;	      /* 0 means AT_FDCWD */
	unsigned sqe_flags;   /* IOSQE_… */
	unsigned file_index;  /* slot + 1 or IORING_FILE_INDEX_ALLOC */
	unsigned resolve;     /* of openat2 */
	unsigned buf_index;   /* must be 0: anything else fails in preparation */
	struct open_how how;  /* filled in; must live until submission */
};

#define OPENAT .op = IORING_OP_OPENAT
#define OPENAT2 .op = IORING_OP_OPENAT2
#define COUNT(array) (sizeof(array) / sizeof *(array))
#define RUN(ring, array) run(ring, array, COUNT(array))

static const char *op_name(int op)
{
	return op == IORING_OP_OPENAT ? "IORING_OP_OPENAT" : "IORING_OP_OPENAT2";
}

static void queue(struct ring *r, struct request *q, uint64_t user_data)
{
	struct io_uring_sqe *sqe = next_sqe(r);
	sqe->opcode = q->op;
	sqe->flags = q->sqe_flags;
	sqe->fd = q->dfd ? q->dfd : AT_FDCWD;
	sqe->addr = (uintptr_t)q->name;
	sqe->user_data = user_data;
	sqe->file_index = q->file_index;
	sqe->buf_index = q->buf_index;
	if (q->op == IORING_OP_OPENAT2) {
		q->how = (struct open_how){ q->flags, q->mode, q->resolve };
		sqe->addr2 = (uintptr_t)&q->how;
		sqe->len = sizeof q->how;
	} else {
		sqe->open_flags = q->flags;
		sqe->len = q->mode;
	}
}

static void check(const char *name, int expect, int result)
{
	if (expect == AN_FD)
		must(result >= 0, "%s: expected a descriptor, got %d", name, result);
	else
		must(result == expect, "%s: expected %d, got %d", name, expect, result);
}

static void print_truth(const struct request *q, int result)
{
	truth(q->name, q->flags, q->mode, result, op_name(q->op));
}

static void print_unknown(const struct request *q)
{
	print_name(q->name, strlen(q->name));
	printf("\t%u\t%u\t?\t%s\n", q->flags, q->mode, op_name(q->op));
}

/* Submits all requests at once, waits for their completions, checks and prints them. */
static void run(struct ring *r, struct request *requests, unsigned count)
{
	int results[ENTRIES];
	unsigned completions = 0;
	for (unsigned i = 0; i < count; i++) {
		queue(r, &requests[i], i);
		completions += requests[i].expect != NO_COMPLETION;
	}
	submit(r);
	while (completions-- > 0) {
		struct completion cqe = wait_cqe(r);
		must(cqe.user_data < count, "completion of unknown request %llu",
		     (unsigned long long)cqe.user_data);
		results[cqe.user_data] = cqe.res;
	}
	for (unsigned i = 0; i < count; i++) {
		if (requests[i].expect == NO_COMPLETION) {
			print_unknown(&requests[i]);
			continue;
		}
		check(requests[i].name, requests[i].expect, results[i]);
		print_truth(&requests[i], results[i]);
	}
}

/* ---- files to open ---- */

static void make_file(const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	must(fd >= 0, "creating %s", name);
	close(fd);
}

static int make_dir(const char *name)
{
	must(mkdir(name, 0755) == 0 || errno == EEXIST, "mkdir %s", name);
	int fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	must(fd >= 0, "opening %s", name);
	return fd;
}

/* ---- the cases ---- */

static void openat_(void)
{
	struct ring r = ring(0);
	make_file("there");
	struct request requests[] = {
		{ OPENAT, "there", O_RDONLY, 0, AN_FD },
		{ OPENAT, "created", O_WRONLY | O_CREAT, 0640, AN_FD },
		{ OPENAT, "truncated", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600, AN_FD },
		{ OPENAT, "/etc/passwd", O_RDONLY | O_CLOEXEC, 0, AN_FD },
		{ OPENAT, "there", O_PATH | O_CLOEXEC, 0, AN_FD },
		{ OPENAT, ".", O_RDONLY | O_DIRECTORY, 0, AN_FD },
	};
	RUN(&r, requests);
}

static void openat2_(void)
{
	struct ring r = ring(0);
	make_file("there");
	struct request requests[] = {
		{ OPENAT2, "there", O_RDONLY, 0, AN_FD },
		{ OPENAT2, "created", O_WRONLY | O_CREAT, 0640, AN_FD },
		{ OPENAT2, "there", O_RDWR | O_CLOEXEC, 0, AN_FD, .resolve = RESOLVE_BENEATH },
		{ OPENAT2, "/etc/passwd", O_RDONLY, 0, -EXDEV, .resolve = RESOLVE_BENEATH },
		{ OPENAT2, "there", O_RDWR | 1 << 30, 0, -EINVAL }, /* a flag that does not exist */
	};
	RUN(&r, requests);
}

static void relative(void)
{
	struct ring r = ring(0);
	int dir = make_dir("dir");
	make_file("dir/there");
	struct request requests[] = {
		{ OPENAT, "there", O_RDONLY, 0, AN_FD, .dfd = dir },
		{ OPENAT2, "there", O_RDONLY, 0, AN_FD, .dfd = dir },
		{ OPENAT, "created", O_WRONLY | O_CREAT, 0600, AN_FD, .dfd = dir },
		{ OPENAT, "../dir/there", O_RDONLY, 0, AN_FD, .dfd = dir },
		{ OPENAT, "/dev/null", O_WRONLY, 0, AN_FD, .dfd = 999 },
		{ OPENAT, "there", O_RDONLY, 0, -EBADF, .dfd = 999 },
	};
	RUN(&r, requests);
}

static void failing(void)
{
	struct ring r = ring(0);
	char long_name[257] = { 0 };
	memset(long_name, 'x', 256);
	make_file("there");
	make_dir("dir");
	must(symlink("there", "link") == 0 || errno == EEXIST, "symlink");
	struct request requests[] = {
		{ OPENAT, "absent", O_RDONLY, 0, -ENOENT },
		{ OPENAT, "", O_RDONLY, 0, -ENOENT },
		{ OPENAT, "there", O_WRONLY | O_CREAT | O_EXCL, 0600, -EEXIST },
		{ OPENAT, "dir", O_WRONLY, 0, -EISDIR },
		{ OPENAT, "there/below", O_RDONLY, 0, -ENOTDIR },
		{ OPENAT, "there", O_RDONLY | O_DIRECTORY, 0, -ENOTDIR },
		{ OPENAT, "link", O_RDONLY | O_NOFOLLOW, 0, -ELOOP },
		{ OPENAT, long_name, O_RDONLY, 0, -ENAMETOOLONG },
		{ OPENAT2, "absent", O_RDONLY, 0, -ENOENT },
		{ OPENAT2, "link", O_RDONLY, 0, -ELOOP, .resolve = RESOLVE_NO_SYMLINKS },
	};
	RUN(&r, requests);
}

static void linked(void)
{
	struct ring r = ring(0);
	struct request requests[] = {
		{ OPENAT, "first", O_WRONLY | O_CREAT, 0600, AN_FD, .sqe_flags = IOSQE_IO_LINK },
		{ OPENAT2, "first", O_RDONLY, 0, AN_FD, .sqe_flags = IOSQE_IO_LINK },
		{ OPENAT, "last", O_WRONLY | O_CREAT, 0600, AN_FD },
		{ OPENAT, "unlinked", O_WRONLY | O_CREAT, 0600, AN_FD },
	};
	RUN(&r, requests);
}

static void cancelled(void)
{
	struct ring r = ring(0);
	make_file("there");
	struct request requests[] = {
		{ OPENAT, "absent", O_RDONLY, 0, -ENOENT, .sqe_flags = IOSQE_IO_LINK },
		{ OPENAT, "there", O_RDONLY, 0, -ECANCELED, .sqe_flags = IOSQE_IO_LINK },
		{ OPENAT2, "there", O_RDWR, 0, -ECANCELED },
		{ OPENAT, "there", O_RDONLY, 0, AN_FD },
	};
	RUN(&r, requests);
}

static void hardlinked(void)
{
	struct ring r = ring(0);
	make_file("there");
	struct request requests[] = {
		{ OPENAT, "absent", O_RDONLY, 0, -ENOENT, .sqe_flags = IOSQE_IO_HARDLINK },
		{ OPENAT, "there", O_RDONLY, 0, AN_FD },
	};
	RUN(&r, requests);
}

static void drain(void)
{
	struct ring r = ring(0);
	struct request requests[] = {
		{ OPENAT, "first", O_WRONLY | O_CREAT, 0600, AN_FD, .sqe_flags = IOSQE_ASYNC },
		{ OPENAT, "first", O_RDONLY, 0, AN_FD, .sqe_flags = IOSQE_IO_DRAIN },
		{ OPENAT2, "after", O_WRONLY | O_CREAT, 0600, AN_FD },
	};
	RUN(&r, requests);
}

static void sqpoll(void)
{
	struct ring r = ring(IORING_SETUP_SQPOLL);
	make_file("there");
	struct request requests[] = {
		{ OPENAT, "there", O_RDONLY, 0, AN_FD },
		{ OPENAT2, "there", O_RDONLY | O_CLOEXEC, 0, AN_FD },
		{ OPENAT, "created", O_WRONLY | O_CREAT, 0600, AN_FD },
		{ OPENAT, "absent", O_RDONLY, 0, -ENOENT },
		{ OPENAT, "there", O_RDWR, 0, AN_FD, .sqe_flags = IOSQE_ASYNC },
	};
	RUN(&r, requests);
}

static void async(void)
{
	struct ring r = ring(0);
	make_file("there");
	struct request requests[] = {
		{ OPENAT, "there", O_RDONLY, 0, AN_FD, .sqe_flags = IOSQE_ASYNC },
		{ OPENAT, "there", O_RDONLY, 0, AN_FD, .sqe_flags = IOSQE_ASYNC },
		{ OPENAT, "created", O_WRONLY | O_CREAT, 0600, AN_FD, .sqe_flags = IOSQE_ASYNC },
		{ OPENAT2, "there", O_RDWR, 0, AN_FD, .sqe_flags = IOSQE_ASYNC },
		{ OPENAT, "absent", O_RDONLY, 0, -ENOENT, .sqe_flags = IOSQE_ASYNC },
	};
	RUN(&r, requests);
}

static void deferred(void)
{
	struct ring r = ring(IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN);
	make_file("there");
	struct request requests[] = {
		{ OPENAT, "there", O_RDONLY, 0, AN_FD },
		{ OPENAT, "there", O_RDWR, 0, AN_FD, .sqe_flags = IOSQE_ASYNC },
		{ OPENAT2, "absent", O_RDONLY, 0, -ENOENT },
	};
	RUN(&r, requests);
}

static void register_empty_slots(struct ring *r)
{
	int slots[4] = { -1, -1, -1, -1 };
	must(syscall(SYS_io_uring_register, r->fd, IORING_REGISTER_FILES, slots, 4) == 0,
	     "IORING_REGISTER_FILES");
}

static void direct(void)
{
	struct ring r = ring(0);
	register_empty_slots(&r);
	make_file("there");
	struct request requests[] = {
		{ OPENAT, "there", O_RDONLY, 0, 0, .file_index = 1 },
		{ OPENAT2, "there", O_RDONLY, 0, 0, .file_index = 4 },
		{ OPENAT, "absent", O_RDONLY, 0, -ENOENT, .file_index = 2 },
		{ OPENAT, "there", O_RDONLY, 0, -EINVAL, .file_index = 5 }, /* no such slot */
	};
	RUN(&r, requests);
}

static void direct_alloc(void)
{
	struct ring r = ring(0);
	register_empty_slots(&r);
	make_file("there");
	struct request requests[] = {
		{ OPENAT, "there", O_RDONLY, 0, 0, .file_index = IORING_FILE_INDEX_ALLOC },
		{ OPENAT, "there", O_RDWR, 0, 1, .file_index = IORING_FILE_INDEX_ALLOC },
		{ OPENAT2, "there", O_RDONLY, 0, 2, .file_index = IORING_FILE_INDEX_ALLOC },
		{ OPENAT, "there", O_RDONLY, 0, 3, .file_index = IORING_FILE_INDEX_ALLOC },
		{ OPENAT, "there", O_RDONLY, 0, -ENFILE, .file_index = IORING_FILE_INDEX_ALLOC },
	};
	RUN(&r, requests);
}

/* The name is in a page of a file that this process never touched. */
static const char *untouched_name(const char *name, const char *holder)
{
	int fd = open(holder, O_RDWR | O_CREAT | O_TRUNC, 0600);
	must(fd >= 0 && write(fd, name, strlen(name) + 1) > 0 && fsync(fd) == 0, "%s", holder);
	must(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) == 0, "posix_fadvise");
	char *mapped = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	must(mapped != MAP_FAILED, "mmap of %s", holder);
	close(fd);
	return mapped;
}

static void nonresident(void)
{
	struct ring r = ring(0);
	make_file("there");
	struct request requests[] = {
		{ OPENAT, untouched_name("there", "holder1"), O_RDONLY, 0, AN_FD },
		{ OPENAT2, untouched_name("there", "holder2"), O_RDONLY, 0, AN_FD },
		{ OPENAT, untouched_name("absent", "holder3"), O_RDONLY, 0, -ENOENT,
		  .sqe_flags = IOSQE_ASYNC },
	};
	RUN(&r, requests);
}

static void same_user_data(void)
{
	struct ring r = ring(0);
	make_file("there");
	/* All fail differently, so that the completions can be distinguished. */
	struct request requests[] = {
		{ OPENAT, "absent", O_RDONLY, 0, -ENOENT, .sqe_flags = IOSQE_ASYNC },
		{ OPENAT, "there", O_WRONLY | O_CREAT | O_EXCL, 0600, -EEXIST },
		{ OPENAT2, "there/below", O_RDONLY, 0, -ENOTDIR },
	};
	for (unsigned i = 0; i < COUNT(requests); i++)
		queue(&r, &requests[i], 42);
	submit(&r);
	int sum = 0;
	for (unsigned i = 0; i < COUNT(requests); i++)
		sum += wait_cqe(&r).res;
	must(sum == -ENOENT - EEXIST - ENOTDIR, "the results sum up to %d", sum);
	for (unsigned i = 0; i < COUNT(requests); i++)
		print_truth(&requests[i], requests[i].expect);
}

static void skip_success(void)
{
	struct ring r = ring(0);
	make_file("there");
	struct request requests[] = {
		{ OPENAT, "there", O_RDONLY, 0, NO_COMPLETION,
		  .sqe_flags = IOSQE_CQE_SKIP_SUCCESS },
		{ OPENAT, "absent", O_RDONLY, 0, -ENOENT, .sqe_flags = IOSQE_CQE_SKIP_SUCCESS },
		{ OPENAT2, "there", O_RDWR, 0, NO_COMPLETION,
		  .sqe_flags = IOSQE_CQE_SKIP_SUCCESS },
		{ OPENAT, "there", O_RDWR | O_CLOEXEC, 0, AN_FD },
	};
	RUN(&r, requests);
	struct completion cqe;
	must(!reap(&r, &cqe), "a completion that should have been skipped");
}

/* Three times more completions than the queue has entries, read only at the end. */
static void overflow(void)
{
	enum { SLOTS = 8, OPENS = 24 };
	struct ring r = ring_of(SLOTS, SLOTS, 0);
	char names[OPENS][16];
	struct request requests[OPENS];
	int results[OPENS];
	for (int i = 0; i < OPENS; i++) {
		sprintf(names[i], "overflow%02d", i);
		requests[i] = (struct request){ OPENAT2, names[i], O_RDONLY, 0, AN_FD };
		if (i % 2) /* O_CREAT goes to a worker thread */
			requests[i] = (struct request){ OPENAT, names[i], O_RDWR | O_CREAT, 0600, AN_FD };
		else
			make_file(names[i]);
		queue(&r, &requests[i], i);
		if (i % SLOTS == SLOTS - 1)
			submit(&r);
	}
	int waited = 0;
	while (!(__atomic_load_n(r.sq_flags, __ATOMIC_ACQUIRE) & IORING_SQ_CQ_OVERFLOW)) {
		must(waited++ < 2000, "the completion queue did not overflow");
		usleep(1000);
	}
	for (int i = 0; i < OPENS; i++) {
		struct completion cqe = wait_cqe(&r);
		must(cqe.user_data < OPENS, "unknown completion");
		results[cqe.user_data] = cqe.res;
	}
	for (int i = 0; i < OPENS; i++) {
		check(names[i], AN_FD, results[i]);
		print_truth(&requests[i], results[i]);
	}
}

/* Requests that the kernel rejects before it tries to open anything. */
static void refused(void)
{
	struct ring r = ring(0);
	make_file("there");
	struct request requests[] = {
		{ OPENAT, "there", O_RDWR, 0, -EINVAL, .buf_index = 1 },
		{ OPENAT2, "there", O_RDWR, 0, -EINVAL, .buf_index = 1 },
		{ OPENAT, "there", O_RDONLY, 0, -EBADF, .sqe_flags = IOSQE_FIXED_FILE },
		{ OPENAT, "there", O_WRONLY | O_CREAT, 0600, -EINVAL, .sqe_flags = 1 << 7 },
		{ OPENAT, "there", O_RDONLY | O_CLOEXEC, 0, -EINVAL, .file_index = 1 },
	};
	for (unsigned i = 0; i < COUNT(requests); i++)
		run(&r, &requests[i], 1);
}

/* The first of a link is rejected: the rest is cancelled. */
static void refused_link(void)
{
	struct ring r = ring(0);
	make_file("there");
	struct request requests[] = {
		{ OPENAT, "there", O_RDONLY, 0, -EINVAL, .buf_index = 1,
		  .sqe_flags = IOSQE_IO_LINK },
		{ OPENAT, "there", O_RDWR, 0, -ECANCELED },
	};
	RUN(&r, requests);
}

/* The second of a link is rejected: all of it is cancelled, the first before it was tried. */
static void refused_in_link(void)
{
	struct ring r = ring(0);
	make_file("there");
	struct request requests[] = {
		{ OPENAT, "there", O_RDONLY, 0, -ECANCELED, .sqe_flags = IOSQE_IO_LINK },
		{ OPENAT, "there", O_RDWR, 0, -EINVAL, .buf_index = 1,
		  .sqe_flags = IOSQE_IO_LINK },
		{ OPENAT, "there", O_WRONLY, 0, -ECANCELED },
	};
	RUN(&r, requests);
}

/* A name that cannot be read; the truth has an empty name. */
static void bad_name(void)
{
	struct ring r = ring(0);
	char *unmapped = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	must(unmapped != MAP_FAILED, "mmap");
	const char *names[] = { NULL, unmapped, (char *)0xdead000000000000 };
	for (unsigned i = 0; i < COUNT(names); i++) {
		struct request request = { OPENAT, names[i], O_RDWR, 0, -EFAULT };
		queue(&r, &request, 0);
		submit(&r);
		check("bad name", -EFAULT, wait_cqe(&r).res);
		truth("", O_RDWR, 0, -EFAULT, op_name(request.op));
	}
}

/* openat2 with a size of struct open_how that the kernel rejects. */
static void bad_how(void)
{
	struct ring r = ring(0);
	make_file("there");
	struct {
		struct open_how how;
		uint64_t later; /* a field of a later kernel, which must be 0 */
	} how = { { O_RDWR, 0, 0 }, 1 };
	struct { unsigned len; int expect; } sizes[] = {
		{ 8, -EINVAL }, { sizeof how, -E2BIG }, { 5000, -E2BIG },
	};
	for (unsigned i = 0; i < COUNT(sizes); i++) {
		struct request request = { OPENAT2, "there", O_RDWR, 0, sizes[i].expect };
		queue(&r, &request, 0);
		struct io_uring_sqe *sqe = &r.sqes[*r.sq_tail & *r.sq_mask];
		sqe->addr2 = (uintptr_t)&how;
		sqe->len = sizes[i].len;
		submit(&r);
		check("bad how", sizes[i].expect, wait_cqe(&r).res);
		/* The kernel rejects the struct, so flags and mode are not known. */
		printf("there\t?\t?\t%d\t%s\n", sizes[i].expect, op_name(request.op));
	}
}

/* The open of a FIFO without a writer blocks a worker thread: not completed at the end. */
static void block(void)
{
	static struct ring r;
	r = ring(0);
	must(mkfifo("fifo", 0600) == 0 || errno == EEXIST, "mkfifo");
	static struct request request = { OPENAT, "fifo", O_RDONLY, 0, NO_COMPLETION,
					  .sqe_flags = IOSQE_ASYNC };
	queue(&r, &request, 0);
	submit(&r);
	usleep(100000);
	struct completion cqe = { 0 };
	must(!reap(&r, &cqe), "the open of a FIFO completed with %d", cqe.res);
	print_unknown(&request);
}

static void in_flight(void)
{
	block();
}

static void in_flight_killed(void)
{
	block();
	fflush(stdout);
	raise(SIGKILL);
}

/* The result of the blocked open comes from a cancellation. */
static void async_cancel(void)
{
	struct ring r = ring(0);
	must(mkfifo("fifo", 0600) == 0 || errno == EEXIST, "mkfifo");
	struct request request = { OPENAT, "fifo", O_RDONLY, 0, 0, .sqe_flags = IOSQE_ASYNC };
	queue(&r, &request, 1);
	submit(&r);
	usleep(100000);
	struct io_uring_sqe *sqe = next_sqe(&r);
	sqe->opcode = IORING_OP_ASYNC_CANCEL;
	sqe->addr = 1;
	sqe->user_data = 2;
	submit(&r);
	int result = 0;
	for (int i = 0; i < 2; i++) {
		struct completion cqe = wait_cqe(&r);
		if (cqe.user_data == 1)
			result = cqe.res;
	}
	must(result < 0, "a cancelled open returned %d", result);
	print_truth(&request, result);
}

/* A thread submits a request that another one prepared: the process is the same, the tid isn't. */
static void *submit_and_wait(void *argument)
{
	struct ring *r = argument;
	struct request requests[] = {
		{ OPENAT, "there", O_RDONLY, 0, AN_FD },
		{ OPENAT2, "absent", O_RDONLY, 0, -ENOENT },
	};
	RUN(r, requests);
	return NULL;
}

static void thread(void)
{
	struct ring r = ring(0);
	make_file("there");
	pthread_t id;
	must(pthread_create(&id, NULL, submit_and_wait, &r) == 0, "pthread_create");
	pthread_join(id, NULL);
}

/* Requests that are no opens leave no rows. */
static void others(void)
{
	struct ring r = ring(0);
	struct request request = { OPENAT, "made", O_WRONLY | O_CREAT, 0600, 0 };
	queue(&r, &request, 0);
	submit(&r);
	int fd = wait_cqe(&r).res;
	must(fd >= 0, "open");
	print_truth(&request, fd);
	for (int i = 0; i < 3; i++) {
		struct io_uring_sqe *sqe = next_sqe(&r);
		sqe->opcode = i == 0 ? IORING_OP_NOP : i == 1 ? IORING_OP_UNLINKAT : IORING_OP_CLOSE;
		sqe->fd = i == 1 ? AT_FDCWD : i == 2 ? fd : 0;
		sqe->addr = i == 1 ? (uintptr_t)"made" : 0;
		submit(&r);
		must(wait_cqe(&r).res == 0, "request %d", i);
	}
}

/* Enough opens to fill a queue many times: none may be lost or joined with another's result. */
static void many(void)
{
	struct ring r = ring(0);
	char names[ENTRIES][16];
	make_file("there");
	for (int batch = 0; batch < 50; batch++) {
		struct request requests[ENTRIES];
		for (int i = 0; i < ENTRIES; i++) {
			sprintf(names[i], "many%02d.%02d", batch, i);
			requests[i] = (struct request){
				OPENAT, names[i], i % 2 ? O_RDONLY : O_WRONLY, 0, -ENOENT,
				.sqe_flags = i % 8 == 0 ? IOSQE_ASYNC : 0,
			};
		}
		RUN(&r, requests);
	}
}

static const struct {
	const char *name;
	void (*run)(void);
} cases[] = {
	{ "openat", openat_ },
	{ "openat2", openat2_ },
	{ "relative", relative },
	{ "failing", failing },
	{ "linked", linked },
	{ "cancelled", cancelled },
	{ "hardlinked", hardlinked },
	{ "drain", drain },
	{ "sqpoll", sqpoll },
	{ "async", async },
	{ "deferred", deferred },
	{ "direct", direct },
	{ "direct-alloc", direct_alloc },
	{ "nonresident", nonresident },
	{ "same-user-data", same_user_data },
	{ "skip-success", skip_success },
	{ "overflow", overflow },
	{ "refused", refused },
	{ "refused-link", refused_link },
	{ "refused-in-link", refused_in_link },
	{ "bad-name", bad_name },
	{ "bad-how", bad_how },
	{ "in-flight", in_flight },
	{ "in-flight-killed", in_flight_killed },
	{ "async-cancel", async_cancel },
	{ "thread", thread },
	{ "others", others },
	{ "many", many },
};

int main(int argc, char **argv)
{
	for (unsigned i = 0; i < COUNT(cases); i++) {
		if (argc < 2)
			puts(cases[i].name);
		else if (strcmp(argv[1], cases[i].name) == 0)
			return cases[i].run(), 0;
	}
	must(argc < 2, "no case %s", argc < 2 ? "" : argv[1]);
}

/*
 * Rings of every layout, and every way to come to a ring: `uringkinds CASE` runs one case in the
 * current directory, `uringkinds` alone lists the cases that this kernel supports. Every case makes
 * one directory by each request, and prints the name and the result of each.
 *
 * include/uapi/linux/io_uring.h, io_uring_setup(2), io_uring_register(2)
 */
// cc: -pthread
#define _GNU_SOURCE
#include "truth.h"

#include <fcntl.h>
#include <linux/io_uring.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* Newer than some headers. */
enum {
	SETUP_NO_MMAP = 1 << 14,
	SETUP_REGISTERED_FD_ONLY = 1 << 15,
	SETUP_NO_SQARRAY = 1 << 16,
	SETUP_CQE_MIXED = 1 << 18,
};

struct layout {
	unsigned entries, flags, enter_flags;
	int fd;
	char *rings, *sqes;
	struct io_uring_params p;
};

static unsigned *at(struct layout *r, unsigned offset)
{
	return (unsigned *)(r->rings + offset);
}

static void map_rings(struct layout *r, int fd)
{
	size_t size = 1 << 16;
	r->rings = mmap(NULL, size / 4, PROT_READ | PROT_WRITE, MAP_SHARED, fd, IORING_OFF_SQ_RING);
	if (r->rings == MAP_FAILED)
		r->rings = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, IORING_OFF_SQ_RING);
	r->sqes = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, IORING_OFF_SQES);
	must(r->rings != MAP_FAILED && r->sqes != MAP_FAILED, "mmap");
}

/* Returns 0 if this kernel does not know the flags. */
static int set_up(struct layout *r, unsigned flags)
{
	*r = (struct layout){ .entries = 8, .flags = flags };
	r->p.flags = flags;
	if (flags & SETUP_NO_MMAP) {
		char *memory = mmap(NULL, 2 << 20, PROT_READ | PROT_WRITE,
				    MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
		r->rings = memory;
		r->sqes = memory + 4096;
		r->p.cq_off.resv2 = (uintptr_t)r->rings; /* user_addr */
		r->p.sq_off.resv2 = (uintptr_t)r->sqes;
	}
	r->fd = syscall(SYS_io_uring_setup, r->entries, &r->p);
	if (r->fd < 0)
		return 0;
	if (flags & SETUP_REGISTERED_FD_ONLY)
		r->enter_flags = IORING_ENTER_REGISTERED_RING;
	if (!(flags & SETUP_NO_MMAP))
		map_rings(r, r->fd);
	return 1;
}

static struct layout ring(unsigned flags)
{
	struct layout r;
	must(set_up(&r, flags), "io_uring_setup(%#x)", flags);
	return r;
}

static void queue_op(struct layout *r, int op, const char *name, uint64_t user_data, unsigned sqe_flags)
{
	unsigned tail = *at(r, r->p.sq_off.tail), index = tail & (r->p.sq_entries - 1);
	unsigned stride = r->flags & IORING_SETUP_SQE128 ? 128 : 64;
	struct io_uring_sqe *sqe = (void *)(r->sqes + index * stride);
	memset(sqe, 0, stride);
	sqe->opcode = op;
	sqe->flags = sqe_flags;
	sqe->fd = AT_FDCWD;
	sqe->addr = (uintptr_t)name;
	sqe->len = 0700;
	sqe->user_data = user_data;
	if (!(r->flags & SETUP_NO_SQARRAY))
		at(r, r->p.sq_off.array)[index] = index;
	__atomic_store_n(at(r, r->p.sq_off.tail), tail + 1, __ATOMIC_RELEASE);
}

static void queue(struct layout *r, const char *name, uint64_t user_data, unsigned sqe_flags)
{
	queue_op(r, IORING_OP_MKDIRAT, name, user_data, sqe_flags);
}

static void enter(struct layout *r, unsigned submit, unsigned wait)
{
	unsigned flags = r->enter_flags | (wait ? IORING_ENTER_GETEVENTS : 0);
	int done = syscall(SYS_io_uring_enter, r->fd, submit, wait, flags, NULL, 0);
	must(done >= (int)submit, "io_uring_enter: %d", done);
}

static int reap(struct layout *r, uint64_t user_data)
{
	unsigned head = *at(r, r->p.cq_off.head), index = head & (r->p.cq_entries - 1);
	unsigned stride = r->flags & IORING_SETUP_CQE32 ? 32 : 16;
	must(head != __atomic_load_n(at(r, r->p.cq_off.tail), __ATOMIC_ACQUIRE), "no completion");
	struct io_uring_cqe *cqe = (void *)(r->rings + r->p.cq_off.cqes + index * stride);
	must(cqe->user_data == user_data, "another completion");
	int result = cqe->res;
	__atomic_store_n(at(r, r->p.cq_off.head), head + 1, __ATOMIC_RELEASE);
	return result;
}

static void tell(const char *name, int result)
{
	printf("%s %d\n", name, result);
	fflush(stdout);
}

static void make(struct layout *r, const char *name)
{
	queue(r, name, 7, 0);
	enter(r, 1, 1);
	tell(name, reap(r, 7));
}

/* More than one round of the queues. */
static void rounds(struct layout *r)
{
	for (int i = 0; i < 21; i++) {
		char name[16];
		sprintf(name, "round%d", i);
		make(r, name);
	}
	for (int i = 0; i < 3; i++)
		queue(r, i == 1 ? "round0" : i ? "last" : "first", i, 0);
	enter(r, 3, 3);
	tell("first", reap(r, 0));
	tell("round0", reap(r, 1));
	tell("last", reap(r, 2));
}

#define LAYOUT(name, flags)                  \
	static void name(void)               \
	{                                    \
		struct layout r = ring(flags); \
		rounds(&r);                  \
	}
LAYOUT(plain, 0)
LAYOUT(sqe128, IORING_SETUP_SQE128)
LAYOUT(cqe32, IORING_SETUP_CQE32)
LAYOUT(both, IORING_SETUP_SQE128 | IORING_SETUP_CQE32)
LAYOUT(mixed, SETUP_CQE_MIXED)
LAYOUT(no_array, SETUP_NO_SQARRAY)
LAYOUT(no_mmap, SETUP_NO_MMAP)
LAYOUT(only_registered, SETUP_NO_MMAP | SETUP_REGISTERED_FD_ONLY)

static void registered(void)
{
	struct layout r = ring(0);
	struct io_uring_rsrc_update update = { .offset = -1U, .data = r.fd };
	must(syscall(SYS_io_uring_register, r.fd, IORING_REGISTER_RING_FDS, &update, 1) == 1,
	     "IORING_REGISTER_RING_FDS");
	close(r.fd); /* the mapping is all that is left */
	r.fd = update.offset;
	r.enter_flags = IORING_ENTER_REGISTERED_RING;
	rounds(&r);
}

static void duplicated(void)
{
	struct layout r = ring(0);
	int fd = dup(r.fd);
	close(r.fd);
	r.fd = fd;
	make(&r, "by-dup");
}

static void inherited(void)
{
	struct layout r = ring(0);
	make(&r, "by-parent");
	pid_t pid = fork();
	if (pid == 0) {
		make(&r, "by-child");
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	make(&r, "by-parent-again");
}

/* The thief has no mapping of the ring: only its owner can fill and read the queues. */
static void taken(void)
{
	struct layout r = ring(0);
	int status;
	/* The kernel takes names from the memory of the thread that enters: the child has the same. */
	queue(&r, "by-thief", 7, 0);
	pid_t pid = fork();
	if (pid == 0) {
		munmap(r.rings, 4096);
		munmap(r.sqes, 4096);
		close(r.fd);
		int pidfd = syscall(SYS_pidfd_open, getppid(), 0);
		r.fd = syscall(SYS_pidfd_getfd, pidfd, r.fd, 0);
		must(r.fd >= 0, "pidfd_getfd");
		enter(&r, 1, 1);
		_exit(0);
	}
	must(waitpid(pid, &status, 0) == pid && status == 0, "the thief failed");
	tell("by-thief", reap(&r, 7));
}

/* Two rings with the same user_data at once. */
static void several(void)
{
	struct layout one = ring(0), other = ring(0);
	queue(&one, "in-one", 7, 0);
	queue(&other, "in-other", 7, 0);
	enter(&one, 1, 0);
	enter(&other, 1, 1);
	tell("in-other", reap(&other, 7));
	enter(&one, 0, 1);
	tell("in-one", reap(&one, 7));
}

/* A new ring where an old one was mapped. */
static void replaced(void)
{
	struct layout r = ring(0);
	make(&r, "in-old");
	munmap(r.rings, 4096);
	munmap(r.sqes, 4096);
	close(r.fd);
	r = ring(IORING_SETUP_SQE128);
	make(&r, "in-new");
}

static void moved(void)
{
	struct layout r = ring(0);
	make(&r, "before");
	char *sqes = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, r.fd, IORING_OFF_SQES);
	char *rings = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, r.fd, IORING_OFF_CQ_RING);
	must(sqes != MAP_FAILED && rings != MAP_FAILED, "mmap");
	munmap(r.rings, 4096);
	munmap(r.sqes, 4096);
	r.rings = rings;
	r.sqes = sqes;
	make(&r, "after");
}

static void *submit_in_thread(void *argument)
{
	make(argument, "by-thread");
	return NULL;
}

static void thread(void)
{
	struct layout r = ring(0);
	pthread_t id;
	must(pthread_create(&id, NULL, submit_in_thread, &r) == 0, "pthread_create");
	pthread_join(id, NULL);
	make(&r, "by-main");
}

/* The completion is taken without another call on the ring. */
static void late(void)
{
	struct layout r = ring(0);
	queue(&r, "late", 7, IOSQE_ASYNC);
	enter(&r, 1, 0);
	while (*at(&r, r.p.cq_off.head) == __atomic_load_n(at(&r, r.p.cq_off.tail), __ATOMIC_ACQUIRE))
		;
	tell("late", reap(&r, 7));
}

/* Submitted before the exec, which waits for it or cancels it; nobody takes the completion. */
static void executed(void)
{
	struct layout r = ring(0);
	queue(&r, "by-exec", 7, IOSQE_ASYNC);
	enter(&r, 1, 0);
	execl("/bin/sh", "sh", "-c",
	      "test -d by-exec && echo by-exec 0 || echo by-exec -125", NULL);
}

/* Requests that are no file operations, of the same user_data, leave file operations alone. */
static void others(void)
{
	struct layout r = ring(0);
	for (int i = 0; i < 3; i++) {
		queue_op(&r, IORING_OP_NOP, NULL, 7, 0);
		enter(&r, 1, 1);
		must(reap(&r, 7) == 0, "IORING_OP_NOP");
		make(&r, i ? i == 1 ? "second" : "third" : "first");
	}
	queue_op(&r, IORING_OP_NOP, NULL, 9, 0);
	queue(&r, "fourth", 9, 0);
	enter(&r, 2, 2);
	must(reap(&r, 9) == 0 && reap(&r, 9) == 0, "both succeed");
	tell("fourth", 0);
}

/* The kernel stops at an entry without a valid index; what follows it is left. */
static void bad_index(void)
{
	struct layout r = ring(0);
	queue(&r, "taken", 1, 0);
	queue(&r, "dropped", 2, 0);
	queue(&r, "left", 3, 0);
	at(&r, r.p.sq_off.array)[1] = 4711;
	int done = syscall(SYS_io_uring_enter, r.fd, 3, 1, IORING_ENTER_GETEVENTS, NULL, 0);
	must(done == 1, "io_uring_enter: %d", done);
	enter(&r, 0, 1);
	tell("taken", reap(&r, 1));
	enter(&r, 1, 1);
	tell("left", reap(&r, 3));
}

static const struct {
	const char *name;
	void (*run)(void);
	unsigned flags;
} cases[] = {
	{ "plain", plain, 0 },
	{ "sqe128", sqe128, IORING_SETUP_SQE128 },
	{ "cqe32", cqe32, IORING_SETUP_CQE32 },
	{ "sqe128-cqe32", both, IORING_SETUP_CQE32 },
	{ "cqe-mixed", mixed, SETUP_CQE_MIXED },
	{ "no-sqarray", no_array, SETUP_NO_SQARRAY },
	{ "no-mmap", no_mmap, SETUP_NO_MMAP },
	{ "only-registered", only_registered, SETUP_NO_MMAP | SETUP_REGISTERED_FD_ONLY },
	{ "registered", registered, 0 },
	{ "duplicated", duplicated, 0 },
	{ "inherited", inherited, 0 },
	{ "taken", taken, 0 },
	{ "several", several, 0 },
	{ "replaced", replaced, 0 },
	{ "moved", moved, 0 },
	{ "thread", thread, 0 },
	{ "late", late, 0 },
	{ "executed", executed, 0 },
	{ "others", others, 0 },
	{ "bad-index", bad_index, 0 },
};

int main(int argc, char **argv)
{
	for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct layout r;
		if (argc < 2 && set_up(&r, cases[i].flags))
			puts(cases[i].name);
		else if (argc > 1 && strcmp(argv[1], cases[i].name) == 0)
			return cases[i].run(), 0;
	}
	must(argc < 2, "no case %s", argc < 2 ? "" : argv[1]);
}

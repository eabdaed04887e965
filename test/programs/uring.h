/*
 * An io_uring by raw system calls, for test programs that must know exactly what they submit.
 *
 * include/uapi/linux/io_uring.h, io_uring_setup(2), io_uring_enter(2)
 */
#ifndef URING_H
#define URING_H

#include "truth.h"

#include <linux/io_uring.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>

struct ring {
	int fd;
	unsigned flags;
	unsigned *sq_head, *sq_tail, *sq_mask, *sq_flags, *sq_array;
	unsigned *cq_head, *cq_tail, *cq_mask;
	struct io_uring_sqe *sqes;
	struct io_uring_cqe *cqes;
	unsigned queued;
};

/* The maximum of requests in a batch, and the number of entries of the default ring. */
#define ENTRIES 64

static struct ring ring_of(unsigned entries, unsigned cq_entries, unsigned flags)
{
	struct io_uring_params p = { .flags = flags, .sq_thread_idle = 1000 };
	if (cq_entries) {
		p.flags |= IORING_SETUP_CQSIZE;
		p.cq_entries = cq_entries;
	}
	struct ring r = { .flags = flags };
	r.fd = syscall(SYS_io_uring_setup, entries, &p);
	must(r.fd >= 0, "io_uring_setup(%u, flags %#x)", entries, p.flags);
	must(p.features & IORING_FEAT_SINGLE_MMAP, "IORING_FEAT_SINGLE_MMAP is missing");

	size_t sq = p.sq_off.array + p.sq_entries * sizeof(unsigned);
	size_t cq = p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe);
	char *rings = mmap(NULL, sq > cq ? sq : cq, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_POPULATE, r.fd, IORING_OFF_SQ_RING);
	must(rings != MAP_FAILED, "mmap of the rings");
	r.sqes = mmap(NULL, p.sq_entries * sizeof(struct io_uring_sqe), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_POPULATE, r.fd, IORING_OFF_SQES);
	must(r.sqes != MAP_FAILED, "mmap of the submission entries");
	r.sq_head = (void *)(rings + p.sq_off.head);
	r.sq_tail = (void *)(rings + p.sq_off.tail);
	r.sq_mask = (void *)(rings + p.sq_off.ring_mask);
	r.sq_flags = (void *)(rings + p.sq_off.flags);
	r.sq_array = (void *)(rings + p.sq_off.array);
	r.cq_head = (void *)(rings + p.cq_off.head);
	r.cq_tail = (void *)(rings + p.cq_off.tail);
	r.cq_mask = (void *)(rings + p.cq_off.ring_mask);
	r.cqes = (void *)(rings + p.cq_off.cqes);
	return r;
}

static struct ring ring(unsigned flags)
{
	return ring_of(ENTRIES, 0, flags);
}

static struct io_uring_sqe *next_sqe(struct ring *r)
{
	unsigned tail = *r->sq_tail + r->queued;
	unsigned index = tail & *r->sq_mask;
	must(tail - __atomic_load_n(r->sq_head, __ATOMIC_ACQUIRE) <= *r->sq_mask, "queue is full");
	struct io_uring_sqe *sqe = &r->sqes[index];
	memset(sqe, 0, sizeof *sqe);
	r->sq_array[index] = index;
	r->queued++;
	return sqe;
}

static int enter(struct ring *r, unsigned submit, unsigned wait, unsigned flags)
{
	int result;
	do
		result = syscall(SYS_io_uring_enter, r->fd, submit, wait, flags, NULL, 0);
	while (result < 0 && errno == EINTR);
	must(result >= 0, "io_uring_enter(%u, %u, %#x)", submit, wait, flags);
	return result;
}

/* Submits everything queued. A broken entry ends a submission early: continue after it. */
static void submit(struct ring *r)
{
	/* Not earlier: a polling thread takes entries behind the tail at once. */
	__atomic_store_n(r->sq_tail, *r->sq_tail + r->queued, __ATOMIC_RELEASE);
	if (r->flags & IORING_SETUP_SQPOLL) {
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
		if (__atomic_load_n(r->sq_flags, __ATOMIC_RELAXED) & IORING_SQ_NEED_WAKEUP)
			enter(r, r->queued, 0, IORING_ENTER_SQ_WAKEUP);
		r->queued = 0;
	}
	while (r->queued > 0)
		r->queued -= enter(r, r->queued, 0, 0);
}

struct completion {
	uint64_t user_data;
	int res;
};

/* Takes a completion if there is one. */
static int reap(struct ring *r, struct completion *into)
{
	unsigned head = *r->cq_head;
	if (head == __atomic_load_n(r->cq_tail, __ATOMIC_ACQUIRE))
		return 0;
	const struct io_uring_cqe *cqe = &r->cqes[head & *r->cq_mask];
	*into = (struct completion){ cqe->user_data, cqe->res };
	__atomic_store_n(r->cq_head, head + 1, __ATOMIC_RELEASE);
	return 1;
}

static struct completion wait_cqe(struct ring *r)
{
	struct completion cqe;
	while (!reap(r, &cqe))
		enter(r, 0, 1, IORING_ENTER_GETEVENTS);
	return cqe;
}

#endif

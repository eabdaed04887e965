/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * io_uring requests on files. The name is available at submission and freed at completion, so there
 * is an event for each; user space joins them by id.
 */
#ifndef TRACE_IO_URING_BPF_H
#define TRACE_IO_URING_BPF_H

#include "uring_inflight.h"
#include "uring_request.h"

/* Replaces the comm of an io_uring worker thread by that of its process. */
static __always_inline void set_owner_comm(struct event *event)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	if (BPF_CORE_READ(task, flags) & PF_IO_WORKER) {
		struct task_struct *leader = BPF_CORE_READ(task, group_leader);
		bpf_core_read(event->comm, sizeof(event->comm), &leader->comm);
	}
}

/*
 * Emits a submission and stores its id in the entry. Up to 5.17 a failed request that is part of a
 * chain is submitted too, to fail with the chain.
 */
static __always_inline void emit_submission(struct io_kiocb *kiocb, u64 ring, u64 user_data,
					    struct inflight_request *entry, int may_have_failed)
{
	u8 opcode = entry->opcode;
	struct record *record = begin_record(SCRATCH_URING, EVENT_URING_SUBMIT, config.uring_call);
	if (!record)
		return;
	struct event *event = &record->event;
	struct request request = {};
	struct failed_request failed = {};
	struct sqe sqe = {};
	u64 flags = request_flags(kiocb);
	int is_failed = may_have_failed && (flags & REQ_F_FAIL);

	if (is_failed) {
		if (bpf_core_type_exists(struct trace_event_raw_io_uring_req_failed))
			return; /* uring_failed reports it */
		if (!read_last_sqe(&sqe, (void *)ring, user_data) || sqe.opcode != opcode)
			event->notes |= NOTE_NAME_UNREADABLE | NOTE_DFD_UNKNOWN;
		else if (!read_failed_sqe(event, &failed, &sqe, opcode, 0))
			return;
	} else if (!read_command(event, &request, kiocb, opcode, user_data)) {
		return;
	}
	if (is_open(opcode) && !flags_match(event->flags))
		return;
	entry->id = new_id(record);
	set_owner_comm(event);
	event->abi = ABI_IO_URING;
	event->nr = opcode;
	event->id = entry->id;
	event->user_data = user_data;
	event->ring = ring;
	entry->direct = event->notes & NOTE_DIRECT;
	if (BPF_CORE_READ(kiocb, ctx, flags) & IORING_SETUP_SQPOLL)
		event->notes |= NOTE_SQPOLL;
	if (flags & REQ_F_CQE_SKIP)
		event->notes |= NOTE_CQE_SKIP;
	u32 offset = is_failed ? append_failed_request(record, &failed, opcode, sqe.off) :
				 append_request(record, &request, opcode);
	send_record(record, offset, SCRATCH_URING);
}

static __always_inline int on_submit(u64 request, u64 ring, u64 user_data, int may_have_failed)
{
	struct inflight_request entry = { .opcode = BPF_CORE_READ((struct io_kiocb *)request,
								  opcode) };
	int enabled = op_enabled(entry.opcode);

	if ((!enabled && !keyed_by_user_data()) || !task_matches())
		return 0;
	if (enabled)
		emit_submission((void *)request, ring, user_data, &entry, may_have_failed);
	if (entry.id || keyed_by_user_data())
		track_request(request_key(request, ring, user_data), &entry);
	return 0;
}

SEC("?tracepoint/io_uring/io_uring_submit_req")
int uring_submit_req(struct trace_event_raw_io_uring_submit_req *context)
{
	return on_submit((u64)context->req, (u64)context->ctx, context->user_data, 0);
}

/* The name up to 6.3. Before 5.10.162, and from 5.11 to 5.13, it lacks the request. */
SEC("?tracepoint/io_uring/io_uring_submit_sqe")
int uring_submit_sqe(struct trace_event_raw_io_uring_submit_sqe *context)
{
	if (!bpf_core_field_exists(context->req)) {
		if ((!bpf_core_field_exists(context->opcode) || op_enabled(context->opcode)) &&
		    task_matches())
			count_loss(LOSS_URING_UNRESOLVED);
		return 0;
	}
	return on_submit((u64)context->req, (u64)context->ctx, context->user_data, 1);
}

/* @ring is 0 if it is not known. */
static __always_inline void emit_failed_request(struct io_ring_ctx *ring, struct sqe *sqe,
						u64 addr3, int fd_known, s64 error)
{
	u8 opcode = sqe->opcode;
	struct record *record = begin_record(SCRATCH_URING, EVENT_URING_FAILED, config.uring_call);
	if (!record)
		return;
	struct event *event = &record->event;
	struct failed_request failed = {};

	if (!fd_known)
		event->notes |= NOTE_DFD_UNKNOWN;
	if (!read_failed_sqe(event, &failed, sqe, opcode, addr3) ||
	    (is_open(opcode) && !flags_match(event->flags)))
		return;
	set_owner_comm(event);
	event->abi = ABI_IO_URING;
	event->nr = opcode;
	event->ret = error;
	if (ring && (BPF_CORE_READ(ring, flags) & IORING_SETUP_SQPOLL))
		event->notes |= NOTE_SQPOLL;
	send_record(record, append_failed_request(record, &failed, opcode, sqe->off),
		    SCRATCH_URING);
}

static __always_inline void emit_completion(struct inflight_request *inflight,
					    struct io_kiocb *request, s64 result)
{
	struct record *record = begin_record(SCRATCH_URING, EVENT_URING_COMPLETE,
					     config.uring_call);
	if (!record)
		return;
	u32 offset = 0;
	record->event.id = inflight->id;
	record->event.ret = result;
	if (is_open(inflight->opcode) && result >= 0 && !inflight->direct)
		offset = append_file(record, fd_to_file(result), 0, SCRATCH_URING);
	else if (request && op_targets_fd(inflight->opcode))
		offset = append_file(record, BPF_CORE_READ(request, file), 0, SCRATCH_URING);
	send_record(record, offset, SCRATCH_URING);
}

SEC("?tracepoint/io_uring/io_uring_complete")
int uring_complete(struct trace_event_raw_io_uring_complete *context)
{
	struct io_kiocb *request = context->req;
	struct inflight_request inflight;

	if (!untrack_request((u64)request, &inflight))
		return 0;
	/* Memory can be reused after a completion that was skipped. */
	if (BPF_CORE_READ(request, opcode) == inflight.opcode)
		emit_completion(&inflight, request, context->res);
	return 0;
}

/*
 * Handles a completion without a submission. Up to 5.15 there is no tracepoint for failed requests.
 * They complete immediately, while their entry is still the last that was taken from the queue.
 */
static __always_inline void on_untracked(struct trace_event_raw_io_uring_complete *context,
					 s64 result)
{
	struct sqe sqe = {};

	if (bpf_core_type_exists(struct trace_event_raw_io_uring_req_failed) || result >= 0 ||
	    result == -ECANCELED || !task_matches())
		return;
	if (!read_last_sqe(&sqe, context->ctx, context->user_data))
		count_loss(LOSS_URING_UNRESOLVED);
	else if (op_enabled(sqe.opcode))
		emit_failed_request(context->ctx, &sqe, 0, 1, result);
}

/* Returns the result, which may be a long up to 5.15. */
static __always_inline s64 completion_result(struct trace_event_raw_io_uring_complete *context)
{
	if (bpf_core_field_size(context->res) == 8)
		return ((struct trace_event_raw_io_uring_complete___long *)context)->res;
	return context->res;
}

/* For kernels whose completions lack the request (up to 5.17). */
SEC("?tracepoint/io_uring/io_uring_complete")
int uring_complete_no_req(struct trace_event_raw_io_uring_complete *context)
{
	u64 key = request_key(0, (u64)context->ctx, context->user_data);
	struct inflight_request inflight;

	/* No recorded opcode has several completions. */
	if (bpf_core_field_exists(context->cflags) && (context->cflags & IORING_CQE_F_MORE))
		return 0;
	if (!untrack_request(key, &inflight))
		on_untracked(context, completion_result(context));
	else if (inflight.id)
		emit_completion(&inflight, 0, completion_result(context));
	return 0;
}

/* Up to 5.17 this tracepoint lacks the ring. */
SEC("?tracepoint/io_uring/io_uring_req_failed")
int uring_failed(struct trace_event_raw_io_uring_req_failed *context)
{
	struct io_ring_ctx *ring = 0;
	struct sqe sqe = {};
	int fd_known = 0;
	u64 addr3 = 0;

	if (!op_enabled(context->opcode) || !task_matches())
		return 0;
	if (bpf_core_field_exists(context->ctx)) {
		u64 key = (u64)context->req;
		bpf_map_delete_elem(&uring_inflight, &key);
		ring = context->ctx;
		fd_known = read_last_sqe(&sqe, ring, context->user_data) &&
			   sqe.opcode == context->opcode;
	}
	if (bpf_core_field_exists(context->addr3))
		addr3 = context->addr3;
	sqe.opcode = context->opcode;
	sqe.off = context->off;
	sqe.addr = context->addr;
	sqe.len = context->len;
	sqe.op_flags = context->op_flags;
	emit_failed_request(ring, &sqe, addr3, fd_known, context->error);
	return 0;
}

/* The completion queue is full: there is no other event for this completion. */
SEC("?tracepoint/io_uring/io_uring_cqe_overflow")
int uring_overflow(struct trace_event_raw_io_uring_cqe_overflow *context)
{
	if (!task_matches())
		return 0;
	struct record *record = begin_record(SCRATCH_URING, EVENT_URING_OVERFLOW,
					     config.uring_call);
	if (!record)
		return 0;
	record->event.id = (u64)context->ctx;
	record->event.user_data = context->user_data;
	record->event.ret = context->res;
	send_record(record, 0, SCRATCH_URING);
	return 0;
}

#endif

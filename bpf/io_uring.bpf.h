/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * Calls that name files, through io_uring. At submission the kernel has already copied the name; it
 * is gone again at completion. So one event tells of each, and the user side joins them by id.
 */
#ifndef TRACE_IO_URING_BPF_H
#define TRACE_IO_URING_BPF_H

#include "uring_inflight.h"
#include "uring_request.h"

/* A kernel thread of the ring goes by the name of the process that it works for. */
static __always_inline void name_owner(struct event *event)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	if (BPF_CORE_READ(task, flags) & PF_IO_WORKER) {
		struct task_struct *leader = BPF_CORE_READ(task, group_leader);
		bpf_core_read(event->comm, sizeof(event->comm), &leader->comm);
	}
}

/*
 * Tells of a request, and notes in the entry under which id. A refused one that is part of a chain
 * comes here too up to 5.17: it goes on, to fail with the chain.
 */
static __always_inline void tell_submission(struct io_kiocb *kiocb, u64 ring, u64 user_data,
					    struct in_flight *entry, int with_refused)
{
	u8 opcode = entry->opcode;
	struct record *record = begin_record(SCRATCH_URING, EVENT_URING_SUBMIT, config.uring_call);
	if (!record)
		return;
	struct event *event = &record->event;
	struct request request = {};
	struct refused refused = {};
	struct submission submission = {};
	u64 flags = request_flags(kiocb);
	int is_refused = with_refused && (flags & REQ_F_FAIL);

	if (is_refused) {
		if (bpf_core_type_exists(struct trace_event_raw_io_uring_req_failed))
			return; /* told there */
		if (!read_submission(&submission, (void *)ring, user_data) ||
		    submission.opcode != opcode)
			event->notes |= NOTE_NAME_UNREADABLE | NOTE_DFD_UNKNOWN;
		else if (!read_refused(event, &refused, &submission, opcode, 0))
			return;
	} else if (!read_command(event, &request, kiocb, opcode, user_data)) {
		return;
	}
	if (is_open(opcode) && !flags_wanted(event->flags))
		return;
	entry->id = new_id(record);
	name_owner(event);
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
	u32 offset = is_refused ? append_refused(record, &refused, opcode, submission.off) :
				  append_request(record, &request, opcode);
	send_record(record, offset, SCRATCH_URING);
}

static __always_inline int on_submit(u64 request, u64 ring, u64 user_data, int with_refused)
{
	struct in_flight entry = { .opcode = BPF_CORE_READ((struct io_kiocb *)request, opcode) };
	int wanted = op_wanted(entry.opcode);

	if ((!wanted && !known_by_user_data()) || !task_wanted())
		return 0;
	if (wanted)
		tell_submission((void *)request, ring, user_data, &entry, with_refused);
	if (entry.id || known_by_user_data())
		keep_request(request_key(request, ring, user_data), &entry);
	return 0;
}

SEC("?tracepoint/io_uring/io_uring_submit_req")
int uring_submit_req(struct trace_event_raw_io_uring_submit_req *context)
{
	return on_submit((u64)context->req, (u64)context->ctx, context->user_data, 0);
}

/* Up to 6.3, under another name; before 5.10.162, and from 5.11 to 5.13, without the request. */
SEC("?tracepoint/io_uring/io_uring_submit_sqe")
int uring_submit_sqe(struct trace_event_raw_io_uring_submit_sqe *context)
{
	if (!bpf_core_field_exists(context->req)) {
		if ((!bpf_core_field_exists(context->opcode) || op_wanted(context->opcode)) &&
		    task_wanted())
			count_loss(LOSS_URING_UNTOLD);
		return 0;
	}
	return on_submit((u64)context->req, (u64)context->ctx, context->user_data, 1);
}

static __always_inline void tell_refused(struct submission *submission, u64 addr3, int fd_known,
					 s64 error)
{
	u8 opcode = submission->opcode;
	struct record *record = begin_record(SCRATCH_URING, EVENT_URING_FAILED, config.uring_call);
	if (!record)
		return;
	struct event *event = &record->event;
	struct refused refused = {};

	if (!fd_known)
		event->notes |= NOTE_DFD_UNKNOWN;
	if (!read_refused(event, &refused, submission, opcode, addr3) ||
	    (is_open(opcode) && !flags_wanted(event->flags)))
		return;
	name_owner(event);
	event->abi = ABI_IO_URING;
	event->nr = opcode;
	event->ret = error;
	send_record(record, append_refused(record, &refused, opcode, submission->off), SCRATCH_URING);
}

static __always_inline void tell_outcome(struct in_flight *begun, struct io_kiocb *request, s64 result)
{
	struct record *record = begin_record(SCRATCH_URING, EVENT_URING_DONE, config.uring_call);
	if (!record)
		return;
	u32 offset = 0;
	record->event.id = begun->id;
	record->event.ret = result;
	if (is_open(begun->opcode) && result >= 0 && !begun->direct)
		offset = describe_file(record, file_of(result), 0, SCRATCH_URING);
	else if (request && names_file_by_fd(begun->opcode))
		offset = describe_file(record, BPF_CORE_READ(request, file), 0, SCRATCH_URING);
	send_record(record, offset, SCRATCH_URING);
}

SEC("?tracepoint/io_uring/io_uring_complete")
int uring_complete(struct trace_event_raw_io_uring_complete *context)
{
	struct io_kiocb *request = context->req;
	struct in_flight begun;

	if (!take_request((u64)request, &begun))
		return 0;
	/* The memory may be used again, after a completion that was skipped. */
	if (BPF_CORE_READ(request, opcode) == begun.opcode)
		tell_outcome(&begun, request, context->res);
	return 0;
}

/*
 * Up to 5.15 no tracepoint tells of refused requests. They complete like others, at once, while
 * their entry is still the last that was taken from the queue.
 */
static __always_inline void on_unknown(struct trace_event_raw_io_uring_complete *context, s64 result)
{
	struct submission submission = {};

	if (bpf_core_type_exists(struct trace_event_raw_io_uring_req_failed) || result >= 0 ||
	    result == -ECANCELED || !task_wanted())
		return;
	if (!read_submission(&submission, context->ctx, context->user_data))
		count_loss(LOSS_URING_UNTOLD);
	else if (op_wanted(submission.opcode))
		tell_refused(&submission, 0, 1, result);
}

/* Up to 5.15 it may be a long. */
static __always_inline s64 result_of(struct trace_event_raw_io_uring_complete *context)
{
	if (bpf_core_field_size(context->res) == 8)
		return ((struct trace_event_raw_io_uring_complete___long *)context)->res;
	return context->res;
}

/* Where a completion does not tell its request. */
SEC("?tracepoint/io_uring/io_uring_complete")
int uring_complete_unnamed(struct trace_event_raw_io_uring_complete *context)
{
	u64 key = request_key(0, (u64)context->ctx, context->user_data);
	struct in_flight begun;

	/* No request that is recorded has several. */
	if (bpf_core_field_exists(context->cflags) && (context->cflags & IORING_CQE_F_MORE))
		return 0;
	if (!take_request(key, &begun))
		on_unknown(context, result_of(context));
	else if (begun.id)
		tell_outcome(&begun, 0, result_of(context));
	return 0;
}

/* Up to 5.17 it does not tell the ring. */
SEC("?tracepoint/io_uring/io_uring_req_failed")
int uring_failed(struct trace_event_raw_io_uring_req_failed *context)
{
	struct submission submission = {};
	int fd_known = 0;
	u64 addr3 = 0;

	if (!op_wanted(context->opcode) || !task_wanted())
		return 0;
	if (bpf_core_field_exists(context->ctx)) {
		u64 key = (u64)context->req;
		bpf_map_delete_elem(&in_flight, &key);
		fd_known = read_submission(&submission, context->ctx, context->user_data) &&
			   submission.opcode == context->opcode;
	}
	if (bpf_core_field_exists(context->addr3))
		addr3 = context->addr3;
	submission.opcode = context->opcode;
	submission.off = context->off;
	submission.addr = context->addr;
	submission.len = context->len;
	submission.op_flags = context->op_flags;
	tell_refused(&submission, addr3, fd_known, context->error);
	return 0;
}

/* The outcome did not fit into the completion queue: the kernel tells it here and nowhere else. */
SEC("?tracepoint/io_uring/io_uring_cqe_overflow")
int uring_overflow(struct trace_event_raw_io_uring_cqe_overflow *context)
{
	if (!task_wanted())
		return 0;
	struct record *record = begin_record(SCRATCH_URING, EVENT_URING_LOST_CQE, config.uring_call);
	if (!record)
		return 0;
	record->event.id = (u64)context->ctx;
	record->event.user_data = context->user_data;
	record->event.ret = context->res;
	send_record(record, 0, SCRATCH_URING);
	return 0;
}

#endif

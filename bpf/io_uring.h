/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * Calls that name files, through io_uring. At submission the kernel has already copied the name; it is gone again at
 * completion. So one event tells of each, and the user side joins them by id. In-flight requests
 * stand in an LRU hash: one that never completes (IOSQE_CQE_SKIP_SUCCESS) must not fill it.
 */
#ifndef TRACE_IO_URING_H
#define TRACE_IO_URING_H

#include "uring_request.h"

struct in_flight {
	u64 id;
	u32 opcode;
	u32 direct; /* opened into a slot: the result is no fd */
};
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, u64);
	__type(value, struct in_flight);
} in_flight SEC(".maps");

/* A request is known by its address; where the completion does not tell it (5.10), by its ring and
 * user_data, which a program need not keep unique. */
static __always_inline u64 request_key(u64 request, u64 ring, u64 user_data)
{
	if (bpf_core_field_exists(struct trace_event_raw_io_uring_complete, req))
		return request;
	return ring ^ (user_data * 0x9E3779B97F4A7C15ULL);
}

/* A kernel thread of the ring goes by the name of the process that it works for. */
static __always_inline void name_owner(struct event *event)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	if (BPF_CORE_READ(task, flags) & PF_IO_WORKER) {
		struct task_struct *leader = BPF_CORE_READ(task, group_leader);
		bpf_core_read(event->comm, sizeof(event->comm), &leader->comm);
	}
}

static __always_inline int on_submit(u64 request_address, u64 ring, u64 user_data)
{
	struct io_kiocb *kiocb = (void *)request_address;
	u8 opcode = BPF_CORE_READ(kiocb, opcode);
	if (!op_wanted(opcode) || !task_wanted())
		return 0;
	struct record *record = begin_record(SCRATCH_URING, EVENT_URING_SUBMIT, config.uring_call);
	if (!record)
		return 0;
	struct event *event = &record->event;
	struct request request = {};
	if (!read_command(event, &request, kiocb, opcode, user_data))
		return 0;
	if (is_open(opcode) && !flags_wanted(event->flags))
		return 0;
	u64 key = request_key(request_address, ring, user_data);
	struct in_flight entry = { .id = new_id(record), .opcode = opcode };

	name_owner(event);
	event->abi = ABI_IO_URING;
	event->nr = opcode;
	event->id = entry.id;
	event->user_data = user_data;
	event->ring = ring;
	entry.direct = event->notes & NOTE_DIRECT;
	if (BPF_CORE_READ(kiocb, ctx, flags) & IORING_SETUP_SQPOLL)
		event->notes |= NOTE_SQPOLL;
	if (request_flags(kiocb) & REQ_F_CQE_SKIP)
		event->notes |= NOTE_CQE_SKIP;
	u32 offset = append_request(record, &request, opcode);
	if (bpf_map_update_elem(&in_flight, &key, &entry, BPF_ANY))
		count_loss(LOSS_URING_FULL);
	send_record(record, offset, SCRATCH_URING);
	return 0;
}

SEC("?tracepoint/io_uring/io_uring_submit_req")
int uring_submit_req(struct trace_event_raw_io_uring_submit_req *context)
{
	return on_submit((u64)context->req, (u64)context->ctx, context->user_data);
}

/* Up to 6.3, under another name; before 5.10.162 without the request, so that nothing can be read. */
SEC("?tracepoint/io_uring/io_uring_submit_sqe")
int uring_submit_sqe(struct trace_event_raw_io_uring_submit_sqe *context)
{
	if (!bpf_core_field_exists(context->req))
		return 0;
	return on_submit((u64)context->req, (u64)context->ctx, context->user_data);
}

SEC("?tracepoint/io_uring/io_uring_complete")
int uring_complete(struct trace_event_raw_io_uring_complete *context)
{
	u64 request_address = 0;
	if (bpf_core_field_exists(context->req))
		request_address = (u64)context->req;
	u64 key = request_key(request_address, (u64)context->ctx, context->user_data);
	struct in_flight *entry = bpf_map_lookup_elem(&in_flight, &key);
	if (!entry)
		return 0;
	struct in_flight begun = *entry;
	struct io_kiocb *request = (void *)request_address;
	if (request && BPF_CORE_READ(request, opcode) != begun.opcode)
		return 0; /* the memory was used again after a completion that was skipped */
	bpf_map_delete_elem(&in_flight, &key);

	struct record *record = begin_record(SCRATCH_URING, EVENT_URING_DONE, config.uring_call);
	if (!record)
		return 0;
	u32 offset = 0;
	record->event.id = begun.id;
	record->event.ret = context->res;
	if (is_open(begun.opcode) && context->res >= 0 && !begun.direct)
		offset = describe_file(record, file_of(context->res), 0, SCRATCH_URING);
	else if (request && names_file_by_fd(begun.opcode))
		offset = describe_file(record, BPF_CORE_READ(request, file), 0, SCRATCH_URING);
	send_record(record, offset, SCRATCH_URING);
	return 0;
}

SEC("?tracepoint/io_uring/io_uring_req_failed")
int uring_failed(struct trace_event_raw_io_uring_req_failed *context)
{
	u8 opcode = context->opcode;
	if (!op_wanted(opcode) || !task_wanted())
		return 0;
	struct record *record = begin_record(SCRATCH_URING, EVENT_URING_FAILED, config.uring_call);
	if (!record)
		return 0;
	struct event *event = &record->event;
	struct refused refused = {};
	u64 key = (u64)context->req;
	bpf_map_delete_elem(&in_flight, &key);
	if (!read_refused(event, &refused, context, opcode))
		return 0;
	if (is_open(opcode) && !flags_wanted(event->flags))
		return 0;
	name_owner(event);
	event->abi = ABI_IO_URING;
	event->nr = opcode;
	event->ret = context->error;
	send_record(record, append_refused(record, &refused, opcode, context->off), SCRATCH_URING);
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

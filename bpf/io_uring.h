/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * Opens through io_uring. At submission the kernel has already copied the name; it is gone again at
 * completion. So one event tells of each, and the user side joins them by id. In-flight requests
 * stand in an LRU hash: one that never completes (IOSQE_CQE_SKIP_SUCCESS) must not fill it.
 */
#ifndef TRACE_IO_URING_H
#define TRACE_IO_URING_H

#include "filter.h"
#include "path.h"

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

static __always_inline int is_open(u8 opcode)
{
	return opcode == IORING_OP_OPENAT || opcode == IORING_OP_OPENAT2;
}

static __always_inline u64 request_flags(struct io_kiocb *request)
{
	u64 flags = 0;
	bpf_core_read(&flags, bpf_core_field_size(request->flags) == 8 ? 8 : 4, &request->flags);
	return flags;
}

static __always_inline struct filename *filename_of(struct io_open *open)
{
	struct filename *filename = 0;
	u32 offset = bpf_core_type_exists(struct delayed_filename) ?
			     bpf_core_field_offset(struct io_open___delayed, filename) :
			     bpf_core_field_offset(struct io_open, filename);
	bpf_probe_read_kernel(&filename, sizeof(filename), (void *)open + offset);
	return filename;
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
	struct io_kiocb *request = (void *)request_address;
	struct io_open *open = (void *)request;
	u8 opcode = BPF_CORE_READ(request, opcode);
	if (!is_open(opcode) || !task_wanted())
		return 0;
	u64 flags = BPF_CORE_READ(open, how.flags) & ~config.largefile;
	if (!flags_wanted(flags))
		return 0;
	struct record *record = begin_record(SCRATCH_URING, EVENT_URING_SUBMIT, CALL_URING);
	if (!record)
		return 0;
	struct event *event = &record->event;
	u64 key = request_key(request_address, ring, user_data);
	struct in_flight entry = { .id = new_id(record), .opcode = opcode };

	name_owner(event);
	event->abi = ABI_IO_URING;
	event->nr = opcode;
	event->id = entry.id;
	event->user_data = user_data;
	event->ring = ring;
	event->flags = flags;
	event->dfd = BPF_CORE_READ(open, dfd);
	event->mode = BPF_CORE_READ(open, how.mode);
	if (bpf_core_field_exists(open->file_slot) && BPF_CORE_READ(open, file_slot))
		event->notes |= NOTE_DIRECT;
	entry.direct = event->notes & NOTE_DIRECT;
	if (BPF_CORE_READ(request, ctx, flags) & IORING_SETUP_SQPOLL)
		event->notes |= NOTE_SQPOLL;
	if (request_flags(request) & REQ_F_CQE_SKIP)
		event->notes |= NOTE_CQE_SKIP;
	struct filename *filename = filename_of(open);
	const char *name = BPF_CORE_READ(filename, name);
	set_name(event, bpf_probe_read_kernel_str(record->data, NAME_BYTES, name));
	if (bpf_map_update_elem(&in_flight, &key, &entry, BPF_ANY))
		count_loss(LOSS_URING_FULL);
	send_record(record);
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

	struct record *record = begin_record(SCRATCH_URING, EVENT_URING_DONE, CALL_URING);
	if (!record)
		return 0;
	record->event.id = begun.id;
	record->event.ret = context->res;
	if (context->res >= 0 && !begun.direct)
		describe_fd(record, context->res, SCRATCH_URING);
	send_record(record);
	return 0;
}

/* The request was refused while it was read: its own memory is incomplete, the tracepoint has all. */
SEC("?tracepoint/io_uring/io_uring_req_failed")
int uring_failed(struct trace_event_raw_io_uring_req_failed *context)
{
	u8 opcode = context->opcode;
	if (!is_open(opcode) || !task_wanted())
		return 0;
	u64 flags = context->op_flags, mode = context->len;
	if (opcode == IORING_OP_OPENAT2) {
		struct open_how how = {};
		bpf_probe_read_user(&how, sizeof(how), (void *)context->off);
		flags = how.flags;
		mode = how.mode;
	}
	if (!flags_wanted(flags))
		return 0;
	struct record *record = begin_record(SCRATCH_URING, EVENT_URING_FAILED, CALL_URING);
	if (!record)
		return 0;
	struct event *event = &record->event;
	struct io_open *open = context->req;
	u64 key = (u64)context->req;
	bpf_map_delete_elem(&in_flight, &key);
	name_owner(event);
	event->abi = ABI_IO_URING;
	event->nr = opcode;
	event->ret = context->error;
	event->flags = flags;
	event->mode = mode;
	event->dfd = BPF_CORE_READ(open, dfd);
	set_name(event, bpf_probe_read_user_str(record->data, NAME_BYTES, (void *)context->addr));
	send_record(record);
	return 0;
}

/* The outcome did not fit into the completion queue: the kernel tells it here and nowhere else. */
SEC("?tracepoint/io_uring/io_uring_cqe_overflow")
int uring_overflow(struct trace_event_raw_io_uring_cqe_overflow *context)
{
	if (!task_wanted())
		return 0;
	struct record *record = begin_record(SCRATCH_URING, EVENT_URING_LOST_CQE, CALL_URING);
	if (!record)
		return 0;
	record->event.id = (u64)context->ctx;
	record->event.user_data = context->user_data;
	record->event.ret = context->res;
	send_record(record);
	return 0;
}

#endif

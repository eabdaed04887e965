/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * Calls that name files, through io_uring. At submission the kernel has already copied the name; it is gone again at
 * completion. So one event tells of each, and the user side joins them by id. In-flight requests
 * stand in an LRU hash: one that never completes (IOSQE_CQE_SKIP_SUCCESS) must not fill it.
 */
#ifndef TRACE_IO_URING_H
#define TRACE_IO_URING_H

#include "syscalls.h"

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

static __always_inline int op_wanted(u8 opcode)
{
	return opcode < 64 && (config.uring_ops >> opcode) & 1;
}

static __always_inline int is_open(u8 opcode)
{
	return opcode == IORING_OP_OPENAT || opcode == IORING_OP_OPENAT2;
}

/* Its address is that of a socket, which is given by the request's fd. */
static __always_inline int names_address(u8 opcode)
{
	return (op_wanted(IORING_OP_CONNECT) && opcode == IORING_OP_CONNECT) ||
	       (op_wanted(IORING_OP_BIND) && opcode == IORING_OP_BIND);
}

/* Its file is given by the request's fd, which is one only from the issue of the request on. */
static __always_inline int names_file_by_fd(u8 opcode)
{
	return (op_wanted(IORING_OP_FTRUNCATE) && opcode == IORING_OP_FTRUNCATE) ||
	       (op_wanted(IORING_OP_FSETXATTR) &&
		(opcode == IORING_OP_FSETXATTR || opcode == IORING_OP_FGETXATTR));
}

static __always_inline u64 request_flags(struct io_kiocb *request)
{
	u64 flags = 0;
	bpf_core_read(&flags, bpf_core_field_size(request->flags) == 8 ? 8 : 4, &request->flags);
	return flags;
}

/* The struct filename that a command of this type holds in this field. */
#define FILENAME_OF(command, type, field)                                             \
	({                                                                            \
		struct filename *filename = 0;                                        \
		u32 offset = bpf_core_type_exists(struct delayed_filename) ?          \
				     bpf_core_field_offset(struct type##___delayed, field) : \
				     bpf_core_field_offset(struct type, field);       \
		bpf_probe_read_kernel(&filename, sizeof(filename), (void *)(command) + offset); \
		filename;                                                             \
	})

/*
 * Reads the entry of the submission queue that the kernel has taken last, which the request of the
 * moment is made of. Returns whether it is that one, as far as can be told.
 */
static __always_inline int read_submission(struct submission *submission, struct io_ring_ctx *ring,
					   u8 opcode, u64 user_data)
{
	if (!bpf_core_field_exists(ring->sq_sqes))
		return 0;
	u32 flags = BPF_CORE_READ(ring, flags);
	u32 index = (BPF_CORE_READ(ring, cached_sq_head) - 1) & (BPF_CORE_READ(ring, sq_entries) - 1);
	if (!(flags & IORING_SETUP_NO_SQARRAY))
		bpf_probe_read_kernel(&index, sizeof(index), BPF_CORE_READ(ring, sq_array) + index);
	if (flags & IORING_SETUP_SQE128)
		index <<= 1;
	void *entries = BPF_CORE_READ(ring, sq_sqes);
	if (bpf_probe_read_kernel(submission, sizeof(*submission), entries + (u64)index * SQE_BYTES))
		return 0;
	return submission->opcode == opcode && submission->user_data == user_data;
}

/* What a request is about. */
struct request {
	struct filename *name;
	struct filename *name2;
	const char *text2; /* name of an extended attribute */
	u64 address; /* in the program's memory, read by the kernel just now */
	u32 address_len;
};

static __always_inline void read_open(struct event *event, struct request *request, void *command)
{
	struct io_open *open = command;
	event->dfd = BPF_CORE_READ(open, dfd);
	event->flags = BPF_CORE_READ(open, how.flags) & ~config.largefile;
	event->mode = BPF_CORE_READ(open, how.mode);
	if (bpf_core_field_exists(open->file_slot) && BPF_CORE_READ(open, file_slot))
		event->notes |= NOTE_DIRECT;
	request->name = FILENAME_OF(open, io_open, filename);
}

static __always_inline void read_link(struct event *event, struct request *request, void *command,
				      u8 opcode)
{
	struct io_link *link = command;
	if (!bpf_core_type_exists(struct io_link))
		return;
	event->dfd2 = BPF_CORE_READ(link, new_dfd);
	if (opcode == IORING_OP_LINKAT) {
		event->dfd = BPF_CORE_READ(link, old_dfd);
		event->flags = BPF_CORE_READ(link, flags);
	}
	request->name = FILENAME_OF(link, io_link, oldpath);
	request->name2 = FILENAME_OF(link, io_link, newpath);
}

static __always_inline void read_xattr(struct event *event, struct request *request, void *command)
{
	struct io_xattr *xattr = command;
	if (!bpf_core_type_exists(struct io_xattr))
		return;
	event->flags = BPF_CORE_READ(xattr, ctx.flags);
	request->name = FILENAME_OF(xattr, io_xattr, filename);
	request->text2 = (void *)BPF_CORE_READ(xattr, ctx.kname);
}

/* The fd that a request was made for. Up to 5.18 it is exchanged for the file before it is told of. */
static __always_inline int requested_fd(struct event *event, struct io_kiocb *kiocb)
{
	if (request_flags(kiocb) & IOSQE_FIXED_FILE)
		event->notes |= NOTE_DIRECT;
	if (bpf_core_field_exists(kiocb->cqe))
		return BPF_CORE_READ(kiocb, cqe.fd);
	event->notes |= NOTE_DFD_UNKNOWN;
	return UNKNOWN_FD;
}

/* Its copy of the address is in a struct that differs between kernels of the same version. */
static __always_inline void read_bind(struct request *request, struct io_kiocb *kiocb, u64 user_data)
{
	struct submission submission = {};
	if (!read_submission(&submission, BPF_CORE_READ(kiocb, ctx), IORING_OP_BIND, user_data))
		return;
	request->address = submission.addr;
	request->address_len = submission.off;
}

/*
 * Fills in what the command at the start of a request says. That its opcode is wanted is known by
 * now, but not to the verifier: where it is told again, it drops the code for all others.
 */
static __always_inline int read_command(struct event *event, struct request *request,
					struct io_kiocb *kiocb, u8 opcode, u64 user_data)
{
	void *command = kiocb;
	switch (opcode) {
	case IORING_OP_OPENAT:
	case IORING_OP_OPENAT2:
		if (!op_wanted(IORING_OP_OPENAT))
			return 0;
		read_open(event, request, command);
		break;
	case IORING_OP_RENAMEAT: {
		if (!op_wanted(IORING_OP_RENAMEAT))
			return 0;
		struct io_rename *rename = command;
		if (!bpf_core_type_exists(struct io_rename))
			break;
		event->dfd = BPF_CORE_READ(rename, old_dfd);
		event->dfd2 = BPF_CORE_READ(rename, new_dfd);
		event->flags = BPF_CORE_READ(rename, flags);
		request->name = FILENAME_OF(rename, io_rename, oldpath);
		request->name2 = FILENAME_OF(rename, io_rename, newpath);
		break;
	}
	case IORING_OP_UNLINKAT: {
		if (!op_wanted(IORING_OP_UNLINKAT))
			return 0;
		struct io_unlink *unlink = command;
		if (!bpf_core_type_exists(struct io_unlink))
			break;
		event->dfd = BPF_CORE_READ(unlink, dfd);
		event->flags = BPF_CORE_READ(unlink, flags);
		request->name = FILENAME_OF(unlink, io_unlink, filename);
		break;
	}
	case IORING_OP_MKDIRAT: {
		if (!op_wanted(IORING_OP_MKDIRAT))
			return 0;
		struct io_mkdir *mkdir = command;
		if (!bpf_core_type_exists(struct io_mkdir))
			break;
		event->dfd = BPF_CORE_READ(mkdir, dfd);
		event->mode = BPF_CORE_READ(mkdir, mode);
		request->name = FILENAME_OF(mkdir, io_mkdir, filename);
		break;
	}
	case IORING_OP_SYMLINKAT:
	case IORING_OP_LINKAT:
		if (!op_wanted(IORING_OP_SYMLINKAT) && !op_wanted(IORING_OP_LINKAT))
			return 0;
		read_link(event, request, command, opcode);
		break;
	case IORING_OP_STATX: {
		if (!op_wanted(IORING_OP_STATX))
			return 0;
		struct io_statx *statx = command;
		event->dfd = BPF_CORE_READ(statx, dfd);
		event->flags = BPF_CORE_READ(statx, flags);
		request->name = FILENAME_OF(statx, io_statx, filename);
		break;
	}
	case IORING_OP_SETXATTR:
	case IORING_OP_GETXATTR:
	case IORING_OP_FSETXATTR:
	case IORING_OP_FGETXATTR:
		if (!op_wanted(IORING_OP_SETXATTR))
			return 0;
		read_xattr(event, request, command);
		break;
	case IORING_OP_CONNECT: {
		if (!op_wanted(IORING_OP_CONNECT))
			return 0;
		struct io_connect *connect = command;
		request->address = (u64)BPF_CORE_READ(connect, addr);
		request->address_len = BPF_CORE_READ(connect, addr_len);
		break;
	}
	case IORING_OP_BIND:
		if (!op_wanted(IORING_OP_BIND))
			return 0;
		read_bind(request, kiocb, user_data);
		break;
	default:
		if (!names_file_by_fd(opcode))
			return 0;
	}
	if (names_address(opcode) || names_file_by_fd(opcode))
		event->dfd = requested_fd(event, kiocb);
	return 1;
}

static __always_inline u32 append_kernel_name(struct record *record, struct filename *filename)
{
	const char *name = BPF_CORE_READ(filename, name);
	return set_name(&record->event, 0,
			bpf_probe_read_kernel_str(record->data, NAME_BYTES, name));
}

static __always_inline u32 append_kernel_name2(struct record *record, const char *name, u32 offset)
{
	BOUND(offset);
	if (offset > NAME_BYTES)
		return offset;
	return set_name2(&record->event, offset,
			 bpf_probe_read_kernel_str(record->data + offset, NAME_BYTES, name));
}

/* Adds the names of a request and where they start from. Returns the offset after them. */
static __always_inline u32 append_request(struct record *record, struct request *request, u8 opcode)
{
	struct event *event = &record->event;
	u32 offset = 0;
	if (request->address)
		offset = append_address(record, request->address, request->address_len);
	else if (request->name)
		offset = append_kernel_name(record, request->name);
	struct filename *second = request->name2;
	if (second)
		offset = append_kernel_name2(record, BPF_CORE_READ(second, name), offset);
	else if (request->text2)
		offset = append_kernel_name2(record, request->text2, offset);
	u32 name_len = event->name_len;
	if (request->address && is_socket_file(record))
		offset = describe_base(record, SUN_PATH, name_len - SUN_PATH, AT_FDCWD, offset,
				       SCRATCH_URING, PATH_FIRST);
	else if (request->name && opcode != IORING_OP_SYMLINKAT)
		offset = describe_base(record, 0, name_len, event->dfd, offset, SCRATCH_URING,
				       PATH_FIRST);
	if (request->name2)
		offset = describe_base(record, name_len, event->name2_len, event->dfd2, offset,
				       SCRATCH_URING, PATH_SECOND);
	return offset;
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

/* What a refused request is about: addresses in the program's memory. */
struct refused {
	u64 name;
	u64 name2;
	u64 address;
};

/* The request was refused while it was read: its own memory is incomplete, the tracepoint has all but
 * the fd. */
static __always_inline void read_refused(struct event *event, struct refused *refused,
					 struct trace_event_raw_io_uring_req_failed *context, u8 opcode)
{
	int fd = UNKNOWN_FD;
	struct submission submission = {};
	if (read_submission(&submission, context->ctx, opcode, context->user_data))
		fd = submission.fd;
	else
		event->notes |= NOTE_DFD_UNKNOWN;
	if (submission.flags & IOSQE_FIXED_FILE)
		event->notes |= NOTE_DIRECT;
	event->flags = context->op_flags;
	refused->name = context->addr;

	switch (opcode) {
	case IORING_OP_OPENAT:
	case IORING_OP_MKDIRAT:
		event->mode = context->len;
		break;
	case IORING_OP_OPENAT2: {
		struct open_how how = {};
		bpf_probe_read_user(&how, sizeof(how), (void *)context->off);
		event->flags = how.flags;
		event->mode = how.mode;
		break;
	}
	case IORING_OP_RENAMEAT:
	case IORING_OP_LINKAT:
		event->dfd2 = context->len;
		refused->name2 = context->off;
		break;
	case IORING_OP_SYMLINKAT:
		event->dfd2 = fd;
		refused->name2 = context->off;
		return;
	case IORING_OP_SETXATTR:
	case IORING_OP_GETXATTR:
		refused->name = bpf_core_field_exists(context->addr3) ? context->addr3 : 0;
		refused->name2 = context->addr;
		return;
	case IORING_OP_FSETXATTR:
	case IORING_OP_FGETXATTR:
		refused->name = 0;
		refused->name2 = context->addr;
		break;
	case IORING_OP_FTRUNCATE:
		refused->name = 0;
		break;
	case IORING_OP_CONNECT:
	case IORING_OP_BIND:
		refused->name = 0;
		refused->address = context->addr;
		break;
	}
	event->dfd = fd;
}

/* Adds the names of a refused request and where they lead. Returns the offset after them. */
static __always_inline u32 append_refused(struct record *record, struct refused *refused, u8 opcode,
					  u32 address_len)
{
	struct event *event = &record->event;
	u32 offset = names_address(opcode) ? append_address(record, refused->address, address_len) :
					     append_name(record, refused->name);
	offset = append_name2(record, refused->name2, offset);
	u32 name_len = event->name_len;
	if (names_address(opcode) ? is_socket_file(record) :
				    refused->name && opcode != IORING_OP_SYMLINKAT) {
		u32 name_at = names_address(opcode) ? SUN_PATH : 0;
		offset = describe_base(record, name_at, name_len - name_at,
				       names_address(opcode) ? AT_FDCWD : event->dfd, offset,
				       SCRATCH_URING, PATH_FIRST);
	}
	if (names_file_by_fd(opcode) && !(event->notes & NOTE_DIRECT))
		offset = describe_file(record, file_of(event->dfd), offset, SCRATCH_URING);
	if (opcode == IORING_OP_RENAMEAT || opcode == IORING_OP_LINKAT || opcode == IORING_OP_SYMLINKAT)
		offset = describe_base(record, name_len, event->name2_len, event->dfd2, offset,
				       SCRATCH_URING, PATH_SECOND);
	return offset;
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
	read_refused(event, &refused, context, opcode);
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

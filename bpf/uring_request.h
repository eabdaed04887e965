/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Arguments of an io_uring request, read from its command or from its submission queue entry. */
#ifndef TRACE_URING_REQUEST_H
#define TRACE_URING_REQUEST_H

#include "syscalls.bpf.h"

static __always_inline int op_enabled(u8 opcode)
{
	return opcode < 64 && (config.uring_ops >> opcode) & 1;
}

/* Returns whether the opcode is `op` and recorded. Lets the verifier drop the code for others. */
static __always_inline int is_op(u8 opcode, u8 op)
{
	return op_enabled(op) && opcode == op;
}

static __always_inline int is_open(u8 opcode)
{
	return is_op(opcode, IORING_OP_OPENAT) || is_op(opcode, IORING_OP_OPENAT2);
}

/* The request has a socket address; the socket is the request's fd. */
static __always_inline int op_has_sockaddr(u8 opcode)
{
	return is_op(opcode, IORING_OP_CONNECT) || is_op(opcode, IORING_OP_BIND);
}

/* The request acts on the request's fd, which is resolved to a file when the request is issued. */
static __always_inline int op_targets_fd(u8 opcode)
{
	return is_op(opcode, IORING_OP_FTRUNCATE) || is_op(opcode, IORING_OP_FSETXATTR) ||
	       is_op(opcode, IORING_OP_FGETXATTR);
}

static __always_inline u64 request_flags(struct io_kiocb *request)
{
	u64 flags = 0;
	bpf_core_read(&flags, bpf_core_field_size(request->flags) == 8 ? 8 : 4, &request->flags);
	return flags;
}

/* Reads a struct filename pointer from a field of a command. */
#define FILENAME_OF(command, type, field)                                                       \
	({                                                                                      \
		struct filename *filename = 0;                                                  \
		u32 offset = bpf_core_type_exists(struct delayed_filename) ?                    \
				     bpf_core_field_offset(struct type##___delayed, field) :    \
				     bpf_core_field_offset(struct type, field);                 \
		bpf_probe_read_kernel(&filename, sizeof(filename), (void *)(command) + offset); \
		filename;                                                                       \
	})

/*
 * Reads the submission queue entry that the kernel has taken last, from which the current request
 * is made. Returns whether it has the user_data of the request.
 */
static __always_inline int read_last_sqe(struct sqe *sqe, struct io_ring_ctx *ring, u64 user_data)
{
	if (!bpf_core_field_exists(ring->sq_sqes))
		return 0;
	u32 flags = BPF_CORE_READ(ring, flags);
	u32 index = (BPF_CORE_READ(ring, cached_sq_head) - 1) &
		    (BPF_CORE_READ(ring, sq_entries) - 1);
	if (!(flags & IORING_SETUP_NO_SQARRAY))
		bpf_probe_read_kernel(&index, sizeof(index), BPF_CORE_READ(ring, sq_array) + index);
	if (flags & IORING_SETUP_SQE128)
		index <<= 1;
	void *entries = BPF_CORE_READ(ring, sq_sqes);
	if (bpf_probe_read_kernel(sqe, sizeof(*sqe), entries + (u64)index * SQE_BYTES))
		return 0;
	return sqe->user_data == user_data;
}

/* Arguments of an accepted request. */
struct request {
	struct filename *name;
	u64 user_name; /* address in user memory, if the kernel has not copied the name yet */
	struct filename *name2;
	const char *xattr_name; /* name of an extended attribute */
	u64 sockaddr; /* in user memory; the kernel has just read it */
	u32 sockaddr_len;
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
	request->xattr_name = (void *)BPF_CORE_READ(xattr, ctx.kname);
}

/* Returns the fd of a request. Up to 5.18 the tracepoint runs after the file has replaced it. */
static __always_inline int request_fd(struct event *event, struct io_kiocb *kiocb, u8 opcode,
				      u64 user_data)
{
	struct sqe sqe = {};

	if (request_flags(kiocb) & IOSQE_FIXED_FILE)
		event->notes |= NOTE_DIRECT;
	if (bpf_core_field_exists(kiocb->cqe))
		return BPF_CORE_READ(kiocb, cqe.fd);
	if (read_last_sqe(&sqe, BPF_CORE_READ(kiocb, ctx), user_data) && sqe.opcode == opcode)
		return sqe.fd;
	event->notes |= NOTE_DFD_UNKNOWN;
	return UNKNOWN_FD;
}

/* Up to 5.17 the kernel copies the name only when it issues the request. */
static __always_inline void read_statx(struct event *event, struct request *request, void *command)
{
	struct io_statx *statx = command;
	event->dfd = BPF_CORE_READ(statx, dfd);
	event->flags = BPF_CORE_READ(statx, flags);
	if (bpf_core_field_exists(struct trace_event_raw_io_uring_complete, req))
		request->name = FILENAME_OF(statx, io_statx, filename);
	else
		request->user_name = (u64)BPF_CORE_READ(statx, filename);
}

/*
 * Reads the address from the submission queue entry: the struct with the kernel's copy differs even
 * between kernels of the same version.
 */
static __always_inline void read_bind(struct request *request, struct io_kiocb *kiocb,
				      u64 user_data)
{
	struct sqe sqe = {};
	if (!read_last_sqe(&sqe, BPF_CORE_READ(kiocb, ctx), user_data) ||
	    sqe.opcode != IORING_OP_BIND)
		return;
	request->sockaddr = sqe.addr;
	request->sockaddr_len = sqe.off;
}

static __always_inline int op_sends(u8 opcode)
{
	return is_op(opcode, IORING_OP_SENDMSG) || is_op(opcode, IORING_OP_SENDMSG_ZC) ||
	       is_op(opcode, IORING_OP_SEND) || is_op(opcode, IORING_OP_SEND_ZC);
}

/*
 * Reads the address that a request sends to, from the submission queue entry as that of a bind.
 * Returns 0 if it has none: it is for the peer of a connected socket.
 */
static __always_inline int read_send(struct request *request, struct io_kiocb *kiocb, u8 opcode,
				     u64 user_data)
{
	struct sqe sqe = {};
	if (!read_last_sqe(&sqe, BPF_CORE_READ(kiocb, ctx), user_data) || sqe.opcode != opcode) {
		count_loss(LOSS_URING_UNRESOLVED);
		return 0;
	}
	if (opcode == IORING_OP_SEND || opcode == IORING_OP_SEND_ZC) {
		/* Before 6.0 these fields had no meaning. */
		if (!bpf_core_type_exists(struct io_notif_data))
			return 0;
		request->sockaddr = sqe.off;
		request->sockaddr_len = sqe.addr_len;
	} else if (!read_message(sqe.addr, is_compat(), &request->sockaddr,
				 &request->sockaddr_len)) {
		request->sockaddr = sqe.addr; /* unreadable, too */
		request->sockaddr_len = SOCKADDR_BYTES;
	}
	return request->sockaddr && request->sockaddr_len;
}

/*
 * Reads the command at the start of a request. The opcode is known to be recorded, but not to the
 * verifier: the repeated checks let it drop the code for all others.
 */
static __always_inline int read_command(struct event *event, struct request *request,
					struct io_kiocb *kiocb, u8 opcode, u64 user_data)
{
	void *command = kiocb;
	switch (opcode) {
	case IORING_OP_OPENAT:
	case IORING_OP_OPENAT2:
		if (!op_enabled(IORING_OP_OPENAT))
			return 0;
		read_open(event, request, command);
		break;
	case IORING_OP_RENAMEAT: {
		if (!op_enabled(IORING_OP_RENAMEAT))
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
		if (!op_enabled(IORING_OP_UNLINKAT))
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
		if (!op_enabled(IORING_OP_MKDIRAT))
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
		if (!op_enabled(IORING_OP_SYMLINKAT) && !op_enabled(IORING_OP_LINKAT))
			return 0;
		read_link(event, request, command, opcode);
		break;
	case IORING_OP_STATX:
		if (!op_enabled(IORING_OP_STATX))
			return 0;
		read_statx(event, request, command);
		break;
	case IORING_OP_SETXATTR:
	case IORING_OP_GETXATTR:
	case IORING_OP_FSETXATTR:
	case IORING_OP_FGETXATTR:
		if (!op_enabled(IORING_OP_SETXATTR))
			return 0;
		read_xattr(event, request, command);
		break;
	case IORING_OP_CONNECT: {
		if (!op_enabled(IORING_OP_CONNECT))
			return 0;
		struct io_connect *connect = command;
		request->sockaddr = (u64)BPF_CORE_READ(connect, addr);
		request->sockaddr_len = BPF_CORE_READ(connect, addr_len);
		break;
	}
	case IORING_OP_BIND:
		if (!op_enabled(IORING_OP_BIND))
			return 0;
		read_bind(request, kiocb, user_data);
		break;
	case IORING_OP_SENDMSG:
	case IORING_OP_SENDMSG_ZC:
	case IORING_OP_SEND:
	case IORING_OP_SEND_ZC:
		if (!op_enabled(IORING_OP_SENDMSG) ||
		    !read_send(request, kiocb, opcode, user_data))
			return 0;
		break;
	default:
		if (!op_targets_fd(opcode))
			return 0;
	}
	if (op_has_sockaddr(opcode) || op_sends(opcode) || op_targets_fd(opcode))
		event->dfd = request_fd(event, kiocb, opcode, user_data);
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

/* Adds the inode of the file of a link; ino2 holds its number until user space joins the records. */
static __always_inline void add_submitted_inode(struct event *event)
{
	u64 user_data = event->user_data;
	event->ino = 0;
	add_linked_inode(event, SCRATCH_URING);
	event->ino2 = event->ino;
	event->user_data = user_data;
}

/* Appends the names of a request and their base directories. Returns the new offset. */
static __always_inline u32 append_request(struct record *record, struct request *request, u8 opcode)
{
	struct event *event = &record->event;
	u32 offset = 0;
	if (request->sockaddr)
		offset = append_sockaddr(record, request->sockaddr, request->sockaddr_len);
	else if (request->name)
		offset = append_kernel_name(record, request->name);
	else if (request->user_name)
		offset = append_name(record, request->user_name);
	struct filename *second = request->name2;
	if (second)
		offset = append_kernel_name2(record, BPF_CORE_READ(second, name), offset);
	else if (request->xattr_name)
		offset = append_kernel_name2(record, request->xattr_name, offset);
	u32 name_len = event->name_len;
	if (is_op(opcode, IORING_OP_LINKAT) && follows_fd(event))
		add_submitted_inode(event);
	if (request->sockaddr && is_unix_path(record))
		offset = append_base(record, SUN_PATH, name_len - SUN_PATH, AT_FDCWD, offset,
				     SCRATCH_URING, PATH_FIRST);
	else if ((request->name || request->user_name) && opcode != IORING_OP_SYMLINKAT)
		offset = append_base(record, 0, name_len, event->dfd, offset, SCRATCH_URING,
				     PATH_FIRST);
	if (request->name2)
		offset = append_base(record, name_len, event->name2_len, event->dfd2, offset,
				     SCRATCH_URING, PATH_SECOND);
	return offset;
}

/* Arguments of a failed request: addresses in user memory. */
struct failed_request {
	u64 name;
	u64 name2;
	u64 sockaddr;
};

/*
 * Reads a request that failed while it was prepared: only its submission queue entry is complete.
 * Returns whether the opcode is recorded, as read_command does.
 */
static __always_inline int read_failed_sqe(struct event *event, struct failed_request *failed,
					   struct sqe *sqe, u8 opcode, u64 addr3)
{
	int fd = event->notes & NOTE_DFD_UNKNOWN ? UNKNOWN_FD : sqe->fd;
	if (sqe->flags & IOSQE_FIXED_FILE)
		event->notes |= NOTE_DIRECT;
	event->flags = sqe->op_flags;

	if (is_op(opcode, IORING_OP_SYMLINKAT)) {
		event->dfd2 = fd;
		failed->name = sqe->addr;
		failed->name2 = sqe->off;
		return 1;
	}
	if (is_op(opcode, IORING_OP_SETXATTR) || is_op(opcode, IORING_OP_GETXATTR)) {
		failed->name = addr3;
		failed->name2 = sqe->addr;
		return 1;
	}
	event->dfd = fd;
	if (is_op(opcode, IORING_OP_FSETXATTR) || is_op(opcode, IORING_OP_FGETXATTR)) {
		failed->name2 = sqe->addr;
		return 1;
	}
	if (op_has_sockaddr(opcode)) {
		failed->sockaddr = sqe->addr;
		return 1;
	}
	if (is_op(opcode, IORING_OP_FTRUNCATE))
		return 1;
	failed->name = sqe->addr;
	if (is_op(opcode, IORING_OP_OPENAT) || is_op(opcode, IORING_OP_MKDIRAT)) {
		event->mode = sqe->len;
		return 1;
	}
	if (is_op(opcode, IORING_OP_OPENAT2)) {
		struct open_how how = {};
		bpf_probe_read_user(&how, sizeof(how), (void *)sqe->off);
		event->flags = how.flags;
		event->mode = how.mode;
		return 1;
	}
	if (is_op(opcode, IORING_OP_RENAMEAT) || is_op(opcode, IORING_OP_LINKAT)) {
		event->dfd2 = sqe->len;
		failed->name2 = sqe->off;
		return 1;
	}
	return is_op(opcode, IORING_OP_UNLINKAT) || is_op(opcode, IORING_OP_STATX);
}

/* Appends the names of a failed request, and its paths. Returns the new offset. */
static __always_inline u32 append_failed_request(struct record *record,
						 struct failed_request *failed, u8 opcode,
						 u32 sockaddr_len)
{
	struct event *event = &record->event;
	u32 offset = op_has_sockaddr(opcode) ?
			     append_sockaddr(record, failed->sockaddr, sockaddr_len) :
			     append_name(record, failed->name);
	offset = append_name2(record, failed->name2, offset);
	u32 name_len = event->name_len;
	if (op_has_sockaddr(opcode) ? is_unix_path(record) :
				      failed->name && opcode != IORING_OP_SYMLINKAT) {
		u32 name_at = op_has_sockaddr(opcode) ? SUN_PATH : 0;
		offset = append_base(record, name_at, name_len - name_at,
				     op_has_sockaddr(opcode) ? AT_FDCWD : event->dfd, offset,
				     SCRATCH_URING, PATH_FIRST);
	}
	if (op_targets_fd(opcode) && !(event->notes & NOTE_DIRECT))
		offset = append_file(record, fd_to_file(event->dfd), offset, SCRATCH_URING);
	if (is_op(opcode, IORING_OP_RENAMEAT) || is_op(opcode, IORING_OP_LINKAT) ||
	    is_op(opcode, IORING_OP_SYMLINKAT))
		offset = append_base(record, name_len, event->name2_len, event->dfd2, offset,
				     SCRATCH_URING, PATH_SECOND);
	return offset;
}

#endif

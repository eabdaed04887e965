/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * System calls on files, recorded on exit: the kernel has read the name by then, so its page is
 * present (on entry the read fails for a page that was never touched), and the registers still hold
 * the number and the arguments.
 */
#ifndef TRACE_SYSCALLS_BPF_H
#define TRACE_SYSCALLS_BPF_H

#include "filter.h"
#include "fd_name.h"
#include "identity.h"

/* Extracts a field of a struct syscall_args in a register, where the verifier tracks each bit. */
#define ARG(args, field) ((u8)((args) >> (8 * __builtin_offsetof(struct syscall_args, field))))

static __always_inline u64 lookup_args(u64 nr, int compat)
{
	nr &= SYSCALLS - 1;
	u64 args = *(const volatile u64 *)(compat ? &config.compat[nr] : &config.native[nr]);
	if (!ARG(args, call))
		return 0;
	return (args & config.args_or) | config.args_and; /* a no-op: see struct config */
}

static __always_inline u64 read_reg(void *regs, u8 word)
{
	u64 value = 0;
	bpf_probe_read_kernel(&value, sizeof(value), regs + word * sizeof(u64));
	return value;
}

static __always_inline int is_compat(void)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	if (bpf_core_field_exists(struct pt_regs___arm64, syscallno))
		return (BPF_CORE_READ(task, thread_info.flags) >> ARM64_TIF_32BIT) & 1;
	return !!(BPF_CORE_READ((struct task_struct___x86 *)task, thread_info.status) & TS_COMPAT);
}

static __always_inline int is_recorded(u64 nr)
{
	return nr < SYSCALLS &&
	       (config.native[nr & (SYSCALLS - 1)].call | config.compat[nr & (SYSCALLS - 1)].call);
}

static __always_inline u64 read_pointer(void *regs, u8 word, int compat)
{
	u64 value = read_reg(regs, word);
	return compat ? (u32)value : value;
}

/* Appends a name. NULL is valid: the call applies to the fd itself. */
static __always_inline u32 append_name(struct record *record, u64 name)
{
	if (!name)
		return 0;
	return set_name(&record->event, 0,
			bpf_probe_read_user_str(record->data, NAME_BYTES, (void *)name));
}

static __always_inline u32 append_name2(struct record *record, u64 name, u32 offset)
{
	BOUND(offset);
	if (!name || offset > NAME_BYTES)
		return offset;
	return set_name2(&record->event, offset,
			 bpf_probe_read_user_str(record->data + offset, NAME_BYTES, (void *)name));
}

/* Appends a socket address as the name. The kernel rejects those above SOCKADDR_BYTES. */
static __always_inline u32 append_sockaddr(struct record *record, u64 address, u32 length)
{
	if (length > SOCKADDR_BYTES)
		length = SOCKADDR_BYTES;
	asm volatile("%0 &= 0xff" : "+r"(length)); /* for the verifier */
	if (bpf_probe_read_user(record->data, length, (void *)address)) {
		record->event.notes |= NOTE_NAME_UNREADABLE;
		return 0;
	}
	record->event.name_len = length;
	return length;
}

/*
 * Whether the second name, which is a text, is the path that mount(2) binds or moves. No other call
 * with such a text has these flags: setxattrat(2) has an fd.
 */
static __always_inline int has_source_path(struct event *event, u64 args)
{
	return ARG(args, dfd) == NO_ARG && event->flags & (MS_BIND | MS_MOVE) &&
	       !(event->flags & MS_REMOUNT);
}

/* Returns whether a call made a link to the file of an fd, or to one that its name leads to. */
static __always_inline int is_link_by_fd(struct event *event, u64 args)
{
	return !event->ret && ARG(args, dfd) != NO_ARG && ARG(args, dfd2) != NO_ARG &&
	       !(ARG(args, traits) & TRAIT_TEXT) && follows_fd(event);
}

/*
 * Appends the paths of the names' targets or base directories. Returns the new offset.
 * @has_first: whether the first name has a base: NULL without an fd is no name, as in acct(2)
 */
static __always_inline u32 append_paths(struct record *record, u64 args, u32 offset, int has_first)
{
	struct event *event = &record->event;
	u8 traits = ARG(args, traits);
	u32 name_len = event->name_len;

	if ((traits & TRAIT_OPEN) && event->ret >= 0)
		offset = append_file(record, fd_to_file(event->ret), offset, SCRATCH_SYSCALL);
	else if ((traits & (TRAIT_CHDIR | TRAIT_CHROOT)) && event->ret >= 0)
		offset = append_fs_dir(record, traits & TRAIT_CHROOT, offset, SCRATCH_SYSCALL);
	else if (ARG(args, name) == NO_ARG)
		offset = append_file(record, fd_to_file(event->dfd), offset, SCRATCH_SYSCALL);
	else if (!(traits & TRAIT_TEXT) && has_first)
		offset = append_base(record, 0, name_len, event->dfd, offset, SCRATCH_SYSCALL,
				     PATH_FIRST);
	if (ARG(args, name2) != NO_ARG && (!(traits & TRAIT_TEXT2) || has_source_path(event, args)))
		offset = append_base(record, name_len, event->name2_len, event->dfd2, offset,
				     SCRATCH_SYSCALL, PATH_SECOND);
	return offset;
}

/*
 * Whether a seccomp filter stopped the call by a signal: the call has no result then, and the
 * register holds the number or an argument.
 */
static __always_inline int is_stopped_by_seccomp(void)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	unsigned long pending = 0;
	bpf_core_read(&pending, sizeof(pending), &task->pending.signal);
	return (pending >> (SIGSYS - 1)) & 1;
}

/* What the records of a call with addresses have in common. */
struct call_context {
	s64 ret;
	s32 fd;
	u16 nr;
	u8 call;
	u8 abi;
};
_Static_assert(sizeof(struct call_context) == 16, "two words");

/* A struct call_context as two words: arguments of functions that are verified by themselves. */
#define WORDS(context) ((u64 *)&(context))[0], ((u64 *)&(context))[1]
#define CONTEXT(word0, word1)                                                                   \
	({                                                                                      \
		struct call_context context = {};                                               \
		((u64 *)&context)[0] = word0;                                                   \
		((u64 *)&context)[1] = word1;                                                   \
		context;                                                                        \
	})

/* Emits the record of a call to a socket address. */
__attribute__((noinline)) int emit_address(u64 address, u32 length, u64 word0, u64 word1)
{
	struct call_context context = CONTEXT(word0, word1);
	if (!config.addresses)
		return 0;
	struct record *record = begin_record(SCRATCH_SYSCALL, EVENT_SYSCALL, context.call);
	if (!record)
		return 0;
	struct event *event = &record->event;
	if (context.ret >= 0 && is_stopped_by_seccomp()) {
		event->notes |= NOTE_SECCOMP;
		context.ret = -EPERM;
	}
	event->nr = context.nr;
	event->abi = context.abi;
	event->ret = context.ret;
	event->dfd = context.fd;
	u32 end = append_sockaddr(record, address, length);
	if (is_unix_path(record))
		end = append_base(record, SUN_PATH, end - SUN_PATH, AT_FDCWD, end, SCRATCH_SYSCALL,
				  PATH_FIRST);
	send_record(record, end, SCRATCH_SYSCALL);
	return 0;
}

/*
 * Reads the address and its length of a struct msghdr. Returns 0 if it could not be read. Without
 * an address, the message is for the peer of a connected socket.
 */
static __always_inline int read_message(u64 message, int is_32bit, u64 *address, u32 *length)
{
	u64 words[2] = {}; /* msg_name and msg_namelen; the struct is longer for 32-bit programs too */
	if (bpf_probe_read_user(words, sizeof(words), (void *)message))
		return 0;
	*address = is_32bit ? (u32)words[0] : words[0];
	*length = is_32bit ? words[0] >> 32 : words[1];
	return 1;
}

/*
 * Emits the record of a message that has an address. Returns whether no further one can be read.
 * @at: its struct msghdr
 */
__attribute__((noinline)) int emit_message(u64 at, u64 word0, u64 word1)
{
	struct call_context context = CONTEXT(word0, word1);
	u64 address = 0;
	u32 length = 0;
	if (!config.addresses)
		return 1;
	if (!read_message(at, context.abi != ABI_NATIVE, &address, &length)) {
		if (context.ret >= 0)
			emit_address(0, SOCKADDR_BYTES, word0, word1); /* unreadable */
		return 1;
	}
	if (address && length)
		emit_address(address, length, word0, word1);
	return 0;
}

__attribute__((noinline)) int emit_messages(u64 at, u32 count, u64 word0, u64 word1)
{
	struct call_context context = CONTEXT(word0, word1);
	u32 size = context.abi == ABI_NATIVE ? MMSGHDR_BYTES : MMSGHDR_32_BYTES;
	if (!config.addresses)
		return 0;
	/* The body is short: the verifier goes through it each time. */
	for (u32 index = 0; index < MAX_MESSAGES && index < count; index++)
		if (emit_message(at + index * size, word0, word1))
			break;
	return 0;
}

/* Returns how many messages were sent; the first one if the call failed. A result may be no number. */
static __always_inline u32 sent_messages(u32 count, s64 ret)
{
	if (!count || ret <= 0)
		return 1;
	return ret < count ? ret : count;
}

/*
 * Handles a call with an address. Sends without one are for the peer of a connected socket.
 * @name: the address, or what TRAIT_SEND says
 * @value: its length, or the number of messages; 0 if it is one
 */
static __always_inline int on_address(u64 args, u64 name, u32 value, struct call_context *context)
{
	int is_send = (ARG(args, traits) & TRAIT_SEND) == TRAIT_SEND;
	int in_memory = is_send && ARG(args, traits) & TRAIT_HOW;
	if ((is_send && !(name && (value || in_memory))) || !task_matches())
		return 0;
	if (!in_memory)
		emit_address(name, value, WORDS(*context));
	else
		emit_messages(name, sent_messages(value, context->ret), WORDS(*context));
	return 0;
}

/* Maps a call of include/uapi/linux/net.h to its number in the i386 table. */
static __always_inline u64 socketcall_nr(u32 call)
{
	switch (call) {
	case 2:
		return 361; /* bind */
	case 3:
		return 362; /* connect */
	case 11:
		return 369; /* sendto */
	case 16:
		return 370; /* sendmsg */
	case 20:
		return 345; /* sendmmsg */
	default:
		return 0;
	}
}

/* Handles socketcall(2), by which 32-bit programs may make the calls of sockets. */
static __always_inline int on_socketcall(void *regs, s64 ret)
{
	const volatile struct syscall_args *entry = &config.compat[SOCKETCALL];
	u32 socket_args[6] = {};
	u64 args = lookup_args(socketcall_nr(read_reg(regs, entry->dfd)), 1);
	if (!args)
		return 0;
	/* A call with few arguments may have them at the end of what can be read. */
	void *at = (void *)read_pointer(regs, entry->name, 1);
	if (bpf_probe_read_user(socket_args, sizeof(socket_args), at) &&
	    bpf_probe_read_user(socket_args, 3 * sizeof(u32), at))
		return 0; /* the call failed before it did anything */
	u32 name = socket_args[1], value = socket_args[2];
	if ((ARG(args, traits) & (TRAIT_SEND | TRAIT_HOW)) == TRAIT_SEND) {
		name = socket_args[4];
		value = socket_args[5];
	}
	struct call_context context = {
		.ret = ret,
		.fd = socket_args[0],
		.nr = SOCKETCALL,
		.call = ARG(args, call),
		.abi = ABI_COMPAT,
	};
	return on_address(args, name, value, &context);
}

static __always_inline int on_sys_exit(void *regs, u64 id, s64 ret)
{
	u64 nr = id & ~(u64)X32_SYSCALL_BIT;
	if (!is_recorded(nr))
		return 0;
	int compat = is_compat();
	if (config.compat[SOCKETCALL].call && compat && nr == SOCKETCALL)
		return on_socketcall(regs, ret);
	if (nr >= X32_FIRST_NR && !(id & X32_SYSCALL_BIT))
		return 0;
	u64 args = lookup_args(nr, compat);
	if (!args)
		return 0;
	u8 traits = ARG(args, traits);
	u8 abi = compat ? ABI_COMPAT : id & X32_SYSCALL_BIT ? ABI_X32 : ABI_NATIVE;
	if (traits & TRAIT_ADDRESS) {
		struct call_context context = {
			.ret = ret,
			.fd = read_reg(regs, ARG(args, dfd)),
			.nr = nr,
			.call = ARG(args, call),
			.abi = abi,
		};
		u32 value = ARG(args, mode) == NO_ARG ? 0 : read_reg(regs, ARG(args, mode));
		return on_address(args, read_pointer(regs, ARG(args, name), compat), value,
				  &context);
	}
	if (!task_matches())
		return 0;

	u32 notes = 0;
	if (ret >= 0 && is_stopped_by_seccomp()) {
		notes = NOTE_SECCOMP;
		ret = -EPERM;
	}
	if ((traits & TRAIT_FAILED_ONLY) && ret >= 0)
		return 0;
	u64 flags = 0, mode = 0;
	if (ARG(args, flags) != NO_ARG)
		flags = read_reg(regs, ARG(args, flags));
	if (ARG(args, mode) != NO_ARG)
		mode = read_reg(regs, ARG(args, mode));
	if (traits & TRAIT_HOW) {
		struct open_how how = {};
		bpf_probe_read_user(&how, sizeof(how), (void *)(compat ? (u32)flags : flags));
		flags = how.flags;
		mode = how.mode;
	} else {
		flags = (u32)flags;
		mode = (u32)mode;
	}
	if ((traits & TRAIT_OPEN) && ARG(args, flags) == NO_ARG)
		flags = 01 | 0100 | 01000; /* O_WRONLY|O_CREAT|O_TRUNC on every architecture */
	if ((traits & TRAIT_OPEN) && !flags_match(flags))
		return 0;

	struct record *record = begin_record(SCRATCH_SYSCALL, EVENT_SYSCALL, ARG(args, call));
	if (!record)
		return 0;
	struct event *event = &record->event;
	event->nr = nr;
	event->abi = abi;
	event->ret = ret;
	event->notes |= notes;
	event->flags = flags;
	event->mode = mode;
	if (ARG(args, dfd) != NO_ARG)
		event->dfd = read_reg(regs, ARG(args, dfd));
	if (ARG(args, dfd2) != NO_ARG)
		event->dfd2 = read_reg(regs, ARG(args, dfd2));
	take_identity(record, traits & TRAIT_TEXT);
	u64 name = 0;
	if (ARG(args, name) != NO_ARG)
		name = read_pointer(regs, ARG(args, name), compat);
	u32 length = append_name(record, name);
	int has_first = name || ARG(args, dfd) != NO_ARG;
	if (ARG(args, name2) != NO_ARG)
		length = append_name2(record, read_pointer(regs, ARG(args, name2), compat), length);
	if (is_link_by_fd(event, args))
		add_linked_inode(event, SCRATCH_SYSCALL);
	send_record(record, append_paths(record, args, length, has_first), SCRATCH_SYSCALL);
	return 0;
}

SEC("?tracepoint/raw_syscalls/sys_exit")
int sys_exit(struct sys_exit_context *context)
{
	if (!is_recorded((u64)context->id & ~(u64)X32_SYSCALL_BIT))
		return 0;
	void *task = (void *)bpf_get_current_task_btf();
	return on_sys_exit((void *)bpf_task_pt_regs(task), context->id, context->ret);
}

/* Classic tracepoints have bpf_task_pt_regs() from 5.15 on only; the raw one gets the registers. */
SEC("?raw_tp/sys_exit")
int sys_exit_raw(struct bpf_raw_tracepoint_args *context)
{
	void *regs = (void *)context->args[0];
	u64 id = bpf_core_field_exists(struct pt_regs___arm64, syscallno) ?
			 (u64)(s64)BPF_CORE_READ((struct pt_regs___arm64 *)regs, syscallno) :
			 BPF_CORE_READ((struct pt_regs___x86 *)regs, orig_ax);
	return on_sys_exit(regs, id, context->args[1]);
}

#endif

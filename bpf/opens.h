/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * Opens by system call, read when the call is over: by then the kernel has read the name itself, so
 * its page is there (reading it at the start fails for a page that was never touched), and the
 * registers still hold the call's number and arguments.
 */
#ifndef TRACE_OPENS_H
#define TRACE_OPENS_H

#include "filter.h"
#include "path.h"

static __always_inline u64 argument(void *regs, u8 word)
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
	return nr < SYSCALLS && (config.native[nr & (SYSCALLS - 1)].call |
				 config.compat[nr & (SYSCALLS - 1)].call);
}

static __always_inline int on_exit(void *regs, u64 id, s64 ret)
{
	u64 nr = id & ~(u64)X32_SYSCALL_BIT;
	if (!is_recorded(nr))
		return 0;
	int compat = is_compat();
	const volatile struct syscall_args *args =
		compat ? &config.compat[nr & (SYSCALLS - 1)] : &config.native[nr & (SYSCALLS - 1)];
	u8 call = args->call;
	if (!call || !task_wanted())
		return 0;

	u64 flags = 0, mode = 0;
	if (args->flags != NO_ARG)
		flags = (u32)argument(regs, args->flags);
	if (args->mode != NO_ARG)
		mode = (u16)argument(regs, args->mode); /* umode_t */
	if (args->how != NO_ARG) {
		struct open_how how = {};
		u64 address = argument(regs, args->how);
		bpf_probe_read_user(&how, sizeof(how), (void *)(compat ? (u32)address : address));
		flags = how.flags;
		mode = how.mode;
	}
	if (call == CALL_CREAT)
		flags = 01 | 0100 | 01000; /* O_WRONLY|O_CREAT|O_TRUNC on every architecture */
	if (!flags_wanted(flags))
		return 0;

	struct record *record = begin_record(SCRATCH_SYSCALL, EVENT_OPEN, call);
	if (!record)
		return 0;
	struct event *event = &record->event;
	event->nr = nr;
	event->abi = compat ? ABI_COMPAT : id & X32_SYSCALL_BIT ? ABI_X32 : ABI_NATIVE;
	event->ret = ret;
	event->flags = flags;
	event->mode = mode;
	if (args->dfd != NO_ARG)
		event->dfd = argument(regs, args->dfd);
	u64 name = argument(regs, args->name);
	if (compat)
		name = (u32)name;
	set_name(event, bpf_probe_read_user_str(record->data, NAME_BYTES, (void *)name));
	if (ret >= 0)
		describe_fd(record, ret, SCRATCH_SYSCALL);
	send_record(record);
	return 0;
}

SEC("?tracepoint/raw_syscalls/sys_exit")
int sys_exit(struct sys_exit_context *context)
{
	if (!is_recorded((u64)context->id & ~(u64)X32_SYSCALL_BIT))
		return 0;
	void *task = (void *)bpf_get_current_task_btf();
	return on_exit((void *)bpf_task_pt_regs(task), context->id, context->ret);
}

/* Before 5.15 classic tracepoints have no bpf_task_pt_regs(); the raw one is handed the registers. */
SEC("?raw_tp/sys_exit")
int sys_exit_raw(struct bpf_raw_tracepoint_args *context)
{
	void *regs = (void *)context->args[0];
	u64 id = bpf_core_field_exists(struct pt_regs___arm64, syscallno) ?
			 (u64)(s64)BPF_CORE_READ((struct pt_regs___arm64 *)regs, syscallno) :
			 BPF_CORE_READ((struct pt_regs___x86 *)regs, orig_ax);
	return on_exit(regs, id, context->args[1]);
}

#endif

/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* Follows the process tree in the kernel, so that a child is known before it runs. */
#ifndef TRACE_PROCESSES_H
#define TRACE_PROCESSES_H

#include "record.h"

/*
 * Run by trace itself through BPF_PROG_TEST_RUN, in its own context: learns who trace is. With
 * argument 1 it makes what trace forks from now on recorded, with 0 no longer.
 */
SEC("raw_tp")
int introduce(struct bpf_raw_tracepoint_args *context)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	u32 level = BPF_CORE_READ(pid, level);
	struct upid *numbers = __builtin_preserve_access_index(&pid->numbers[0]);
	struct upid at = {};
	u32 member = MEMBER_SPAWNER;

	bpf_probe_read_kernel(&at, sizeof(at),
			      (void *)numbers + level * bpf_core_type_size(struct upid));
	self_pid_namespace = (u64)at.ns;
	self_pid_level = level;
	self_tgid = bpf_get_current_pid_tgid() >> 32;
	if (context->args[0])
		bpf_map_update_elem(&processes, &self_tgid, &member, BPF_ANY);
	else
		bpf_map_delete_elem(&processes, &self_tgid);
	return 0;
}

/* Runs in the parent, before the child does. Not sched_process_fork: that does not tell a new
 * thread from a new process. */
SEC("?tracepoint/task/task_newtask")
int new_task(struct trace_event_raw_task_newtask *context)
{
	u32 parent = bpf_get_current_pid_tgid() >> 32;
	u32 child = context->pid;
	u32 member = MEMBER_RECORDED;
	u32 *of_parent = bpf_map_lookup_elem(&processes, &parent);

	if (!of_parent || (context->clone_flags & CLONE_THREAD))
		return 0;
	if (!config.follow && *of_parent != MEMBER_SPAWNER)
		return 0;
	if (bpf_map_update_elem(&processes, &child, &member, BPF_ANY))
		count_loss(LOSS_TREE_FULL);
	return 0;
}

SEC("?tracepoint/sched/sched_process_exit")
int process_exit(void *context)
{
	(void)context;
	struct task_struct *task = (void *)bpf_get_current_task();
	u32 tgid = bpf_get_current_pid_tgid() >> 32;

	if (BPF_CORE_READ(task, signal, live.counter) == 0) /* the last thread */
		bpf_map_delete_elem(&processes, &tgid);
	return 0;
}

#endif

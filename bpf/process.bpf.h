/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Process events, and the process tree, which is tracked in the kernel so that a child is known
 * before it runs.
 */
#ifndef TRACE_PROCESS_BPF_H
#define TRACE_PROCESS_BPF_H

#include "filter.h"
#include "path.h"

/*
 * Registers trace itself, which runs this by BPF_PROG_TEST_RUN in its own context. With argument 1,
 * children that trace forks from now on are recorded; with 0 no longer.
 */
SEC("raw_tp")
int register_self(struct bpf_raw_tracepoint_args *context)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	u32 level = BPF_CORE_READ(pid, level);
	struct upid *numbers = __builtin_preserve_access_index(&pid->numbers[0]);
	struct upid upid = {};
	u32 member = MEMBER_SPAWNER;

	bpf_probe_read_kernel(&upid, sizeof(upid),
			      (void *)numbers + level * bpf_core_type_size(struct upid));
	self_pid_namespace = (u64)upid.ns;
	self_pid_level = level;
	self_tgid = bpf_get_current_pid_tgid() >> 32;
	if (context->args[0])
		bpf_map_update_elem(&processes, &self_tgid, &member, BPF_ANY);
	else
		bpf_map_delete_elem(&processes, &self_tgid);
	return 0;
}

/* Adds the child of a recorded process, or of a task in the recorded cgroup, to the tree. */
static __always_inline void follow_child(u32 child)
{
	u32 parent = bpf_get_current_pid_tgid() >> 32, member = MEMBER_RECORDED;
	u32 *parent_member = bpf_map_lookup_elem(&processes, &parent);

	if (parent_member) {
		if (!config.follow && *parent_member != MEMBER_SPAWNER)
			return;
	} else if (!is_in_cgroup()) {
		return;
	}
	if (bpf_map_update_elem(&processes, &child, &member, BPF_ANY))
		count_loss(LOSS_TREE_FULL);
}

/*
 * Returns the pid, in trace's own pid namespace, of the current task's newest child; 0 if it is not
 * found.
 */
static __always_inline u32 child_in_self_ns(u32 child, u64 clone_flags)
{
	if (!self_pid_level)
		return child;
	struct task_struct *parent = (void *)bpf_get_current_task();
	if (clone_flags & CLONE_PARENT)
		parent = BPF_CORE_READ(parent, real_parent);
	struct list_head *last = BPF_CORE_READ(parent, children.prev);
	struct task_struct *newest = (void *)last -
				     bpf_core_field_offset(struct task_struct, sibling);
	return BPF_CORE_READ(newest, pid) == child ? pid_in_self_ns(newest) : 0;
}

static __always_inline void emit_fork(u32 child, u64 clone_flags)
{
	struct record *record = begin_process_record(EVENT_FORK, 0);
	if (!record)
		return;
	record->event.ret = child_in_self_ns(child, clone_flags);
	record->event.flags = clone_flags;
	send_record(record, 0, SCRATCH_PROCESS);
}

/*
 * Runs in the parent, before the child does. sched_process_fork would not do: it does not
 * distinguish threads from processes.
 */
SEC("?tracepoint/task/task_newtask")
int new_task(struct trace_event_raw_task_newtask *context)
{
	if (context->clone_flags & CLONE_THREAD)
		return 0;
	if (config.processes == PROCESSES_TREE)
		follow_child(context->pid);
	if (config.events & WANT_FORK)
		emit_fork(context->pid, context->clone_flags);
	return 0;
}

/* Returns the wait(2) status of the process, whose last thread is the current task. */
static __always_inline int wait_status(struct task_struct *task, struct signal_struct *signal)
{
	if (BPF_CORE_READ(signal, flags) & SIGNAL_GROUP_EXIT)
		return BPF_CORE_READ(signal, group_exit_code);
	return BPF_CORE_READ(task, group_leader, exit_code);
}

/* signal_struct sums up the threads that exited earlier, except for the group leader. */
static __always_inline u64 cpu_time(struct task_struct *task, struct signal_struct *signal)
{
	struct task_struct *leader = BPF_CORE_READ(task, group_leader);
	u64 time = BPF_CORE_READ(signal, sum_sched_runtime) +
		   BPF_CORE_READ(task, se.sum_exec_runtime);
	if (leader != task)
		time += BPF_CORE_READ(leader, se.sum_exec_runtime);
	return time;
}

static __always_inline void emit_exit(struct task_struct *task)
{
	struct record *record = begin_process_record(EVENT_EXIT, 0);
	if (!record)
		return;
	struct event *event = &record->event;
	struct signal_struct *signal = BPF_CORE_READ(task, signal);
	event->ret = wait_status(task, signal);
	event->started = BPF_CORE_READ(task, group_leader, start_boottime);
	event->cpu_time = cpu_time(task, signal);
	event->max_rss = BPF_CORE_READ(signal, maxrss) * config.page_kib;
	send_record(record, 0, SCRATCH_PROCESS);
}

/* A process that ended: pids are used again. */
struct ended_process {
	u64 started;
	u32 tgid;
	u32 reserved;
};

/* Processes that ended a moment ago. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct ended_process);
	__type(value, u8);
} ended SEC(".maps");

/*
 * Whether a process ends now: of two threads that exit at once, both are the last. If the map takes no
 * more, an end may be reported twice rather than not at all.
 */
static __always_inline int is_first_end(struct task_struct *task, u32 tgid)
{
	struct ended_process process = {
		.started = BPF_CORE_READ(task, group_leader, start_boottime),
		.tgid = tgid,
	};
	u8 value = 0;
	return bpf_map_update_elem(&ended, &process, &value, BPF_NOEXIST) != -EEXIST;
}

SEC("?tracepoint/sched/sched_process_exit")
int process_exit(void *context)
{
	(void)context;
	struct task_struct *task = (void *)bpf_get_current_task();
	u32 tgid = bpf_get_current_pid_tgid() >> 32;

	if (BPF_CORE_READ(task, signal, live.counter) != 0) /* other threads are alive */
		return 0;
	if (config.events & WANT_EXIT && is_first_end(task, tgid))
		emit_exit(task);
	bpf_map_delete_elem(&processes, &tgid);
	return 0;
}

#endif

/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* One event: begun in per-CPU scratch memory, filled, and sent with its real length. */
#ifndef TRACE_RECORD_H
#define TRACE_RECORD_H

#include "maps.h"

/* Where the walk up a path has come to. */
struct walk {
	struct mount *mount;
	struct dentry *mount_root;
	struct dentry *dentry;
};

struct record {
	struct event event;
	char data[NAME_BYTES + PATH_BYTES + 256];
	/* not sent */
	u64 sequence; /* how many ids this CPU has given out */
	struct walk walk;
};

/* A system call's exit and an io_uring tracepoint can meet on one CPU: each has a slot of its own. */
enum scratch { SCRATCH_SYSCALL, SCRATCH_URING, SCRATCHES };
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SCRATCHES);
	__type(key, u32);
	__type(value, struct record);
} scratch SEC(".maps");

/* Tells the verifier that an offset into record.data is below 16384, which its size exceeds only
 * by what the checks at each use rule out. Without the asm clang folds the mask away. */
#define BOUND(offset) asm volatile("%0 &= 0x3fff" : "+r"(offset))

/* The number of a task in trace's own pid namespace, 0 if it has none there (as getppid(2)). */
static __always_inline u32 pid_here(struct task_struct *task)
{
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	struct upid at = {};
	u32 level = self_pid_level;
	if (BPF_CORE_READ(pid, level) < level)
		return 0;
	struct upid *numbers = __builtin_preserve_access_index(&pid->numbers[0]);
	bpf_probe_read_kernel(&at, sizeof(at),
			      (void *)numbers + level * bpf_core_type_size(struct upid));
	return (u64)at.ns == self_pid_namespace ? at.nr : 0;
}

static __always_inline u32 tgid_here(void)
{
	if (!self_pid_level)
		return bpf_get_current_pid_tgid() >> 32;
	struct task_struct *task = (void *)bpf_get_current_task();
	return pid_here(BPF_CORE_READ(task, group_leader));
}

static __always_inline void describe_task(struct event *event)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	u64 id = bpf_get_current_pid_tgid();

	event->tgid = id >> 32;
	event->tid = id;
	if (self_pid_level) {
		event->tgid = tgid_here();
		event->tid = pid_here(task);
	}
	event->cgid = bpf_get_current_cgroup_id();
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	event->ppid = 0;
	event->uid = 0;
	event->gid = 0;
	event->leader_comm[0] = 0;
	if (config.want & WANT_PROCESS) {
		struct task_struct *leader = BPF_CORE_READ(task, group_leader);
		struct task_struct *parent =
			BPF_CORE_READ(leader, real_parent, group_leader);
		u64 ids = bpf_get_current_uid_gid();
		event->ppid = self_pid_level ? pid_here(parent) : BPF_CORE_READ(parent, tgid);
		event->uid = ids;
		event->gid = ids >> 32;
		bpf_core_read(event->leader_comm, sizeof(event->leader_comm), &leader->comm);
	}
}

static __always_inline struct record *begin_record(u32 slot, u8 type, u8 call)
{
	struct record *record = bpf_map_lookup_elem(&scratch, &slot);
	if (!record)
		return 0;
	struct event *event = &record->event;
	event->time = bpf_ktime_get_boot_ns();
	event->flags = 0;
	event->id = 0;
	event->ino = 0;
	event->ret = 0;
	event->dfd = AT_FDCWD;
	event->mode = 0;
	event->dev = 0;
	event->notes = 0;
	event->nr = 0;
	event->name_len = 0;
	event->path_len = 0;
	event->components = 0;
	event->type = type;
	event->call = call;
	event->abi = ABI_NATIVE;
	event->reserved = 0;
	describe_task(event);
	return record;
}

/* An id that nothing else has, and that is exact as a JavaScript number. */
static __always_inline u64 new_id(struct record *record)
{
	return (u64)bpf_get_smp_processor_id() << 40 | (++record->sequence & ((1ULL << 40) - 1));
}

/* What bpf_probe_read_*_str() said of the name: its length with NUL, or a negative errno. */
static __always_inline void set_name(struct event *event, long said)
{
	if (said < 0 || said > NAME_BYTES) {
		event->notes |= NOTE_NAME_UNREADABLE;
		said = 0;
	}
	event->name_len = said ? said - 1 : 0;
}

/* Wakes the reader at the first event of a burst and when much is waiting, never in between:
 * a wake-up costs more than an event. */
static __always_inline u64 wake_flags(u64 size)
{
	u64 waiting = bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA);
	if (!waiting || (waiting < config.wake_bytes && waiting + size >= config.wake_bytes))
		return BPF_RB_FORCE_WAKEUP;
	return BPF_RB_NO_WAKEUP;
}

static __always_inline void send_record(struct record *record)
{
	u32 data_bytes = record->event.name_len + record->event.path_len;
	BOUND(data_bytes);
	if (data_bytes > sizeof(record->data))
		data_bytes = sizeof(record->data);
	u64 size = sizeof(record->event) + data_bytes;
	if (bpf_ringbuf_output(&ring, record, size, wake_flags(size)))
		count_loss(LOSS_RING_FULL);
}

#endif

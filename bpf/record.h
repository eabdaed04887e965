/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Event records: filled in per-CPU scratch memory and sent with their actual length. */
#ifndef TRACE_RECORD_H
#define TRACE_RECORD_H

#include "maps.h"

/* NAME_MAX, and a NUL. */
#define COMPONENT_BYTES 256
#define DATA_BYTES	(2 * NAME_BYTES + 2 * PATH_BYTES + 2 * ROOT_BYTES + CGROUP_BYTES)
/* State of the walk from a dentry up to the root. */
struct walk {
	struct mount *mount;
	struct dentry *mount_root;
	struct dentry *dentry;
	u32 start; /* offset of the components in the data */
	u32 offset;
	u32 notes; /* result: NOTE_PATH, NOTE_PATH_CUT or 0 */
	u32 mount_len; /* bytes of the components up to the root of the first mount */
	u32 left_mount; /* whether the walk has left that mount */
};
struct record {
	struct event event;
	char data[DATA_BYTES + COMPONENT_BYTES];
	/* not sent: */
	u64 sequence; /* number of ids that this CPU has allocated */
	struct walk walk;
	struct dentry *mount_roots[2]; /* of both paths, unless it is the file system's root */
	u64 targets[2]; /* dentries at which the paths end; 0: at the base directories */
	u32 target_notes[2]; /* notes of these paths */
};
_Static_assert(sizeof(struct record) <= 32768, "limit of a per-CPU map value");

/* Scratch slots: tracepoints that can nest on one CPU use different slots. */
enum scratch { SCRATCH_SYSCALL, SCRATCH_URING, SCRATCH_PROCESS, SCRATCHES };
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SCRATCHES);
	__type(key, u32);
	__type(value, struct record);
} scratch SEC(".maps");

/*
 * Bounds an offset into record.data for the verifier. The limit of 32768 exceeds the size of the
 * data; the checks at each use exclude the rest. Without asm, clang would optimize the mask away.
 */
#define BOUND(offset) asm volatile("%0 &= 0x7fff" : "+r"(offset))

/* Returns the pid of a task in trace's own pid namespace; 0 if it has none, as getppid(2) does. */
static __always_inline u32 pid_in_self_ns(struct task_struct *task)
{
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	struct upid upid = {};
	u32 level = self_pid_level;
	if (BPF_CORE_READ(pid, level) < level)
		return 0;
	struct upid *numbers = __builtin_preserve_access_index(&pid->numbers[0]);
	bpf_probe_read_kernel(&upid, sizeof(upid),
			      (void *)numbers + level * bpf_core_type_size(struct upid));
	return (u64)upid.ns == self_pid_namespace ? upid.nr : 0;
}

static __always_inline u32 tgid_in_self_ns(void)
{
	if (!self_pid_level)
		return bpf_get_current_pid_tgid() >> 32;
	struct task_struct *task = (void *)bpf_get_current_task();
	return pid_in_self_ns(BPF_CORE_READ(task, group_leader));
}

static __always_inline void fill_task(struct event *event)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	u64 id = bpf_get_current_pid_tgid();

	event->tgid = id >> 32;
	event->tid = id;
	if (self_pid_level) {
		event->tgid = tgid_in_self_ns();
		event->tid = pid_in_self_ns(task);
	}
	event->cgid = bpf_get_current_cgroup_id();
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	event->ppid = 0;
	event->uid = 0;
	event->gid = 0;
	event->leader_comm[0] = 0;
	if (config.want & WANT_PROCESS) {
		struct task_struct *leader = BPF_CORE_READ(task, group_leader);
		struct task_struct *parent = BPF_CORE_READ(leader, real_parent, group_leader);
		u64 ids = bpf_get_current_uid_gid();
		event->ppid = self_pid_level ? pid_in_self_ns(parent) : BPF_CORE_READ(parent, tgid);
		event->uid = ids;
		event->gid = ids >> 32;
		bpf_core_read(event->leader_comm, sizeof(event->leader_comm), &leader->comm);
	}
	event->mntns = 0;
	if (config.want & WANT_MNTNS)
		event->mntns = BPF_CORE_READ(task, nsproxy, mnt_ns, ns.inum);
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
	event->dfd2 = AT_FDCWD;
	event->mode = 0;
	event->dev = 0;
	event->notes = 0;
	event->nr = 0;
	event->name_len = 0;
	event->name2_len = 0;
	event->path_len = 0;
	event->path2_len = 0;
	event->cgroup_len = 0;
	event->argv_len = 0;
	event->i_mode = 0;
	event->type = type;
	event->call = call;
	event->abi = ABI_NATIVE;
	event->reserved = 0;
	event->mount_len = 0;
	event->mount2_len = 0;
	event->root_len = 0;
	event->root2_len = 0;
	event->stdio_len = 0;
	event->mount_dev = 0;
	event->mount2_dev = 0;
	event->dev2 = 0;
	event->ino2 = 0;
	record->targets[0] = 0;
	record->targets[1] = 0;
	fill_task(event);
	return record;
}

/* Returns an id that is unique among all CPUs and exact as a JavaScript number. */
static __always_inline u64 new_id(struct record *record)
{
	return (u64)bpf_get_smp_processor_id() << 40 | (++record->sequence & ((1ULL << 40) - 1));
}

/*
 * Records the length of a name that bpf_probe_read_*_str() has copied to `offset` of the data.
 * `ret` is the result of that call: the length including the NUL, or a negative errno. Returns the
 * new offset.
 */
static __always_inline u32 set_name(struct event *event, u32 offset, long ret)
{
	if (ret < 0 || ret > NAME_BYTES) {
		event->notes |= NOTE_NAME_UNREADABLE;
		ret = 0;
	}
	event->name_len = ret ? ret - 1 : 0;
	return offset + event->name_len;
}

static __always_inline u32 set_name2(struct event *event, u32 offset, long ret)
{
	if (ret < 0 || ret > NAME_BYTES) {
		event->notes |= NOTE_NAME2_UNREADABLE;
		ret = 0;
	}
	event->name2_len = ret ? ret - 1 : 0;
	return offset + event->name2_len;
}

/*
 * Wakes the reader at the first event of a burst only, because a wakeup costs more than an event.
 * Above config.wakeup_bytes every event wakes it: that slows down the writers before the ring
 * overflows.
 */
static __always_inline u64 wakeup_flags(u64 size)
{
	u64 waiting = bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA);
	if (!waiting || waiting + size >= config.wakeup_bytes)
		return BPF_RB_FORCE_WAKEUP;
	return BPF_RB_NO_WAKEUP;
}

/* Whether a record is that of a script, which the reader reads before it is gone. */
static __always_inline int is_script(struct event *event)
{
	return event->type == EVENT_INTERP && event->ino2;
}

/* Nanoseconds between two events that wake the reader since it asks for their names. */
#define ASKING_INTERVAL 2000000
u64 asked_at = 0;

/*
 * Whether the reader asks where the names of a call led, because the kernel does not say it. A symbolic
 * link on the way may be gone soon.
 */
static __always_inline int is_asked_for(struct event *event)
{
	if (identity_config.enabled || event->type != EVENT_SYSCALL || event->ret < 0)
		return 0;
	u8 kind = identity_config.kinds[event->call];
	if (kind < IDENTITY_RENAME || kind > IDENTITY_LINK ||
	    event->time < asked_at + ASKING_INTERVAL)
		return 0;
	asked_at = event->time;
	return 1;
}

/* @record: a struct event and what follows it */
static __always_inline void ring_output(void *record, u64 size)
{
	int is_urgent = is_script(record) || is_asked_for(record);
	u64 flags = is_urgent ? BPF_RB_FORCE_WAKEUP : wakeup_flags(size);
	if (bpf_ringbuf_output(&ring, record, size, flags))
		count_loss(LOSS_RING_FULL);
}
#endif

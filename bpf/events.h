/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * The only contract between the kernel side and the user side: what the programs are told
 * (struct config) and what they say (struct event). src/kernel/trace_events.ts reads it back;
 * test/abi compares both with the C compiler's view of this file.
 */
#ifndef TRACE_EVENTS_H
#define TRACE_EVENTS_H

#include <linux/types.h>

/* Longest name that the kernel accepts, NUL included (PATH_MAX). */
#define NAME_BYTES 4096
/* Room for the components of a resolved path, each with its NUL. */
#define PATH_BYTES 8192
/* Deepest path that is resolved. */
#define PATH_COMPONENTS 128

enum event_type {
	EVENT_OPEN = 1,     /* a system call that opened, or tried to */
	EVENT_URING_SUBMIT, /* an io_uring open was accepted; its outcome follows under the same id */
	EVENT_URING_DONE,   /* the outcome of the submission with this id */
	EVENT_URING_FAILED, /* an io_uring open that the kernel refused before it began: whole in itself */
	EVENT_URING_LOST_CQE, /* an outcome that found the completion queue full; known by user_data only */
};

/* Which system call, as the column `kind` has it. */
enum open_call { CALL_NONE, CALL_OPEN, CALL_OPENAT, CALL_OPENAT2, CALL_CREAT, CALL_URING };

enum abi { ABI_NATIVE, ABI_COMPAT, ABI_X32, ABI_IO_URING };

/* Bits of event.notes. */
#define NOTE_NAME_UNREADABLE 0x01 /* the name's memory could not be read */
#define NOTE_DIRECT          0x02 /* io_uring: opened into a slot of the ring, not into an fd */
#define NOTE_SQPOLL          0x04 /* io_uring: submitted by the ring's own kernel thread */
#define NOTE_CQE_SKIP        0x08 /* io_uring: the program asked for no word on success */
#define NOTE_PATH            0x10 /* the components lead up to the root */
#define NOTE_PATH_CUT        0x20 /* the path has more components or bytes than there is room for */

struct event {
	__u64 time; /* CLOCK_BOOTTIME, nanoseconds */
	__u64 cgid; /* cgroup v2 id */
	__u64 flags;
	__u64 id; /* joins an io_uring submission with its outcome */
	union {
		__u64 ino;
		__u64 user_data; /* EVENT_URING_SUBMIT, EVENT_URING_LOST_CQE */
	};
	union {
		__s64 ret;
		__u64 ring; /* EVENT_URING_SUBMIT: address of the io_ring_ctx */
	};
	__u32 tgid; /* process and thread ids as trace's own pid namespace has them */
	__u32 tid;
	__u32 ppid;
	__u32 uid;
	__u32 gid;
	__s32 dfd;
	__u32 mode;
	__u32 dev; /* kernel's dev_t: major << 20 | minor */
	__u32 notes;
	__u16 nr; /* number of the system call, or io_uring opcode */
	__u16 name_len;
	__u16 path_len;   /* bytes of the components, with their NULs */
	__u16 components; /* how many, leaf first */
	__u8 type;
	__u8 call;
	__u8 abi;
	__u8 reserved;
	char comm[16];
	char leader_comm[16];
	/* then name_len bytes of the name and path_len bytes of components */
};

/* Which optional parts of an event are wanted: bits of config.want. */
#define WANT_PROCESS 0x1 /* ppid, uid, gid, leader_comm */
#define WANT_INODE   0x2 /* dev, ino */
#define WANT_PATH    0x4

/* How processes are chosen: config.processes. */
enum processes {
	PROCESSES_ALL,
	PROCESSES_TREE,   /* those in the map, and what they fork */
	PROCESSES_LISTED, /* those in the map, by the ids that trace's user sees */
};

/* What stands in the map `processes`, by tgid. */
enum member { MEMBER_SPAWNER = 1 /* not itself, but what it forks */, MEMBER_RECORDED };

/* Which registers of struct pt_regs hold a call's arguments, in 8-byte words; NO_ARG: there is none. */
#define NO_ARG 0xff
struct syscall_args {
	__u8 call; /* enum open_call; CALL_NONE: not recorded */
	__u8 dfd;
	__u8 name;
	__u8 flags;
	__u8 mode;
	__u8 how; /* struct open_how */
	__u8 reserved[2];
};
#define SYSCALLS 512

#define FORMULA_TERMS 8
struct formula_term {
	__u64 mask;
	__u64 value;
};

struct config {
	struct formula_term formula[FORMULA_TERMS];
	__u64 wake_bytes; /* wake the reader when this much waits in the ring */
	__u64 largefile;  /* O_LARGEFILE, which io_uring adds by itself */
	__u32 formula_terms; /* 0: every open */
	__u32 want;
	__u32 processes;
	__u32 follow;    /* PROCESSES_TREE: children too */
	__u32 in_cgroup; /* only tasks at or below the cgroup in the map */
	__u32 by_uid;
	__u32 uid;
	__u32 by_comm;
	char comm[16];
	struct syscall_args native[SYSCALLS];
	struct syscall_args compat[SYSCALLS];
};

/* Counters of what is known to be missing: keys of the map `losses`. */
enum loss {
	LOSS_RING_FULL,
	LOSS_TREE_FULL,   /* a process that is not followed */
	LOSS_URING_FULL,  /* an io_uring request whose outcome cannot be joined */
	LOSSES,
};

_Static_assert(sizeof(struct event) == 128, "struct event");
_Static_assert(sizeof(struct syscall_args) == 8, "struct syscall_args");
_Static_assert(sizeof(struct config) == 192 + 2 * SYSCALLS * 8, "struct config");

#endif

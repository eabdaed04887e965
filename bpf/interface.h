/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The only contract between the kernel side and the user side: what the programs are told
 * (struct config) and what they say (struct event). src/kernel/trace_events.ts reads it back;
 * test/abi compares both with the C compiler's view of this file.
 */
#ifndef TRACE_INTERFACE_H
#define TRACE_INTERFACE_H

#include <linux/types.h>

/* Longest name that the kernel accepts, NUL included (PATH_MAX). */
#define NAME_BYTES 4096
/* Room for the components of a resolved path, each with its NUL. */
#define PATH_BYTES 8192
/* Deepest path that is resolved. */
#define PATH_COMPONENTS	  128
#define CGROUP_BYTES	  4096
#define CGROUP_COMPONENTS 32
/* Most that is read of a command's arguments. */
#define ARGV_BYTES 65536

enum event_type {
	EVENT_SYSCALL = 1, /* a system call that ended */
	EVENT_URING_SUBMIT, /* an io_uring request was accepted; its outcome follows under the same id */
	EVENT_URING_COMPLETE, /* the outcome of the submission with this id */
	EVENT_URING_FAILED, /* an io_uring request refused before it began: whole in itself */
	EVENT_URING_OVERFLOW, /* an outcome that found the completion queue full; known by user_data only */
	EVENT_EXEC, /* a process runs another program */
	EVENT_FORK, /* a new process, told by its parent */
	EVENT_EXIT, /* the last thread of a process ended */
};

enum abi { ABI_NATIVE, ABI_COMPAT, ABI_X32, ABI_IO_URING };

/* Bits of event.notes. */
#define NOTE_NAME_UNREADABLE 0x001 /* the name's memory could not be read */
#define NOTE_DIRECT	     0x002 /* io_uring: a slot of the ring stands for an fd */
#define NOTE_SQPOLL	     0x004 /* io_uring: submitted by the ring's own kernel thread */
#define NOTE_CQE_SKIP	     0x008 /* io_uring: the program asked for no word on success */
#define NOTE_PATH	     0x010 /* the components lead up to the root */
#define NOTE_PATH_CUT  0x020 /* the path has more components or bytes than there is room for */
#define NOTE_PATH2     0x040 /* the same two for the second path */
#define NOTE_PATH2_CUT 0x080
#define NOTE_NAME2_UNREADABLE 0x200
#define NOTE_BASE     0x400 /* the first path is where the name starts from, not where it leads */
#define NOTE_ARGV_CUT 0x800 /* the arguments have more bytes than there is room for */
#define NOTE_CREATED  0x1000 /* the open made the file */
#define NOTE_DFD_UNKNOWN \
	0x2000 /* io_uring: the fd that the request was made for is not to be found */

struct event {
	__u64 time; /* CLOCK_BOOTTIME, nanoseconds */
	__u64 cgid; /* cgroup v2 id */
	union {
		__u64 flags;
		__u64 max_rss; /* EVENT_EXIT: KiB */
	};
	union {
		__u64 id; /* joins an io_uring submission with its outcome */
		__u64 started; /* EVENT_EXIT: CLOCK_BOOTTIME */
	};
	union {
		__u64 ino;
		__u64 user_data; /* EVENT_URING_SUBMIT, EVENT_URING_OVERFLOW */
		__u64 cpu_time; /* EVENT_EXIT: nanoseconds, of all threads */
	};
	union {
		__s64 ret; /* EVENT_FORK: the child's pid; EVENT_EXIT: status as wait(2) has it */
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
	__u16 path_len; /* bytes of the components, with their NULs */
	__u16 path2_len;
	__u8 type;
	__u8 call; /* index of the call's name in the user side's table */
	__u8 abi;
	__u8 reserved;
	char comm[16];
	char leader_comm[16];
	__s32 dfd2;
	__u32 mntns;
	__u32 argv_len;
	__u16 name2_len;
	__u16 cgroup_len;
	__u16 i_mode;
	__u16 reserved2[3];
	/* then the bytes of: name, second name, components of the path, of the second path, of the
	 * cgroup, arguments */
};

/* Which optional parts of an event are wanted: bits of config.want. */
#define WANT_PROCESS 0x01 /* ppid, uid, gid, leader_comm */
#define WANT_INODE   0x02 /* dev, ino, i_mode, NOTE_CREATED */
#define WANT_PATH    0x04
#define WANT_MNTNS   0x08
#define WANT_CGROUP  0x10
#define WANT_ARGV    0x20

/* Which events that are no calls are wanted: bits of config.events. */
#define WANT_EXEC 0x1
#define WANT_FORK 0x2
#define WANT_EXIT 0x4

/* How processes are chosen: config.processes. */
enum processes {
	PROCESSES_ALL,
	PROCESSES_TREE, /* those in the map, and what they fork */
	PROCESSES_LISTED, /* those in the map, by the ids that trace's user sees */
};

/* What stands in the map `processes`, by tgid. */
enum member { MEMBER_SPAWNER = 1 /* not itself, but what it forks */, MEMBER_RECORDED };

/* Which registers of struct pt_regs hold a call's arguments, in 8-byte words; NO_ARG: there is none. */
#define NO_ARG 0xff
/* What is peculiar to a call: bits of syscall_args.traits. */
#define TRAIT_OPEN \
	0x01 /* the result is an fd, and the formula of --flags applies; without flags: creat(2) */
#define TRAIT_CHROOT	  0x02 /* on success the path is the new root directory */
#define TRAIT_HOW	  0x04 /* flags is the address of a struct open_how */
#define TRAIT_ADDRESS	  0x08 /* name is a socket address, mode its length */
#define TRAIT_FAILED_ONLY 0x10 /* its success is told by another event */
#define TRAIT_CHDIR	  0x20 /* on success the path is the new working directory */
#define TRAIT_TEXT	  0x40 /* the first name is no path: what a symbolic link shall say */
#define TRAIT_TEXT2	  0x80 /* the second name is no path: an extended attribute's */
struct syscall_args {
	__u8 call; /* 0: not recorded */
	__u8 traits;
	__u8 dfd;
	__u8 name;
	__u8 flags;
	__u8 mode;
	__u8 dfd2;
	__u8 name2;
};
#define SYSCALLS 1024
/* From here on the native table has x32's own numbers, which mean nothing without its bit. */
#define X32_FIRST_NR 512
/* The number of socketcall(2) in the compat table, whose entry has the registers of its two arguments
 * in `dfd` and `name`; what it calls is recorded by the entries of connect and bind. */
#define SOCKETCALL 102

#define FORMULA_TERMS 8
struct formula_term {
	__u64 mask;
	__u64 value;
};

struct config {
	struct formula_term formula[FORMULA_TERMS];
	__u64 wakeup_bytes; /* each event wakes the reader while so much waits in the ring */
	__u64 largefile; /* O_LARGEFILE, which io_uring adds by itself */
	__u64 uring_ops; /* which opcodes are recorded: bits */
	/* Each struct syscall_args as one word: the bits that some of those recorded have, and those
	 * that all have. The verifier drops the code for what none has. */
	__u64 args_or;
	__u64 args_and;
	__u32 formula_terms; /* 0: every open */
	__u32 want;
	__u32 events;
	__u32 uring_call; /* event.call of what comes through io_uring */
	__u32 processes;
	__u32 follow; /* PROCESSES_TREE: children too */
	__u32 in_cgroup; /* only tasks at or below the cgroup in the map */
	__u32 by_uid;
	__u32 uid;
	__u32 by_comm;
	__u32 page_kib; /* size of a page */
	__u32 reserved;
	char comm[16];
	struct syscall_args native[SYSCALLS];
	struct syscall_args compat[SYSCALLS];
};

/* Counters of what is known to be missing: keys of the map `losses`. */
enum loss {
	LOSS_RING_FULL,
	LOSS_TREE_FULL, /* a process that is not followed */
	LOSS_URING_FULL, /* an io_uring request whose outcome cannot be joined */
	LOSS_URING_UNRESOLVED, /* an io_uring request of which the kernel does not tell what it was */
	LOSSES,
};

_Static_assert(sizeof(struct event) == 152, "struct event");
_Static_assert(sizeof(struct syscall_args) == 8, "struct syscall_args");
_Static_assert(sizeof(struct config) == 232 + 2 * SYSCALLS * 8, "struct config");

#endif

/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Interface between the eBPF programs and user space: struct config is their input, struct event
 * their output. src/events/event-record.ts mirrors it; test/abi checks that against the C compiler.
 */
#ifndef TRACE_INTERFACE_H
#define TRACE_INTERFACE_H

#include <linux/types.h>

/* PATH_MAX: the longest name that the kernel accepts, including the NUL. */
#define NAME_BYTES	  4096
/* Space for the components of a resolved path, each with its NUL. */
#define PATH_BYTES	  8192
/* Maximum depth of a resolved path, with its mounts: more than fits into NAME_BYTES. */
#define PATH_COMPONENTS	  2304
/* Maximum depth of the root of a mount in its file system. */
#define ROOT_COMPONENTS	  128
#define CGROUP_BYTES	  4096
#define CGROUP_COMPONENTS 32
/* Maximum size of a command's arguments. */
#define ARGV_BYTES	  65536

enum event_type {
	EVENT_SYSCALL = 1, /* a system call returned */
	EVENT_URING_SUBMIT, /* an io_uring request was accepted; the completion has the same id */
	EVENT_URING_COMPLETE, /* the completion of the submission with this id */
	EVENT_URING_FAILED, /* an io_uring request failed before it was issued; no other event */
	EVENT_URING_OVERFLOW, /* a completion without space in the queue; has only user_data */
	EVENT_EXEC, /* a process executed a program */
	EVENT_FORK, /* a new process, reported by its parent */
	EVENT_EXIT, /* the last thread of a process exited */
	EVENT_INTERP, /* the kernel read a script or an ELF interpreter; follows EVENT_EXEC */
};

enum abi { ABI_NATIVE, ABI_COMPAT, ABI_X32, ABI_IO_URING };

/* Bits of event.notes. */
#define NOTE_NAME_UNREADABLE  0x0001 /* the name could not be read from memory */
#define NOTE_DIRECT	      0x0002 /* io_uring: a direct descriptor instead of an fd */
#define NOTE_SQPOLL	      0x0004 /* io_uring: submitted by the ring's SQPOLL thread */
#define NOTE_CQE_SKIP	      0x0008 /* io_uring: no completion on success */
#define NOTE_PATH	      0x0010 /* the path is complete up to the root */
#define NOTE_PATH_CUT	      0x0020 /* the path, or the root of its mount, is longer than possible */
#define NOTE_PATH2	      0x0040 /* as NOTE_PATH and NOTE_PATH_CUT, for the second path */
#define NOTE_PATH2_CUT	      0x0080
#define NOTE_NAME2_UNREADABLE 0x0200
#define NOTE_BASE	      0x0400 /* the first path is the name's base directory */
#define NOTE_ARGV_CUT	      0x0800 /* the arguments exceed ARGV_BYTES or could not be read */
#define NOTE_CREATED	      0x1000 /* the open created the file */
#define NOTE_DFD_UNKNOWN      0x2000 /* io_uring: the fd of the request could not be determined */
#define NOTE_SECCOMP	      0x4000 /* a seccomp filter stopped the call, which has no result */
#define NOTE_UNSELECTED	      0x8000 /* of a task that the filters exclude */
#define NOTE_INTERP_UNSURE    0x10000 /* EVENT_INTERP: the file may be the program itself, dev2 and ino2 */
#define NOTE_TARGET2	      0x20000 /* the second path is the name's target, not its base */
#define NOTE_PARENT	      0x40000 /* the first path is the directory of the name's last component */
#define NOTE_PARENT2	      0x80000 /* as NOTE_PARENT, for the second path */

struct event {
	__u64 time; /* CLOCK_BOOTTIME, nanoseconds */
	__u64 cgid; /* cgroup v2 id */
	union {
		__u64 flags;
		__u64 max_rss; /* EVENT_EXIT: KiB */
	};
	union {
		__u64 id; /* matches an io_uring completion with its submission */
		__u64 started; /* EVENT_EXIT: CLOCK_BOOTTIME */
	};
	union {
		__u64 ino;
		__u64 user_data; /* EVENT_URING_SUBMIT, EVENT_URING_OVERFLOW */
		__u64 cpu_time; /* EVENT_EXIT: nanoseconds, all threads */
	};
	union {
		__s64 ret; /* EVENT_FORK: the child's pid; EVENT_EXIT: wait(2) status */
		__u64 ring; /* EVENT_URING_SUBMIT: address of the io_ring_ctx */
	};
	__u32 tgid; /* tgid, tid and ppid are those of trace's pid namespace */
	__u32 tid;
	__u32 ppid;
	__u32 uid;
	__u32 gid;
	__s32 dfd;
	__u32 mode;
	__u32 dev; /* the kernel's dev_t: major << 20 | minor */
	__u32 notes;
	__u16 nr; /* system call number or io_uring opcode */
	__u16 name_len;
	__u16 path_len; /* bytes of the components, including their NULs */
	__u16 path2_len;
	__u8 type;
	__u8 call; /* index into user space's table of call names */
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
	__u16 mount_len; /* bytes of the path's components that are within its last mount */
	__u16 mount2_len;
	__u16 root_len; /* bytes of the components of that mount's root in its file system */
	__u16 root2_len;
	__u16 stdio_len; /* EVENT_EXEC: 0, or the size of three struct stdio */
	__u32 mount_dev; /* s_dev of the file system of the path */
	__u32 mount2_dev;
	__u32 dev2; /* of the file that a rename replaced; of a script's EVENT_INTERP: of the program */
	__u64 ino2; /* EVENT_URING_SUBMIT: of the file of dev and i_mode */
	/*
	 * followed by: name, second name, components of the path, of the second path, of the
	 * roots of both mounts and of the cgroup, standard streams, arguments
	 */
};

/* Maximum size of the components of a mount's root in its file system. */
#define ROOT_BYTES 1024

/* One of the fds 0, 1 and 2 of a process that executes a program; all zero if it is closed. */
struct stdio {
	__u64 ino;
	__u32 dev;
	__u16 i_mode;
	__u16 pipefs; /* whether it is a pipe without a name: pipe(7) */
};

/* Maximum size of the arguments in a script's EVENT_INTERP, by which its interpreters are found. */
#define INTERP_ARGV_BYTES 2048

/* Optional parts of an event that are requested: bits of config.want. */
#define WANT_PROCESS 0x01 /* ppid, uid, gid, leader_comm */
#define WANT_INODE   0x02 /* dev, ino, i_mode, NOTE_CREATED */
#define WANT_PATH    0x04
#define WANT_MNTNS   0x08
#define WANT_CGROUP  0x10
#define WANT_ARGV    0x20
#define WANT_MOUNT   0x40 /* mount_len, root_len, mount_dev of the paths */
#define WANT_STDIO   0x80 /* standard streams at an exec */
#define WANT_CWD     0x100 /* working directory at an exec: its second path */

/* Requested events other than system calls: bits of config.events. */
#define WANT_EXEC	0x1
#define WANT_FORK	0x2
#define WANT_EXIT	0x4
#define WANT_UNSELECTED 0x8 /* these three of all tasks; the rest have NOTE_UNSELECTED */
#define WANT_INTERP	0x10

/* Which processes are recorded: config.processes. */
enum processes {
	PROCESSES_ALL,
	PROCESSES_TREE, /* only those in the map; forked children are added */
	PROCESSES_LISTED, /* those in the map, by pid in trace's namespace */
};

/* Values of the map `processes`, by tgid. */
enum member {
	MEMBER_SPAWNER = 1, /* not recorded itself; its children are */
	MEMBER_RECORDED,
};

/* Index of the 8-byte word of struct pt_regs that holds an argument; NO_ARG: the call has none. */
#define NO_ARG		  0xff
/* Properties of a call: bits of syscall_args.traits. */
#define TRAIT_OPEN	  0x01 /* returns an fd; --flags applies; no flags argument: creat(2) */
#define TRAIT_CHROOT	  0x02 /* on success the path is the new root directory */
#define TRAIT_HOW	  0x04 /* flags points to a struct open_how */
#define TRAIT_ADDRESS	  0x08 /* name points to a socket address, mode is its length */
#define TRAIT_FAILED_ONLY 0x10 /* success is reported by another event */
#define TRAIT_CHDIR	  0x20 /* on success the path is the new working directory */
#define TRAIT_TEXT	  0x40 /* the first name is not a path: a symbolic link's target */
#define TRAIT_TEXT2	  0x80 /* the second name is not a path: an extended attribute's name */
/* Sends to a socket address, if it has one: name is the address, or with TRAIT_HOW a struct msghdr,
 * or, with a mode, an array of as many struct mmsghdr. */
#define TRAIT_SEND	  (TRAIT_ADDRESS | TRAIT_TEXT)
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
#define SYSCALLS     1024
/* First x32-specific number in the native table; they are invalid without X32_SYSCALL_BIT. */
#define X32_FIRST_NR 512
/*
 * Number of socketcall(2) in the compat table. In its entry `dfd` and `name` are the registers of
 * its two arguments; the calls that it multiplexes use their own entries.
 */
#define SOCKETCALL   102

#define FORMULA_TERMS 8
struct formula_term {
	__u64 mask;
	__u64 value;
};

struct config {
	struct formula_term formula[FORMULA_TERMS];
	__u64 wakeup_bytes; /* fill level from which every event wakes the reader */
	__u64 largefile; /* O_LARGEFILE, which io_uring sets by itself */
	__u64 uring_ops; /* bit mask of the recorded opcodes */
	/*
	 * Bitwise OR and AND of all recorded entries, each struct syscall_args as one word. They
	 * let the verifier drop the code for properties that no recorded call has.
	 */
	__u64 args_or;
	__u64 args_and;
	__u32 formula_terms; /* 0: all opens are recorded */
	__u32 want;
	__u32 events;
	__u32 uring_call; /* event.call of io_uring events */
	__u32 processes;
	__u32 follow; /* PROCESSES_TREE: record descendants too */
	__u32 in_cgroup; /* only tasks in the cgroup of the map or below; PROCESSES_TREE: these too */
	__u32 by_uid;
	__u32 uid;
	__u32 by_comm;
	__u32 page_kib; /* page size in KiB */
	__u32 addresses; /* calls with TRAIT_ADDRESS are recorded */
	char comm[16];
	struct syscall_args native[SYSCALLS];
	struct syscall_args compat[SYSCALLS];
};

/* Causes of lost events: keys of the map `losses`. */
enum loss {
	LOSS_RING_FULL,
	LOSS_TREE_FULL, /* a process could not be followed */
	LOSS_URING_FULL, /* an io_uring request could not be tracked, its completion is lost */
	LOSS_URING_UNRESOLVED, /* an io_uring request could not be identified */
	LOSS_INTERP, /* the ELF interpreter of an exec could not be found */
	LOSSES,
};

_Static_assert(sizeof(struct event) == 176, "struct event");
_Static_assert(sizeof(struct stdio) == 16, "struct stdio");
_Static_assert(sizeof(struct syscall_args) == 8, "struct syscall_args");
_Static_assert(sizeof(struct config) == 232 + 2 * SYSCALLS * 8, "struct config");

#endif

/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * The few fields of kernel structs that the programs read. CO-RE finds their real offsets in the
 * running kernel's BTF, so the order and the completeness of these declarations do not matter;
 * a suffix ___x marks another version of the same struct.
 */
#ifndef TRACE_KERNEL_H
#define TRACE_KERNEL_H

#include <linux/bpf.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;
typedef __s64 s64;

#define AT_FDCWD -100
#define PF_IO_WORKER 0x00000010
#define TS_COMPAT 0x0002      /* arch/x86/include/asm/thread_info.h */
#define ARM64_TIF_32BIT 22    /* arch/arm64/include/asm/thread_info.h */
#define X32_SYSCALL_BIT 0x40000000
#define CLONE_THREAD 0x00010000
#define IORING_SETUP_SQPOLL (1U << 1)
#define REQ_F_CQE_SKIP (1U << 6)
#define IORING_OP_OPENAT 18
#define IORING_OP_OPENAT2 28

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

/* include/linux/dcache.h, fs.h, path.h, fs/mount.h */
struct qstr {
	const unsigned char *name;
};
struct super_block {
	u32 s_dev;
};
struct inode {
	struct super_block *i_sb;
	unsigned long i_ino;
};
struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
};
struct vfsmount {
	struct dentry *mnt_root;
};
struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
};
struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};
struct file {
	struct path f_path;
	struct inode *f_inode;
};
struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};
struct files_struct {
	struct fdtable *fdt;
};

/* include/linux/sched.h, sched/signal.h, pid.h */
struct pid_namespace;
struct upid {
	int nr;
	struct pid_namespace *ns;
};
struct pid {
	unsigned int level;
	struct upid numbers[1];
};
typedef struct {
	int counter;
} atomic_t;
struct signal_struct {
	atomic_t live;
};
struct thread_info {
	unsigned long flags;
};
struct task_struct {
	struct thread_info thread_info;
	unsigned int flags;
	int tgid;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	struct pid *thread_pid;
	char comm[16];
	struct files_struct *files;
	struct signal_struct *signal;
};
struct thread_info___x86 {
	u32 status;
};
struct task_struct___x86 {
	struct thread_info___x86 thread_info;
};

/* arch/x86/include/asm/ptrace.h, arch/arm64/include/asm/ptrace.h; the name is asked for by
 * bpf_task_pt_regs() */
struct pt_regs {
	unsigned long ip;
};
struct pt_regs___x86 {
	unsigned long orig_ax;
};
struct pt_regs___arm64 {
	s32 syscallno;
};

/* io_uring/openclose.c, include/linux/io_uring_types.h. The command of a request stands at the
 * start of struct io_kiocb in every version; Linux 7.2 wrapped its filename. */
struct filename {
	const char *name;
};
struct delayed_filename {
	struct filename *__incomplete_filename;
};
struct open_how {
	u64 flags;
	u64 mode;
	u64 resolve;
};
struct io_open {
	int dfd;
	u32 file_slot;
	struct filename *filename;
	struct open_how how;
};
struct io_open___delayed {
	struct delayed_filename filename;
};
struct io_ring_ctx {
	unsigned int flags;
};
struct io_kiocb {
	u8 opcode;
	struct io_ring_ctx *ctx;
	u64 flags;
};

/* include/trace/events: contexts of classic tracepoints, read by field name */
struct trace_event_raw_io_uring_submit_req {
	void *ctx;
	void *req;
	u64 user_data;
};
struct trace_event_raw_io_uring_submit_sqe {
	void *ctx;
	void *req;
	u64 user_data;
};
struct trace_event_raw_io_uring_complete {
	void *ctx;
	void *req;
	u64 user_data;
	int res;
};
struct trace_event_raw_io_uring_req_failed {
	void *ctx;
	void *req;
	u64 user_data;
	u8 opcode;
	u64 off;
	u64 addr;
	u32 len;
	u32 op_flags;
	int error;
};
struct trace_event_raw_io_uring_cqe_overflow {
	void *ctx;
	u64 user_data;
	s32 res;
};
struct trace_event_raw_task_newtask {
	int pid;
	u64 clone_flags;
};

#pragma clang attribute pop

/* raw_syscalls/sys_exit: a stable layout, see events/raw_syscalls/sys_exit/format in tracefs */
struct sys_exit_context {
	u64 common;
	s64 id;
	s64 ret;
};

#endif

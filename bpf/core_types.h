/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Kernel structs, reduced to the fields that the programs read. CO-RE relocates the offsets by the
 * running kernel's BTF, so neither order nor completeness matters. A suffix ___x marks another
 * version of the same struct.
 */
#ifndef TRACE_CORE_TYPES_H
#define TRACE_CORE_TYPES_H

#include <linux/bpf.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;
typedef __s64 s64;

#define AT_FDCWD		-100
#define UNKNOWN_FD		-1
#define EPERM			1
#define EFAULT			14
#define EEXIST			17
#define AF_UNIX			1
#define SIGSYS			31
#define SOCKADDR_BYTES		128 /* struct sockaddr_storage */
#define MMSGHDR_BYTES		64 /* struct mmsghdr: sendmmsg(2) */
#define MMSGHDR_32_BYTES	32 /* of 32-bit programs and x32 */
#define MAX_MESSAGES		1024 /* UIO_MAXIOV */
#define PF_IO_WORKER		0x00000010
#define TS_COMPAT		0x0002 /* arch/x86/include/asm/thread_info.h */
#define ARM64_TIF_32BIT		22 /* arch/arm64/include/asm/thread_info.h */
#define X32_SYSCALL_BIT		0x40000000
#define CLONE_PARENT		0x00008000
#define CLONE_THREAD		0x00010000
#define IORING_SETUP_SQPOLL	(1U << 1)
#define IORING_SETUP_SQE128	(1U << 10)
#define IORING_SETUP_NO_SQARRAY (1U << 16)
#define IOSQE_FIXED_FILE	(1U << 0) /* the same bit as in io_kiocb.flags */
#define REQ_F_CQE_SKIP		(1U << 6)
#define REQ_F_FAIL		(1U << 8)
#define IORING_CQE_F_MORE	(1U << 1)
#define ECANCELED		125
#define SIGNAL_GROUP_EXIT	0x00000004 /* include/linux/sched/signal.h */
#define FMODE_CREATED		0x100000 /* include/linux/fs.h */
#define AT_SYMLINK_FOLLOW	0x400
#define MS_REMOUNT		32
#define MS_BIND			4096
#define MS_MOVE			8192
#define AT_EMPTY_PATH		0x1000
#define PIPEFS_MAGIC		0x50495045 /* include/uapi/linux/magic.h */
/* include/uapi/linux/io_uring.h */
enum {
	IORING_OP_SENDMSG = 9,
	IORING_OP_CONNECT = 16,
	IORING_OP_OPENAT = 18,
	IORING_OP_STATX = 21,
	IORING_OP_SEND = 26,
	IORING_OP_OPENAT2 = 28,
	IORING_OP_RENAMEAT = 35,
	IORING_OP_UNLINKAT = 36,
	IORING_OP_MKDIRAT = 37,
	IORING_OP_SYMLINKAT = 38,
	IORING_OP_LINKAT = 39,
	IORING_OP_FSETXATTR = 41,
	IORING_OP_SETXATTR = 42,
	IORING_OP_FGETXATTR = 43,
	IORING_OP_GETXATTR = 44,
	IORING_OP_SEND_ZC = 47,
	IORING_OP_SENDMSG_ZC = 48,
	IORING_OP_FTRUNCATE = 55,
	IORING_OP_BIND = 56,
};

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

/* include/linux/dcache.h, fs.h, path.h, fs/mount.h */
struct qstr {
	const unsigned char *name;
};
struct super_block {
	u32 s_dev;
	struct dentry *s_root;
	unsigned long s_magic;
};
struct hlist_node {
	struct hlist_node *next;
};
struct hlist_head {
	struct hlist_node *first;
};
struct inode {
	u16 i_mode;
	struct hlist_head i_dentry;
	struct super_block *i_sb;
	unsigned long i_ino;
};
struct hlist_bl_node {
	struct hlist_bl_node **pprev;
};
struct dentry {
	struct hlist_bl_node d_hash;
	struct dentry *d_parent;
	struct inode *d_inode;
	struct super_block *d_sb;
	union {
		struct hlist_node d_alias;
	} d_u;
	struct qstr d_name;
};
struct iattr {
	unsigned int ia_valid;
};
/* Linux 5.12, and late versions of 5.10. */
struct renamedata {
	struct inode *old_dir;
	struct dentry *old_dentry;
	struct inode *new_dir;
	struct dentry *new_dentry;
};
struct renamedata___6_17 {
	struct dentry *old_parent;
	struct dentry *new_parent;
};
struct mnt_namespace;
struct vfsmount {
	struct dentry *mnt_root;
	struct super_block *mnt_sb;
};
struct user_namespace;
struct mnt_idmap;
struct vfsmount___5_12 {
	struct user_namespace *mnt_userns;
};
struct vfsmount___6_2 {
	struct mnt_idmap *mnt_idmap;
};
struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
	struct mnt_namespace *mnt_ns;
};
struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};
struct file {
	unsigned int f_mode;
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

struct fs_struct {
	struct path root;
	struct path pwd;
};

/* include/linux/kernfs.h, cgroup-defs.h, nsproxy.h, ns_common.h, fs/mount.h */
struct kernfs_node {
	const char *name;
	struct kernfs_node *parent;
};
struct kernfs_node___rcu {
	struct kernfs_node *__parent;
};
struct cgroup {
	struct kernfs_node *kn;
};
struct css_set {
	struct cgroup *dfl_cgrp;
};
struct ns_common {
	unsigned int inum;
};
struct mnt_namespace {
	struct ns_common ns;
};
struct nsproxy {
	struct mnt_namespace *mnt_ns;
};

/* include/linux/mm_types.h */
struct vm_area_struct {
	struct vm_area_struct *vm_next; /* up to 6.0 */
	struct file *vm_file;
};
struct mm_struct {
	struct vm_area_struct *mmap; /* up to 6.0 */
	unsigned long arg_start;
	unsigned long arg_end;
	struct file *exe_file;
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
	unsigned int flags;
	int group_exit_code;
	u64 sum_sched_runtime;
	unsigned long maxrss;
};
struct sched_entity {
	u64 sum_exec_runtime;
};
struct thread_info {
	unsigned long flags;
};
struct list_head {
	struct list_head *prev;
};
/* include/linux/signal_types.h */
struct sigset {
	unsigned long sig[1];
};
struct sigpending {
	struct sigset signal;
};
struct task_struct {
	struct thread_info thread_info;
	unsigned int flags;
	int pid;
	int tgid;
	struct task_struct *real_parent;
	struct list_head children;
	struct list_head sibling;
	struct task_struct *group_leader;
	struct pid *thread_pid;
	char comm[16];
	struct fs_struct *fs;
	struct files_struct *files;
	struct signal_struct *signal;
	struct sigpending pending;
	struct mm_struct *mm;
	struct nsproxy *nsproxy;
	struct css_set *cgroups;
	struct sched_entity se;
	int exit_code;
	u64 start_boottime;
};
struct thread_info___x86 {
	u32 status;
};
struct task_struct___x86 {
	struct thread_info___x86 thread_info;
};

/*
 * arch/x86/include/asm/ptrace.h, arch/arm64/include/asm/ptrace.h. bpf_task_pt_regs() needs the
 * name.
 */
struct pt_regs {
	unsigned long ip;
};
struct pt_regs___x86 {
	unsigned long orig_ax;
};
struct pt_regs___arm64 {
	u64 pc;
	s32 syscallno;
};

/*
 * io_uring/openclose.c, include/linux/io_uring_types.h. The command is at the start of struct
 * io_kiocb in every version; Linux 7.2 wraps the filename in struct delayed_filename.
 */
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
/* io_uring/fs.c */
struct io_rename {
	int old_dfd;
	int new_dfd;
	struct filename *oldpath;
	struct filename *newpath;
	int flags;
};
struct io_rename___delayed {
	struct delayed_filename oldpath;
	struct delayed_filename newpath;
};
struct io_unlink {
	int dfd;
	int flags;
	struct filename *filename;
};
struct io_unlink___delayed {
	struct delayed_filename filename;
};
struct io_mkdir {
	int dfd;
	u16 mode;
	struct filename *filename;
};
struct io_mkdir___delayed {
	struct delayed_filename filename;
};
struct io_link {
	int old_dfd;
	int new_dfd;
	struct filename *oldpath;
	struct filename *newpath;
	int flags;
};
struct io_link___delayed {
	struct delayed_filename oldpath;
	struct delayed_filename newpath;
};
/* io_uring/statx.c, xattr.c, net.c */
struct io_statx {
	int dfd;
	unsigned int flags;
	struct filename *filename;
};
struct io_statx___delayed {
	struct delayed_filename filename;
};
struct xattr_name {
	char name[256];
};
struct kernel_xattr_ctx {
	struct xattr_name *kname;
	unsigned int flags;
};
struct io_xattr {
	struct kernel_xattr_ctx ctx;
	struct filename *filename;
};
struct io_xattr___delayed {
	struct delayed_filename filename;
};
struct io_connect {
	void *addr;
	int addr_len;
};
struct io_cqe {
	int fd;
};
struct io_uring_sqe;
struct io_ring_ctx {
	unsigned int flags;
	u32 *sq_array;
	struct io_uring_sqe *sq_sqes;
	unsigned int cached_sq_head;
	unsigned int sq_entries;
};
/* From 6.0 on, with sends that have an address. */
struct io_notif_data {
	void *file;
};
struct io_kiocb {
	u8 opcode;
	struct file *file;
	struct io_cqe cqe;
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
	u8 opcode;
};
struct trace_event_raw_io_uring_complete {
	void *ctx;
	void *req;
	u64 user_data;
	int res;
	u32 cflags;
};
struct trace_event_raw_io_uring_complete___long {
	long res;
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
	u64 addr3;
	int error;
};
struct trace_event_raw_io_uring_cqe_overflow {
	void *ctx;
	u64 user_data;
	s32 res;
};
struct trace_event_raw_sched_process_exec {
	u32 __data_loc_filename;
};
struct trace_event_raw_sched_prepare_exec {
	u32 __data_loc_interp;
	u32 __data_loc_filename;
};
struct trace_event_raw_task_newtask {
	int pid;
	u64 clone_flags;
};

#pragma clang attribute pop

/* The first half of struct io_uring_sqe: include/uapi/linux/io_uring.h */
struct sqe {
	u8 opcode;
	u8 flags;
	u16 ioprio;
	s32 fd;
	u64 off;
	u64 addr;
	u32 len;
	u32 op_flags;
	u64 user_data;
	u16 buf_index;
	u16 personality;
	u16 addr_len;
	u16 reserved;
};
#define SQE_BYTES 64

/* raw_syscalls/sys_exit. The layout is stable: events/raw_syscalls/sys_exit/format in tracefs. */
struct sys_exit_context {
	u64 common;
	s64 id;
	s64 ret;
};

#endif

/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* What an open file is: its device, inode and absolute path, walked up the dentry tree. */
#ifndef TRACE_PATH_H
#define TRACE_PATH_H

#include "record.h"

/*
 * Goes one step up from walk.dentry: to its parent, whose name follows, or from the root of a mount
 * to the directory that it is mounted on. Returns whether there is more. A global function, because
 * the verifier looks at those once and on their own, however often they are called.
 */
__attribute__((noinline)) int walk_step(u32 slot)
{
	slot &= 1;
	struct record *record = bpf_map_lookup_elem(&scratch, &slot);
	if (!record)
		return 0;
	struct event *event = &record->event;
	struct walk *walk = &record->walk;
	struct mount *mount = walk->mount;
	struct dentry *dentry = walk->dentry;
	if (dentry == walk->mount_root) {
		struct mount *parent = BPF_CORE_READ(mount, mnt_parent);
		if (parent == mount) {
			event->notes ^= NOTE_PATH | NOTE_PATH_CUT;
			return 0;
		}
		walk->dentry = BPF_CORE_READ(mount, mnt_mountpoint);
		walk->mount = parent;
		walk->mount_root = BPF_CORE_READ(parent, mnt.mnt_root);
		return 1;
	}
	walk->dentry = BPF_CORE_READ(dentry, d_parent);
	if (walk->dentry == dentry) { /* no path leads here: a pipe, a detached mount */
		event->notes &= ~NOTE_PATH_CUT;
		event->components = 0;
		event->path_len = 0;
		return 0;
	}
	u32 offset = event->name_len + event->path_len;
	BOUND(offset);
	if (offset > NAME_BYTES + PATH_BYTES)
		return 0;
	const unsigned char *name = BPF_CORE_READ(dentry, d_name.name);
	u32 length = bpf_probe_read_kernel_str(record->data + offset, 256, name);
	if (length > 256)
		return 0;
	event->path_len += length;
	event->components++;
	return 1;
}

/* Appends the components of a path to the data, leaf first, each with its NUL. */
static __always_inline void append_path(struct record *record, struct path *path, u32 slot)
{
	struct walk *walk = &record->walk;
	struct vfsmount *mnt = BPF_CORE_READ(path, mnt);
	walk->mount = (void *)mnt - bpf_core_field_offset(struct mount, mnt);
	walk->mount_root = BPF_CORE_READ(mnt, mnt_root);
	walk->dentry = BPF_CORE_READ(path, dentry);
	record->event.notes |= NOTE_PATH_CUT;
	for (int i = 0; i < PATH_COMPONENTS; i++)
		if (!walk_step(slot))
			break;
}

static __always_inline struct file *file_of(int fd)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	if ((u32)fd >= BPF_CORE_READ(table, max_fds))
		return 0;
	struct file **files = BPF_CORE_READ(table, fd);
	struct file *file = 0;
	bpf_probe_read_kernel(&file, sizeof(file), files + (u32)fd);
	return file;
}

/* Inode numbers are unsigned long up to 7.1 and u64 from then on. */
static __always_inline u64 inode_number(struct inode *inode)
{
	u64 number = 0;
	bpf_core_read(&number, bpf_core_field_size(inode->i_ino) == 8 ? 8 : 4, &inode->i_ino);
	return number;
}

/* Adds what is wanted of the file behind an fd of the current task; the name must stand already. */
static __always_inline void describe_fd(struct record *record, int fd, u32 slot)
{
	if (!(config.want & (WANT_INODE | WANT_PATH)))
		return;
	struct file *file = file_of(fd);
	if (!file)
		return;
	if (config.want & WANT_INODE) {
		struct inode *inode = BPF_CORE_READ(file, f_inode);
		record->event.ino = inode_number(inode);
		record->event.dev = BPF_CORE_READ(inode, i_sb, s_dev);
	}
	if (config.want & WANT_PATH)
		append_path(record, __builtin_preserve_access_index(&file->f_path), slot);
}

#endif

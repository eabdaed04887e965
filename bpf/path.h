/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* What an open file is: its device, inode and absolute path, walked up the dentry tree. */
#ifndef TRACE_PATH_H
#define TRACE_PATH_H

#include "record.h"

/*
 * Appends the components of a struct path, leaf first, each with its NUL, at `offset` of the
 * slot's data; returns the new offset. A global function, because the verifier looks at those
 * once, on their own: inlined, the walk exceeds its limit of a million instructions.
 */
__attribute__((noinline)) int append_path(u64 path_address, u32 offset, u32 slot)
{
	slot &= 1;
	struct record *record = bpf_map_lookup_elem(&scratch, &slot);
	if (!record)
		return offset;
	struct path *path = (void *)path_address;
	struct dentry *dentry = BPF_CORE_READ(path, dentry);
	struct vfsmount *vfsmount = BPF_CORE_READ(path, mnt);
	struct mount *mount = (void *)vfsmount - bpf_core_field_offset(struct mount, mnt);
	struct dentry *mount_root = BPF_CORE_READ(vfsmount, mnt_root);
	u32 start = offset, components = 0;

	record->event.notes |= NOTE_PATH_CUT;
	for (int i = 0; i < PATH_COMPONENTS; i++) {
		if (dentry == mount_root) {
			struct mount *parent = BPF_CORE_READ(mount, mnt_parent);
			if (parent == mount) {
				record->event.notes ^= NOTE_PATH | NOTE_PATH_CUT;
				break;
			}
			dentry = BPF_CORE_READ(mount, mnt_mountpoint);
			mount = parent;
			mount_root = BPF_CORE_READ(mount, mnt.mnt_root);
			continue;
		}
		struct dentry *parent = BPF_CORE_READ(dentry, d_parent);
		if (parent == dentry) { /* no path leads here: a pipe, a detached mount */
			record->event.notes &= ~NOTE_PATH_CUT;
			components = 0;
			offset = start;
			break;
		}
		BOUND(offset);
		if (offset > NAME_BYTES + PATH_BYTES)
			break;
		const unsigned char *name = BPF_CORE_READ(dentry, d_name.name);
		u32 length = bpf_probe_read_kernel_str(record->data + offset, 256, name);
		if (length > 256)
			break;
		offset += length;
		components++;
		dentry = parent;
	}
	record->event.components = components;
	record->event.path_len = offset - start;
	return offset;
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

/* Adds what is wanted of the file behind an fd of the current task; returns the new offset. */
static __always_inline u32 describe_fd(struct record *record, int fd, u32 offset, u32 slot)
{
	if (!(config.want & (WANT_INODE | WANT_PATH)))
		return offset;
	struct file *file = file_of(fd);
	if (!file)
		return offset;
	if (config.want & WANT_INODE) {
		struct inode *inode = BPF_CORE_READ(file, f_inode);
		record->event.ino = inode_number(inode);
		record->event.dev = BPF_CORE_READ(inode, i_sb, s_dev);
	}
	if (config.want & WANT_PATH)
		offset = append_path((u64)__builtin_preserve_access_index(&file->f_path), offset,
				     slot);
	return offset;
}

#endif

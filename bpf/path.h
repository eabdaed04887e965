/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Device, inode and absolute path of open files, resolved by a walk up the dentry tree. */
#ifndef TRACE_PATH_H
#define TRACE_PATH_H

#include "record.h"

/* include/linux/nsfs.h: of all anonymous namespaces, since Linux 6.18. Before, they have no number. */
#define MNT_NS_ANON_INO 0xEFFFFFF7U

/*
 * Whether the root of a tree of mounts is that of a mount namespace: of the task's, if mounts are
 * requested, as an fd may come from another one. It is not where the tree was detached, or never
 * attached: open_tree(2).
 */
static __always_inline int is_in_ns(struct mount *mount)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct mnt_namespace *ns = BPF_CORE_READ(mount, mnt_ns);
	u32 number = ns ? BPF_CORE_READ(ns, ns.inum) : 0;
	if (!number || number == MNT_NS_ANON_INO)
		return 0;
	return !(config.want & WANT_MOUNT) || ns == BPF_CORE_READ(task, nsproxy, mnt_ns);
}

/*
 * Moves walk.dentry one step up: appends its name and goes to the parent, or goes from the root of
 * a mount to its mount point. Returns whether there is more to do. Global, because the verifier
 * checks a global function once, not at every call.
 */
__attribute__((noinline)) int walk_step(u32 slot)
{
	struct record *record = bpf_map_lookup_elem(&scratch, &slot);
	if (!record)
		return 0;
	struct walk *walk = &record->walk;
	struct mount *mount = walk->mount;
	struct dentry *dentry = walk->dentry;
	if (dentry == walk->mount_root) {
		struct mount *parent = BPF_CORE_READ(mount, mnt_parent);
		if (!walk->left_mount) {
			walk->left_mount = 1;
			walk->mount_len = walk->offset - walk->start;
		}
		if (parent == mount) {
			walk->notes = is_in_ns(mount) ? NOTE_PATH : 0;
			return 0;
		}
		walk->dentry = BPF_CORE_READ(mount, mnt_mountpoint);
		walk->mount = parent;
		walk->mount_root = BPF_CORE_READ(parent, mnt.mnt_root);
		return 1;
	}
	walk->dentry = BPF_CORE_READ(dentry, d_parent);
	if (walk->dentry == dentry) { /* unreachable from the root: a pipe, a detached mount */
		walk->notes = 0;
		walk->offset = walk->start;
		return 0;
	}
	u32 offset = walk->offset;
	BOUND(offset);
	if (offset > DATA_BYTES || offset - walk->start > PATH_BYTES - COMPONENT_BYTES)
		return 0;
	const unsigned char *name = BPF_CORE_READ(dentry, d_name.name);
	u32 length = bpf_probe_read_kernel_str(record->data + offset, COMPONENT_BYTES, name);
	if (length > COMPONENT_BYTES)
		return 0;
	walk->offset = offset + length;
	return 1;
}

/* Inode numbers are unsigned long up to 7.1 and u64 later. */
static __always_inline u64 inode_number(struct inode *inode)
{
	u64 number = 0;
	bpf_core_read(&number, bpf_core_field_size(inode->i_ino) == 8 ? 8 : 4, &inode->i_ino);
	return number;
}

/* An inode's number has at most 20 digits. */
#define INODE_NAME_BYTES 24

/*
 * Returns whether a dentry is in no directory because its file was opened with O_TMPFILE: its name
 * is "#" and the inode's number (fs/dcache.c). A link to the file later has a dentry of its own.
 */
__attribute__((noinline)) int is_nameless(u64 address)
{
	struct dentry *dentry = (void *)address;
	char name[INODE_NAME_BYTES] = {};
	u64 number = 0;
	const unsigned char *text = BPF_CORE_READ(dentry, d_name.name);
	if (bpf_probe_read_kernel_str(name, sizeof(name), text) < 3 || name[0] != '#' ||
	    BPF_CORE_READ(dentry, d_hash.pprev))
		return 0;
	for (int i = 1; i < INODE_NAME_BYTES - 1; i++) {
		u8 digit = name[i] - '0';
		if (digit > 9)
			return !name[i] && number == inode_number(BPF_CORE_READ(dentry, d_inode));
		number = number * 10 + digit;
	}
	return 0;
}

/* Selects one of the two paths of an event. */
#define PATH_FIRST  0
#define PATH_SECOND 1

/* Records which mount a path is in. A path that is cut within the mount has no mount_len. */
static __always_inline void set_mount(struct record *record, struct vfsmount *mnt, u32 which)
{
	struct walk *walk = &record->walk;
	struct super_block *sb = BPF_CORE_READ(mnt, mnt_sb);
	struct dentry *root = BPF_CORE_READ(mnt, mnt_root);
	u32 dev = walk->left_mount ? BPF_CORE_READ(sb, s_dev) : 0;

	if (root == BPF_CORE_READ(sb, s_root))
		root = 0;
	if (which == PATH_SECOND) {
		record->event.mount2_dev = dev;
		record->event.mount2_len = walk->mount_len;
	} else {
		record->event.mount_dev = dev;
		record->event.mount_len = walk->mount_len;
	}
	record->mount_roots[which & 1] = root;
}

/*
 * Appends the components of a struct path, leaf first, each with its NUL, to the slot's data. A file
 * that has no name has no path. `dentry` is used instead of the path's, unless it is 0. Returns the
 * new offset.
 */
__attribute__((noinline)) int append_path_at(u64 address, u32 offset, u32 slot, u32 which,
					       u64 dentry)
{
	struct record *record = bpf_map_lookup_elem(&scratch, &slot);
	if (!record)
		return offset;
	struct path *path = (void *)address;
	struct walk *walk = &record->walk;
	struct vfsmount *mnt = BPF_CORE_READ(path, mnt);
	walk->mount = (void *)mnt - bpf_core_field_offset(struct mount, mnt);
	walk->mount_root = BPF_CORE_READ(mnt, mnt_root);
	walk->dentry = dentry ? (struct dentry *)dentry : BPF_CORE_READ(path, dentry);
	walk->start = offset;
	walk->offset = offset;
	walk->notes = NOTE_PATH_CUT;
	walk->left_mount = 0;
	walk->mount_len = 0;
	for (int i = 0; i < PATH_COMPONENTS; i++)
		if (!walk_step(slot))
			break;
	BOUND(offset);
	if (walk->offset > offset && offset < DATA_BYTES && record->data[offset] == '#' &&
	    is_nameless((u64)BPF_CORE_READ(path, dentry))) {
		walk->offset = offset;
		walk->notes = 0;
		walk->left_mount = 0;
		walk->mount_len = 0;
	}
	u32 length = walk->offset - offset;
	if (which == PATH_SECOND) {
		record->event.path2_len = length;
		record->event.notes |= walk->notes << 2; /* NOTE_PATH2, NOTE_PATH2_CUT */
	} else {
		record->event.path_len = length;
		record->event.notes |= walk->notes;
	}
	if (config.want & WANT_MOUNT)
		set_mount(record, mnt, which);
	return walk->offset;
}

static __always_inline u32 append_path(u64 address, u32 offset, u32 slot, u32 which)
{
	return append_path_at(address, offset, slot, which, 0);
}

/* Forgets the mount of a path, whose root is too deep in its file system to be recorded. */
static __always_inline void forget_mount(struct event *event, u32 which)
{
	if (which == PATH_SECOND) {
		event->mount2_dev = event->mount2_len = event->root2_len = 0;
		event->notes |= NOTE_PATH2_CUT;
	} else {
		event->mount_dev = event->mount_len = event->root_len = 0;
		event->notes |= NOTE_PATH_CUT;
	}
}

/*
 * Appends the components of the root of a path's mount in its file system, leaf first. Returns the
 * new offset.
 */
__attribute__((noinline)) int append_mount_root(u32 offset, u32 slot, u32 which)
{
	struct record *record = bpf_map_lookup_elem(&scratch, &slot);
	if (!record)
		return offset;
	struct dentry *dentry = record->mount_roots[which & 1];
	u32 start = offset;
	int is_whole = 0;

	for (int i = 0; i < ROOT_COMPONENTS && dentry; i++) {
		struct dentry *parent = BPF_CORE_READ(dentry, d_parent);
		is_whole = parent == dentry;
		if (is_whole)
			break;
		BOUND(offset);
		if (offset > DATA_BYTES || offset - start > ROOT_BYTES - COMPONENT_BYTES)
			break;
		const unsigned char *name = BPF_CORE_READ(dentry, d_name.name);
		u32 length = bpf_probe_read_kernel_str(record->data + offset, COMPONENT_BYTES,
						       name);
		if (length > COMPONENT_BYTES)
			break;
		offset += length;
		dentry = parent;
	}
	if (!is_whole) {
		forget_mount(&record->event, which);
		return start;
	}
	if (which == PATH_SECOND)
		record->event.root2_len = offset - start;
	else
		record->event.root_len = offset - start;
	return offset;
}

/* Appends the roots of both paths' mounts. Returns the new offset. */
static __always_inline u32 append_mount_roots(struct record *record, u32 offset, u32 slot)
{
	if (!(config.want & WANT_MOUNT))
		return offset;
	if (record->event.mount_dev && record->mount_roots[PATH_FIRST])
		offset = append_mount_root(offset, slot, PATH_FIRST);
	if (record->event.mount2_dev && record->mount_roots[PATH_SECOND])
		offset = append_mount_root(offset, slot, PATH_SECOND);
	return offset;
}

static __always_inline struct file *fd_to_file(int fd)
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

/* Linux 6.15 renamed the field, which is now read under RCU. */
static __always_inline struct kernfs_node *kernfs_parent(struct kernfs_node *node)
{
	if (bpf_core_field_exists(node->parent))
		return BPF_CORE_READ(node, parent);
	return BPF_CORE_READ((struct kernfs_node___rcu *)node, __parent);
}

static __always_inline void set_inode(struct event *event, struct inode *inode)
{
	event->ino = inode_number(inode);
	event->dev = BPF_CORE_READ(inode, i_sb, s_dev);
	event->i_mode = BPF_CORE_READ(inode, i_mode);
}

static __always_inline void fill_inode(struct event *event, struct file *file)
{
	set_inode(event, BPF_CORE_READ(file, f_inode));
}

/* Adds the requested parts of an open file: inode fields and path. Returns the new offset. */
static __always_inline u32 append_file(struct record *record, struct file *file, u32 offset,
				       u32 slot)
{
	if (!file || !(config.want & (WANT_INODE | WANT_PATH)))
		return offset;
	if (config.want & WANT_INODE) {
		set_inode(&record->event, BPF_CORE_READ(file, f_inode));
		if (BPF_CORE_READ(file, f_mode) & FMODE_CREATED)
			record->event.notes |= NOTE_CREATED;
	}
	if (config.want & WANT_PATH)
		offset = append_path((u64)__builtin_preserve_access_index(&file->f_path), offset,
				     slot, PATH_FIRST);
	return offset;
}

/*
 * Adds the requested parts of the task's working or root directory: inode fields and path. Returns
 * the new offset.
 */
static __always_inline u32 append_fs_dir(struct record *record, int root, u32 offset, u32 slot)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct fs_struct *fs = BPF_CORE_READ(task, fs);
	struct path *dir = root ? __builtin_preserve_access_index(&fs->root) :
				  __builtin_preserve_access_index(&fs->pwd);
	if (config.want & WANT_INODE)
		set_inode(&record->event, BPF_CORE_READ(dir, dentry, d_inode));
	if (!(config.want & WANT_PATH))
		return offset;
	return append_path((u64)dir, offset, slot, PATH_FIRST);
}

#define SUN_PATH 2 /* offset of sun_path in struct sockaddr_un: unix(7) */
/* Returns whether the name is a struct sockaddr_un with a path. */
static __always_inline int is_unix_path(struct record *record)
{
	return record->event.name_len > SUN_PATH && *(u16 *)record->data == AF_UNIX &&
	       record->data[SUN_PATH];
}

/*
 * Appends the path of the dentry that a name led to, if it is known, and in the file system of the
 * name's base directory. Returns the new offset, and sets NOTE_PATH or NOTE_PATH2 on success.
 */
static __always_inline u32 append_target(struct record *record, u64 base, u32 offset, u32 slot,
					 u32 which)
{
	u64 target = record->targets[which];
	struct path *path = (void *)base;
	u32 is_path = which == PATH_SECOND ? NOTE_PATH2 : NOTE_PATH;
	u32 is_cut = which == PATH_SECOND ? NOTE_PATH2_CUT : NOTE_PATH_CUT;
	if (!identity_config.enabled || !target ||
	    BPF_CORE_READ((struct dentry *)target, d_sb) != BPF_CORE_READ(path, mnt, mnt_sb))
		return offset;
	u32 end = append_path_at(base, offset, slot, which, target);
	if (record->event.notes & is_path) {
		record->event.notes |= record->target_notes[which];
		return end;
	}
	record->event.notes &= ~is_cut;
	return offset;
}

/*
 * Appends the path of the base directory of a name. Returns the new offset. A name that caused
 * EFAULT has no base.
 */
static __always_inline u32 append_base(struct record *record, u32 name_at, u32 name_len, int dfd,
				       u32 offset, u32 slot, u32 which)
{
	if (!(config.want & WANT_PATH) || (!name_len && record->event.ret == -EFAULT))
		return offset;
	struct task_struct *task = (void *)bpf_get_current_task();
	struct fs_struct *fs = BPF_CORE_READ(task, fs);
	u64 base = 0;
	BOUND(name_at);
	if (name_at > DATA_BYTES)
		return offset;
	if (name_len && record->data[name_at] == '/') {
		base = (u64)__builtin_preserve_access_index(&fs->root);
	} else if (dfd == AT_FDCWD) {
		base = (u64)__builtin_preserve_access_index(&fs->pwd);
	} else {
		struct file *file = fd_to_file(dfd);
		if (file)
			base = (u64)__builtin_preserve_access_index(&file->f_path);
	}
	if (!base)
		return offset;
	u32 end = append_target(record, base, offset, slot, which);
	if (record->event.notes & (which == PATH_SECOND ? NOTE_PATH2 : NOTE_PATH))
		return end;
	if (which == PATH_FIRST)
		record->event.notes |= NOTE_BASE;
	return append_path(base, offset, slot, which);
}

/* Appends the components of the task's cgroup, leaf first. Returns the new offset. */
__attribute__((noinline)) int append_cgroup(u32 offset, u32 slot)
{
	struct record *record = bpf_map_lookup_elem(&scratch, &slot);
	if (!record)
		return offset;
	struct task_struct *task = (void *)bpf_get_current_task();
	struct kernfs_node *node = BPF_CORE_READ(task, cgroups, dfl_cgrp, kn);
	u32 start = offset;

	for (int i = 0; i < CGROUP_COMPONENTS; i++) {
		struct kernfs_node *parent = kernfs_parent(node);
		if (!parent)
			break;
		BOUND(offset);
		if (offset > DATA_BYTES || offset - start > CGROUP_BYTES - COMPONENT_BYTES)
			break;
		const char *name = BPF_CORE_READ(node, name);
		u32 length = bpf_probe_read_kernel_str(record->data + offset, COMPONENT_BYTES,
						       name);
		if (length > COMPONENT_BYTES)
			break;
		offset += length;
		node = parent;
	}
	record->event.cgroup_len = offset - start;
	return offset;
}

/* Sends a record whose data end at `offset`. */
static __always_inline void send_whole_record(struct record *record, u32 offset)
{
	BOUND(offset);
	if (offset > sizeof(record->data))
		offset = sizeof(record->data);
	ring_output(record, sizeof(record->event) + offset);
}

/* Sends a record whose data end at `offset`; appends its cgroup if requested. */
static __always_inline void send_record(struct record *record, u32 offset, u32 slot)
{
	offset = append_mount_roots(record, offset, slot);
	if (config.want & WANT_CGROUP)
		offset = append_cgroup(offset, slot);
	send_whole_record(record, offset);
}

#endif

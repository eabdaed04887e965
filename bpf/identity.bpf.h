/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Programs at the functions of fs/namei.c and fs/open.c that do what a call on a name asks for. They
 * need BPF trampolines. Where one of these functions calls itself, for the file system below an
 * overlay, the outer one returns last and its note remains.
 *
 * Linux 5.12 added an argument for idmapped mounts to all of them but vfs_rename(): struct
 * user_namespace, since 6.3 struct mnt_idmap. The arguments of vfs_rename() are in struct renamedata
 * since 5.12 and 5.10.220.
 */
#ifndef TRACE_IDENTITY_BPF_H
#define TRACE_IDENTITY_BPF_H

#include "filter.h"
#include "identity.h"

/* include/linux/fs.h */
#define ATTR_MODE  (1 << 0)
#define ATTR_UID   (1 << 1)
#define ATTR_GID   (1 << 2)
#define ATTR_SIZE  (1 << 3)
#define ATTR_ATIME (1 << 4)
#define ATTR_MTIME (1 << 5)

/* A removal that has not returned: by then the dentry may have lost its inode. */
struct removal {
	u64 task;
	u64 dentry;
};
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct removal);
	__type(value, struct identity);
} removals SEC(".maps");

/*
 * Loads an argument. In assembler, because clang would compute the address of one that depends on the
 * kernel, and the verifier accepts only constant offsets to the context.
 */
#define ARGUMENT(args, n)                                               \
	({                                                              \
		u64 value;                                              \
		asm volatile("%0 = *(u64 *)(%1 + %2)"                   \
			     : "=r"(value)                              \
			     : "r"(args), "i"((n) * sizeof(u64)));      \
		(void *)value;                                          \
	})

static __always_inline int has_idmap(void)
{
	return bpf_core_field_exists(((struct vfsmount___5_12 *)0)->mnt_userns) ||
	       bpf_core_field_exists(((struct vfsmount___6_2 *)0)->mnt_idmap);
}

/* Loads the argument that was number n before the one for idmapped mounts. */
#define ARGUMENT_AFTER(args, n) \
	(has_idmap() ? ARGUMENT(args, (n) + 1) : ARGUMENT(args, n))

static __always_inline void set_file(struct identity *identity, struct inode *inode)
{
	if (!inode)
		return;
	identity->ino = inode_number(inode);
	identity->dev = BPF_CORE_READ(inode, i_sb, s_dev);
	identity->i_mode = BPF_CORE_READ(inode, i_mode);
}

static __always_inline void note_dentry(struct noted_dentry *noted, struct dentry *dentry)
{
	noted->dentry = dentry;
	noted->ino = inode_number(BPF_CORE_READ(dentry, d_inode));
}

static __always_inline void keep(struct identity *identity)
{
	u64 task = bpf_get_current_pid_tgid();
	bpf_map_update_elem(&identities, &task, identity, BPF_ANY);
}

/* Returns the dentry of a directory, which has only one. */
static __always_inline struct dentry *directory_dentry(struct inode *directory)
{
	struct hlist_node *node = BPF_CORE_READ(directory, i_dentry.first);
	if (!node || !bpf_core_field_exists(((struct dentry *)0)->d_u.d_alias))
		return 0;
	return (void *)node - bpf_core_field_offset(struct dentry, d_u.d_alias);
}

static __always_inline int on_renamed(struct dentry *old_parent, struct dentry *old,
				      struct dentry *new_parent, struct dentry *replaced)
{
	struct identity identity = { .kind = IDENTITY_RENAME };
	struct inode *inode = BPF_CORE_READ(replaced, d_inode);
	if (inode) {
		identity.ino2 = inode_number(inode);
		identity.dev2 = BPF_CORE_READ(inode, i_sb, s_dev);
	}
	set_file(&identity, BPF_CORE_READ(old, d_inode));
	note_dentry(&identity.targets[PATH_FIRST], old_parent);
	note_dentry(&identity.targets[PATH_SECOND], new_parent);
	keep(&identity);
	return 0;
}

SEC("?fexit/vfs_rename")
int identity_rename(u64 *args)
{
	if (!task_matches())
		return 0;
	if (!bpf_core_type_exists(struct renamedata))
		return on_renamed(directory_dentry(ARGUMENT(args, 0)), ARGUMENT(args, 1),
				  directory_dentry(ARGUMENT(args, 2)), ARGUMENT(args, 3));
	struct renamedata *rename = ARGUMENT(args, 0);
	struct dentry *old_parent, *new_parent;
	if (bpf_core_field_exists(rename->old_dir)) {
		old_parent = directory_dentry(BPF_CORE_READ(rename, old_dir));
		new_parent = directory_dentry(BPF_CORE_READ(rename, new_dir));
	} else {
		struct renamedata___6_17 *newer = (void *)rename;
		old_parent = BPF_CORE_READ(newer, old_parent);
		new_parent = BPF_CORE_READ(newer, new_parent);
	}
	return on_renamed(old_parent, BPF_CORE_READ(rename, old_dentry), new_parent,
			  BPF_CORE_READ(rename, new_dentry));
}

static __always_inline int on_removing(struct dentry *dentry)
{
	if (!task_matches())
		return 0;
	struct identity identity = { .kind = IDENTITY_REMOVE };
	struct removal removal = { bpf_get_current_pid_tgid(), (u64)dentry };
	set_file(&identity, BPF_CORE_READ(dentry, d_inode));
	note_dentry(&identity.targets[PATH_FIRST], BPF_CORE_READ(dentry, d_parent));
	bpf_map_update_elem(&removals, &removal, &identity, BPF_ANY);
	return 0;
}

static __always_inline int on_removed(struct dentry *dentry)
{
	struct removal removal = { bpf_get_current_pid_tgid(), (u64)dentry };
	struct identity *identity = bpf_map_lookup_elem(&removals, &removal);
	if (!identity)
		return 0;
	keep(identity);
	bpf_map_delete_elem(&removals, &removal);
	return 0;
}

SEC("?fentry/vfs_unlink")
int identity_unlinking(u64 *args)
{
	return on_removing(ARGUMENT_AFTER(args, 1));
}

SEC("?fexit/vfs_unlink")
int identity_unlink(u64 *args)
{
	return on_removed(ARGUMENT_AFTER(args, 1));
}

SEC("?fentry/vfs_rmdir")
int identity_removing(u64 *args)
{
	return on_removing(ARGUMENT_AFTER(args, 1));
}

SEC("?fexit/vfs_rmdir")
int identity_rmdir(u64 *args)
{
	return on_removed(ARGUMENT_AFTER(args, 1));
}

static __always_inline int on_created(struct dentry *dentry)
{
	if (!task_matches())
		return 0;
	struct identity identity = { .kind = IDENTITY_CREATE };
	set_file(&identity, BPF_CORE_READ(dentry, d_inode));
	note_dentry(&identity.targets[PATH_FIRST], BPF_CORE_READ(dentry, d_parent));
	keep(&identity);
	return 0;
}

SEC("?fexit/vfs_mkdir")
int identity_mkdir(u64 *args)
{
	return on_created(ARGUMENT_AFTER(args, 1));
}

SEC("?fexit/vfs_mknod")
int identity_mknod(u64 *args)
{
	return on_created(ARGUMENT_AFTER(args, 1));
}

SEC("?fexit/vfs_symlink")
int identity_symlink(u64 *args)
{
	return on_created(ARGUMENT_AFTER(args, 1));
}

SEC("?fexit/vfs_link")
int identity_link(u64 *args)
{
	if (!task_matches())
		return 0;
	struct dentry *old = ARGUMENT(args, 0);
	struct dentry *linked = ARGUMENT_AFTER(args, 2);
	struct identity identity = { .kind = IDENTITY_LINK };
	set_file(&identity, BPF_CORE_READ(old, d_inode));
	note_dentry(&identity.targets[PATH_FIRST], old);
	note_dentry(&identity.targets[PATH_SECOND], BPF_CORE_READ(linked, d_parent));
	keep(&identity);
	return 0;
}

static __always_inline int on_changed(struct dentry *dentry, u16 kind)
{
	if (!task_matches())
		return 0;
	struct identity identity = { .kind = kind };
	set_file(&identity, BPF_CORE_READ(dentry, d_inode));
	note_dentry(&identity.targets[PATH_FIRST], dentry);
	keep(&identity);
	return 0;
}

SEC("?fexit/do_truncate")
int identity_truncate(u64 *args)
{
	return on_changed(ARGUMENT_AFTER(args, 0), IDENTITY_TRUNCATE);
}

/*
 * utimensat(2) may succeed without a change, so only a change of times is noted as one; a write that
 * clears set-user-ID is none.
 */
SEC("?fexit/notify_change")
int identity_change(u64 *args)
{
	struct iattr *attr = ARGUMENT_AFTER(args, 1);
	u32 valid = BPF_CORE_READ(attr, ia_valid);
	u16 kind = valid & ATTR_SIZE		     ? IDENTITY_NONE :
		   valid & (ATTR_UID | ATTR_GID)     ? IDENTITY_CHOWN :
		   valid & (ATTR_ATIME | ATTR_MTIME) ? IDENTITY_UTIMES :
		   valid & ATTR_MODE		     ? IDENTITY_CHMOD :
						       IDENTITY_CHOWN;
	if (kind == IDENTITY_NONE)
		return 0;
	return on_changed(ARGUMENT_AFTER(args, 0), kind);
}

#endif

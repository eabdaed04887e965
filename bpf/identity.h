/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Which file a name led to. When a call returns, the kernel has forgotten that, so optional programs
 * at the functions of the VFS note it (identity.bpf.h), and the call's record takes it from here.
 */
#ifndef TRACE_IDENTITY_H
#define TRACE_IDENTITY_H

#include "path.h"

/* A dentry, and its inode's number to recognize it by. */
struct noted_dentry {
	struct dentry *dentry;
	u64 ino;
};
struct identity {
	u64 ino;
	u64 ino2;
	u32 dev;
	u32 dev2;
	u16 i_mode;
	u16 kind;
	u32 reserved;
	struct noted_dentry targets[2]; /* as record.targets */
};

/* By bpf_get_current_pid_tgid(): what the task's last call did. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, u64);
	__type(value, struct identity);
} identities SEC(".maps");

/* Returns a dentry that was noted; 0 if there is none, or if its memory has another use by now. */
static __always_inline u64 known_dentry(struct noted_dentry *noted)
{
	struct dentry *dentry = noted->dentry;
	if (!dentry || inode_number(BPF_CORE_READ(dentry, d_inode)) != noted->ino)
		return 0;
	return (u64)dentry;
}

/* Fills in the file of a call that succeeded, and where its names led. */
static __always_inline void take_identity(struct record *record, int names_only_second)
{
	struct event *event = &record->event;
	if (!identity_config.enabled || event->ret < 0)
		return;
	u8 kind = identity_config.kinds[event->call];
	if (kind == IDENTITY_NONE)
		return;
	u64 task = bpf_get_current_pid_tgid();
	struct identity *identity = bpf_map_lookup_elem(&identities, &task);
	if (!identity)
		return;
	if (identity->kind == kind) {
		if (config.want & WANT_INODE) {
			event->ino = identity->ino;
			event->dev = identity->dev;
			event->i_mode = identity->i_mode;
			event->ino2 = identity->ino2;
			event->dev2 = identity->dev2;
		}
		record->targets[PATH_FIRST] = known_dentry(&identity->targets[PATH_FIRST]);
		record->targets[PATH_SECOND] = known_dentry(&identity->targets[PATH_SECOND]);
		record->target_notes[PATH_FIRST] =
			kind == IDENTITY_RENAME || kind == IDENTITY_REMOVE || kind == IDENTITY_CREATE ?
				NOTE_PARENT : 0;
		record->target_notes[PATH_SECOND] = NOTE_PARENT2;
		if (names_only_second) { /* symlink: its first name is not a path */
			record->targets[PATH_SECOND] = record->targets[PATH_FIRST];
			record->targets[PATH_FIRST] = 0;
		}
	}
	bpf_map_delete_elem(&identities, &task);
}

#endif

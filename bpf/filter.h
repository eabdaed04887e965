/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Filters for tasks and for open flags. */
#ifndef TRACE_FILTER_H
#define TRACE_FILTER_H

#include "record.h"

static __always_inline int comm_matches(void)
{
	char comm[16];
	bpf_get_current_comm(comm, sizeof(comm));
	for (int i = 0; i < 16; i++) {
		if (comm[i] != config.comm[i])
			return 0;
		if (!comm[i])
			break;
	}
	return 1;
}

static __always_inline int is_in_cgroup(void)
{
	return config.in_cgroup && bpf_current_task_under_cgroup(&cgroups, 0) == 1;
}

static __always_inline int is_member(u32 tgid)
{
	u32 *member = bpf_map_lookup_elem(&processes, &tgid);
	return member && *member == MEMBER_RECORDED;
}

static __always_inline int task_matches(void)
{
	u32 tgid = bpf_get_current_pid_tgid() >> 32;
	if (tgid == self_tgid)
		return 0;
	if (config.processes == PROCESSES_TREE) {
		/* With a cgroup, its tasks too: a process may leave the cgroup or enter it. */
		if (!is_in_cgroup() && !is_member(tgid))
			return 0;
	} else {
		if (config.processes == PROCESSES_LISTED && !is_member(tgid_in_self_ns()))
			return 0;
		if (config.in_cgroup && !is_in_cgroup())
			return 0;
	}
	if (config.by_uid && (u32)bpf_get_current_uid_gid() != config.uid)
		return 0;
	if (config.by_comm && !comm_matches())
		return 0;
	return 1;
}

/* Begins the record of a process event; 0 if it is not requested. */
static __always_inline struct record *begin_process_record(u8 type, u8 call)
{
	u32 notes = 0;

	if (!task_matches()) {
		if (!(config.events & WANT_UNSELECTED) ||
		    bpf_get_current_pid_tgid() >> 32 == self_tgid)
			return 0;
		notes = NOTE_UNSELECTED;
	}
	struct record *record = begin_record(SCRATCH_PROCESS, type, call);
	if (record)
		record->event.notes = notes;
	return record;
}

/* Evaluates the formula of --flags, a disjunction of terms. */
static __always_inline int flags_match(u64 flags)
{
	if (!config.formula_terms)
		return 1;
	for (u32 i = 0; i < FORMULA_TERMS; i++) {
		if (i >= config.formula_terms)
			break;
		if ((flags & config.formula[i].mask) == config.formula[i].value)
			return 1;
	}
	return 0;
}

#endif

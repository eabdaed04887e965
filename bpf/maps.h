/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Configuration and maps, shared by all programs and user space. */
#ifndef TRACE_MAPS_H
#define TRACE_MAPS_H

#include "core_types.h"
#include "interface.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

/* Written before the load and constant afterwards, so the verifier drops what is disabled. */
const volatile struct config config SEC(".rodata.config") = {};

/* What a call does to its names. Only a call of the same kind that succeeded takes a note. */
enum identity_kind {
	IDENTITY_NONE,
	IDENTITY_RENAME,
	IDENTITY_REMOVE, /* unlink, rmdir */
	IDENTITY_CREATE, /* mkdir, mknod, symlink */
	IDENTITY_LINK,
	IDENTITY_TRUNCATE,
	IDENTITY_CHMOD,
	IDENTITY_CHOWN,
	IDENTITY_UTIMES,
};

/* Whether the programs of identity.bpf.h are loaded, and enum identity_kind by event.call. */
const volatile struct {
	u32 enabled;
	u8 kinds[256];
} identity_config SEC(".rodata.identity") = {};

/*
 * Identity of trace itself, set by register_self from inside the kernel: its pid there may differ
 * from the one in its own pid namespace.
 */
u32 self_tgid = 0;
u32 self_pid_level = 0;
u64 self_pid_namespace = 0;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 << 20); /* user space sets the size: --buffer */
} ring SEC(".maps");

/* tgid → enum member. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 32768);
	__type(key, u32);
	__type(value, u32);
} processes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u32);
} cgroups SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, LOSSES);
	__type(key, u32);
	__type(value, u64);
} losses SEC(".maps");

static __always_inline void count_loss(u32 cause)
{
	u64 *count = bpf_map_lookup_elem(&losses, &cause);
	if (count)
		++*count;
}

#endif

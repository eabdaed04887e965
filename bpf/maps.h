/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What the programs share with each other and with the user side. */
#ifndef TRACE_MAPS_H
#define TRACE_MAPS_H

#include "core_types.h"
#include "interface.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

/* Written before the load, constant afterwards: the verifier drops what is switched off. */
const volatile struct config config SEC(".rodata.config") = {};

/* Learned by `register_self`, from inside the kernel: trace itself, whose pid may have another number
 * there than in trace's own pid namespace. */
u32 self_tgid = 0;
u32 self_pid_level = 0;
u64 self_pid_namespace = 0;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 << 20); /* set by --buffer */
} ring SEC(".maps");

/* enum member by tgid. */
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

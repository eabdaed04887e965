/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * The io_uring requests under way, from their submission to their outcome. An LRU hash: a request
 * that never completes (IOSQE_CQE_SKIP_SUCCESS) must not fill it.
 *
 * A request is known by its address. Up to 5.17 completions do not tell it, only the ring and the
 * user_data, which a program need not keep unique. So there every request of a recorded task is
 * kept, recorded or not, and where two have the same key at a time, the outcome of neither is told.
 */
#ifndef TRACE_URING_INFLIGHT_H
#define TRACE_URING_INFLIGHT_H

#include "maps.h"

struct in_flight {
	u64 id; /* 0: not recorded, or not known from another */
	u32 opcode;
	u16 direct; /* opened into a slot: the result is no fd */
	u16 others; /* of the same key */
};
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, u64);
	__type(value, struct in_flight);
} in_flight SEC(".maps");

static __always_inline int known_by_user_data(void)
{
	return !bpf_core_field_exists(struct trace_event_raw_io_uring_complete, req);
}

static __always_inline u64 request_key(u64 request, u64 ring, u64 user_data)
{
	return known_by_user_data() ? ring ^ (user_data * 0x9E3779B97F4A7C15ULL) : request;
}

static __always_inline void keep_request(u64 key, struct in_flight *entry)
{
	if (known_by_user_data()) {
		struct in_flight *other = bpf_map_lookup_elem(&in_flight, &key);
		if (other) {
			other->id = 0;
			other->others++;
			return;
		}
	}
	if (bpf_map_update_elem(&in_flight, &key, entry, BPF_ANY))
		count_loss(LOSS_URING_FULL);
}

/* Takes the request that completed out of the map into `taken`. Returns whether it was there. */
static __always_inline int take_request(u64 key, struct in_flight *taken)
{
	struct in_flight *entry = bpf_map_lookup_elem(&in_flight, &key);
	if (!entry)
		return 0;
	*taken = *entry;
	if (known_by_user_data() && entry->others)
		entry->others--;
	else
		bpf_map_delete_elem(&in_flight, &key);
	return 1;
}

#endif

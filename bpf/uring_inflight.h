/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * In-flight io_uring requests, from submission to completion. An LRU hash, because requests that
 * never complete (IOSQE_CQE_SKIP_SUCCESS) must not fill it.
 *
 * The key is the address of the request. Up to 5.17 completions carry only the ring and the
 * user_data, which need not be unique. On those kernels every request of a recorded task is
 * tracked, whatever its opcode; if two in-flight requests share a key, neither completion is
 * reported.
 */
#ifndef TRACE_URING_INFLIGHT_H
#define TRACE_URING_INFLIGHT_H

#include "maps.h"

struct inflight_request {
	u64 id; /* 0: not recorded, or ambiguous */
	u32 opcode;
	u16 direct; /* opens a direct descriptor: the result is not an fd */
	u16 duplicates; /* other in-flight requests with the same key */
};
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, u64);
	__type(value, struct inflight_request);
} uring_inflight SEC(".maps");

static __always_inline int keyed_by_user_data(void)
{
	return !bpf_core_field_exists(struct trace_event_raw_io_uring_complete, req);
}

static __always_inline u64 request_key(u64 request, u64 ring, u64 user_data)
{
	return keyed_by_user_data() ? ring ^ (user_data * 0x9E3779B97F4A7C15ULL) : request;
}

static __always_inline void track_request(u64 key, struct inflight_request *entry)
{
	if (keyed_by_user_data()) {
		struct inflight_request *other = bpf_map_lookup_elem(&uring_inflight, &key);
		if (other) {
			other->id = 0;
			other->duplicates++;
			return;
		}
	}
	if (bpf_map_update_elem(&uring_inflight, &key, entry, BPF_ANY))
		count_loss(LOSS_URING_FULL);
}

/* Moves a completed request from the map to `out`. Returns whether it was there. */
static __always_inline int untrack_request(u64 key, struct inflight_request *out)
{
	struct inflight_request *entry = bpf_map_lookup_elem(&uring_inflight, &key);
	if (!entry)
		return 0;
	*out = *entry;
	if (keyed_by_user_data() && entry->duplicates)
		entry->duplicates--;
	else
		bpf_map_delete_elem(&uring_inflight, &key);
	return 1;
}

#endif

/** eBPF constants and struct layouts: include/uapi/linux/bpf.h, Documentation/bpf/ringbuf.rst. */

/** Header of a ring buffer record: u32 length with two flag bits, u32 page offset. */
export const BPF_RINGBUF_HDR_SZ = 8;
export const BPF_RINGBUF_BUSY_BIT = 0x80000000;
export const BPF_RINGBUF_DISCARD_BIT = 0x40000000;

/** enum bpf_attach_type: a program attached to a perf event. */
export const BPF_PERF_EVENT = 41;

/** struct bpf_prog_info. */
export const BPF_PROG_INFO_SIZE = 232;
export const BPF_PROG_INFO_RECURSION_MISSES = 208;

/** struct bpf_test_run_opts of libbpf (bpf.h): its size and the fields that we set. */
export const TEST_RUN_OPTS_SIZE = 80;
export const TEST_RUN_OPTS_CTX_IN = 32;
export const TEST_RUN_OPTS_CTX_SIZE_IN = 48;

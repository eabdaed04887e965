/**
 * Perf events that run an eBPF program at a tracepoint: perf_event_open(2),
 * include/uapi/linux/perf_event.h.
 */
export const PERF_TYPE_TRACEPOINT = 2;
export const PERF_ATTR_SIZE_VER0 = 64;
export const PERF_FLAG_FD_CLOEXEC = 8;
export const PERF_EVENT_IOC_ENABLE = 0x2400;
export const PERF_EVENT_IOC_SET_BPF = 0x40042408;

/** Writes a struct perf_event_attr for the tracepoint with this id. */
export function writeTracepointAttr(attr: DataView, id: number): void {
  attr.setUint32(0, PERF_TYPE_TRACEPOINT, true);
  attr.setUint32(4, PERF_ATTR_SIZE_VER0, true);
  attr.setBigUint64(8, BigInt(id), true);
  attr.setBigUint64(16, 1n, true); // sample_period
}

/**
 * Where our programs run. To detach one takes the kernel 40 ms, for which whoever closes its last fd
 * has to wait. So no fd holds the programs but files of a bpf file system that is mounted nowhere:
 * it goes when we end, however that happens, and then workers of the kernel detach all at once.
 * perf_event_open(2), bpf(2).
 */
import { lastErrno, SystemError } from "../../ffi/errno.ts";
import { close } from "../../ffi/fd.ts";
import { pinLink } from "../../ffi/libbpf.ts";
import { libc } from "../../ffi/libc.ts";
import { mountDetached } from "../../ffi/mount.ts";
import { PERF_EVENT_IOC_ENABLE, PERF_EVENT_IOC_SET_BPF } from "../../kernel/perf-event.ts";
import { openTracepoint } from "./tracepoint.ts";

export class LinkSet {
  /** The file system's root; null where we may not mount. */
  private readonly mount: number | null;
  private pinCount = 0;
  /** Perf events that only we hold. */
  private readonly perfEvents: number[] = [];

  constructor() {
    this.mount = mountBpffs();
  }

  /**
   * Runs a loaded program at a tracepoint, on every CPU.
   * @param id from tracepointId
   * @param program its fd
   * @param subject the tracepoint's name, for errors
   */
  attach(id: number, program: number, subject: string): void {
    const event = openTracepoint(id, subject);
    const pinned = this.pin(event, program);
    if (!pinned)
      perfEventIoctl(event, "PERF_EVENT_IOC_SET_BPF", PERF_EVENT_IOC_SET_BPF, program, subject);
    perfEventIoctl(event, "PERF_EVENT_IOC_ENABLE", PERF_EVENT_IOC_ENABLE, 0, subject);
    if (pinned) close(event);
    else this.perfEvents.push(event);
  }

  private pin(event: number, program: number): boolean {
    if (this.mount === null) return false;
    return pinLink(program, event, `/proc/self/fd/${this.mount}/${this.pinCount++}`);
  }

  /** Detaches all, now or soon. */
  close(): void {
    if (this.mount !== null) close(this.mount);
    for (const event of this.perfEvents) close(event);
  }
}

function mountBpffs(): number | null {
  try {
    return mountDetached("bpf");
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return null;
  }
}

/** ioctl(2) on a perf event. */
function perfEventIoctl(
  event: number,
  name: string,
  request: number,
  argument: number,
  subject: string,
) {
  if (libc.ioctl(event, BigInt(request), BigInt(argument)) < 0)
    throw new SystemError("ioctl", `${name}, ${subject}`, lastErrno());
}

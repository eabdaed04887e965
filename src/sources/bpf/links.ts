/**
 * Links of eBPF programs to tracepoints: perf_event_open(2), bpf(2). The kernel takes 40 ms to detach
 * a program, and the close of its last fd waits for that. So the links are held by files of a bpf
 * file system that is mounted nowhere, not by fds: the file system is removed when this process ends,
 * however it ends, and kernel workers then detach all programs at once.
 */
import { lastErrno, SystemError } from "../../ffi/errno.ts";
import { close } from "../../ffi/fd.ts";
import { pinLink } from "../../ffi/libbpf.ts";
import { libc } from "../../ffi/libc.ts";
import { mountDetached } from "../../ffi/mount.ts";
import { PERF_EVENT_IOC_ENABLE, PERF_EVENT_IOC_SET_BPF } from "../../kernel/perf-event.ts";
import { openTracepoint } from "./tracepoint.ts";

export class LinkSet {
  /** An fd of the file system's root; null where mounting is not permitted. */
  private readonly mount: number | null;
  private pinCount = 0;
  /** Fds of the perf events whose links are not pinned; `close` closes them. */
  private readonly perfEvents: number[] = [];

  constructor() {
    this.mount = mountBpffs();
  }

  /**
   * Attaches a loaded program to a tracepoint, on every CPU.
   * @param id from tracepointId
   * @param program the program's fd
   * @param subject the tracepoint's name, for errors
   */
  attach(id: number, program: number, subject: string): void {
    const event = openTracepoint(id, subject);
    const pinned = this.pin(event, program);
    if (!pinned) this.perfEvents.push(event);
    try {
      if (!pinned)
        perfEventIoctl(event, "PERF_EVENT_IOC_SET_BPF", PERF_EVENT_IOC_SET_BPF, program, subject);
      perfEventIoctl(event, "PERF_EVENT_IOC_ENABLE", PERF_EVENT_IOC_ENABLE, 0, subject);
    } finally {
      if (pinned) close(event);
    }
  }

  /** Pins the program's link. Returns false where that is not possible. */
  private pin(event: number, program: number): boolean {
    if (this.mount === null) return false;
    return pinLink(program, event, `/proc/self/fd/${this.mount}/${this.pinCount++}`);
  }

  /** Detaches all programs: pinned ones asynchronously. */
  close(): void {
    if (this.mount !== null) close(this.mount);
    for (const event of this.perfEvents) close(event);
  }
}

/** Mounts a bpf file system without a mount point. Returns its fd; null where that is refused. */
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

/** What the events of our eBPF programs and of ptrace(2) say of processes. */
import { EVENT } from "../events/event-record.ts";
import type { FileEvent } from "../events/file-event.ts";
import { sliceToLatin1 } from "../text/latin1.ts";
import type { ExecInfo } from "./process-table.ts";

/** Returns the time of an event in nanoseconds since boot (CLOCK_BOOTTIME). */
export function eventTimeNs({ record }: FileEvent): number {
  return Number(record.u64(EVENT.time));
}

/**
 * Copies an exec event for the process table.
 * @param suspendedNs nanoseconds of suspend since boot, which are subtracted from its time
 */
export function toExecInfo(event: FileEvent, suspendedNs: number): ExecInfo {
  const { record } = event;
  return {
    time: eventTimeNs(event) - suspendedNs,
    ppid: record.ppid,
    uid: record.uid,
    comm: sliceToLatin1(event.comm),
    argv: (event.argv ?? []).map(sliceToLatin1),
  };
}

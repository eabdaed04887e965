/** Process events from our eBPF programs, for sources that only need to identify processes. */

import type { ExecInfo } from "../../attribution/process-table.ts";
import type { EventKind } from "../../events/event-kinds.ts";
import { EVENT, WANT_ARGV, WANT_PROCESS } from "../../events/event-record.ts";
import type { FileEvent } from "../../events/file-event.ts";
import { SystemError } from "../../ffi/errno.ts";
import { sliceToLatin1 } from "../../text/latin1.ts";
import { BpfSource } from "./source.ts";

const FEED_BUFFER = 16 << 20;

/** Starts the eBPF programs for these kinds of process events; null where they are not permitted. */
export function openExecFeed(kinds: readonly EventKind[]): BpfSource | null {
  try {
    return new BpfSource({
      bufferSize: FEED_BUFFER,
      kinds: new Set(kinds),
      syscalls: false,
      want: WANT_ARGV | WANT_PROCESS,
      processes: "all",
    });
  } catch (error) {
    if (error instanceof SystemError) return null;
    throw error;
  }
}

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

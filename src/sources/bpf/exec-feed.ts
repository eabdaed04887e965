/** What the kernel programs tell of processes, for those who have to know names. */

import type { ExecInfo } from "../../attribution/process-table.ts";
import type { EventKind } from "../../events/event-kinds.ts";
import { EVENT, WANT_ARGV, WANT_PROCESS } from "../../events/event-record.ts";
import type { FileEvent } from "../../events/file-event.ts";
import { SystemError } from "../../ffi/errno.ts";
import { BpfSource } from "./source.ts";

const FEED_BUFFER = 16 << 20;

/** The kernel programs that tell of these kinds of events, or null where they are refused. */
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

/** Nanoseconds since boot. */
export function eventTimeNs({ record }: FileEvent): number {
  return Number(record.u64(EVENT.time));
}

/** @param asleep nanoseconds since boot that its time is to leave out */
export function toExecInfo(event: FileEvent, asleep: number): ExecInfo {
  const { record } = event;
  const text = ({ bytes, start, length }: { bytes: Uint8Array; start: number; length: number }) =>
    Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString("latin1");
  return {
    time: eventTimeNs(event) - asleep,
    ppid: record.ppid,
    uid: record.uid,
    comm: text(event.comm),
    argv: (event.argv ?? []).map(text),
  };
}

/** What the events of our eBPF programs and of ptrace(2) say of processes. */
import { EVENT, NOTE_ARGV_CUT } from "../events/event-record.ts";
import type { FileEvent } from "../events/file-event.ts";
import { sliceToLatin1 } from "../text/latin1.ts";
import type { ExecInfo } from "./process-table.ts";
import { readArguments } from "./procfs.ts";

/** Returns the time of an event in nanoseconds since boot (CLOCK_BOOTTIME). */
export function eventTimeNs({ record }: FileEvent): number {
  return Number(record.u64(EVENT.time));
}

/**
 * Reads the arguments of which the programs have reported only the first, from /proc: while the process
 * is still the one that began with them.
 */
export function completeArguments(
  pid: number,
  reported: readonly string[],
  read: (pid: number) => string[] | null = readArguments,
): Pick<ExecInfo, "argv" | "isArgvCut"> {
  const argv = read(pid);
  const isSame = argv?.join("\0").startsWith(reported.join("\0"));
  return argv && isSame ? { argv } : { argv: reported, isArgvCut: true };
}

/**
 * Copies an exec event for the process table.
 * @param suspendedNs nanoseconds of suspend since boot, which are subtracted from its time
 */
export function toExecInfo(event: FileEvent, suspendedNs: number): ExecInfo {
  const { record } = event;
  const argv = (event.argv ?? []).map(sliceToLatin1);
  const isCut = (record.notes & NOTE_ARGV_CUT) !== 0;
  return {
    time: eventTimeNs(event) - suspendedNs,
    ppid: record.ppid,
    uid: record.uid,
    comm: sliceToLatin1(event.comm),
    ...(isCut ? completeArguments(record.tgid, argv) : { argv }),
  };
}

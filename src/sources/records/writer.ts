/** The process that wrote a part of a history, as its notes name it. */
import { readProcStat } from "../../attribution/procfs.ts";
import { isAlive } from "../../daemon/registry.ts";

const NANOSECONDS_PER_MILLISECOND = 1e6;

export interface Writer {
  readonly pid: number;
  /** The boot id: random(4). */
  readonly boot: string;
  /** Milliseconds since boot. */
  readonly started: number;
}

/** Whether a writer still runs on this machine. */
export function isWriterRunning({ pid, boot, started }: Writer): boolean {
  const stat = readProcStat(pid);
  if (!stat || Math.round(stat.started / NANOSECONDS_PER_MILLISECOND) !== started) return false;
  return isAlive({ pid, boot, started: stat.started });
}

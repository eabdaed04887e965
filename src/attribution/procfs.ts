/** Who a process is, as /proc tells of one that is there now: proc_pid_stat(5), proc_pid_status(5). */
import { readdirSync, readFileSync } from "node:fs";
import { userById } from "../process/user.ts";

/** Ticks of the times in /proc/PID/stat: sysconf(_SC_CLK_TCK), 100 on every machine of ours. */
const TICKS_PER_SECOND = 100;
const NANOSECONDS_PER_TICK = 1e9 / TICKS_PER_SECOND;

export interface ProcStat {
  readonly ppid: number;
  /** With one character a byte (latin1). */
  readonly comm: string;
  readonly argv: readonly string[];
  /** -1: nobody knows. */
  readonly uid: number;
  /** Nanoseconds since boot, to a hundredth of a second. */
  readonly started: number;
}

function readProcFile(pid: number, file: string): string {
  return readFileSync(`/proc/${pid}/${file}`, "latin1");
}

/** Null where the process is gone. */
export function readProcStat(pid: number): ProcStat | null {
  try {
    const stat = readProcFile(pid, "stat");
    // comm stands in parentheses and may hold some itself.
    const end = stat.lastIndexOf(")");
    const fields = stat.slice(end + 2).split(" ");
    const argv = readProcFile(pid, "cmdline").split("\0").slice(0, -1);
    const uid = Number(/^Uid:\s+(\d+)/m.exec(readProcFile(pid, "status"))?.[1] ?? 0);
    return {
      comm: stat.slice(stat.indexOf("(") + 1, end),
      ppid: Number(fields[1]),
      argv,
      uid,
      started: Number(fields[19]) * NANOSECONDS_PER_TICK,
    };
  } catch {
    return null;
  }
}

/** The processes that descend from one, as they are now. */
export function descendantsOf(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const pid of allPids()) {
    const parent = readProcStat(pid)?.ppid ?? 0;
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found.slice(1);
}

function numericEntries(directory: string): number[] {
  return readdirSync(directory)
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** The numbers of all processes that there are now. */
export function allPids(): number[] {
  return numericEntries("/proc");
}

/** A letter: proc_pid_stat(5). @throws where the process is gone */
function processState(pid: number): string {
  const stat = readProcFile(pid, "stat");
  return stat.charAt(stat.lastIndexOf(")") + 2);
}

/** Whether a process has not ended yet. */
export function isRunning(pid: number): boolean {
  try {
    return !/[ZX]/.test(processState(pid));
  } catch {
    return false;
  }
}

/** Returns the ids of a process's threads, the leader's also after its exit; [] if it is gone. */
export function allThreads(pid: number): number[] {
  try {
    return numericEntries(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** The numbers of a process's living threads; none where it is gone. */
export function liveThreads(pid: number): number[] {
  const threads = allThreads(pid);
  if (threads.length <= 1) return threads;
  try {
    // The first stays until the last has ended.
    return processState(pid) === "Z" ? threads.filter((thread) => thread !== pid) : threads;
  } catch {
    return [];
  }
}

const userNames = new Map<number, string>();

/** The user's name, or the number where there is none; "" for -1, whom nobody knows. */
export function userName(uid: number): string {
  if (uid < 0) return "";
  let name = userNames.get(uid);
  if (name === undefined) {
    name = userById(uid)?.name ?? String(uid);
    userNames.set(uid, name);
  }
  return name;
}

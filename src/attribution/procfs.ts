/**
 * Reads live processes from /proc: proc_pid_stat(5), proc_pid_status(5), proc_pid_cmdline(5), and
 * the tids in proc_pid_task(5).
 */
import { readFileSync } from "node:fs";
import { MAX_CHAIN, ProcessChain } from "../events/process-chain.ts";
import { chainOf, type ProcessInfo } from "../events/process-info.ts";
import { groupNameOf, userById } from "../process/user.ts";
import { allPids, fromProcPid, tidsOf, toProcPid } from "./proc-pids.ts";

export { allPids };

/** Unit of the times in /proc/PID/stat: sysconf(_SC_CLK_TCK), 100 on x86-64 and arm64. */
const TICKS_PER_SECOND = 100;
const NANOSECONDS_PER_TICK = 1e9 / TICKS_PER_SECOND;

function readProcFile(pid: number, file: string): string {
  return readFileSync(`/proc/${toProcPid(pid)}/${file}`, "latin1");
}

/** Reads a process; null if it does not exist. Its start time has a resolution of 10 ms. */
export function readProcStat(pid: number): ProcessInfo | null {
  try {
    const stat = readProcFile(pid, "stat");
    // comm is in parentheses and may contain parentheses itself.
    const end = stat.lastIndexOf(")");
    const fields = stat.slice(end + 2).split(" ");
    const argv = readProcFile(pid, "cmdline").split("\0").slice(0, -1);
    const [, uid, euid] = /^Uid:\s+(\d+)\s+(\d+)/m.exec(readProcFile(pid, "status")) ?? [];
    return {
      pid,
      ppid: fromProcPid(Number(fields[1])),
      comm: stat.slice(stat.indexOf("(") + 1, end),
      argv,
      uid: Number(uid ?? 0),
      ...(euid === uid ? {} : { euid: Number(euid) }),
      started: Number(fields[19]) * NANOSECONDS_PER_TICK,
      origin: "proc",
    };
  } catch {
    return null;
  }
}

/** Reads the whole command line of a process; null if it does not exist. */
export function readArguments(pid: number): string[] | null {
  try {
    return readProcFile(pid, "cmdline").split("\0").slice(0, -1);
  } catch {
    return null;
  }
}

/** Returns the process that a pid or tid belongs to; null if there is none. */
export function processOf(id: number): number | null {
  try {
    const tgid = Number(/^Tgid:\s+(\d+)/m.exec(readProcFile(id, "status"))?.[1]);
    return fromProcPid(tgid) || id;
  } catch {
    return isHidden(id) ? id : null;
  }
}

/** Whether a process exists that /proc does not show us: its option hidepid. */
function isHidden(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Whether one process can have forked another: it was there before. Unknown starts are 0. */
export function canBeParent(parent: ProcessInfo, child: ProcessInfo): boolean {
  return child.started === 0 || parent.started <= child.started;
}

/**
 * Returns the parents of a process, nearest first, as /proc has them now: an orphan's parent is the
 * process that adopted it.
 * @param max the most that are returned
 */
export function parentsOf(
  child: ProcessInfo,
  max: number,
  readStat: (pid: number) => ProcessInfo | null = readProcStat,
): ProcessInfo[] {
  const parents: ProcessInfo[] = [];
  for (let last = child; last.ppid !== 0 && parents.length < max; ) {
    const parent = readStat(last.ppid);
    // A pid may be reused while /proc is read.
    if (!parent || !canBeParent(parent, last) || parent.pid === child.pid) break;
    parents.push(parent);
    last = parent;
  }
  return parents;
}

/** Adds the chain above a process, which is read only if it is used. */
export function withLiveParents(info: ProcessInfo): ProcessInfo {
  let above: ProcessChain | undefined;
  return {
    ...info,
    get above() {
      // One more than is kept, so that a chain is known to be cut.
      above ??= new ProcessChain(
        parentsOf(info, MAX_CHAIN + 1).flatMap((parent) => chainOf(parent)?.links ?? []),
      );
      return above;
    },
  };
}

/**
 * Returns the pids of all current descendants of a process. A parent outside our pid namespace has
 * pid 0, which has no descendants.
 */
export function descendantsOf(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const pid of allPids()) {
    const parent = readProcStat(pid)?.ppid ?? 0;
    if (parent !== 0) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree.slice(1);
}

/** Reads the state letter of proc_pid_stat(5). @throws if the process does not exist */
function processState(pid: number): string {
  const stat = readProcFile(pid, "stat");
  return stat.charAt(stat.lastIndexOf(")") + 2);
}

/** Whether a process exists and is neither a zombie nor dead. */
export function isRunning(pid: number): boolean {
  try {
    return !/[ZX]/.test(processState(pid));
  } catch {
    return false;
  }
}

/** Returns the tids of a process's threads, an exited leader included; empty if it does not exist. */
export function allThreads(pid: number): number[] {
  try {
    return tidsOf(pid);
  } catch {
    return [];
  }
}

/** Returns the tids of a process's live threads; empty if the process does not exist. */
export function liveThreads(pid: number): number[] {
  const threads = allThreads(pid);
  if (threads.length <= 1) return threads;
  try {
    // An exited first thread stays a zombie until the last thread has exited.
    return processState(pid) === "Z" ? threads.filter((thread) => thread !== pid) : threads;
  } catch {
    return [];
  }
}

/** Returns all processes, or this one and those that led to it, nearest first. */
export function initialProcesses(wholeMachine: boolean): ProcessInfo[] {
  if (wholeMachine) return allPids().flatMap((pid) => readProcStat(pid) ?? []);
  const self = readProcStat(process.pid);
  return self ? [self, ...parentsOf(self, MAX_CHAIN + 1)] : [];
}

const userNames = new Map<number, string>();

/** Returns the name of a user, or the uid as text if there is none; "" for -1 (unknown). */
export function userName(uid: number): string {
  if (uid < 0) return "";
  let name = userNames.get(uid);
  if (name === undefined) {
    name = userById(uid)?.name ?? String(uid);
    userNames.set(uid, name);
  }
  return name;
}

const groupNames = new Map<number, string>();

/** Returns the name of a group, or the gid as text if there is none. */
export function groupName(gid: number): string {
  let name = groupNames.get(gid);
  if (name === undefined) {
    name = groupNameOf(gid) ?? String(gid);
    groupNames.set(gid, name);
  }
  return name;
}

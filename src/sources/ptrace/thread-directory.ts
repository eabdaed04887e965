/**
 * Finds the directories of tracees in procfs, whose names are other numbers if procfs was mounted in
 * another pid namespace: pid_namespaces(7), and the fields NStgid, NSpid, NSpgid and NSsid of
 * proc_pid_status(5), which list the numbers in each namespace from that of procfs inwards.
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { PidRole } from "../../syscalls/pid-details.ts";

const FIELDS: Readonly<Record<PidRole, string>> = {
  tid: "NSpid",
  tgid: "NStgid",
  pgid: "NSpgid",
  sid: "NSsid",
};

/** Returns the result, or null if the file does not exist or may not be read. */
function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** Parses "NSpid:\t12\t1" of a status file. */
export function namespaceNumbers(status: string, role: PidRole): readonly number[] {
  const text = new RegExp(`^${FIELDS[role]}:\\s*(.*)$`, "m").exec(status)?.[1];
  return text === undefined || text === "" ? [] : text.split(/\s+/).map(Number);
}

/** Returns "" if the directory has none that may be read. */
export function statusOf(directory: string): string {
  return attempt(() => readFileSync(`${directory}/status`, "latin1")) ?? "";
}

/** Returns "" if it may not be read. */
export function namespaceOf(directory: string): string {
  return attempt(() => readlinkSync(`${directory}/ns/pid`)) ?? "";
}

const numbersIn = (directory: string) =>
  (attempt(() => readdirSync(directory)) ?? []).filter((name) => /^\d/.test(name));

/**
 * Whether a process is in a pid namespace or in one within it: then a parent is in it, since the first
 * process of a namespace has a parent outside.
 * @param level of the namespace
 */
function isWithin(directory: string, level: number, namespace: string): boolean {
  for (let at = directory; ; ) {
    if (namespaceOf(at) === namespace) return true;
    const status = statusOf(at);
    const parent = /^PPid:\s*(\d+)/m.exec(status)?.[1] ?? "0";
    if (parent === "0" || namespaceNumbers(status, "tid").length <= level + 1) return false;
    at = `/proc/${parent}`;
  }
}

/**
 * Searches all processes, and for a thread all threads.
 * @param level index of the pid namespace in the lists of status files
 * @param namespace the namespace that has the level
 */
export function findDirectory(
  role: PidRole,
  level: number,
  pid: number,
  namespace: string,
): string | null {
  for (const process of numbersIn("/proc")) {
    const tasks = `/proc/${process}/task`;
    const threads = role === "tid" ? numbersIn(tasks) : [process];
    for (const thread of threads) {
      const directory = role === "tid" ? `${tasks}/${thread}` : `/proc/${process}`;
      const numbers = namespaceNumbers(statusOf(directory), role);
      if (numbers[level] === pid && isWithin(directory, level, namespace)) return directory;
    }
  }
  return null;
}

let level: number | undefined;

/** Returns the index of our own pid namespace in the lists of status files. */
export function ownLevel(): number {
  level ??= Math.max(namespaceNumbers(statusOf("/proc/self"), "tid").length - 1, 0);
  return level;
}

/** Limits the cache, since numbers are used again. */
const MAX_THREADS = 1024;
const directories = new Map<number, string>();

/** Returns the directory of a thread. @param tid in our own pid namespace */
export function threadDirectory(tid: number): string {
  if (ownLevel() === 0) return `/proc/${tid}`;
  const known = directories.get(tid);
  if (known !== undefined && namespaceNumbers(statusOf(known), "tid")[ownLevel()] === tid)
    return known;
  const found = findDirectory("tid", ownLevel(), tid, namespaceOf("/proc/self")) ?? `/proc/${tid}`;
  if (directories.size >= MAX_THREADS) directories.clear();
  directories.set(tid, found);
  return found;
}

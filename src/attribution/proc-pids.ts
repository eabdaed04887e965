/**
 * Translates our pids for a /proc that shows another pid namespace, as after `unshare --pid --fork`
 * without `--mount-proc`: proc_pid_status(5), pidfd_open(2). A pid of ours would name an unrelated
 * process there.
 */
import { readdirSync, readFileSync } from "node:fs";
import { close } from "../ffi/fd.ts";
import { syscall } from "../ffi/libc.ts";
import { SYS } from "../ffi/machine.ts";
import { isInitialNamespace } from "../process/namespaces.ts";

/** The pids of a process in the namespaces from that of /proc to its own; null if it is not there. */
function namespacePids(entry: string): readonly number[] | null {
  try {
    const pids = /^NSpid:\t(.*)$/m.exec(readFileSync(`/proc/${entry}/status`, "latin1"))?.[1];
    return pids?.split("\t").map(Number) ?? null;
  } catch {
    return null;
  }
}

let depth: number | undefined;

/** How many namespaces ours is below that of /proc; -1 if /proc does not show this process. */
function namespaceDepth(): number {
  depth ??= (namespacePids("self")?.length ?? 0) - 1;
  return depth;
}

/** Whether /proc shows another pid namespace than ours. */
export function isProcForeign(): boolean {
  return namespaceDepth() !== 0;
}

/** Whether there may be processes without a pid in our pid namespace. */
export function hasOutsiders(): boolean {
  try {
    return !isInitialNamespace("pid");
  } catch {
    return true;
  }
}

/** Returns a process's number in /proc; null if it is not there. */
export function toProcPid(pid: number): number | null {
  return isProcForeign() ? translated(pid) : pid;
}

function translated(pid: number): number | null {
  const fd = namespaceDepth() < 0 ? -1 : Number(syscall(SYS.pidfd_open, pid, 0));
  if (fd < 0) return null;
  try {
    const line = /^Pid:\t(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "latin1"));
    return Number(line?.[1] ?? 0) || null;
  } finally {
    close(fd);
  }
}

/** Returns our pid of a process or thread in /proc; 0 if it is outside of our pid namespace. */
export function fromProcPid(pid: number): number {
  if (!isProcForeign()) return pid;
  const ours = namespacePids(String(pid))?.[namespaceDepth()] ?? 0;
  // A process of another namespace as deep as ours has a number there, too.
  return ours !== 0 && translated(ours) === pid ? ours : 0;
}

/** Returns the numbers that a directory of /proc has. */
function numbersIn(directory: string): number[] {
  return readdirSync(directory)
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Returns our pids of all current processes of our pid namespace. */
export function allPids(): number[] {
  const all = numbersIn("/proc");
  return isProcForeign() ? all.map(fromProcPid).filter((pid) => pid !== 0) : all;
}

/** Returns our tids of a process's threads. @throws if the process does not exist */
export function tidsOf(pid: number): number[] {
  const tids = numbersIn(`/proc/${toProcPid(pid)}/task`);
  if (!isProcForeign()) return tids;
  const innerTid = (tid: number) =>
    namespacePids(`${toProcPid(pid)}/task/${tid}`)?.[namespaceDepth()] ?? 0;
  return tids.map(innerTid).filter((tid) => tid !== 0);
}

/** Which threads a process has, and which process a thread is of: proc_pid_task(5). */
import { readdirSync } from "node:fs";
import { allThreads } from "../../attribution/procfs.ts";
import { SystemError } from "../../ffi/errno.ts";

const ESRCH = 3;

/** @throws SystemError where there is no such process */
export function listThreads(pid: number): number[] {
  const threads = allThreads(pid);
  if (threads.length === 0) throw new SystemError("ptrace", `PTRACE_SEIZE, ${pid}`, ESRCH);
  return threads;
}

/** Which process a thread is of; the one told where it is gone already. */
export function findTgid(tid: number, parent: number): number {
  try {
    readdirSync(`/proc/${parent}/task/${tid}`);
    return parent;
  } catch {
    return tid;
  }
}

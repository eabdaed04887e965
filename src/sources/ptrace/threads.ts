/** Finds the threads of a process, and the process of a thread: proc_pid_task(5). */
import { readdirSync } from "node:fs";
import { allThreads } from "../../attribution/procfs.ts";
import { SystemError } from "../../ffi/errno.ts";
import { ESRCH } from "../../kernel/errno.ts";

/** @throws SystemError if there is no such process */
export function listThreads(pid: number): number[] {
  const threads = allThreads(pid);
  if (threads.length === 0) throw new SystemError("ptrace", `PTRACE_SEIZE, ${pid}`, ESRCH);
  return threads;
}

/**
 * Returns the process of a new thread.
 * @param parent the process that made it by clone(2)
 * @returns `parent`, or `tid` if it is a process of its own or has ended
 */
export function findTgid(tid: number, parent: number): number {
  try {
    readdirSync(`/proc/${parent}/task/${tid}`);
    return parent;
  } catch {
    return tid;
  }
}

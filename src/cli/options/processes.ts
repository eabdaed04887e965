/** Checks that the processes which options name are there: nothing would ever be reported of others. */
import { processOf } from "../../attribution/procfs.ts";
import { UsageError } from "../errors.ts";

/** @throws UsageError that names a process or thread that does not exist */
export function requireTasks(option: string, pids: readonly number[]): void {
  for (const pid of pids)
    if (processOf(pid) === null) throw new UsageError(`${option} ${pid}: no such process`);
}

/** @throws UsageError that names a process that does not exist, or a thread */
export function requireProcesses(option: string, pids: readonly number[]): void {
  for (const pid of pids) {
    const owner = processOf(pid);
    if (owner === null) throw new UsageError(`${option} ${pid}: no such process`);
    if (owner !== pid)
      throw new UsageError(`${option} ${pid}: is a thread of process ${owner}; name that`);
  }
}

/** What this process uses: proc_pid_statm(5), proc_pid_fd(5). */
import { readdirSync, statSync } from "node:fs";

export interface MemoryUse {
  /** Resident memory in bytes. */
  readonly memory: number;
  /** Number of open file descriptors. */
  readonly fds: number;
}

export function memoryUse(): MemoryUse {
  // One of the fds is that of the directory.
  return { memory: process.memoryUsage.rss(), fds: readdirSync("/proc/self/fd").length - 1 };
}

/** Returns the size of a file in bytes; null if there is none. */
export function fileSize(path: string): number | null {
  try {
    return statSync(path).size;
  } catch {
    return null;
  }
}

/** Locks on whole files: flock(2). A lock ends when the last fd of its open file is closed. */

import { closeSync, openSync } from "node:fs";
import { TraceError } from "../errors.ts";
import { lastErrno, SystemError } from "../ffi/errno.ts";
import { libc } from "../ffi/libc.ts";
import { O_DIRECTORY } from "../ffi/machine.ts";
import { EINTR, EWOULDBLOCK } from "../kernel/errno.ts";
import { LOCK_EX, LOCK_NB, LOCK_UN, O_RDONLY } from "../kernel/fcntl.ts";

const POLL_INTERVAL_MS = 20;

/** How long to wait for a lock before giving up. */
export const LOCK_TIMEOUT_MS = 10_000;

/**
 * Locks a file or a directory exclusively, without waiting.
 * @param name what the error names
 * @returns false if another open file holds the lock
 * @throws SystemError
 */
export function tryLock(fd: number, name: string): boolean {
  if (libc.flock(fd, LOCK_EX | LOCK_NB) === 0) return true;
  const errno = lastErrno();
  if (errno === EWOULDBLOCK || errno === EINTR) return false;
  throw new SystemError("flock", name, errno);
}

/** Like tryLock, but waits up to `milliseconds` for the lock. */
export function lockWithTimeout(fd: number, name: string, milliseconds: number): boolean {
  const deadline = performance.now() + milliseconds;
  while (!tryLock(fd, name)) {
    if (performance.now() >= deadline) return false;
    Bun.sleepSync(POLL_INTERVAL_MS);
  }
  return true;
}

/** Another process holds the lock on a directory for too long. */
export class LockTimeoutError extends TraceError {
  override readonly name = "LockTimeoutError";
  override readonly code = "LOCK_TIMEOUT";
}

/**
 * Runs `work` while holding an exclusive lock on the directory.
 * @throws LockTimeoutError; Error of node:fs if the directory cannot be opened
 */
export function withDirectoryLock<T>(directory: string, work: () => T): T {
  const fd = openSync(directory, O_RDONLY | O_DIRECTORY);
  try {
    if (!lockWithTimeout(fd, directory, LOCK_TIMEOUT_MS))
      throw new LockTimeoutError(`${directory}: another trace process is using it; try again`);
    return work();
  } finally {
    closeSync(fd);
  }
}

export function unlock(fd: number): void {
  libc.flock(fd, LOCK_UN);
}

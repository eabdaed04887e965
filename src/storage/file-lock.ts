/** Locks on whole files, which end when the last fd of an open file is closed: flock(2). */

import { closeSync, constants, openSync } from "node:fs";
import { TraceError } from "../errors.ts";
import { lastErrno, SystemError } from "../ffi/errno.ts";
import { libc } from "../ffi/libc.ts";
import { LOCK_EX, LOCK_NB, LOCK_UN } from "../kernel/fcntl.ts";

const EINTR = 4;
const EWOULDBLOCK = 11;
const POLL_INTERVAL_MS = 20;

/** So long nobody keeps anything locked who means well. */
export const LOCK_TIMEOUT_MS = 10_000;

/**
 * Locks a file or a directory for one open file alone.
 * @returns false where another has it
 * @throws SystemError that names the file
 */
export function tryLock(fd: number, name: string): boolean {
  if (libc.flock(fd, LOCK_EX | LOCK_NB) === 0) return true;
  const errno = lastErrno();
  if (errno === EWOULDBLOCK || errno === EINTR) return false;
  throw new SystemError("flock", name, errno);
}

/** The same, but waits so many milliseconds for another to let go. */
export function lockWithTimeout(fd: number, name: string, milliseconds: number): boolean {
  const deadline = performance.now() + milliseconds;
  while (!tryLock(fd, name)) {
    if (performance.now() >= deadline) return false;
    Bun.sleepSync(POLL_INTERVAL_MS);
  }
  return true;
}

/** A directory stays locked: names it and says what to do. */
export class LockTimeoutError extends TraceError {
  override readonly name = "LockTimeoutError";
  override readonly code = "LOCK_TIMEOUT";
}

/**
 * Does something while no other trace does such a thing in a directory.
 * @throws Busy; Error of node:fs where the directory cannot be opened
 */
export function withDirectoryLock<T>(directory: string, work: () => T): T {
  const fd = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    if (!lockWithTimeout(fd, directory, LOCK_TIMEOUT_MS))
      throw new LockTimeoutError(`${directory}: another trace is at work there; try again`);
    return work();
  } finally {
    closeSync(fd);
  }
}

export function unlock(fd: number): void {
  libc.flock(fd, LOCK_UN);
}

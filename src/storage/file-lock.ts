/** Locks on whole files: flock(2). A lock ends when the last fd of its open file is closed. */

import { closeSync, fstatSync, openSync, type Stats } from "node:fs";
import { TraceError } from "../errors.ts";
import { lastErrno, SystemError } from "../ffi/errno.ts";
import { libc } from "../ffi/libc.ts";
import { O_DIRECTORY, O_NOFOLLOW } from "../ffi/machine.ts";
import { EINTR, EWOULDBLOCK } from "../kernel/errno.ts";
import { LOCK_EX, LOCK_NB, LOCK_UN, O_CREAT, O_RDONLY, O_RDWR } from "../kernel/fcntl.ts";

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

/** Whether only its owner, and root, can open a file or directory, and so can lock it. */
export function isPrivate({ mode }: Pick<Stats, "mode">): boolean {
  return (mode & 0o077) === 0;
}

/** Opens what is locked of a directory: itself if it is private, otherwise a private file in it. */
function openLock(directory: string): number {
  const fd = openSync(directory, O_RDONLY | O_DIRECTORY);
  if (isPrivate(fstatSync(fd))) return fd;
  closeSync(fd);
  return openSync(`${directory}/lock`, O_RDWR | O_CREAT | O_NOFOLLOW, 0o600);
}

/**
 * Runs `work` while holding an exclusive lock on a directory that no other user can write to.
 * @throws LockTimeoutError; Error of node:fs if the directory cannot be opened
 */
export function withDirectoryLock<T>(directory: string, work: () => T): T {
  const fd = openLock(directory);
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

/**
 * Drops the start of a log while other processes append to it, without losing lines: copies the
 * rest to a new file, which replaces the old one by rename(2). Writers lock the file and then check
 * whether its name still refers to it (log-file.ts). So lines written after we lock it go to the
 * new file.
 *
 * The caller runs these functions with the rights of the log's owner: asUser().
 */

import {
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { TraceError } from "../errors.ts";
import { O_DIRECTORY, O_NOFOLLOW } from "../ffi/machine.ts";
import { O_CREAT, O_EXCL, O_RDONLY, O_RDWR } from "../kernel/fcntl.ts";
import { LOCK_TIMEOUT_MS, lockWithTimeout, withDirectoryLock } from "./file-lock.ts";

const COPY_BYTES = 1 << 20;

/** The log was not changed, because other processes use it. */
export class TruncateHeadError extends TraceError {
  override readonly name = "TruncateHeadError";
  override readonly code = "TRUNCATE_HEAD";
}

const directoryOf = (path: string) => path.slice(0, path.lastIndexOf("/") + 1) || ".";

/** Runs `work` while no other process rotates or truncates the log. */
export function withRotationLocked<T>(path: string, work: () => T): T {
  return withDirectoryLock(directoryOf(path), work);
}

/**
 * Drops what precedes an offset; keeps lines that are appended meanwhile.
 * @param start offset of the first byte to keep
 * @param removeIfEmpty removes the log if nothing is left
 * @throws TruncateHeadError, or Error of node:fs; the log is unchanged then
 */
export function truncateHead(path: string, start: number, removeIfEmpty: boolean): void {
  const temporary = `${path}.clean`;
  const oldFd = openSync(path, O_RDONLY | O_NOFOLLOW);
  try {
    removeIfExists(temporary); // left by a process that was killed
    const flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW;
    const newFd = openSync(temporary, flags, 0o600);
    try {
      replace({ path, oldFd, temporary, newFd, start, removeIfEmpty });
    } finally {
      closeSync(newFd);
      removeIfExists(temporary);
    }
  } finally {
    closeSync(oldFd);
  }
}

interface Replacement {
  readonly path: string;
  readonly temporary: string;
  readonly oldFd: number;
  readonly newFd: number;
  readonly start: number;
  readonly removeIfEmpty: boolean;
}

function replace({ path, oldFd, temporary, newFd, start, removeIfEmpty }: Replacement): void {
  const { uid, gid, mode, ino, dev } = fstatSync(oldFd);
  const copied = copy(oldFd, newFd, start);
  const created = fstatSync(newFd);
  if (created.uid !== uid || created.gid !== gid) fchownSync(newFd, uid, gid);
  fchmodSync(newFd, mode & 0o7777);
  // Syncs most of the data before the lock makes writers wait.
  fsyncSync(newFd);
  if (!lockWithTimeout(oldFd, path, LOCK_TIMEOUT_MS))
    throw new TruncateHeadError(`${path}: another program holds the lock; try again`);
  const current = lstatSync(path);
  if (current.ino !== ino || current.dev !== dev)
    throw new TruncateHeadError(`${path}: was just rotated; try again`);
  const end = copy(oldFd, newFd, copied);
  fsyncSync(newFd);
  if (removeIfEmpty && end === start) unlinkSync(path);
  else renameSync(temporary, path);
  syncDirectory(directoryOf(path));
}

/** Copies up to the end of the file. Returns the end's offset. */
function copy(from: number, to: number, start: number): number {
  const buffer = new Uint8Array(COPY_BYTES);
  for (let at = start; ; ) {
    const length = readSync(from, buffer, 0, buffer.length, at);
    if (length === 0) return at;
    for (let done = 0; done < length; ) done += writeSync(to, buffer, done, length - done);
    at += length;
  }
}

function removeIfExists(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

function syncDirectory(path: string): void {
  const fd = openSync(path, O_RDONLY | O_DIRECTORY);
  fsyncSync(fd);
  closeSync(fd);
}

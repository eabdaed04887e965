/**
 * Drops the beginning of a log while others append to it, and loses none of their lines: what is
 * kept is copied into a new file, which takes the old one's name (rename(2)). Who appends locks the
 * file each time and then looks whether its name still means that file (log-file.ts); so what is
 * appended while it is locked here goes to the new one.
 *
 * All of it is to be done with the rights of the log's owner: asUser.
 */

import {
  closeSync,
  constants,
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
import { LOCK_TIMEOUT_MS, lockWithTimeout, withDirectoryLock } from "./file-lock.ts";

const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW, O_DIRECTORY } = constants;
const COPY_BYTES = 1 << 20;

/** Nothing was done: says why. */
export class TruncateHeadError extends TraceError {
  override readonly name = "TruncateHeadError";
  override readonly code = "TRUNCATE_HEAD";
}

const directoryOf = (path: string) => path.slice(0, path.lastIndexOf("/") + 1) || ".";

/** Does something with a log and what it was rotated into while nobody rotates or cuts it. */
export function withRotationLocked<T>(path: string, work: () => T): T {
  return withDirectoryLock(directoryOf(path), work);
}

/**
 * Keeps of a log what stands from a place on, and what is appended meanwhile.
 * @param removeIfEmpty where nothing is kept the log is removed
 * @throws CutError, or an Error of node:fs; the log is as it was then
 */
export function truncateHead(path: string, from: number, removeIfEmpty: boolean): void {
  const temporary = `${path}.clean`;
  const oldFd = openSync(path, O_RDONLY | O_NOFOLLOW);
  try {
    removeIfExists(temporary); // of one that was killed
    const flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW;
    const newFd = openSync(temporary, flags, 0o600);
    try {
      replace({ path, oldFd, temporary, newFd, from, removeIfEmpty });
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
  /** Open fds of the two. */
  readonly oldFd: number;
  readonly newFd: number;
  readonly from: number;
  readonly removeIfEmpty: boolean;
}

function replace({ path, oldFd, temporary, newFd, from, removeIfEmpty }: Replacement): void {
  const { uid, gid, mode, ino } = fstatSync(oldFd);
  const copied = copy(oldFd, newFd, from);
  const made = fstatSync(newFd);
  if (made.uid !== uid || made.gid !== gid) fchownSync(newFd, uid, gid);
  fchmodSync(newFd, mode & 0o7777);
  // Most of it is on the disk before anybody has to wait.
  fsyncSync(newFd);
  if (!lockWithTimeout(oldFd, path, LOCK_TIMEOUT_MS))
    throw new TruncateHeadError(`${path}: another program keeps it locked; try again`);
  if (lstatSync(path).ino !== ino)
    throw new TruncateHeadError(`${path}: was just rotated; try again`);
  const end = copy(oldFd, newFd, copied);
  fsyncSync(newFd);
  if (removeIfEmpty && end === from) unlinkSync(path);
  else renameSync(temporary, path);
  syncDirectory(directoryOf(path));
}

/** @returns where the copy ended: the end of the file */
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

/**
 * Drops the beginning of a log while others append to it, and loses none of their lines: what is
 * kept is copied into a new file, which takes the old one's name (rename(2)). Who writes holds a
 * lock on the file (log-file.ts) and, when its name means another one, lets go of it and goes on
 * there; what it has written meanwhile is carried over before it gets the lock of the new file.
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
  rmSync,
  writeSync,
} from "node:fs";
import { MessageError } from "../messages.ts";
import { lockWithin, tryLock } from "./lock.ts";

const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL, O_APPEND, O_NOFOLLOW, O_DIRECTORY } = constants;
const COPY_BYTES = 1 << 20;
/** Who writes looks ten times a second whether it still has the right file. */
const PATIENCE_MS = 10_000;

/** Nothing was done: says why. */
export class CutError extends MessageError {}

const directoryOf = (path: string) => path.slice(0, path.lastIndexOf("/") + 1) || ".";

/** Does something with a log and what it was rotated into while nobody rotates or cuts it. */
export function withoutRotation<T>(path: string, work: () => T): T {
  const directory = directoryOf(path);
  const fd = openSync(directory, O_RDONLY | O_DIRECTORY);
  try {
    if (!lockWithin(fd, directory, PATIENCE_MS))
      throw new CutError(`${directory}: another trace is at work there; try again`);
    return work();
  } finally {
    closeSync(fd);
  }
}

/**
 * Keeps of a log what stands from a place on, and what is appended meanwhile.
 * @returns false where somebody goes on writing to the old file, which has no name any more
 * @throws CutError, or an Error of node:fs; the log is as it was then
 */
export function cutHead(path: string, from: number): boolean {
  const temporary = `${path}.clean`;
  const old = openSync(path, O_RDONLY | O_NOFOLLOW);
  try {
    rmSync(temporary, { force: true }); // of one that was killed
    const flags = O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW;
    const kept = openSync(temporary, flags, 0o600);
    try {
      return replace(path, old, temporary, kept, from);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    } finally {
      closeSync(kept);
    }
  } finally {
    closeSync(old);
  }
}

function replace(
  path: string,
  old: number,
  temporary: string,
  kept: number,
  from: number,
): boolean {
  const { uid, gid, mode, ino } = fstatSync(old);
  // Nobody appends to the new file before the rest of the old one is there.
  tryLock(kept, temporary);
  const copied = copy(old, kept, from);
  const made = fstatSync(kept);
  if (made.uid !== uid || made.gid !== gid) fchownSync(kept, uid, gid);
  fchmodSync(kept, mode & 0o7777);
  fsyncSync(kept);
  if (lstatSync(path).ino !== ino) throw new CutError(`${path}: was just rotated; try again`);
  renameSync(temporary, path);
  const letGo = lockWithin(old, path, PATIENCE_MS);
  copy(old, kept, copied);
  fsyncSync(kept);
  syncDirectory(directoryOf(path));
  return letGo;
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

function syncDirectory(path: string): void {
  const fd = openSync(path, O_RDONLY | O_DIRECTORY);
  fsyncSync(fd);
  closeSync(fd);
}

/** Removes a log that nobody writes to. @returns false where somebody does */
export function removeUnused(path: string): boolean {
  const fd = openSync(path, O_RDONLY | O_NOFOLLOW);
  try {
    if (!tryLock(fd, path)) return false;
    rmSync(path);
    return true;
  } finally {
    closeSync(fd);
  }
}

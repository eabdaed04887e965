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
import { MessageError } from "../cli/messages.ts";
import { alone, LOCK_PATIENCE_MS, lockWithin } from "./file-lock.ts";

const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW, O_DIRECTORY } = constants;
const COPY_BYTES = 1 << 20;

/** Nothing was done: says why. */
export class CutError extends MessageError {}

const directoryOf = (path: string) => path.slice(0, path.lastIndexOf("/") + 1) || ".";

/** Does something with a log and what it was rotated into while nobody rotates or cuts it. */
export function withoutRotation<T>(path: string, work: () => T): T {
  return alone(directoryOf(path), work);
}

/**
 * Keeps of a log what stands from a place on, and what is appended meanwhile.
 * @param mayGo where nothing is kept the log is removed
 * @throws CutError, or an Error of node:fs; the log is as it was then
 */
export function cutHead(path: string, from: number, mayGo: boolean): void {
  const temporary = `${path}.clean`;
  const old = openSync(path, O_RDONLY | O_NOFOLLOW);
  try {
    removeIfThere(temporary); // of one that was killed
    const flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW;
    const kept = openSync(temporary, flags, 0o600);
    try {
      replace({ path, old, temporary, kept, from, mayGo });
    } finally {
      closeSync(kept);
      removeIfThere(temporary);
    }
  } finally {
    closeSync(old);
  }
}

interface Replacement {
  readonly path: string;
  readonly temporary: string;
  /** Open fds of the two. */
  readonly old: number;
  readonly kept: number;
  readonly from: number;
  readonly mayGo: boolean;
}

function replace({ path, old, temporary, kept, from, mayGo }: Replacement): void {
  const { uid, gid, mode, ino } = fstatSync(old);
  const copied = copy(old, kept, from);
  const made = fstatSync(kept);
  if (made.uid !== uid || made.gid !== gid) fchownSync(kept, uid, gid);
  fchmodSync(kept, mode & 0o7777);
  // Most of it is on the disk before anybody has to wait.
  fsyncSync(kept);
  if (!lockWithin(old, path, LOCK_PATIENCE_MS))
    throw new CutError(`${path}: another program keeps it locked; try again`);
  if (lstatSync(path).ino !== ino) throw new CutError(`${path}: was just rotated; try again`);
  const end = copy(old, kept, copied);
  fsyncSync(kept);
  if (mayGo && end === from) unlinkSync(path);
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

function removeIfThere(path: string): void {
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

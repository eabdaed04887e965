/**
 * Drops the start of a log while other processes append to it, without losing lines: copies the
 * rest to a new file, which replaces the old one by rename(2). Writers lock the log and then check
 * whether its name still refers to the same file (log-file.ts). So lines written after we lock it
 * go to the new file. All files are found by the fd of their directory.
 *
 * The caller runs these functions with the rights of a user: asUser().
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
import { O_CREAT, O_EXCL, O_NONBLOCK, O_RDONLY, O_RDWR } from "../kernel/fcntl.ts";
import type { User } from "../process/user.ts";
import { LOCK_TIMEOUT_MS } from "./file-lock.ts";
import { LogLock } from "./log-lock.ts";
import { inDirectory } from "./trusted-path.ts";

const COPY_BYTES = 1 << 20;

/** The log was not changed, because other processes use it. */
export class TruncateHeadError extends TraceError {
  override readonly name = "TruncateHeadError";
  override readonly code = "TRUNCATE_HEAD";
}

/** The file was renamed meanwhile. */
export class RotatedError extends TruncateHeadError {}

/** A file of a log: the log itself or a rotated one. */
export interface LogPart {
  /** The log's directory. */
  readonly directory: number;
  /** In the directory. */
  readonly name: string;
  /** As a message names it. */
  readonly path: string;
  /** With whose rights we act; null: ours. */
  readonly user: User | null;
}

/** Runs work, and names the file in errors of node:fs as the user does. */
function withPath<T>({ directory, path, name }: LogPart, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const failed = error as NodeJS.ErrnoException;
    const own = inDirectory(directory, name);
    if (failed.path?.startsWith(own)) failed.path = path + failed.path.slice(own.length);
    throw error;
  }
}

/**
 * Drops what precedes an offset; keeps lines that are appended meanwhile.
 * @param log the log that the file belongs to, whose lock protects all its files
 * @param start offset of the first byte to keep
 * @param removeIfEmpty removes the file if nothing is left
 * @param head is written first
 * @throws TruncateHeadError, or Error of node:fs; the file is unchanged then
 */
export function truncateHead(
  part: LogPart,
  log: LogPart,
  start: number,
  removeIfEmpty: boolean,
  head: Uint8Array = new Uint8Array(0),
): void {
  const path = inDirectory(part.directory, part.name);
  const temporary = `${path}.clean`;
  withPath(part, () => {
    const oldFd = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      removeIfExists(temporary); // left by a process that was killed
      const flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW;
      const newFd = openSync(temporary, flags, 0o600);
      try {
        writeAll(newFd, head, head.length);
        replace({ part, log, path, oldFd, temporary, newFd, start, removeIfEmpty });
      } finally {
        closeSync(newFd);
        removeIfExists(temporary);
      }
    } finally {
      closeSync(oldFd);
    }
  });
}

interface Replacement {
  readonly part: LogPart;
  readonly log: LogPart;
  readonly path: string;
  readonly temporary: string;
  readonly oldFd: number;
  readonly newFd: number;
  readonly start: number;
  readonly removeIfEmpty: boolean;
}

function replace(replacement: Replacement): void {
  const { part, log, path, oldFd, temporary, newFd, start, removeIfEmpty } = replacement;
  const { uid, gid, mode, ino, dev } = fstatSync(oldFd);
  const copied = copy(oldFd, newFd, start);
  const created = fstatSync(newFd);
  if (created.uid !== uid || created.gid !== gid) fchownSync(newFd, uid, gid);
  fchmodSync(newFd, mode & 0o7777);
  // Syncs most of the data before the lock makes writers wait.
  fsyncSync(newFd);
  withLogLocked(log, () => {
    const current = lstatSync(path, { throwIfNoEntry: false });
    if (current?.ino !== ino || current.dev !== dev)
      throw new RotatedError(`${part.path}: was just rotated; try again`);
    const end = copy(oldFd, newFd, copied);
    fsyncSync(newFd);
    if (removeIfEmpty && end === start) unlinkSync(path);
    else renameSync(temporary, path);
    syncDirectory(inDirectory(part.directory, "."));
  });
}

/** Opens the log. @throws RotatedError if it is being rotated */
function openCurrent({ directory, name, path }: LogPart): number {
  try {
    return openSync(inDirectory(directory, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new RotatedError(`${path}: was just rotated; try again`, { cause: error });
  }
}

/** Runs work while no other process writes to a log, rotates or prunes it. */
function withLogLocked<T>(log: LogPart, work: () => T): T {
  const { directory, name, path, user } = log;
  const lock = new LogLock(path, user, (use) => use(log));
  for (;;) {
    const fd = openCurrent(log);
    try {
      const failure = lock.acquire(fd, LOCK_TIMEOUT_MS);
      if (failure) throw new TruncateHeadError(`${path}: ${failure}; try again, or chmod 600`);
      const { ino, dev } = fstatSync(fd);
      const current = lstatSync(inDirectory(directory, name), { throwIfNoEntry: false });
      if (current?.ino === ino && current.dev === dev) return work();
    } finally {
      lock.close();
      closeSync(fd);
    }
  }
}

function writeAll(fd: number, bytes: Uint8Array, length: number): void {
  for (let done = 0; done < length; ) done += writeSync(fd, bytes, done, length - done);
}

/** Copies up to the end of the file. Returns the end's offset. */
function copy(from: number, to: number, start: number): number {
  const buffer = new Uint8Array(COPY_BYTES);
  for (let at = start; ; ) {
    const length = readSync(from, buffer, 0, buffer.length, at);
    if (length === 0) return at;
    writeAll(to, buffer, length);
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

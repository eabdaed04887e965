/**
 * A file that lines are appended to for a long time. When it has grown it becomes FILE.1, what was
 * FILE.1 becomes FILE.2, and so on: as logrotate(8) has it. All of it with the rights of the user
 * whom it is for.
 *
 * Others may append as well, cut it (head-cut.ts) or put another file in its place: it is locked
 * each time, and where its name means another file by then, that one is written to. Who renames has
 * locked the directory.
 */

import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { TraceError } from "../errors.ts";
import { SystemError } from "../ffi/errno.ts";
import { close, openAt, rename } from "../ffi/fd.ts";
import { AT_FDCWD, O_RDONLY } from "../kernel/fcntl.ts";
import { asUser } from "../process/as-user.ts";
import type { User } from "../process/user.ts";
import { LOCK_TIMEOUT_MS, lockWithTimeout, tryLock, unlock } from "./file-lock.ts";
import { FileOutput } from "./output-file.ts";

const ENOENT = 2;
const EWOULDBLOCK = 11;
const NEWLINE = 0x0a;
/** Command lines hold secrets; and who can open a log can keep it locked. */
const MODE = 0o600;

export interface LogOptions {
  readonly path: string;
  /** Whose rights count and who owns new files; null: ours. */
  readonly user: User | null;
  /** Bytes that no file has more of, unless a single line has; none: it grows for ever. */
  readonly maxSize?: number;
  /** How many old files stay, at least one. */
  readonly maxBackups: number;
}

/** The log cannot be kept as requested. */
export class LogFileError extends TraceError {
  override readonly name = "LogFileError";
  override readonly code = "LOG_FILE";
}

export class LogFile {
  private readonly options: LogOptions;
  private file: FileOutput;

  /** @throws SystemError that names the file; LogFileError if it cannot be rotated */
  constructor(options: LogOptions) {
    this.options = options;
    this.file = this.open();
    if (options.maxSize !== undefined && !this.file.regular)
      throw new LogFileError(`${options.path} is not a regular file and cannot be rotated`);
  }

  private open(): FileOutput {
    const { path, user } = this.options;
    return new FileOutput(path, user, true, MODE);
  }

  /** Opens the file anew by its name. */
  reopen(): void {
    const old = this.file;
    this.file = this.open();
    old.close();
  }

  /**
   * Appends whole lines, all or as many as fit.
   * @throws SystemError that names the file; what was written before stays as it is
   */
  write(bytes: Uint8Array, length: number): void {
    if (!this.file.regular) {
      this.file.write(bytes, length);
      return;
    }
    this.lock();
    try {
      this.append(bytes, length);
    } finally {
      unlock(this.file.fd);
    }
  }

  /** Locks the file that has the name. */
  private lock(): void {
    const { path } = this.options;
    for (;;) {
      const { fd } = this.file;
      if (!lockWithTimeout(fd, path, LOCK_TIMEOUT_MS))
        throw new SystemError("flock", path, EWOULDBLOCK, "another program keeps it locked");
      const { ino, dev, size } = fstatSync(fd);
      const named = statSync(path, { throwIfNoEntry: false });
      this.file.size = size;
      if (named?.ino === ino && named.dev === dev) return;
      this.reopen();
    }
  }

  private append(bytes: Uint8Array, length: number): void {
    // A line that a crash cut short stays apart from those that follow.
    if (!endsWithNewline(this.file)) this.file.write(Uint8Array.of(NEWLINE), 1);
    for (let from = 0; from < length; ) {
      const to = this.chunkEnd(bytes, from, length);
      if (to > from) this.file.write(bytes.subarray(from, to), to - from);
      if (to < length && !this.rotate()) {
        this.file.write(bytes.subarray(to, length), length - to);
        return;
      }
      from = to;
    }
  }

  /** How far the lines go that fit into the file; one that is too long for any stands alone. */
  private chunkEnd(bytes: Uint8Array, from: number, to: number): number {
    const room = (this.options.maxSize ?? Infinity) - this.file.size;
    if (to - from <= room) return to;
    const fitting = room > 0 ? bytes.lastIndexOf(NEWLINE, from + room - 1) + 1 : 0;
    if (fitting > from || this.file.size > 0) return Math.max(fitting, from);
    return bytes.indexOf(NEWLINE, from) + 1 || to;
  }

  /** @returns false where another is at work there: the file grows for now */
  private rotate(): boolean {
    const { path, user, maxBackups } = this.options;
    const slash = path.lastIndexOf("/");
    const directory = slash < 0 ? "." : path.slice(0, slash + 1);
    const lock = asUser(user, () => openAt(AT_FDCWD, directory, O_RDONLY));
    try {
      if (!tryLock(lock, directory)) return false;
      asUser(user, () => {
        for (let i = maxBackups - 1; i > 0; i--) renameIfExists(`${path}.${i}`, `${path}.${i + 1}`);
        renameIfExists(path, `${path}.1`);
      });
    } finally {
      close(lock);
    }
    this.reopen();
    this.lock();
    return true;
  }
}

function renameIfExists(from: string, to: string): void {
  try {
    rename(from, to);
  } catch (error) {
    if (!(error instanceof SystemError && error.errno === ENOENT)) throw error;
  }
}

/** Whether it has whole lines only. */
function endsWithNewline({ fd, size }: FileOutput): boolean {
  if (size === 0) return true;
  let reader: number;
  try {
    reader = openSync(`/proc/self/fd/${fd}`, "r");
  } catch {
    return true; // a file that we may write to and not read
  }
  const last = new Uint8Array(1);
  readSync(reader, last, 0, 1, size - 1);
  closeSync(reader);
  return last[0] === NEWLINE;
}

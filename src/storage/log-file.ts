/**
 * A log that lines are appended to, rotated by size: FILE becomes FILE.1, FILE.1 becomes FILE.2,
 * and so on, as with logrotate(8). All work is done with the rights of the user who owns the log.
 *
 * Other processes can append to the log, truncate it (truncate-head.ts) or replace it. So each
 * write locks the file, and reopens it if the name refers to another file by then. Processes that
 * rename files lock the directory.
 */

import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { TraceError } from "../errors.ts";
import { SystemError } from "../ffi/errno.ts";
import { close, openAt, rename } from "../ffi/fd.ts";
import { ENOENT, EWOULDBLOCK } from "../kernel/errno.ts";
import { AT_FDCWD, O_RDONLY } from "../kernel/fcntl.ts";
import { asUser } from "../process/as-user.ts";
import type { User } from "../process/user.ts";
import { LOCK_TIMEOUT_MS, lockWithTimeout, tryLock, unlock } from "./file-lock.ts";
import { FileOutput } from "./output-file.ts";

const NEWLINE = 0x0a;
/** Command lines can contain secrets, and anyone who can open a log can lock it. */
const MODE = 0o600;

export interface LogOptions {
  readonly path: string;
  /** Whose rights apply and who owns new files; null: ours. */
  readonly user: User | null;
  /** Maximum size in bytes, which only a single longer line exceeds; without it, no rotation. */
  readonly maxSize?: number;
  /** Number of rotated files to keep, at least one. */
  readonly maxBackups: number;
  /** Returns whole lines that are written first to each file that takes the place of another. */
  readonly header?: () => Uint8Array;
  /** Whether a person chose the name, which then may be that of a FIFO or a device. */
  readonly named?: boolean;
}

/** The log cannot be rotated. */
export class LogFileError extends TraceError {
  override readonly name = "LogFileError";
  override readonly code = "LOG_FILE";
}

export class LogFile {
  private readonly options: LogOptions;
  private file: FileOutput;
  /** Whether the header has to be written before anything else. */
  private headerDue = false;
  /** Size of a file that has nothing but the header. */
  private emptySize = 0;

  /** @throws SystemError that names the file; LogFileError if it cannot be rotated */
  constructor(options: LogOptions) {
    this.options = options;
    this.file = this.open();
    if (options.maxSize !== undefined && !this.file.regular)
      throw new LogFileError(`${options.path} is not a regular file and cannot be rotated`);
  }

  private open(): FileOutput {
    const { path, user, named } = this.options;
    return new FileOutput(path, user, { append: true, mode: MODE, named });
  }

  /** Opens the file that now has the name. */
  reopen(): void {
    const old = this.file;
    this.file = this.open();
    old.close();
    this.headerDue = true;
  }

  /**
   * Appends whole lines.
   * @throws SystemError that names the file; files that were already written stay as they are
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
        throw new SystemError("flock", path, EWOULDBLOCK, "another program holds the lock");
      const { ino, dev, size } = fstatSync(fd);
      const current = statSync(path, { throwIfNoEntry: false });
      // Another program has truncated it, such as logrotate's copytruncate.
      if (size < this.file.size) this.headerDue = true;
      this.file.size = size;
      if (current?.ino === ino && current.dev === dev) return;
      this.reopen();
    }
  }

  private append(bytes: Uint8Array, length: number): void {
    // Terminates a line that a crash truncated.
    if (!endsWithNewline(this.file)) this.file.write(Uint8Array.of(NEWLINE), 1);
    for (let start = 0; start < length; ) {
      if (this.headerDue) this.writeHeader();
      const end = this.chunkEnd(bytes, start, length);
      if (end > start) this.file.write(bytes.subarray(start, end), end - start);
      if (end < length && !this.rotate()) {
        this.file.write(bytes.subarray(end, length), length - end);
        return;
      }
      start = end;
    }
  }

  private writeHeader(): void {
    const header = this.options.header?.() ?? new Uint8Array(0);
    const wasEmpty = this.file.size === 0;
    this.file.write(header, header.length);
    this.emptySize = wasEmpty ? header.length : 0;
    this.headerDue = false;
  }

  /** Returns the end of the lines that fit into the file. A line longer than maxSize fits alone. */
  private chunkEnd(bytes: Uint8Array, start: number, end: number): number {
    const room = (this.options.maxSize ?? Infinity) - this.file.size;
    if (end - start <= room) return end;
    const fitting = room > 0 ? bytes.lastIndexOf(NEWLINE, start + room - 1) + 1 : 0;
    if (fitting > start || this.file.size > this.emptySize) return Math.max(fitting, start);
    return bytes.indexOf(NEWLINE, start) + 1 || end;
  }

  /** Returns false if another process locks the directory; then the file grows past its limit. */
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

/** Whether the file consists of whole lines. */
function endsWithNewline({ fd, size }: FileOutput): boolean {
  if (size === 0) return true;
  let reader: number;
  try {
    reader = openSync(`/proc/self/fd/${fd}`, "r");
  } catch {
    return true; // we may write to the file but not read it
  }
  const last = new Uint8Array(1);
  readSync(reader, last, 0, 1, size - 1);
  closeSync(reader);
  return last[0] === NEWLINE;
}

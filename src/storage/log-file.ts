/**
 * A log that lines are appended to, rotated by size: FILE becomes FILE.1, FILE.1 becomes FILE.2,
 * and so on, as with logrotate(8). All work is done with the rights of the user who owns the log.
 *
 * Other processes can append to the log, truncate it (truncate-head.ts) or replace it. So each
 * write locks the log (log-lock.ts), and reopens it if the name refers to another file by then. Who
 * renames files holds the lock too. If the lock cannot be had, lines are written without it, which
 * O_APPEND permits, and the log is not rotated.
 */

import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { TraceError } from "../errors.ts";
import { SystemError } from "../ffi/errno.ts";
import { rename } from "../ffi/fd.ts";
import { ENOENT } from "../kernel/errno.ts";
import type { User } from "../process/user.ts";
import { LOCK_TIMEOUT_MS } from "./file-lock.ts";
import type { SegmentDetails } from "./hash-chain.ts";
import { LogChain } from "./log-chain.ts";
import { LogLock } from "./log-lock.ts";
import { FileOutput } from "./output-file.ts";
import { atPlace, inDirectory, type Place } from "./trusted-path.ts";

const NEWLINE = 0x0a;
/** Command lines can contain secrets. */
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
  /** Returns the line of a SEGMENT, for a log with a chain of hashes. */
  readonly segmentLine?: (details: SegmentDetails) => Uint8Array;
  /** Whether a person chose the name, which then may be that of a FIFO or a device. */
  readonly named?: boolean;
  /** Called when the log could not be locked or rotated, with what happened. */
  readonly warn?: (problem: string) => void;
}

/** How often something failed, and why at first. */
interface Failures {
  count: number;
  reason: string;
}

/** The log cannot be rotated. */
export class LogFileError extends TraceError {
  override readonly name = "LogFileError";
  override readonly code = "LOG_FILE";
}

export class LogFile {
  private readonly options: LogOptions;
  private readonly lock: LogLock;
  private file: FileOutput;
  /** The file open for reading; null if we may not. */
  private reader: number | null = null;
  private readonly chain: LogChain | null;
  private readonly notEnded: Failures = { count: 0, reason: "" };
  /** Whether the header has to be written before anything else. */
  private headerDue = false;
  /** Size of a file that has nothing but the header. */
  private emptySize = 0;
  private readonly unlocked: Failures = { count: 0, reason: "" };
  private readonly notRotated: Failures = { count: 0, reason: "" };
  /** Whether the lock could not be had in time, so that it is not waited for again. */
  private isContended = false;
  /** Whether the current write is in the chain. */
  private isChained = false;

  /** @throws SystemError that names the file; LogFileError if it cannot be rotated */
  constructor(options: LogOptions) {
    this.options = options;
    this.lock = new LogLock(options.path, options.user);
    this.chain = options.segmentLine ? new LogChain(options.segmentLine) : null;
    this.file = this.open();
    if (options.maxSize !== undefined && !this.file.regular)
      throw new LogFileError(`${options.path} is not a regular file and cannot be rotated`);
  }

  private open(): FileOutput {
    const { path, user, named } = this.options;
    const file = new FileOutput(path, user, { append: true, mode: MODE, named });
    if (this.reader !== null) closeSync(this.reader);
    this.reader = file.regular ? openForReading(file.fd) : null;
    return file;
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
    this.lockCurrent();
    try {
      this.append(bytes, length);
    } finally {
      this.lock.release();
    }
  }

  /** Ends the segment and the use of the log. */
  close(): void {
    if (!this.file.regular) return;
    try {
      if (this.chain) this.endRun();
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      this.fail(this.notEnded, error.message, "has a segment without an end");
    } finally {
      this.lock.close();
      this.file.close();
      if (this.reader !== null) closeSync(this.reader);
      this.reader = null;
    }
  }

  private endRun(): void {
    this.lockCurrent();
    terminateLine(this.file, this.reader);
    if (this.syncChain()) this.endSegment();
  }

  /** Adds what others have written to the chain. @returns false if there is none */
  private syncChain(): boolean {
    const { chain, reader } = this;
    const { path, user } = this.options;
    if (!chain) return false;
    try {
      if (!this.lock.isHeld) throw new LogFileError(this.unlocked.reason);
      if (reader === null) throw new LogFileError("it cannot be read");
      const openRotated = (flags: number) =>
        atPlace(path, user, (place) =>
          openSync(inDirectory(place.directory, `${place.name}.1`), flags),
        );
      chain.sync({ fd: reader, openRotated });
      return true;
    } catch (error) {
      chain.lose();
      this.fail(this.notEnded, (error as Error).message, "has a segment without an end");
      return false;
    }
  }

  /** Writes the end of the segment, if it has lines. */
  private endSegment(): void {
    const { chain } = this;
    if (!chain || !(chain.hasLines || chain.isDue)) return;
    const line = chain.end();
    this.file.write(line, line.length);
    chain.ended(line);
  }

  private put(bytes: Uint8Array, length: number): void {
    this.file.write(bytes, length);
    if (this.isChained) this.chain?.add(bytes, length);
  }

  /** What could not be done with the log, for the completeness report; empty if nothing failed. */
  problems(): string[] {
    const { path } = this.options;
    const { unlocked, notRotated, notEnded } = this;
    const times = (count: number) => `${count} time${count === 1 ? "" : "s"}`;
    return [
      ...(notRotated.count
        ? [`${path} was not rotated ${times(notRotated.count)}: ${notRotated.reason}`]
        : []),
      ...(unlocked.count
        ? [`${path} was written to ${times(unlocked.count)} without its lock: ${unlocked.reason}`]
        : []),
      ...(notEnded.count ? [`${path} has a segment without an end: ${notEnded.reason}`] : []),
    ];
  }

  private fail(failures: Failures, reason: string, effect: string): void {
    if (failures.count++ > 0) return;
    failures.reason = reason;
    this.options.warn?.(`${this.options.path} ${effect}: ${reason}`);
  }

  /** Locks the file that has the name. Goes on without the lock if it cannot be had. */
  private lockCurrent(): void {
    const { path } = this.options;
    for (;;) {
      const { fd } = this.file;
      const failure = this.lock.acquire(fd, this.isContended ? 0 : LOCK_TIMEOUT_MS);
      this.isContended = failure !== null;
      const { ino, dev, size } = fstatSync(fd);
      const current = statSync(path, { throwIfNoEntry: false });
      // Another program has truncated it, such as logrotate's copytruncate.
      if (size < this.file.size) this.headerDue = true;
      this.file.size = size;
      if (current?.ino === ino && current.dev === dev) {
        if (failure) this.fail(this.unlocked, failure, "is written to without its lock");
        return;
      }
      this.lock.release();
      this.reopen();
    }
  }

  private append(bytes: Uint8Array, length: number): void {
    terminateLine(this.file, this.reader);
    for (let start = 0; start < length; ) {
      this.isChained = this.syncChain();
      if (this.isChained && (this.headerDue || this.chain?.isDue)) this.endSegment();
      if (this.headerDue) this.writeHeader();
      const end = this.chunkEnd(bytes, start, length);
      if (end > start) this.put(bytes.subarray(start, end), end - start);
      if (end < length && !this.rotate()) {
        this.put(bytes.subarray(end, length), length - end);
        return;
      }
      start = end;
    }
  }

  private writeHeader(): void {
    const header = this.options.header?.() ?? new Uint8Array(0);
    const wasEmpty = this.file.size === 0;
    this.put(header, header.length);
    this.emptySize = wasEmpty ? header.length : 0;
    this.headerDue = false;
  }

  /** Returns the end of the lines that fit into the file. A line longer than maxSize fits alone. */
  private chunkEnd(bytes: Uint8Array, start: number, end: number): number {
    const reserved = this.isChained ? (this.chain?.reserved ?? 0) : 0;
    const room = (this.options.maxSize ?? Infinity) - this.file.size - reserved;
    if (end - start <= room) return end;
    const fitting = room > 0 ? bytes.lastIndexOf(NEWLINE, start + room - 1) + 1 : 0;
    if (fitting > start || this.file.size > this.emptySize) return Math.max(fitting, start);
    return bytes.indexOf(NEWLINE, start) + 1 || end;
  }

  /** @returns false if it cannot be rotated; then the file grows past its limit */
  private rotate(): boolean {
    const { path, user, maxBackups } = this.options;
    try {
      if (!this.lock.isHeld) throw new LogFileError(this.unlocked.reason);
      if (this.isChained) this.endSegment();
      atPlace(path, user, (place) => shiftFiles(place, maxBackups));
    } catch (error) {
      if (!(error instanceof TraceError)) throw error;
      this.fail(this.notRotated, error.message, "is not rotated");
      return false;
    }
    this.lock.release();
    this.reopen();
    this.lockCurrent();
    return true;
  }
}

/** Renames FILE to FILE.1, FILE.1 to FILE.2, …: only as far as there is no gap in the numbers. */
function shiftFiles({ directory, name }: Place, maxBackups: number): void {
  let last = 1;
  while (last < maxBackups && renameTo(directory, `${name}.${last}`, `${name}.${last}`)) last++;
  for (let i = last - 1; i > 0; i--) renameTo(directory, `${name}.${i}`, `${name}.${i + 1}`);
  renameTo(directory, name, `${name}.1`);
}

/** Renames a file within a directory. @returns false if it does not exist */
function renameTo(directory: number, from: string, to: string): boolean {
  try {
    rename(directory, from, to);
    return true;
  } catch (error) {
    if (!(error instanceof SystemError && error.errno === ENOENT)) throw error;
    return false;
  }
}

/** Opens an open file again, for reading. @returns null if we may write to it, but not read it */
function openForReading(fd: number): number | null {
  try {
    return openSync(`/proc/self/fd/${fd}`, "r");
  } catch {
    return null;
  }
}

/** Terminates a line that a crash truncated. */
function terminateLine(file: FileOutput, reader: number | null): void {
  if (file.size === 0 || reader === null) return;
  const last = new Uint8Array(1);
  readSync(reader, last, 0, 1, file.size - 1);
  if (last[0] !== NEWLINE) file.write(Uint8Array.of(NEWLINE), 1);
}

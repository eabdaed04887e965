/** A recorded file that is read from any place, and those that it was rotated into. pread(2). */

import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { TraceError } from "../../errors.ts";

/** Opening a pipe by mistake is not to wait for who writes to it. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;
const LINE_FEED = 0x0a;

/** It cannot be read as a history: says which file, and why. */
export class UnreadableHistoryError extends TraceError {
  override readonly name = "UnreadableHistoryError";
  override readonly code = "UNREADABLE_HISTORY";
}

export class HistoryFile {
  readonly path: string;
  /** Bytes when it was opened; what comes later is not read. */
  readonly size: number;
  /** Device and inode: the same file under whatever name. */
  readonly identity: string;
  private readonly fd: number;

  /**
   * @param flags more of open(2), as O_NOFOLLOW
   * @throws UnreadableHistory
   */
  constructor(path: string, flags = 0) {
    this.path = path;
    try {
      this.fd = openSync(path, OPEN_FLAGS | flags);
    } catch (error) {
      throw new UnreadableHistoryError(`${path}: ${(error as NodeJS.ErrnoException).code}`);
    }
    const stat = fstatSync(this.fd);
    this.size = stat.size;
    this.identity = fileIdentity(this.fd);
    if (stat.isFile()) return;
    this.close();
    throw new UnreadableHistoryError(`${path}: is no regular file`);
  }

  /** @returns how many bytes are there now: fewer than there is room for at the end only */
  read(into: Uint8Array, position: number): number {
    const wanted = Math.min(into.length, this.size - position);
    let done = 0;
    while (done < wanted) {
      const length = readSync(this.fd, into, done, wanted - done, position + done);
      if (length === 0) break; // it was cut off meanwhile
      done += length;
    }
    return done;
  }

  /** Whether a line begins at a place. */
  isLineStart(position: number): boolean {
    const before = new Uint8Array(1);
    return position === 0 || (this.read(before, position - 1) === 1 && before[0] === LINE_FEED);
  }

  close(): void {
    closeSync(this.fd);
  }
}

/** Device and inode of an open file. */
export function fileIdentity(fd: number): string {
  const { dev, ino } = fstatSync(fd);
  return `${dev}:${ino}`;
}

/** The numbers of FILE.1, FILE.2, … that there are, the smallest first. */
export function rotationNumbers(path: string): number[] {
  const slash = path.lastIndexOf("/") + 1;
  const prefix = `${path.slice(slash)}.`;
  return readdirSync(slash ? path.slice(0, slash) : ".")
    .filter((name) => name.startsWith(prefix) && /^[1-9]\d{0,5}$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => a - b);
}

/**
 * FILE with those that it was rotated into, the oldest first: the highest number.
 * @param flags more of open(2), as O_NOFOLLOW
 * @throws UnreadableHistory
 */
export function openHistory(path: string, flags = 0): HistoryFile[] {
  // The newest first: what is rotated meanwhile is then met twice, and never missed.
  const files = [new HistoryFile(path, flags)];
  for (const number of rotationNumbers(path)) {
    try {
      files.push(new HistoryFile(`${path}.${number}`, flags));
    } catch (error) {
      if (!(error instanceof UnreadableHistoryError)) throw error;
    }
  }
  return files
    .filter(({ identity }, i) => files.findIndex((each) => each.identity === identity) === i)
    .reverse();
}

/** Opens a recorded history and its rotated files, and reads them at any offset: pread(2). */

import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { TraceError } from "../../errors.ts";
import { nodeErrorText } from "../../ffi/errno.ts";
import { O_NONBLOCK, O_RDONLY } from "../../kernel/fcntl.ts";

/** O_NONBLOCK, because the open of a FIFO would wait for a writer. */
const OPEN_FLAGS = O_RDONLY | O_NONBLOCK;
const LINE_FEED = 0x0a;
/** How often to look for a log that is being rotated, every millisecond. */
const ROTATION_TRIES = 50;

/** A file cannot be opened as a history; the message has its path and the reason. */
export class UnreadableHistoryError extends TraceError {
  override readonly name = "UnreadableHistoryError";
  override readonly code = "UNREADABLE_HISTORY";
}

export class HistoryFile {
  readonly path: string;
  /** Bytes when it was opened; later appends are not read. */
  readonly size: number;
  /** Device and inode, which identify the file under any name. */
  readonly identity: string;
  private readonly fd: number;

  /**
   * @param path as messages name it
   * @param flags additional flags of open(2), such as O_NOFOLLOW
   * @param access the path to open
   * @throws UnreadableHistoryError
   */
  constructor(path: string, flags = 0, access = path) {
    this.path = path;
    try {
      this.fd = openSync(access, OPEN_FLAGS | flags);
    } catch (error) {
      throw new UnreadableHistoryError(`${path}: ${nodeErrorText(error)}`, { cause: error });
    }
    const stat = fstatSync(this.fd);
    this.size = stat.size;
    this.identity = fileIdentity(this.fd);
    if (stat.isFile()) return;
    this.close();
    throw new UnreadableHistoryError(`${path}: not a regular file`);
  }

  /** Reads at an offset. @returns the number of bytes read: fewer than `into` has only at the end */
  read(into: Uint8Array, position: number): number {
    const requested = Math.min(into.length, this.size - position);
    let done = 0;
    while (done < requested) {
      const length = readSync(this.fd, into, done, requested - done, position + done);
      if (length === 0) break; // truncated since it was opened
      done += length;
    }
    return done;
  }

  /** Whether a line begins at an offset. */
  isLineStart(position: number): boolean {
    const before = new Uint8Array(1);
    return position === 0 || (this.read(before, position - 1) === 1 && before[0] === LINE_FEED);
  }

  close(): void {
    closeSync(this.fd);
  }
}

/** Returns the device and inode of an open file, as text. */
export function fileIdentity(fd: number): string {
  const { dev, ino } = fstatSync(fd);
  return `${dev}:${ino}`;
}

/** Returns the numbers of the existing files FILE.1, FILE.2, …, in ascending order. */
export function rotationNumbers(path: string): number[] {
  const slash = path.lastIndexOf("/") + 1;
  const prefix = `${path.slice(slash)}.`;
  return readdirSync(slash ? path.slice(0, slash) : ".")
    .filter((name) => name.startsWith(prefix) && /^[1-9]\d{0,5}$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => a - b);
}

/** Opens FILE, for which a moment ago there may have been none, because it was rotated. */
function openCurrent(path: string, flags: number, access: string): HistoryFile {
  for (let tries = ROTATION_TRIES; ; tries--) {
    try {
      return new HistoryFile(path, flags, access);
    } catch (error) {
      const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
      if (tries === 0 || code !== "ENOENT" || !existsSync(`${access}.1`)) throw error;
      Bun.sleepSync(1);
    }
  }
}

/**
 * Opens FILE and its rotated files.
 * @param flags additional flags of open(2), such as O_NOFOLLOW
 * @param access the path to open, if it is not that of messages
 * @returns the files, oldest first: by descending number
 * @throws UnreadableHistoryError if FILE cannot be opened
 */
export function openHistory(path: string, flags = 0, access = path): HistoryFile[] {
  // Newest first: a file that is rotated meanwhile is opened twice, but never missed.
  const files = [openCurrent(path, flags, access)];
  for (const number of rotationNumbers(access)) {
    try {
      files.push(new HistoryFile(`${path}.${number}`, flags, `${access}.${number}`));
    } catch (error) {
      if (!(error instanceof UnreadableHistoryError)) throw error;
    }
  }
  return files
    .filter(({ identity }, i) => files.findIndex((each) => each.identity === identity) === i)
    .reverse();
}

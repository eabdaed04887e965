/**
 * Reads the files that the command line names, from start to end, so that pipes work too: standard
 * input, `<(command)`, a FIFO that has a writer.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { TraceError } from "../errors.ts";
import { nodeErrorText } from "../ffi/errno.ts";
import { libc } from "../ffi/libc.ts";
import { allocate, type Memory } from "../ffi/memory.ts";
import { O_NONBLOCK, O_RDONLY } from "../kernel/fcntl.ts";
import { inheritedFd } from "./inherited-fd.ts";

const POLLIN = 1;
const CHUNK = 1 << 18;
const STDIN = 0;

/** Shared by all inputs, as allocated memory is never freed. */
let pollFd: Memory | undefined;

/** A file cannot be read; the message names it. */
export class InputError extends TraceError {
  override readonly name = "InputError";
  override readonly code = "INPUT";
}

/** Runs work on a file. @throws InputError for errors of node:fs */
function withName<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new InputError(`${name}: ${nodeErrorText(error)}`, { cause: error });
  }
}

export class InputFile {
  /** As a message names it. */
  readonly name: string;
  private readonly fd: number;
  private readonly isInherited: boolean;
  private readonly size: number;
  /** Bytes that were read to look at them, and are to be read again. */
  private peeked: Uint8Array = new Uint8Array(0);

  /**
   * Opens a file without waiting for a writer.
   * @param path "-" for standard input
   * @throws InputError that names it
   */
  constructor(path: string) {
    this.name = path === "-" ? "standard input" : path;
    const inherited = inheritedFd(path, STDIN);
    this.isInherited = inherited !== null;
    // O_NONBLOCK, because the open of a FIFO would wait for a writer.
    this.fd = inherited ?? withName(path, () => openSync(path, O_RDONLY | O_NONBLOCK));
    const stat = withName(this.name, () => fstatSync(this.fd));
    this.size = stat.size;
    const problem = this.problem(stat);
    if (problem === null) return;
    this.close();
    throw new InputError(`${this.name}: ${problem}`);
  }

  /** Returns why a file cannot be read to its end; null if it can. */
  private problem(stat: ReturnType<typeof fstatSync>): string | null {
    if (stat.isDirectory()) return "is a directory";
    if (this.isInherited) return null;
    if (stat.isCharacterDevice() || stat.isBlockDevice()) return "is a device";
    if (stat.isFIFO() && this.peek(1).length === 0) return "is a FIFO that nothing writes to";
    return null;
  }

  /** Whether it is the file of an fd. */
  isFile(fd: number): boolean {
    const [own, other] = [fstatSync(this.fd), fstatSync(fd)];
    return own.isFile() && own.dev === other.dev && own.ino === other.ino;
  }

  /** Returns the next bytes without moving on: fewer than `length` only at the end. */
  peek(length: number): Uint8Array {
    if (this.peeked.length < length) this.peeked = this.read(length);
    return this.peeked.subarray(0, length);
  }

  /**
   * Reads the next bytes: fewer than `length` only at the end.
   * @param memory where to, at least `length` bytes
   * @throws InputError
   */
  read(length: number, memory: Uint8Array = new Uint8Array(length)): Uint8Array {
    const bytes = memory.subarray(0, length);
    const { peeked } = this;
    const start = Math.min(length, peeked.length);
    bytes.set(peeked.subarray(0, start));
    this.peeked = peeked.subarray(start);
    return bytes.subarray(0, start + this.fill(bytes.subarray(start)));
  }

  /** Reads all that is left. @throws InputError */
  readAll(): Buffer {
    const chunks: Uint8Array[] = [];
    for (let length = Math.max(CHUNK, this.size + 1); ; length = CHUNK) {
      const chunk = this.read(length);
      chunks.push(chunk);
      if (chunk.length < length) break;
    }
    return chunks.length === 1
      ? Buffer.from(chunks[0].buffer, 0, chunks[0].length)
      : Buffer.concat(chunks);
  }

  /** Fills `into`. @returns the number of bytes read: fewer only at the end */
  private fill(into: Uint8Array): number {
    let done = 0;
    while (done < into.length) {
      const count = withName(this.name, () => this.readSome(into, done));
      if (count === 0) break;
      done += count;
    }
    return done;
  }

  /** Waits for bytes: a pipe can be non-blocking. @returns 0 at the end */
  private readSome(into: Uint8Array, at: number): number {
    for (;;) {
      try {
        return readSync(this.fd, into, at, into.length - at, null);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
        this.waitUntilReadable();
      }
    }
  }

  private waitUntilReadable(): void {
    pollFd ??= allocate(8);
    const { view, address } = pollFd;
    view.setInt32(0, this.fd, true);
    view.setInt16(4, POLLIN, true);
    libc.poll(address, 1, -1);
  }

  close(): void {
    if (!this.isInherited) closeSync(this.fd);
  }
}

/** Reads a file as a whole. @param path "-" for standard input @throws InputError */
export function readInput(path: string): Buffer {
  const file = new InputFile(path);
  try {
    return file.readAll();
  } finally {
    file.close();
  }
}

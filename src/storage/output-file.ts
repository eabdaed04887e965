/**
 * The output of events: standard output or a file. Files are created with the rights of the user
 * who will own them, and never through a symbolic link: open(2), setfsuid(2).
 */

import { fstatSync, ftruncateSync } from "node:fs";
import { TraceError, type TraceErrorOptions } from "../errors.ts";
import { lastErrno, SystemError } from "../ffi/errno.ts";
import { close, openAt } from "../ffi/fd.ts";
import { libc } from "../ffi/libc.ts";
import { O_NOFOLLOW } from "../ffi/machine.ts";
import { allocate, type Memory } from "../ffi/memory.ts";
import { EAGAIN, EINTR, ELOOP, EPIPE } from "../kernel/errno.ts";
import { AT_FDCWD, O_APPEND, O_CREAT, O_WRONLY } from "../kernel/fcntl.ts";
import { asUser } from "../process/as-user.ts";
import { wantsColours } from "../process/terminal.ts";
import type { User } from "../process/user.ts";
import { inheritedFd } from "./inherited-fd.ts";

const STDOUT = 1;
const POLLOUT = 4;
const POLLERR = 8;

/** A file cannot be opened for writing. */
export class OutputOpenError extends SystemError {
  override readonly name = "OutputOpenError";
  /** Whether the path is a symbolic link. */
  readonly isSymlink: boolean;

  constructor(path: string, errno: number, options?: TraceErrorOptions) {
    const hint = errno === ELOOP ? "symbolic links are not followed" : "";
    super("open", path, errno, hint, options);
    this.isSymlink = errno === ELOOP;
  }
}

/** The reader of standard output is gone, which ends the run without failure. */
export class OutputClosedError extends TraceError {
  override readonly name = "OutputClosedError";
  override readonly code = "OUTPUT_CLOSED";
}

function openFile(path: string, user: User | null, mode: number): number {
  // O_APPEND: after a truncation the next write goes to the new end.
  const flags = O_WRONLY | O_CREAT | O_NOFOLLOW | O_APPEND;
  try {
    return asUser(user, () => openAt(AT_FDCWD, path, flags, mode));
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw new OutputOpenError(path, error.errno, { cause: error });
  }
}

/** A copy of the bytes for write(2). Shared by all outputs, as allocated memory is never freed. */
let writeBuffer: Memory | undefined;

function ensureBuffer(length: number): Memory {
  if (!writeBuffer || writeBuffer.bytes.length < length)
    writeBuffer = allocate(Math.max(1 << 18, length * 2));
  return writeBuffer;
}

export class FileOutput {
  readonly name: string;
  readonly fd: number;
  readonly terminal: boolean;
  /** Whether to use colours. */
  readonly colours: boolean;
  /** Whether it is a regular file that we opened, not an inherited fd. */
  readonly regular: boolean;
  private readonly pollFd = allocate(8);
  /** Size in bytes that begin() truncates to. */
  private readonly initialSize: number;
  /** Size in bytes. */
  size: number;

  /**
   * Opens the output. Does not truncate an existing file: begin() does.
   * @param path "-" for standard output
   * @param user whose rights apply and who owns a new file; null: ours
   * @param append whether begin() keeps the content of an existing file
   * @param mode of a new file
   * @throws SystemError that names the file
   */
  constructor(path: string, user: User | null, append = false, mode = 0o666) {
    const standard = inheritedFd(path, STDOUT);
    this.name = path === "-" ? "standard output" : path;
    this.fd = standard ?? openFile(path, user, mode);
    const stat = fstatSync(this.fd);
    this.regular = standard === null && stat.isFile();
    this.initialSize = append && this.regular ? stat.size : 0;
    this.size = this.initialSize;
    this.terminal = libc.isatty(this.fd) === 1;
    this.colours = this.terminal && wantsColours(process.env);
  }

  /** Truncates an existing file, unless it is appended to. */
  begin(): void {
    if (this.regular) ftruncateSync(this.fd, this.initialSize);
  }

  /**
   * Writes all bytes. If a write to a regular file fails, removes what was written in part.
   * @throws OutputClosedError if standard output has no reader
   * @throws SystemError that names the file
   */
  write(bytes: Uint8Array, length: number): void {
    const { bytes: copy, address } = ensureBuffer(length);
    copy.set(bytes.subarray(0, length));
    for (let done = 0; done < length; ) {
      const written = libc.write(this.fd, address + done, length - done);
      if (written >= 0) done += written;
      else this.handleError(lastErrno());
    }
    this.size += length;
  }

  private handleError(errno: number): void {
    if (errno === EINTR) return;
    if (errno === EAGAIN) {
      this.waitUntilWritable();
      return;
    }
    if (this.regular) ftruncateSync(this.fd, this.size);
    if (errno === EPIPE && this.name === "standard output") throw new OutputClosedError();
    throw new SystemError("write", this.name, errno);
  }

  /** Waits: an inherited pipe can be non-blocking. */
  private waitUntilWritable(): void {
    this.poll(POLLOUT, -1);
  }

  close(): void {
    close(this.fd);
  }

  /** Whether the output is a pipe without a reader, so that the next write would fail. */
  readerGone(): boolean {
    return (this.poll(0, 0) & POLLERR) !== 0;
  }

  private poll(events: number, milliseconds: number): number {
    const { view, address } = this.pollFd;
    view.setInt32(0, this.fd, true);
    view.setInt16(4, events, true);
    view.setInt16(6, 0, true);
    libc.poll(address, 1, milliseconds);
    return view.getInt16(6, true);
  }
}

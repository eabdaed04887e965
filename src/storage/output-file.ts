/**
 * The output of events: standard output or a file. Files are created with the rights of the user
 * who will own them, never through a symbolic link of another user, and opened without waiting:
 * open(2), setfsuid(2), fifo(7).
 */

import { fstatSync, ftruncateSync, type Stats } from "node:fs";
import { userName } from "../attribution/procfs.ts";
import { TraceError, type TraceErrorOptions } from "../errors.ts";
import { openRelative } from "../ffi/directory.ts";
import { lastErrno, SystemError } from "../ffi/errno.ts";
import { close } from "../ffi/fd.ts";
import { libc } from "../ffi/libc.ts";
import { O_NOFOLLOW } from "../ffi/machine.ts";
import { allocate, type Memory } from "../ffi/memory.ts";
import { EACCES, EAGAIN, EBADF, EEXIST, EINTR, ELOOP, ENXIO, EPIPE } from "../kernel/errno.ts";
import { O_APPEND, O_CREAT, O_NOCTTY, O_NONBLOCK, O_PATH, O_WRONLY } from "../kernel/fcntl.ts";
import { isWritableInherited } from "../process/inherited-state.ts";
import { usesColours } from "../process/terminal.ts";
import type { User } from "../process/user.ts";
import { inheritedFd } from "./inherited-fd.ts";
import { atPlace, checkNotPlanted, isTrusted, type Place } from "./trusted-path.ts";

const NOT_FOLLOWED = "symbolic links are not followed";
const encoder = new TextEncoder();
const STDOUT = 1;
const STDERR = 2;
const POLLOUT = 4;
const POLLERR = 8;

/** A file cannot be opened for writing. */
export class OutputOpenError extends SystemError {
  override readonly name: string = "OutputOpenError";
  /** Whether the path is a symbolic link. */
  readonly isSymlink: boolean;

  constructor(path: string, errno: number, hint = "", options?: TraceErrorOptions) {
    super("open", path, errno, hint || (errno === ELOOP ? NOT_FOLLOWED : ""), options);
    this.isSymlink = errno === ELOOP && hint === "";
  }
}

/** The file is a FIFO that nothing reads. */
export class NoReaderError extends OutputOpenError {
  override readonly name = "NoReaderError";

  constructor(path: string, options?: TraceErrorOptions) {
    super(path, ENXIO, "it is a FIFO that nothing reads", options);
  }
}

/** The reader of standard output is gone, which ends the run without failure. */
export class OutputClosedError extends TraceError {
  override readonly name = "OutputClosedError";
  override readonly code = "OUTPUT_CLOSED";
}

export interface OutputOptions {
  /** Whether begin() keeps the content of an existing file. */
  readonly append?: boolean;
  /** Of a new file. */
  readonly mode?: number;
  /** Whether a person chose the name, which then may be that of a FIFO or a device. */
  readonly named?: boolean;
  /** Whether a pager shows it on the terminal. */
  readonly pages?: boolean;
}

/** O_APPEND: after a truncation the next write goes to the new end. */
const OPEN_FLAGS = O_WRONLY | O_CREAT | O_NOFOLLOW | O_APPEND | O_NONBLOCK | O_NOCTTY;

interface OpenRequest extends OutputOptions {
  readonly path: string;
  /** Whose rights apply; null: ours. */
  readonly user: User | null;
}

/** @throws OutputOpenError */
function openFile(request: OpenRequest): number {
  const { path, user } = request;
  try {
    return atPlace(path, user, (place) => openAtPlace(request, place));
  } catch (error) {
    if (!(error instanceof SystemError) || error instanceof OutputOpenError) throw error;
    throw new OutputOpenError(path, error.errno, error.hint, { cause: error });
  }
}

function openAtPlace(request: OpenRequest, place: Place): number {
  const { path, user, mode = 0o666 } = request;
  const fd = openRelative(place.directory, encoder.encode(place.name), OPEN_FLAGS, mode);
  if (fd < 0) throwOpenError(request, -fd, place);
  try {
    checkKind(fstatSync(fd), request);
    checkNotPlanted(fd, place.directory, path, user);
    return fd;
  } catch (error) {
    close(fd);
    throw error;
  }
}

/** @throws SystemError that says what a file is if its open fails with ENXIO: fifo(7), unix(7) */
function throwOpenError(request: OpenRequest, errno: number, place: Place): never {
  const { path } = request;
  const cause = new SystemError("open", path, errno);
  if (errno !== ENXIO) throw cause;
  const fd = openRelative(place.directory, encoder.encode(place.name), O_PATH | O_NOFOLLOW);
  if (fd < 0) throw cause;
  const stat = fstatSync(fd);
  close(fd);
  if (stat.isSocket()) throw new SystemError("open", path, errno, "it is a socket");
  checkKind(stat, request);
  throw stat.isFIFO() ? new NoReaderError(path, { cause }) : cause;
}

/** @throws SystemError if a file is neither regular nor a FIFO or device that may be written to */
function checkKind(stat: Stats, { path, user, named = true }: OpenRequest): void {
  if (stat.isFile() || (named && stat.isCharacterDevice())) return;
  const kind = stat.isFIFO() ? "a FIFO" : "a device";
  if (!named) throw new SystemError("open", path, EEXIST, `it is ${kind}, not a regular file`);
  if (!stat.isFIFO()) throw new SystemError("open", path, EACCES, "it is a block device");
  if (!isTrusted(stat.uid, user))
    throw new SystemError("open", path, EACCES, `it is a FIFO of ${userName(stat.uid)}`);
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
   * @throws OutputOpenError that names the file; NoReaderError for a FIFO without a reader
   */
  constructor(path: string, user: User | null, options: OutputOptions = {}) {
    const standard = inheritedFd(path, STDOUT);
    this.name = path === "-" || options.pages ? "standard output" : path;
    // Without standard error nothing can be said, so that what would be written there is discarded.
    if (standard !== null && standard !== STDERR && !isWritableInherited(standard))
      throw new OutputOpenError(this.name, EBADF);
    this.fd = standard ?? openFile({ ...options, path, user });
    const stat = fstatSync(this.fd);
    this.regular = standard === null && stat.isFile();
    this.initialSize = options.append && this.regular ? stat.size : 0;
    this.size = this.initialSize;
    this.terminal = options.pages === true || libc.isatty(this.fd) === 1;
    this.colours = usesColours(this.terminal);
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

  /** Removes the last bytes of a regular file. */
  retract(length: number): boolean {
    if (!this.regular || length > this.size - this.initialSize) return false;
    this.size -= length;
    ftruncateSync(this.fd, this.size);
    return true;
  }

  private handleError(errno: number): void {
    if (errno === EINTR) return;
    if (errno === EAGAIN) {
      this.waitUntilWritable();
      return;
    }
    this.removePartial();
    if (errno === EPIPE && this.name === "standard output") throw new OutputClosedError();
    throw new SystemError("write", this.name, errno);
  }

  /** Removes what was written in part, unless the file system refuses that as well. */
  private removePartial(): void {
    try {
      if (this.regular) ftruncateSync(this.fd, this.size);
    } catch {}
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

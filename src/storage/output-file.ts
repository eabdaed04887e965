/**
 * Where the events go: standard output, or a file that is made as the user whom it is for, so that
 * the kernel checks that user's rights, and never through a symbolic link. open(2), setfsuid(2).
 */

import { fstatSync, ftruncateSync } from "node:fs";
import { TraceError } from "../errors.ts";
import { lastErrno, SystemError } from "../ffi/errno.ts";
import { close, openAt } from "../ffi/fd.ts";
import { libc } from "../ffi/libc.ts";
import { allocate, type Memory } from "../ffi/memory.ts";
import { type Arch, AT_FDCWD, openFlags } from "../kernel/fcntl.ts";
import { asUser } from "../process/as-user.ts";
import { wantsColours } from "../process/terminal.ts";
import type { User } from "../process/user.ts";

const ELOOP = 40;
const EINTR = 4;
const EAGAIN = 11;
const EPIPE = 32;
const POLLOUT = 4;
const POLLERR = 8;

/** A file cannot be opened for writing. */
export class OutputOpenError extends SystemError {
  override readonly name = "OutputOpenError";
  /** Whether that is because it is a symbolic link. */
  readonly isSymlink: boolean;

  constructor(path: string, errno: number) {
    super("open", path, errno, errno === ELOOP ? "symbolic links are not followed" : "");
    this.isSymlink = errno === ELOOP;
  }
}

/** Standard output's reader has gone: the end of the run, but no failure. */
export class OutputClosedError extends TraceError {
  override readonly name = "OutputClosedError";
  override readonly code = "OUTPUT_CLOSED";
}

/** /dev/stdout, /dev/fd/N: an fd that we have already, whatever link leads to it. */
function inheritedFd(path: string): number | null {
  const standard = { "-": 1, "/dev/stdout": 1, "/dev/stderr": 2 }[path];
  const numbered = path.match(/^\/(?:dev|proc\/self)\/fd\/(\d+)$/)?.[1];
  return standard ?? (numbered === undefined ? null : Number(numbered));
}

function openFile(path: string, user: User | null, mode: number): number {
  const flag = openFlags(process.arch as Arch);
  // O_APPEND: after a cut, what is written next stands at the new end.
  const flags = flag.O_WRONLY | flag.O_CREAT | flag.O_NOFOLLOW | flag.O_APPEND;
  try {
    return asUser(user, () => openAt(AT_FDCWD, path, flags, mode));
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw new OutputOpenError(path, error.errno);
  }
}

/** What is written goes through it; one for all outputs, as memory for C is kept for good. */
let writeBuffer: Memory | undefined;

function ensureBuffer(length: number): Memory {
  if (!writeBuffer || writeBuffer.bytes.length < length)
    writeBuffer = allocate(Math.max(1 << 18, length * 2));
  return writeBuffer;
}

export class FileOutput {
  readonly name: string;
  readonly fd: number;
  /** Whether a person reads it as it comes. */
  readonly terminal: boolean;
  /** Whether that person is to see colours. */
  readonly colours: boolean;
  /** Whether it is a file with a size, and none that we were given as an fd. */
  readonly regular: boolean;
  private readonly pollFd = allocate(8);
  /** Bytes of an existing file that stay. */
  private readonly initialSize: number;
  /** Bytes that the file has. */
  size: number;

  /**
   * Opens it, without harm to what an existing file holds: that is dropped by `begin`.
   * @param path "-" for standard output
   * @param user whose rights count and who owns a new file; null: ours
   * @param append keeps what an existing file holds
   * @param mode of a new file
   * @throws SystemError that names the file
   */
  constructor(path: string, user: User | null, append = false, mode = 0o666) {
    const standard = inheritedFd(path);
    this.name = path === "-" ? "standard output" : path;
    this.fd = standard ?? openFile(path, user, mode);
    const stat = fstatSync(this.fd);
    this.regular = standard === null && stat.isFile();
    this.initialSize = append && this.regular ? stat.size : 0;
    this.size = this.initialSize;
    this.terminal = libc.isatty(this.fd) === 1;
    this.colours = this.terminal && wantsColours(process.env);
  }

  /** Drops what an existing file held. */
  begin(): void {
    if (this.regular) ftruncateSync(this.fd, this.initialSize);
  }

  /**
   * Writes all. What a full disk took only in part is taken back, so that the file stays whole.
   * @throws OutputClosed when nobody reads standard output any more
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

  /** Standard output may be a pipe that somebody has set not to block. */
  private waitUntilWritable(): void {
    this.poll(POLLOUT, -1);
  }

  close(): void {
    close(this.fd);
  }

  /** Whether it is a pipe that nobody reads any more: known before the next write fails. */
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

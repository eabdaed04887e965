/** Reads the size, link count, mode, owner and times of files: statx(2). */
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_STATX_DONT_SYNC,
  AT_SYMLINK_NOFOLLOW,
} from "../kernel/fcntl.ts";
import { PATH_MAX } from "../kernel/limits.ts";
import { S_IFDIR, S_IFMT, S_IFREG } from "../kernel/stat.ts";
import {
  STATX,
  STATX_BTIME,
  STATX_CTIME,
  STATX_GID,
  STATX_MODE,
  STATX_MTIME,
  STATX_NLINK,
  STATX_SIZE,
  STATX_STRUCT_SIZE,
  STATX_TIMESTAMP,
  STATX_TYPE,
  STATX_UID,
} from "../kernel/statx.ts";
import { libc } from "./libc.ts";
import { SYS } from "./machine.ts";
import { allocate, type Memory } from "./memory.ts";

const FLAGS = AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | AT_STATX_DONT_SYNC;
const MASK = STATX_TYPE | STATX_NLINK | STATX_SIZE | STATX_MODE | STATX_UID | STATX_GID;

export interface FileSize {
  /** Size of a regular file in bytes; null for other types and for files that no longer exist. */
  size: number | null;
  /** Number of hard links. */
  links: number;
}

export interface FileStat extends FileSize {
  /** Whether the file exists. */
  exists: boolean;
  /** With the type of the file: inode(7). */
  mode: number;
  uid: number;
  gid: number;
}

/** Results are borrowed: the next call overwrites them. */
export class StatxReader {
  private readonly buffer: Memory = allocate(STATX_STRUCT_SIZE);
  private readonly emptyPath = allocate(1);
  private readonly result: FileStat = {
    ...{ exists: false, size: null, links: 0 },
    ...{ mode: 0, uid: 0, gid: 0 },
  };

  /** Reads an open file. */
  readFd(fd: number): FileStat {
    return this.read(fd, this.emptyPath.address);
  }

  /** Reads a file. @param path address of a NUL-terminated path; links are not followed */
  readPath(path: number): FileStat {
    return this.read(AT_FDCWD, path);
  }

  private read(dfd: number, path: number): FileStat {
    const { buffer, result } = this;
    const status = libc.syscall(SYS.statx, dfd, path, FLAGS, MASK, buffer.address, 0);
    const { view } = buffer;
    result.exists = status >= 0;
    result.mode = status < 0 ? 0 : view.getUint16(STATX.stx_mode, true);
    const isRegular = (result.mode & S_IFMT) === S_IFREG;
    result.size = isRegular ? Number(view.getBigUint64(STATX.stx_size, true)) : null;
    result.links = view.getUint32(STATX.stx_nlink, true);
    result.uid = view.getUint32(STATX.stx_uid, true);
    result.gid = view.getUint32(STATX.stx_gid, true);
    return result;
  }
}

const TIMES_MASK = MASK | STATX_BTIME | STATX_CTIME | STATX_MTIME;

/** The kind of a file and its times, in nanoseconds since 1970. */
export interface FileTimes extends FileSize {
  readonly isDirectory: boolean;
  /** When it was created; null if the file system does not say. */
  readonly born: bigint | null;
  readonly changed: bigint;
  readonly modified: bigint;
}

export class TimesReader {
  private readonly buffer: Memory = allocate(STATX_STRUCT_SIZE);
  private readonly name: Memory = allocate(PATH_MAX);

  /**
   * Reads a file in an open directory.
   * @param name "" for the directory itself; a symbolic link is not followed
   * @returns null if it does not exist
   */
  read(directory: number, name: Uint8Array): FileTimes | null {
    if (name.length >= PATH_MAX) return null;
    this.name.bytes.set(name);
    this.name.bytes[name.length] = 0;
    const { view, address } = this.buffer;
    const path = this.name.address;
    if (libc.syscall(SYS.statx, directory, path, FLAGS, TIMES_MASK, address, 0) < 0) return null;
    const type = view.getUint16(STATX.stx_mode, true) & S_IFMT;
    const hasBorn = (view.getUint32(STATX.stx_mask, true) & STATX_BTIME) !== 0;
    return {
      isDirectory: type === S_IFDIR,
      size: type === S_IFREG ? Number(view.getBigUint64(STATX.stx_size, true)) : null,
      links: view.getUint32(STATX.stx_nlink, true),
      born: hasBorn ? this.time(STATX.stx_btime) : null,
      changed: this.time(STATX.stx_ctime),
      modified: this.time(STATX.stx_mtime),
    };
  }

  /** Address of the name that was read last. */
  get nameAddress(): number {
    return this.name.address;
  }

  private time(at: number): bigint {
    const { view } = this.buffer;
    const seconds = view.getBigInt64(at + STATX_TIMESTAMP.tv_sec, true);
    return seconds * 1_000_000_000n + BigInt(view.getUint32(at + STATX_TIMESTAMP.tv_nsec, true));
  }
}

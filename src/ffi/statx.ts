/** Reads the size and link count of files: statx(2). */
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_STATX_DONT_SYNC,
  AT_SYMLINK_NOFOLLOW,
} from "../kernel/fcntl.ts";
import { S_IFMT, S_IFREG } from "../kernel/stat.ts";
import { STATX, STATX_NLINK, STATX_SIZE, STATX_STRUCT_SIZE, STATX_TYPE } from "../kernel/statx.ts";
import { libc } from "./libc.ts";
import { SYS } from "./machine.ts";
import { allocate, type Memory } from "./memory.ts";

const FLAGS = AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | AT_STATX_DONT_SYNC;
const MASK = STATX_TYPE | STATX_NLINK | STATX_SIZE;

export interface FileSize {
  /** Size of a regular file in bytes; null for other types and for files that no longer exist. */
  size: number | null;
  /** Number of hard links. */
  links: number;
}

/** Results are borrowed: the next call overwrites them. */
export class StatxReader {
  private readonly buffer: Memory = allocate(STATX_STRUCT_SIZE);
  private readonly emptyPath = allocate(1);
  private readonly result: FileSize = { size: null, links: 0 };

  /** Reads an open file's size. */
  readFd(fd: number): FileSize {
    return this.read(fd, this.emptyPath.address);
  }

  /** Reads a file's size. @param path address of a NUL-terminated path; links are not followed */
  readPath(path: number): FileSize {
    return this.read(AT_FDCWD, path);
  }

  private read(dfd: number, path: number): FileSize {
    const { buffer, result } = this;
    const status = libc.syscall(SYS.statx, dfd, path, FLAGS, MASK, buffer.address, 0);
    const type = status < 0 ? 0 : buffer.view.getUint16(STATX.stx_mode, true) & S_IFMT;
    const size = Number(buffer.view.getBigUint64(STATX.stx_size, true));
    result.size = type === S_IFREG ? size : null;
    result.links = buffer.view.getUint32(STATX.stx_nlink, true);
    return result;
  }
}

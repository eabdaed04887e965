/** How large a file is: statx(2). */
import { S_IFMT, S_IFREG } from "../kernel/stat.ts";
import { STATX, STATX_NLINK, STATX_SIZE, STATX_STRUCT_SIZE, STATX_TYPE } from "../kernel/statx.ts";
import { libc } from "./libc.ts";
import { allocate, type Memory } from "./memory.ts";

const SYS_statx = process.arch === "arm64" ? 291 : 332;
const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_EMPTY_PATH = 0x1000;
const AT_STATX_DONT_SYNC = 0x4000;
const FLAGS = AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | AT_STATX_DONT_SYNC;
const MASK = STATX_TYPE | STATX_NLINK | STATX_SIZE;

/** What was found out of a file. */
export interface FileSize {
  /** Bytes of a regular file; null: it is none, or it is gone. */
  size: number | null;
  /** How many names it has. */
  links: number;
}

export class StatxReader {
  private readonly buffer: Memory = allocate(STATX_STRUCT_SIZE);
  private readonly emptyPath = allocate(1);
  private readonly result: FileSize = { size: null, links: 0 };

  /** Of an open file. What is returned is lent until the next call. */
  readFd(fd: number): FileSize {
    return this.read(fd, this.emptyPath.address);
  }

  /** @param path address of a path, ended by NUL; a symbolic link is not followed */
  readPath(path: number): FileSize {
    return this.read(AT_FDCWD, path);
  }

  private read(dfd: number, path: number): FileSize {
    const { buffer, result } = this;
    const status = libc.syscall(SYS_statx, dfd, path, FLAGS, MASK, buffer.address, 0);
    const type = status < 0 ? 0 : buffer.view.getUint16(STATX.stx_mode, true) & S_IFMT;
    const size = Number(buffer.view.getBigUint64(STATX.stx_size, true));
    result.size = type === S_IFREG ? size : null;
    result.links = buffer.view.getUint32(STATX.stx_nlink, true);
    return result;
  }
}

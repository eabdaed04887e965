/**
 * Looks names up relative to open directories: openat(2), openat2(2), statx(2), readlinkat(2). Names
 * and paths have one character per byte (latin1). Failures are results, because they are common.
 */
import {
  AT_EMPTY_PATH,
  AT_STATX_DONT_SYNC,
  AT_SYMLINK_NOFOLLOW,
  O_CLOEXEC,
  O_PATH,
} from "../kernel/fcntl.ts";
import { PATH_MAX } from "../kernel/limits.ts";
import {
  STATX,
  STATX_INO,
  STATX_MNT_ID,
  STATX_MODE,
  STATX_STRUCT_SIZE,
  STATX_TYPE,
} from "../kernel/statx.ts";
import { libc } from "./libc.ts";
import { O_NOFOLLOW, SYS } from "./machine.ts";
import { allocate } from "./memory.ts";

/** struct open_how: openat2(2), include/uapi/linux/openat2.h. */
const OPEN_HOW_SIZE = 24;
const OPEN_HOW = { flags: 0, resolve: 16 } as const;
const RESOLVE_NO_MAGICLINKS = 0x02;
const PROC_SUPER_MAGIC = 0x9fa0;
const STATFS_SIZE = 120;
const STAT_MASK = STATX_TYPE | STATX_MODE | STATX_INO | STATX_MNT_ID;
const LINK_PREFIX = "/proc/self/fd/";

/** What statx(2) says of a file. */
export interface FileStat {
  readonly major: number;
  readonly minor: number;
  readonly ino: bigint;
  readonly mode: number;
  /** 0 before Linux 5.8. */
  readonly mountId: bigint;
}

/** Results are copies, but for the memory that the calls share. */
export class Lookup {
  private readonly name = allocate(PATH_MAX);
  private readonly nameText = Buffer.from(this.name.bytes.buffer, 0, PATH_MAX);
  private readonly target = allocate(PATH_MAX);
  private readonly targetText = Buffer.from(this.target.bytes.buffer, 0, PATH_MAX);
  private readonly how = allocate(OPEN_HOW_SIZE);
  private readonly stats = allocate(STATX_STRUCT_SIZE);
  private readonly statfs = allocate(STATFS_SIZE);

  /** Returns the address of a C string, valid until the next call; 0, which fails, if it is too long. */
  private address(name: string): number {
    if (name.length >= PATH_MAX) return 0;
    this.name.bytes[this.nameText.write(name, "latin1")] = 0;
    return this.name.address;
  }

  /** Returns an fd that refers to a file without opening it, or a negative number. */
  open(dfd: number, name: string): number {
    return libc.openat(dfd, this.address(name), O_PATH | O_CLOEXEC, 0);
  }

  /** As `open`, but a symbolic link is opened itself. */
  openLink(dfd: number, name: string): number {
    return libc.openat(dfd, this.address(name), O_PATH | O_CLOEXEC | O_NOFOLLOW, 0);
  }

  /** As `open`, but fails at the links of /proc/PID that are no paths. Needs Linux 5.6. */
  openWithoutMagicLinks(dfd: number, name: string): number {
    const { how } = this;
    how.view.setUint32(OPEN_HOW.flags, O_PATH | O_CLOEXEC, true);
    how.view.setUint32(OPEN_HOW.resolve, RESOLVE_NO_MAGICLINKS, true);
    return libc.syscall(SYS.openat2, dfd, this.address(name), how.address, OPEN_HOW_SIZE, 0, 0);
  }

  close(fd: number): void {
    libc.close(fd);
  }

  /** @param name "" for the file that the fd refers to; null if there is no such file */
  stat(dfd: number, name: string, followsLink: boolean): FileStat | null {
    const { view, address } = this.stats;
    const nofollow = followsLink ? 0 : AT_SYMLINK_NOFOLLOW;
    const flags = AT_EMPTY_PATH | AT_STATX_DONT_SYNC | nofollow;
    if (libc.syscall(SYS.statx, dfd, this.address(name), flags, STAT_MASK, address, 0) < 0)
      return null;
    const hasMountId = (view.getUint32(STATX.stx_mask, true) & STATX_MNT_ID) !== 0;
    return {
      major: view.getUint32(STATX.stx_dev_major, true),
      minor: view.getUint32(STATX.stx_dev_minor, true),
      ino: view.getBigUint64(STATX.stx_ino, true),
      mode: view.getUint16(STATX.stx_mode, true),
      mountId: hasMountId ? view.getBigUint64(STATX.stx_mnt_id, true) : 0n,
    };
  }

  /** Returns the target of a symbolic link; null if there is no such link. */
  readLink(path: string): string | null {
    const { address } = this.target;
    return this.targetOf(libc.readlink(this.address(path), address, PATH_MAX));
  }

  /** Returns the target of a symbolic link that `openLink` opened. */
  readOpenLink(fd: number): string | null {
    const { address } = this.target;
    return this.targetOf(libc.readlinkat(fd, this.address(""), address, PATH_MAX));
  }

  private targetOf(length: number): string | null {
    return length < 0 ? null : this.targetText.toString("latin1", 0, length);
  }

  /** Returns the kernel's path of an open file. It ends in " (deleted)" if the file has no name. */
  pathOf(fd: number): string | null {
    return this.readLink(`${LINK_PREFIX}${fd}`);
  }

  /** Whether an open file is in a proc(5) file system. */
  isInProc(fd: number): boolean {
    const { view, address } = this.statfs;
    return libc.fstatfs(fd, address) === 0 && view.getUint32(0, true) === PROC_SUPER_MAGIC;
  }
}

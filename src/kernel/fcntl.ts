/**
 * Open flags and directory-fd constants: include/uapi/asm-generic/fcntl.h and
 * arch/arm64/include/uapi/asm/fcntl.h, include/uapi/linux/fcntl.h, open(2).
 */

/** dfd argument for the current working directory. */
export const AT_FDCWD = -100;

/** Flags of the *at calls. faccessat2(2) and unlinkat(2) have different flags with one value. */
export const AT_SYMLINK_NOFOLLOW = 0x100;
export const AT_EACCESS = 0x200;
export const AT_REMOVEDIR = 0x200;
export const AT_SYMLINK_FOLLOW = 0x400;
export const AT_EMPTY_PATH = 0x1000;
/** statx(2). */
export const AT_STATX_DONT_SYNC = 0x4000;
export const AT_STATX_SYNC_TYPE = 0x6000;
/** name_to_handle_at(2), Linux 6.5: all file systems have handles, not all can open by them. */
export const AT_HANDLE_FID = 0x200;

/** flock(2). */
export const LOCK_EX = 2;
export const LOCK_NB = 4;
export const LOCK_UN = 8;

/** The bits of the access mode within the flags. */
export const O_ACCMODE = 0o3;
export const O_RDONLY = 0o0;
export const O_WRONLY = 0o1;
export const O_RDWR = 0o2;
export const O_CREAT = 0o100;
export const O_EXCL = 0o200;
export const O_NOCTTY = 0o400;
export const O_TRUNC = 0o1000;
export const O_APPEND = 0o2000;
export const O_NONBLOCK = 0o4000;
export const O_NOATIME = 0o1000000;
export const O_CLOEXEC = 0o2000000;
export const O_PATH = 0o10000000;
/** O_TMPFILE without its O_DIRECTORY. */
export const __O_TMPFILE = 0o20000000;

/** Supported architectures, named as in `process.arch`. */
export type Arch = "x64" | "arm64";

/** Returns the architecture of a machine, as uname(2) names it. */
export function archOf(machine: string): Arch {
  return machine === "aarch64" ? "arm64" : "x64";
}

const COMMON = {
  O_RDONLY,
  O_WRONLY,
  O_RDWR,
  O_CREAT,
  O_EXCL,
  O_NOCTTY,
  O_TRUNC,
  O_APPEND,
  O_NONBLOCK,
  O_NDELAY: O_NONBLOCK,
  O_DSYNC: 0o10000,
  O_ASYNC: 0o20000,
  FASYNC: 0o20000,
  O_NOATIME,
  O_CLOEXEC,
  O_SYNC: 0o4010000,
  O_RSYNC: 0o4010000,
  O_PATH,
};

const X64 = {
  ...COMMON,
  O_DIRECT: 0o40000,
  O_LARGEFILE: 0o100000,
  O_DIRECTORY: 0o200000,
  O_NOFOLLOW: 0o400000,
  O_TMPFILE: 0o20200000,
};

const ARM64 = {
  ...COMMON,
  O_DIRECTORY: 0o40000,
  O_NOFOLLOW: 0o100000,
  O_DIRECT: 0o200000,
  O_LARGEFILE: 0o400000,
  O_TMPFILE: 0o20040000,
};

type OpenFlagName = keyof typeof X64;

/** Returns the open flags of an architecture by their names in open(2). */
export function openFlags(arch: Arch): Readonly<Record<OpenFlagName, number>> {
  return arch === "arm64" ? ARM64 : X64;
}

/** include/uapi/linux/fcntl.h: fcntl(2). */
export const F_DUPFD_CLOEXEC = 1030;

/** Of renameat2(2): linux/fs.h. */
export const RENAME_EXCHANGE = 2;

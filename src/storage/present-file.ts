/**
 * Hashes files that a past run read or wrote, as far as they are proven to be what they were then:
 * the same inode, not changed since (its ctime, which no program can set), not open for writing, and
 * not changed while it is read. inode(7), statx(2).
 */
import { type BigIntStats, closeSync, fstatSync, openSync, readSync } from "node:fs";
import { isFdOpenForWriting } from "../ffi/lease.ts";
import { O_NOFOLLOW } from "../ffi/machine.ts";
import { ENOENT, ENOTDIR } from "../kernel/errno.ts";
import { O_NONBLOCK, O_RDONLY } from "../kernel/fcntl.ts";

const CHUNK = 1 << 20;
/** A file whose ctime is younger than the clock's tick may change without a new ctime. */
const SETTLED_MS = 25;

const chunk = new Uint8Array(CHUNK);

/** What is known of a file from the run. */
export interface PastFile {
  /** latin1 */
  readonly path: string;
  /** Device and inode as records have them; null if they are not known. */
  readonly id: string | null;
  /** The content may not be younger: nanoseconds since 1970. */
  readonly time: number;
  /** Whether an open writer must be excluded; another user's file cannot be checked. */
  readonly wasWritten: boolean;
}

export type PresentDigest =
  | { readonly sha256: string; readonly size: number }
  | "gone"
  | "changed"
  | "not regular"
  | "unreadable";

export function hashPresentFile(file: PastFile): PresentDigest {
  let fd: number;
  try {
    fd = openSync(Buffer.from(file.path, "latin1"), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    return openProblem(error as NodeJS.ErrnoException);
  }
  try {
    return hashOpenFile(fd, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    return "unreadable";
  } finally {
    closeSync(fd);
  }
}

function openProblem({ syscall, errno = 0, code }: NodeJS.ErrnoException): PresentDigest {
  if (syscall === undefined && code === undefined) return "unreadable";
  if (-errno === ENOENT || -errno === ENOTDIR) return "gone";
  return code === "ELOOP" || code === "ENXIO" ? "not regular" : "unreadable";
}

function hashOpenFile(fd: number, file: PastFile): PresentDigest {
  const before = fstatSync(fd, { bigint: true });
  if (!before.isFile()) return "not regular";
  if (!isSameFile(before, file.id) || Number(before.ctimeNs) > file.time) return "changed";
  const age = Date.now() - Number(before.ctimeNs / 1_000_000n);
  if (age >= 0 && age < SETTLED_MS) Bun.sleepSync(SETTLED_MS - age);
  const isOpen = isFdOpenForWriting(fd);
  if (isOpen || (isOpen === null && file.wasWritten)) return "changed";
  const hash = new Bun.CryptoHasher("sha256");
  let size = 0;
  for (;;) {
    const length = readSync(fd, chunk, 0, CHUNK, size);
    if (length === 0) break;
    hash.update(chunk.subarray(0, length));
    size += length;
  }
  const after = fstatSync(fd, { bigint: true });
  const isChanged = after.ctimeNs !== before.ctimeNs || after.mtimeNs !== before.mtimeNs;
  if (isChanged || after.size !== BigInt(size)) return "changed";
  return { sha256: hash.digest("hex"), size };
}

/** Whether a file is the one of a record. */
function isSameFile({ dev, ino }: BigIntStats, id: string | null): boolean {
  if (id === null) return false;
  const [recorded, inode] = id.split(":");
  if (inode !== String(ino)) return false;
  const [major, minor] = deviceNumbers(dev);
  const device = Number(recorded);
  // Columns have the number that stat(2) shows, record files the kernel's own.
  if (device === Number(dev)) return true;
  // Of btrfs and overlayfs, stat(2) shows another device without a driver than the file system's.
  return device === major * (1 << 20) + minor || (major === 0 && device < 1 << 20);
}

/** makedev(3), as the C library encodes st_dev. */
function deviceNumbers(dev: bigint): [major: number, minor: number] {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & ~0xfffn);
  const minor = (dev & 0xffn) | ((dev >> 12n) & ~0xffn);
  return [Number(major), Number(minor)];
}

/** Lists and opens directories by fd: getdents64(2), openat(2), readlink(2). */
import { type Dirent, parseDirents } from "../kernel/dirent.ts";
import { ENAMETOOLONG } from "../kernel/errno.ts";
import { AT_FDCWD, O_CLOEXEC, O_NONBLOCK, O_PATH } from "../kernel/fcntl.ts";
import { PATH_MAX } from "../kernel/limits.ts";
import { check, lastErrno, SystemError } from "./errno.ts";
import { libc, syscall } from "./libc.ts";
import { O_DIRECTORY, O_NOFOLLOW, SYS } from "./machine.ts";
import { allocate, type Memory } from "./memory.ts";

const BUFFER_SIZE = 32 << 10;

let buffer: Memory | undefined;
let pathMemory: Memory | undefined;

/**
 * Returns copies of all entries of a directory except "." and "..".
 * @param subject what the error names
 * @throws SystemError
 */
export function readEntries(fd: number, subject: string): Dirent[] {
  buffer ??= allocate(BUFFER_SIZE);
  const entries: Dirent[] = [];
  for (;;) {
    const result = syscall(SYS.getdents64, fd, buffer.address, BUFFER_SIZE);
    const length = check(result, "getdents64", subject);
    if (length === 0) return entries;
    for (const entry of parseDirents(buffer.bytes, length)) entries.push(entry);
  }
}

/**
 * Writes a NUL-terminated name to memory that the next call overwrites.
 * @returns its address, or 0 if it is too long
 */
function scratchPath(name: Uint8Array): number {
  if (name.length >= PATH_MAX) return 0;
  pathMemory ??= allocate(PATH_MAX);
  pathMemory.bytes.set(name);
  pathMemory.bytes[name.length] = 0;
  return pathMemory.address;
}

/**
 * Opens a file: openat(2).
 * @param parent fd of the directory where the name starts
 * @param mode of a new file
 * @returns the fd, or -errno
 */
export function openRelative(parent: number, name: Uint8Array, flags: number, mode = 0): number {
  const address = scratchPath(name);
  if (address === 0) return -ENAMETOOLONG;
  const fd = libc.openat(parent, address, flags | O_CLOEXEC, mode);
  return fd < 0 ? -lastErrno() : fd;
}

/**
 * Opens a directory. Does not follow a symbolic link.
 * @param name relative to the parent, or an absolute path
 * @returns the fd, or -errno
 */
export function openDirectory(parent: number, name: Uint8Array): number {
  return openRelative(parent, name, O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK);
}

/**
 * Returns an fd that refers to a file without opening it: open(2), O_PATH.
 * @param path a symbolic link is followed
 * @throws SystemError that names the path
 */
export function openPath(path: Uint8Array): number {
  const fd = openRelative(AT_FDCWD, path, O_PATH);
  if (fd < 0) throw new SystemError("open", Buffer.from(path).toString(), -fd);
  return fd;
}

/** Returns the current path of an open file. @throws SystemError */
export function readFdPath(fd: number): Uint8Array {
  pathMemory ??= allocate(PATH_MAX);
  const { bytes, address } = pathMemory;
  const link = `/proc/self/fd/${fd}`;
  bytes[new TextEncoder().encodeInto(link, bytes).written] = 0;
  return bytes.slice(0, check(libc.readlink(address, address, PATH_MAX), "readlink", link));
}

/**
 * Returns the target of a symbolic link.
 * @param fd of the link itself: O_PATH and O_NOFOLLOW
 * @throws SystemError that names the subject
 */
export function readLink(fd: number, subject: string): Uint8Array {
  const empty = scratchPath(new Uint8Array(0));
  const { bytes } = pathMemory as Memory;
  // The empty name and the target share the memory: the kernel copies the name first.
  const length = check(libc.readlinkat(fd, empty, empty, PATH_MAX), "readlink", subject);
  return bytes.slice(0, length);
}

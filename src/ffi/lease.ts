/** Whether a file is open for writing: a read lease is refused then. fcntl(2), F_SETLEASE. */
import { EAGAIN } from "../kernel/errno.ts";
import { O_CLOEXEC, O_NONBLOCK } from "../kernel/fcntl.ts";
import { SIGURG } from "../kernel/signal.ts";
import { lastErrno } from "./errno.ts";
import { close } from "./fd.ts";
import { libc } from "./libc.ts";
import { O_NOFOLLOW } from "./machine.ts";

/** include/uapi/linux/fcntl.h, include/uapi/asm-generic/fcntl.h */
const F_SETSIG = 10;
const F_SETLEASE = 1024;
const F_RDLCK = 0;
const F_UNLCK = 2;

/**
 * Returns whether a regular file is open for writing.
 * @param directory an open directory
 * @param name address of its name, NUL-terminated
 * @returns null if that cannot be known, as for files of other users
 */
export function isOpenForWriting(directory: number, name: number): boolean | null {
  const fd = libc.openat(directory, name, O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0);
  if (fd < 0) return null;
  const isOpen = isFdOpenForWriting(fd);
  close(fd);
  return isOpen;
}

/**
 * Returns whether the regular file of an fd, open for reading, is open for writing.
 * @returns null if that cannot be known, as for files of other users
 */
export function isFdOpenForWriting(fd: number): boolean | null {
  // A writer that opens the file in between causes a signal, SIGIO by default, which ends a process.
  libc.fcntl(fd, F_SETSIG, SIGURG);
  const refused = libc.fcntl(fd, F_SETLEASE, F_RDLCK) < 0 ? lastErrno() : 0;
  if (refused === 0) libc.fcntl(fd, F_SETLEASE, F_UNLCK);
  if (refused === 0) return false;
  return refused === EAGAIN ? true : null;
}

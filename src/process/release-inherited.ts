/** Gives up the files that the command has inherited as well: dup2(2). */
import { close } from "../ffi/fd.ts";
import { libc } from "../ffi/libc.ts";
import { cString } from "../ffi/memory.ts";
import { AT_FDCWD, O_CLOEXEC, O_RDWR } from "../kernel/fcntl.ts";
import type { InheritedState } from "./inherited-state.ts";

/** Standard error is not among them: messages go there. */
const STANDARD_STREAMS = [0, 1];

/**
 * Replaces our copies by /dev/null once the command has its own: a pipe that the command closes must
 * not stay open because of us. Without a /dev/null they stay as they are.
 * @param used fds that we write to
 */
export function releaseInherited({ fds }: InheritedState, used: readonly number[]): void {
  const released = [...STANDARD_STREAMS, ...fds].filter((fd) => !used.includes(fd));
  const nullFd = libc.openat(AT_FDCWD, cString("/dev/null").address, O_RDWR | O_CLOEXEC, 0);
  if (nullFd < 0) return;
  for (const fd of released) libc.dup2(nullFd, fd);
  if (!released.includes(nullFd)) close(nullFd);
}

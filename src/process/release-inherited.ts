/** Gives up the files that the command has inherited as well: dup2(2). */
import { check } from "../ffi/errno.ts";
import { close, openAt } from "../ffi/fd.ts";
import { libc } from "../ffi/libc.ts";
import { AT_FDCWD, O_RDWR } from "../kernel/fcntl.ts";
import type { InheritedState } from "./inherited-state.ts";

/** Standard error is not among them: messages go there. */
const STANDARD_STREAMS = [0, 1];

/**
 * Replaces our copies by /dev/null once the command has its own: a pipe that the command closes must
 * not stay open because of us.
 * @param used fds that we write to
 */
export function releaseInherited({ fds }: InheritedState, used: readonly number[]): void {
  const released = [...STANDARD_STREAMS, ...fds].filter((fd) => !used.includes(fd));
  const nullFd = openAt(AT_FDCWD, "/dev/null", O_RDWR);
  for (const fd of released) check(libc.dup2(nullFd, fd), "dup2", `fd ${fd}`);
  if (!released.includes(nullFd)) close(nullFd);
}

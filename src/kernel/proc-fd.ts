/** Names of open files in /proc and in /dev/fd: proc_pid_fd(5). */

const FD_NAME = /^\/(?:proc\/(self|thread-self|\d+)\/fd|dev\/fd)\/(\d+)$/;

/** Whether a path names an open file of some process. */
export function isFdName(path: string): boolean {
  return FD_NAME.test(path);
}

/** Returns the fd that a path names in a process; null if it names none of this process. */
export function fdOfName(path: string, pid: number): number | null {
  const [, owner = "self", fd] = path.match(FD_NAME) ?? [];
  const isOwn = owner.endsWith("self") || Number(owner) === pid;
  return fd === undefined || !isOwn ? null : Number(fd);
}

/** Names of open files in /proc and in /dev/fd: proc_pid_fd(5). */

const FD_NAME = /^\/(?:proc\/(?:self|thread-self|\d+)|dev)\/fd\/\d+$/;

/** Whether a path names an open file of some process. */
export function isFdName(path: string): boolean {
  return FD_NAME.test(path);
}

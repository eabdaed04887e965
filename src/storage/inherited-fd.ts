/** Names of open fds, which are symbolic links below /proc: proc_pid_fd(5). */

const STANDARD: Readonly<Record<string, number>> = {
  "/dev/stdin": 0,
  "/dev/stdout": 1,
  "/dev/stderr": 2,
};

/**
 * Returns the fd of a name such as "-", /dev/stdout or /dev/fd/N; null for other names.
 * @param dash the fd of "-"
 */
export function inheritedFd(path: string, dash: number): number | null {
  if (path === "-") return dash;
  const numbered = path.match(/^\/(?:dev|proc\/self)\/fd\/(\d+)$/)?.[1];
  return STANDARD[path] ?? (numbered === undefined ? null : Number(numbered));
}

/** Ends a process that is not our child, and no other that has got its pid since: pidfd_open(2). */
import { check, lastErrno } from "../ffi/errno.ts";
import { close, Epoll } from "../ffi/fd.ts";
import { syscall } from "../ffi/libc.ts";
import { SIGTERM } from "../kernel/signal.ts";

/** The same numbers on every machine. */
const SYS_pidfd_send_signal = 424;
const SYS_pidfd_open = 434;
const ESRCH = 3;

/**
 * Sends SIGTERM and waits for the end.
 * @param isStill asked once the process is held: whether it is the one that is meant
 * @param milliseconds how long to wait
 * @returns false where it had not ended by then
 * @throws SystemError that names the process
 */
export function terminateProcess(
  pid: number,
  isStill: () => boolean,
  milliseconds: number,
): boolean {
  const hint = "it runs with other rights; try with sudo";
  const fd = syscall(SYS_pidfd_open, pid);
  if (fd < 0 && lastErrno() === ESRCH) return true;
  check(fd, "pidfd_open", `pid ${pid}`);
  try {
    if (!isStill()) return true;
    check(syscall(SYS_pidfd_send_signal, fd, SIGTERM), "pidfd_send_signal", `pid ${pid}`, hint);
    const epoll = new Epoll();
    epoll.add(fd);
    const ended = epoll.wait(milliseconds);
    close(epoll.fd);
    return ended;
  } finally {
    close(fd);
  }
}

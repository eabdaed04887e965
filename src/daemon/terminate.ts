/** Terminates a process that is not our child, without a race for its pid: pidfd_open(2). */
import { check, lastErrno } from "../ffi/errno.ts";
import { close, Epoll } from "../ffi/fd.ts";
import { syscall } from "../ffi/libc.ts";
import { SYS } from "../ffi/machine.ts";
import { ESRCH } from "../kernel/errno.ts";
import { SIGTERM } from "../kernel/signal.ts";

/**
 * Sends SIGTERM and waits for the exit.
 * @param verify called with the pidfd open: whether the pid belongs to the intended process
 * @param milliseconds how long to wait
 * @returns false if the process is still running after that time
 * @throws SystemError that names the process
 */
export function terminateProcess(
  pid: number,
  verify: () => boolean,
  milliseconds: number,
): boolean {
  const hint = "it has other privileges; try with sudo";
  const fd = syscall(SYS.pidfd_open, pid);
  if (fd < 0 && lastErrno() === ESRCH) return true;
  check(fd, "pidfd_open", `pid ${pid}`);
  try {
    if (!verify()) return true;
    check(syscall(SYS.pidfd_send_signal, fd, SIGTERM), "pidfd_send_signal", `pid ${pid}`, hint);
    const epoll = new Epoll();
    epoll.add(fd);
    const exited = epoll.wait(milliseconds);
    close(epoll.fd);
    return exited;
  } finally {
    close(fd);
  }
}

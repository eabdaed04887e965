/** The mounts of this process's namespace, and their changes: proc_pid_mountinfo(5). */
import { readFileSync } from "node:fs";
import { AT_FDCWD, O_RDONLY } from "../kernel/fcntl.ts";
import { type Mount, parseMountinfo } from "../kernel/mountinfo.ts";
import { close, openAt } from "./fd.ts";
import { libc } from "./libc.ts";
import { allocate } from "./memory.ts";

const MOUNTINFO = "/proc/self/mountinfo";
const POLLPRI = 2;

export class MountTable {
  /** Has an exceptional condition after each change; for epoll(7). */
  readonly fd: number;
  /** An open file reports each change once, so this is a second one. */
  private readonly checked: number;
  private readonly pollFd = allocate(8);

  /** @throws SystemError, if /proc is not mounted */
  constructor() {
    this.fd = openAt(AT_FDCWD, MOUNTINFO, O_RDONLY);
    this.checked = openAt(AT_FDCWD, MOUNTINFO, O_RDONLY);
    this.pollFd.view.setInt32(0, this.checked, true);
    this.pollFd.view.setInt16(4, POLLPRI, true);
  }

  /** Whether something was mounted, moved or unmounted since the last call. */
  hasChanged(): boolean {
    return libc.poll(this.pollFd.address, 1, 0) > 0;
  }

  read(): Mount[] {
    return parseMountinfo(readFileSync(MOUNTINFO, "latin1"));
  }

  close(): void {
    close(this.fd);
    close(this.checked);
  }
}

/** Opens a fanotify group with the best flags that kernel and permissions allow: fanotify_init(2). */
import { readFileSync } from "node:fs";
import { lastErrno, SystemError } from "../../ffi/errno.ts";
import { fanotifyInit } from "../../ffi/fanotify.ts";
import { libc } from "../../ffi/libc.ts";
import { allocate } from "../../ffi/memory.ts";
import { EINVAL, EMFILE, ENOSYS, EPERM } from "../../kernel/errno.ts";
import * as fan from "../../kernel/fanotify.ts";
import { needsCapability } from "../../process/namespaces.ts";
import { UnsupportedError } from "../proc-connector/errors.ts";

const FIONREAD = 0x541b;
const MAX_QUEUED = "/proc/sys/fs/fanotify/max_queued_events";

const BASE =
  fan.FAN_CLOEXEC |
  fan.FAN_NONBLOCK |
  fan.FAN_REPORT_FID |
  fan.FAN_REPORT_DIR_FID |
  fan.FAN_REPORT_NAME;
const UNLIMITED = fan.FAN_UNLIMITED_QUEUE | fan.FAN_UNLIMITED_MARKS;

export class Group {
  readonly fd: number;
  /** Whether the queue is unlimited and events have pids: needs CAP_SYS_ADMIN. */
  readonly isPrivileged: boolean;
  /** Whether events about directory entries have the entry's file handle: Linux 5.17. */
  readonly reportsTargetFid: boolean;
  private readonly count = allocate(4);

  /** @throws UnsupportedError, SystemError */
  constructor() {
    for (const targets of [fan.FAN_REPORT_TARGET_FID, 0]) {
      for (const unlimited of [UNLIMITED, 0]) {
        const fd = fanotifyInit(BASE | targets | unlimited);
        if (fd < 0 && fd !== -EPERM && fd !== -EINVAL) throw toInitError(-fd);
        if (fd < 0) continue;
        this.fd = fd;
        this.isPrivileged = unlimited !== 0;
        this.reportsTargetFid = targets !== 0;
        return;
      }
    }
    throw new UnsupportedError(
      "watching files needs fanotify with names: Linux 5.9, or 5.13 for unprivileged users",
    );
  }

  /** Messages that say what the group cannot report. */
  get limitations(): string[] {
    const permissions = this.isPrivileged
      ? []
      : [
          `cannot identify the process (${needsCapability("CAP_SYS_ADMIN")})`,
          `queue limited to ${readFileSync(MAX_QUEUED, "utf8").trim()} events (${needsCapability("CAP_SYS_ADMIN")})`,
        ];
    const targets = this.reportsTargetFid
      ? []
      : ["quickly moved directories may have wrong paths (needs Linux 5.17)"];
    return [...permissions, ...targets];
  }

  /** Returns the number of events in the kernel's queue. */
  queuedEvents(): number {
    if (libc.ioctl(this.fd, FIONREAD, this.count.address) < 0)
      throw new SystemError("ioctl", "FIONREAD", lastErrno());
    return this.count.view.getInt32(0, true) / fan.FANOTIFY_METADATA_SIZE;
  }
}

function toInitError(errno: number): Error {
  if (errno === ENOSYS)
    return new UnsupportedError("this kernel was built without CONFIG_FANOTIFY");
  const hint = errno === EMFILE ? "see /proc/sys/fs/fanotify/max_user_groups" : "";
  return new SystemError("fanotify_init", "", errno, hint);
}

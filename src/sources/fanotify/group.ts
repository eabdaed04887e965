/** The fanotify group: the best that this kernel and our rights allow. fanotify_init(2). */
import { readFileSync } from "node:fs";
import { lastErrno, SystemError } from "../../ffi/errno.ts";
import { fanotifyInit } from "../../ffi/fanotify.ts";
import { libc } from "../../ffi/libc.ts";
import { allocate } from "../../ffi/memory.ts";
import * as fan from "../../kernel/fanotify.ts";
import { UnsupportedError } from "../proc-connector/errors.ts";

const EPERM = 1;
const EINVAL = 22;
const EMFILE = 24;
const ENOSYS = 38;
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
  /** Whether the queue has no limit and events say who did it: CAP_SYS_ADMIN. */
  readonly isPrivileged: boolean;
  /** Whether events about names in a directory say which file they are about: Linux 5.17. */
  readonly reportsTargetFid: boolean;
  private readonly count = allocate(4);

  /** @throws NotSupported, SystemError */
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
      "watching files needs fanotify with names: Linux 5.9, and for ordinary users 5.13",
    );
  }

  /** What it lacks, in words. */
  get limitations(): string[] {
    const rights = this.isPrivileged
      ? []
      : [
          "cannot identify processes (needs CAP_SYS_ADMIN)",
          `at most ${readFileSync(MAX_QUEUED, "utf8").trim()} events can be queued (more needs CAP_SYS_ADMIN)`,
        ];
    const targets = this.reportsTargetFid
      ? []
      : ["directories moved in quick succession may have wrong paths (needs Linux 5.17)"];
    return [...rights, ...targets];
  }

  /** Events that wait in the kernel's queue. */
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

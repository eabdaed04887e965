/** Detached mounts, outside the directory tree: fsopen(2), fsconfig(2), fsmount(2). */
import { check } from "./errno.ts";
import { libc, syscall } from "./libc.ts";
import { cString } from "./memory.ts";

/** The same numbers on every machine. */
const SYS_fsopen = 430;
const SYS_fsconfig = 431;
const SYS_fsmount = 432;
const FSCONFIG_CMD_CREATE = 6;
const FSOPEN_CLOEXEC = 1;
const FSMOUNT_CLOEXEC = 1;

/**
 * Mounts a new file system that only this process sees.
 * @param type such as "bpf"
 * @returns an fd of its root directory, reachable as /proc/self/fd/N; closing it unmounts
 * @throws SystemError that names the type
 */
export function mountDetached(type: string, hint = ""): number {
  const name = cString(type);
  const context = check(syscall(SYS_fsopen, name.address, FSOPEN_CLOEXEC), "fsopen", type, hint);
  try {
    check(syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE), "fsconfig", type, hint);
    return check(syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC), "fsmount", type, hint);
  } finally {
    libc.close(context);
  }
}

/** Detached mounts, outside the directory tree: fsopen(2), fsconfig(2), fsmount(2). */
import { check } from "./errno.ts";
import { libc, syscall } from "./libc.ts";
import { SYS } from "./machine.ts";
import { cString } from "./memory.ts";

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
  const context = check(syscall(SYS.fsopen, name.address, FSOPEN_CLOEXEC), "fsopen", type, hint);
  try {
    check(syscall(SYS.fsconfig, context, FSCONFIG_CMD_CREATE), "fsconfig", type, hint);
    return check(syscall(SYS.fsmount, context, FSMOUNT_CLOEXEC), "fsmount", type, hint);
  } finally {
    libc.close(context);
  }
}

/** Accesses files with another user's rights: setfsuid(2), credentials(7). */
import { check } from "../ffi/errno.ts";
import { syscall } from "../ffi/libc.ts";
import { SYS } from "../ffi/machine.ts";
import { allocate, type Memory } from "../ffi/memory.ts";
import { NGROUPS_MAX } from "../kernel/limits.ts";
import type { User } from "./user.ts";

/** Buffers for group lists. Allocated once, as memory for C is never freed. */
let groupBuffers: { readonly ours: Memory; readonly theirs: Memory } | undefined;

/**
 * Runs `work` with another user's rights on files; null: ours. Makes raw system calls, which change
 * the calling thread only. The C library's functions change all threads.
 */
export function asUser<T>(user: User | null, work: () => T): T {
  if (!user) return work();
  groupBuffers ??= { ours: allocate(NGROUPS_MAX * 4), theirs: allocate(NGROUPS_MAX * 4) };
  const { ours, theirs } = groupBuffers;
  const count = check(syscall(SYS.getgroups, NGROUPS_MAX, ours.address), "getgroups");
  for (const [index, group] of user.groups.entries()) theirs.view.setUint32(index * 4, group, true);
  check(syscall(SYS.setgroups, user.groups.length, theirs.address), "setgroups");
  syscall(SYS.setfsgid, user.gid);
  syscall(SYS.setfsuid, user.uid);
  try {
    return work();
  } finally {
    syscall(SYS.setfsuid, 0);
    syscall(SYS.setfsgid, process.getegid?.() ?? 0);
    check(syscall(SYS.setgroups, count, ours.address), "setgroups");
  }
}

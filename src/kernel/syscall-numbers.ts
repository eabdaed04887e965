/**
 * Numbers of the system calls that trace makes without a function of the C library: syscall(2).
 * arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h.
 */
import type { Arch } from "./fcntl.ts";

/** Calls added since Linux 5.1 have the same number on all architectures. */
const COMMON = {
  pidfd_send_signal: 424,
  io_uring_setup: 425,
  io_uring_enter: 426,
  io_uring_register: 427,
  fsopen: 430,
  fsconfig: 431,
  fsmount: 432,
  pidfd_open: 434,
  openat2: 437,
  pidfd_getfd: 438,
  faccessat2: 439,
};

const X64 = {
  ...COMMON,
  munmap: 11,
  getgroups: 115,
  setgroups: 116,
  getpgid: 121,
  setfsuid: 122,
  setfsgid: 123,
  setpriority: 141,
  getdents64: 217,
  ioprio_set: 251,
  inotify_add_watch: 254,
  inotify_init1: 294,
  perf_event_open: 298,
  memfd_create: 319,
  statx: 332,
};

const ARM64: typeof X64 = {
  ...COMMON,
  munmap: 215,
  inotify_init1: 26,
  inotify_add_watch: 27,
  getdents64: 61,
  setfsuid: 151,
  setfsgid: 152,
  getpgid: 155,
  getgroups: 158,
  setgroups: 159,
  perf_event_open: 241,
  memfd_create: 279,
  statx: 291,
  ioprio_set: 30,
  setpriority: 140,
};

/** Returns an architecture's system call numbers by name. */
export function syscallNumbers(arch: Arch): Readonly<typeof X64> {
  return arch === "arm64" ? ARM64 : X64;
}

/**
 * The C library's functions. The name is safe to give without a path: Bun itself has libc.so.6
 * loaded, so the dynamic linker never searches for it. See each function's man page.
 */
import { dlopen } from "bun:ffi";

export const libc = dlopen("libc.so.6", {
  __errno_location: { args: [], returns: "ptr" },
  strerror: { args: ["i32"], returns: "cstring" },
  syscall: { args: ["i64", "i64", "i64", "i64", "i64", "i64", "i64"], returns: "i64_fast" },
  mmap: { args: ["ptr", "u64", "i32", "i32", "i32", "i64"], returns: "i64_fast" },
  close: { args: ["i32"], returns: "i32" },
  open: { args: ["ptr", "i32", "i32"], returns: "i32" },
  openat: { args: ["i32", "ptr", "i32", "i32"], returns: "i32" },
  read: { args: ["i32", "ptr", "u64"], returns: "i64_fast" },
  write: { args: ["i32", "ptr", "u64"], returns: "i64_fast" },
  poll: { args: ["ptr", "u64", "i32"], returns: "i32" },
  fcntl: { args: ["i32", "i32", "i64"], returns: "i32" },
  ioctl: { args: ["i32", "u64", "i64"], returns: "i32" },
  flock: { args: ["i32", "i32"], returns: "i32" },
  pipe2: { args: ["ptr", "i32"], returns: "i32" },
  memfd_create: { args: ["ptr", "u32"], returns: "i32" },
  epoll_create1: { args: ["i32"], returns: "i32" },
  epoll_ctl: { args: ["i32", "i32", "i32", "ptr"], returns: "i32" },
  epoll_wait: { args: ["i32", "ptr", "i32", "i32"], returns: "i32" },
  kill: { args: ["i32", "i32"], returns: "i32" },
  waitid: { args: ["i32", "i32", "ptr", "i32"], returns: "i32" },
  getppid: { args: [], returns: "i32" },
  prlimit: { args: ["i32", "i32", "ptr", "ptr"], returns: "i32" },
  clock_gettime: { args: ["i32", "ptr"], returns: "i32" },
  getpwnam: { args: ["ptr"], returns: "ptr" },
  getpwuid: { args: ["u32"], returns: "ptr" },
  getgrouplist: { args: ["ptr", "u32", "ptr", "ptr"], returns: "i32" },
}).symbols;

/**
 * Functions of the C library; see their man pages. dlopen() of a name without a path is safe here:
 * Bun itself has libc.so.6 loaded, so the dynamic linker never searches for it. All names must be in
 * glibc 2.17's libc, which is the oldest that Bun runs with: src/build/check-glibc.ts checks it.
 */
import { dlopen, type FFIFunction, FFIType } from "bun:ffi";
import { TraceError } from "../errors.ts";

/** Addresses are plain numbers: user space is below 2^53 on x86-64 and arm64. */
export const ADDRESS = FFIType.u64;
/** 64-bit results as numbers: Bun returns a bigint only past 2^53, which no call here reaches. */
export const RESULT = FFIType.i64_fast as unknown as FFIType.i32;
export const ADDRESS_RESULT = FFIType.u64_fast as unknown as FFIType.u32;

const functions = {
  __errno_location: { args: [], returns: ADDRESS_RESULT },
  strerror: { args: ["i32"], returns: "cstring" },
  syscall: { args: ["i64", "i64", "i64", "i64", "i64", "i64", "i64"], returns: RESULT },
  mmap: { args: [ADDRESS, "u64", "i32", "i32", "i32", "i64"], returns: RESULT },
  getpagesize: { args: [], returns: "i32" },
  close: { args: ["i32"], returns: "i32" },
  openat: { args: ["i32", ADDRESS, "i32", "i32"], returns: "i32" },
  renameat: { args: ["i32", ADDRESS, "i32", ADDRESS], returns: "i32" },
  readlink: { args: [ADDRESS, ADDRESS, "u64"], returns: RESULT },
  readlinkat: { args: ["i32", ADDRESS, ADDRESS, "u64"], returns: RESULT },
  read: { args: ["i32", ADDRESS, "u64"], returns: RESULT },
  write: { args: ["i32", ADDRESS, "u64"], returns: RESULT },
  pread: { args: ["i32", ADDRESS, "u64", "i64"], returns: RESULT },
  pwrite: { args: ["i32", ADDRESS, "u64", "i64"], returns: RESULT },
  poll: { args: [ADDRESS, "u64", "i32"], returns: "i32" },
  isatty: { args: ["i32"], returns: "i32" },
  ioctl: { args: ["i32", "u64", "i64"], returns: "i32" },
  fcntl: { args: ["i32", "i32", "i64"], returns: "i32" },
  flock: { args: ["i32", "i32"], returns: "i32" },
  pipe2: { args: [ADDRESS, "i32"], returns: "i32" },
  if_indextoname: { args: ["u32", ADDRESS], returns: ADDRESS_RESULT },
  socket: { args: ["i32", "i32", "i32"], returns: "i32" },
  socketpair: { args: ["i32", "i32", "i32", ADDRESS], returns: "i32" },
  recv: { args: ["i32", ADDRESS, "u64", "i32"], returns: RESULT },
  connect: { args: ["i32", ADDRESS, "u32"], returns: "i32" },
  listen: { args: ["i32", "i32"], returns: "i32" },
  accept4: { args: ["i32", ADDRESS, ADDRESS, "i32"], returns: "i32" },
  bind: { args: ["i32", ADDRESS, "u32"], returns: "i32" },
  setsockopt: { args: ["i32", "i32", "i32", ADDRESS, "u32"], returns: "i32" },
  getsockopt: { args: ["i32", "i32", "i32", ADDRESS, ADDRESS], returns: "i32" },
  getsockname: { args: ["i32", ADDRESS, ADDRESS], returns: "i32" },
  getpeername: { args: ["i32", ADDRESS, ADDRESS], returns: "i32" },
  getxattr: { args: [ADDRESS, ADDRESS, ADDRESS, "u64"], returns: RESULT },
  send: { args: ["i32", ADDRESS, "u64", "i32"], returns: RESULT },
  sendto: { args: ["i32", ADDRESS, "u64", "i32", ADDRESS, "u32"], returns: RESULT },
  sendmsg: { args: ["i32", ADDRESS, "i32"], returns: RESULT },
  recvmmsg: { args: ["i32", ADDRESS, "u32", "i32", ADDRESS], returns: "i32" },
  prctl: { args: ["i32", ADDRESS], returns: "i32" },
  sched_getaffinity: { args: ["i32", "u64", ADDRESS], returns: "i32" },
  sched_setaffinity: { args: ["i32", "u64", ADDRESS], returns: "i32" },
  sched_setscheduler: { args: ["i32", "i32", ADDRESS], returns: "i32" },
  ptrace: { args: ["i64", "i64", "i64", "i64"], returns: RESULT },
  waitpid: { args: ["i32", ADDRESS, "i32"], returns: "i32" },
  wait4: { args: ["i32", ADDRESS, "i32", ADDRESS], returns: "i32" },
  process_vm_readv: {
    args: ["i32", ADDRESS, "u64", ADDRESS, "u64", "u64"],
    returns: RESULT,
  },
  epoll_create1: { args: ["i32"], returns: "i32" },
  epoll_ctl: { args: ["i32", "i32", "i32", ADDRESS], returns: "i32" },
  epoll_wait: { args: ["i32", ADDRESS, "i32", "i32"], returns: "i32" },
  signal: { args: ["i32", ADDRESS], returns: ADDRESS_RESULT },
  setsid: { args: [], returns: "i32" },
  dup2: { args: ["i32", "i32"], returns: "i32" },
  kill: { args: ["i32", "i32"], returns: "i32" },
  waitid: { args: ["i32", "i32", ADDRESS, "i32"], returns: "i32" },
  prlimit: { args: ["i32", "i32", ADDRESS, ADDRESS], returns: "i32" },
  clock_gettime: { args: ["i32", ADDRESS], returns: "i32" },
  getpwnam: { args: [ADDRESS], returns: ADDRESS_RESULT },
  getpwuid: { args: ["u32"], returns: ADDRESS_RESULT },
  getgrgid: { args: ["u32"], returns: ADDRESS_RESULT },
  fanotify_init: { args: ["u32", "u32"], returns: "i32" },
  fanotify_mark: { args: ["i32", "u32", "u64", "i32", ADDRESS], returns: "i32" },
  name_to_handle_at: { args: ["i32", ADDRESS, ADDRESS, ADDRESS, "i32"], returns: "i32" },
  open_by_handle_at: { args: ["i32", ADDRESS, "i32"], returns: "i32" },
  fstatfs: { args: ["i32", ADDRESS], returns: "i32" },
  getgrouplist: { args: [ADDRESS, "u32", ADDRESS, ADDRESS], returns: "i32" },
} as const satisfies Record<string, FFIFunction>;

/** The names of the functions. */
export const LIBC_FUNCTIONS: readonly string[] = Object.keys(functions);

type Libc = ReturnType<typeof dlopen<typeof functions>>["symbols"];

/** Foreign functions cannot be called. */
export class ForeignCallError extends TraceError {
  override readonly name = "ForeignCallError";
  override readonly code = "FOREIGN_CALL";
}

function load(): Libc {
  try {
    return dlopen("libc.so.6", functions).symbols;
  } catch (error) {
    const { message } = error as Error;
    // The compiler reserves an address space of its own, and is turned off if there is none.
    const cause = message.includes("JIT")
      ? "there is no memory for compiled code; raise the limits on address space and data with ulimit -v and -d"
      : message;
    throw new ForeignCallError(`cannot call functions of the C library: ${cause}`, {
      cause: error,
    });
  }
}

/** The functions. The first use of one loads them all, so that an import has no side effects. */
export const libc: Libc = Object.create(
  new Proxy(
    {},
    {
      get(_, name) {
        Object.assign(libc, load());
        return libc[name as keyof Libc];
      },
    },
  ),
);

/**
 * Makes a system call that the C library has no function for: syscall(2).
 * @param number a number of SYS (machine.ts)
 */
export function syscall(number: number, ...args: (number | bigint)[]): number {
  const [a, b, c, d, e, f] = [...args, 0, 0, 0, 0, 0, 0].map(BigInt);
  return libc.syscall(BigInt(number), a, b, c, d, e, f);
}

/**
 * Reads the state that this process inherited, so that the command inherits the same: getrlimit(2),
 * signal(7), proc(5). Bun raises RLIMIT_NOFILE and ignores SIGPIPE and SIGXFSZ before our first
 * line. The build patches that out (src/build/patch-bun-imports.ts), and we do it here after
 * reading the state. Bun also marks fds from 4 on as close-on-exec, so that the flag does not show
 * whether they were inherited; those that Bun opened are recognized by their links.
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { libc } from "../ffi/libc.ts";
import { allocate } from "../ffi/memory.ts";
import { O_ACCMODE, O_CLOEXEC, O_RDONLY } from "../kernel/fcntl.ts";
import { SIG_IGN, SIGPIPE, SIGXFSZ } from "../kernel/signal.ts";

const RLIMIT_NOFILE = 7;
const RLIMIT_MEMLOCK = 8;
/** More fds than we ever have open. */
const MIN_NOFILE = 1024n;
/** Link texts of the files that Bun opens when it starts. */
const BUN_INTERNAL_FILES = [
  "anon_inode:[eventpoll]",
  "anon_inode:[eventfd]",
  "anon_inode:[timerfd]",
];

export interface Rlimit {
  readonly soft: bigint;
  readonly hard: bigint;
}

export interface InheritedState {
  /** RLIMIT_NOFILE, and RLIMIT_MEMLOCK, which libbpf raises on old kernels. */
  readonly nofile: Rlimit;
  readonly memlock: Rlimit;
  readonly ignoresSigpipe: boolean;
  readonly ignoresSigxfsz: boolean;
  /** Open fds from 3 on. */
  readonly fds: readonly number[];
}

function getRlimit(resource: number): Rlimit {
  const memory = allocate(16);
  libc.prlimit(0, resource, 0, memory.address);
  return { soft: memory.view.getBigUint64(0, true), hard: memory.view.getBigUint64(8, true) };
}

/** Raises a low soft limit for our own fds. */
function raiseNofileLimit({ soft, hard }: Rlimit): void {
  if (soft >= MIN_NOFILE) return;
  const memory = allocate(16);
  memory.view.setBigUint64(0, hard < MIN_NOFILE ? hard : MIN_NOFILE, true);
  memory.view.setBigUint64(8, hard, true);
  libc.prlimit(0, RLIMIT_NOFILE, memory.address, 0);
}

/** Returns the flags of an fd as open(2) has them; null if it is not open: proc_pid_fdinfo(5). */
function fdFlags(fd: number): number | null {
  try {
    const text = readFileSync(`/proc/self/fdinfo/${fd}`, "latin1");
    return Number.parseInt(text.match(/^flags:\s*(\d+)/m)?.[1] ?? "0", 8);
  } catch {
    return null;
  }
}

function isInherited(fd: number, flags: number): boolean {
  // Bun opens /dev/null in place of a standard stream that is closed.
  if (fd < 4) return (flags & O_CLOEXEC) === 0;
  try {
    return !BUN_INTERNAL_FILES.includes(readlinkSync(`/proc/self/fd/${fd}`));
  } catch {
    return false;
  }
}

/** Whether whoever started us passed this fd on, open for writing. */
export function isWritableInherited(fd: number): boolean {
  const flags = fdFlags(fd);
  return flags !== null && isInherited(fd, flags) && (flags & O_ACCMODE) !== O_RDONLY;
}

/** Reads the state, then adapts ours. Call it once, before the first file is opened. */
export function readInheritedState(): InheritedState {
  const fds = readdirSync("/proc/self/fd")
    .map(Number)
    .filter((fd) => {
      const flags = fdFlags(fd); // null for the closed fd of the directory listing
      return fd > 2 && flags !== null && isInherited(fd, flags);
    });
  const status = readFileSync("/proc/self/status", "latin1");
  const ignored = BigInt(`0x${status.match(/^SigIgn:\s*(\w+)/m)?.[1] ?? "0"}`);
  const ignores = (signal: number) => ((ignored >> BigInt(signal - 1)) & 1n) === 1n;
  const nofile = getRlimit(RLIMIT_NOFILE);
  raiseNofileLimit(nofile);
  for (const signal of [SIGPIPE, SIGXFSZ]) libc.signal(signal, SIG_IGN);
  return {
    nofile,
    memlock: getRlimit(RLIMIT_MEMLOCK),
    ignoresSigpipe: ignores(SIGPIPE),
    ignoresSigxfsz: ignores(SIGXFSZ),
    fds,
  };
}

/** Returns what a command inherits from a program that uses the library: limits, but no fds. */
export function defaultInheritance(): InheritedState {
  return {
    nofile: getRlimit(RLIMIT_NOFILE),
    memlock: getRlimit(RLIMIT_MEMLOCK),
    ignoresSigpipe: false,
    ignoresSigxfsz: false,
    fds: [],
  };
}

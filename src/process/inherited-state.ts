/**
 * What this process was given at its start, for the command to be given the same. getrlimit(2),
 * signal(7), proc(5). Bun would have raised RLIMIT_NOFILE and ignored SIGPIPE and SIGXFSZ before
 * our first line; the build keeps it from that (src/native/untouched.ts) and we do it here, after
 * a look. It also marks fds from 4 on close-on-exec: those are known by having come through exec.
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { libc } from "../ffi/libc.ts";
import { allocate } from "../ffi/memory.ts";
import { SIG_IGN, SIGPIPE, SIGXFSZ } from "../kernel/signal.ts";

const RLIMIT_NOFILE = 7;
const RLIMIT_MEMLOCK = 8;
const O_CLOEXEC = 0o2000000;
/** More than we ever have open. */
const ENOUGH_FILES = 1024n;
/** What Bun opens for itself at its start. */
const BUNS_OWN = ["anon_inode:[eventpoll]", "anon_inode:[eventfd]", "anon_inode:[timerfd]"];

export interface Limit {
  readonly soft: bigint;
  readonly hard: bigint;
}

export interface Inherited {
  /** RLIMIT_NOFILE, and RLIMIT_MEMLOCK, which libbpf raises on old kernels. */
  readonly nofile: Limit;
  readonly memlock: Limit;
  readonly ignoresSigpipe: boolean;
  readonly ignoresSigxfsz: boolean;
  /** Open fds from 3 on. */
  readonly fds: readonly number[];
}

function limit(resource: number): Limit {
  const memory = allocate(16);
  libc.prlimit(0, resource, 0, memory.address);
  return { soft: memory.view.getBigUint64(0, true), hard: memory.view.getBigUint64(8, true) };
}

/** Gives ourselves room for our own fds where the shell leaves little. */
function raiseOpenFiles({ soft, hard }: Limit): void {
  if (soft >= ENOUGH_FILES) return;
  const memory = allocate(16);
  memory.view.setBigUint64(0, hard < ENOUGH_FILES ? hard : ENOUGH_FILES, true);
  memory.view.setBigUint64(8, hard, true);
  libc.prlimit(0, RLIMIT_NOFILE, memory.address, 0);
}

function isInherited(fd: number): boolean {
  try {
    const flags = readFileSync(`/proc/self/fdinfo/${fd}`, "latin1").match(/^flags:\s*(\d+)/m)?.[1];
    const closed = Number.parseInt(flags ?? "0", 8) & O_CLOEXEC;
    if (fd < 4) return !closed;
    return !BUNS_OWN.includes(readlinkSync(`/proc/self/fd/${fd}`));
  } catch {
    return false; // the fd that the list itself was read with
  }
}

/** To be called once, before the first file is opened. */
export function inherited(): Inherited {
  const fds = readdirSync("/proc/self/fd")
    .map(Number)
    .filter((fd) => fd > 2 && isInherited(fd));
  const status = readFileSync("/proc/self/status", "latin1");
  const ignored = BigInt(`0x${status.match(/^SigIgn:\s*(\w+)/m)?.[1] ?? "0"}`);
  const ignores = (signal: number) => ((ignored >> BigInt(signal - 1)) & 1n) === 1n;
  const nofile = limit(RLIMIT_NOFILE);
  raiseOpenFiles(nofile);
  for (const signal of [SIGPIPE, SIGXFSZ]) libc.signal(signal, SIG_IGN);
  return {
    nofile,
    memlock: limit(RLIMIT_MEMLOCK),
    ignoresSigpipe: ignores(SIGPIPE),
    ignoresSigxfsz: ignores(SIGXFSZ),
    fds,
  };
}

/** What a command gets from a program that uses the library: its limits, and none of its fds. */
export function limitsOnly(): Inherited {
  return {
    nofile: limit(RLIMIT_NOFILE),
    memlock: limit(RLIMIT_MEMLOCK),
    ignoresSigpipe: false,
    ignoresSigxfsz: false,
    fds: [],
  };
}

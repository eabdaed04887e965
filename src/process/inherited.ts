/**
 * What this process was given at its start, for the command to be given the same. Bun has changed
 * some of it before our first line runs: it raises the soft RLIMIT_NOFILE to the hard one, ignores
 * SIGPIPE and SIGXFSZ, and marks fds from 4 on close-on-exec. What it overwrote is asked of the
 * shell that started us, which had it from the same place. getrlimit(2), signal(7), proc(5).
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { libc } from "../ffi/libc.ts";
import { allocate } from "../ffi/memory.ts";
import { SIGPIPE, SIGXFSZ } from "../kernel/signal.ts";

const RLIMIT_NOFILE = 7;
const RLIMIT_MEMLOCK = 8;
const O_CLOEXEC = 0o2000000;
/** What Bun opens for itself at its start. */
const BUNS_OWN = ["anon_inode:[eventpoll]", "anon_inode:[eventfd]", "anon_inode:[timerfd]"];
/** Programs that pass on to their children the signals that they were started with as ignored. */
const SHELLS = ["sh", "dash", "bash", "zsh", "ksh", "mksh", "ash", "busybox", "fish"];

export interface Limit {
  readonly soft: bigint;
  readonly hard: bigint;
}

export interface Inherited {
  /** RLIMIT_NOFILE and RLIMIT_MEMLOCK (which libbpf raises on old kernels). */
  readonly nofile: Limit;
  readonly memlock: Limit;
  readonly ignoresSigpipe: boolean;
  readonly ignoresSigxfsz: boolean;
  /** Open fds from 3 on. */
  readonly fds: readonly number[];
}

function limitOf(pid: number, resource: number): Limit | null {
  const memory = allocate(16);
  if (libc.prlimit(pid, resource, 0, memory.address) < 0) return null;
  return { soft: memory.view.getBigUint64(0, true), hard: memory.view.getBigUint64(8, true) };
}

/** A field of /proc/PID/status, "" if it cannot be read. */
function statusField(pid: number, name: string): string {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "latin1");
    return status.match(new RegExp(`^${name}:\\s*(.*)$`, "m"))?.[1] ?? "";
  } catch {
    return "";
  }
}

/** The process that started us; sudo's own processes are passed over. */
function starter(): { pid: number; comm: string } {
  let pid = libc.getppid();
  for (;;) {
    const comm = statusField(pid, "Name");
    const parent = Number(statusField(pid, "PPid"));
    if (comm !== "sudo" || !parent) return { pid, comm };
    pid = parent;
  }
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

/** To be called before the first file is opened. */
export function inherited(): Inherited {
  const fds = readdirSync("/proc/self/fd")
    .map(Number)
    .filter((fd) => fd > 2 && isInherited(fd));
  const { pid, comm } = starter();
  const own = limitOf(0, RLIMIT_NOFILE) as Limit;
  const asked = limitOf(pid, RLIMIT_NOFILE);
  const raised = own.soft === own.hard && asked !== null && asked.soft < own.hard;
  const ignored = SHELLS.includes(comm.replace(/^-/, ""))
    ? BigInt(`0x${statusField(pid, "SigIgn") || "0"}`)
    : 0n;
  return {
    nofile: raised ? { soft: asked.soft, hard: own.hard } : own,
    memlock: limitOf(0, RLIMIT_MEMLOCK) as Limit,
    ignoresSigpipe: ((ignored >> BigInt(SIGPIPE - 1)) & 1n) === 1n,
    ignoresSigxfsz: ((ignored >> BigInt(SIGXFSZ - 1)) & 1n) === 1n,
    fds,
  };
}

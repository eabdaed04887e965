/** Tracks the threads that strace saw: their processes and their directories. */
import { existsSync, realpathSync } from "node:fs";
import { resolve } from "node:path";
import type { StraceLine } from "./lines.ts";
import { fdOf, numberOf, type StraceCall, stringOf, type Target } from "./syntax.ts";

/** include/uapi/linux/sched.h */
const CLONE_FS = 0x200;
export const CLONE_VM = 0x100;
export const CLONE_VFORK = 0x4000;
export const CLONE_THREAD = 0x10000;
export const CSIGNAL = 0xff;

/** A line with its parsed call. */
export type ParsedLine = StraceLine & { readonly call?: StraceCall };

/**
 * Completes forks that did not return. A thread that executes another program ends all other
 * threads of its process, perhaps its creator before its fork returned; a process may be killed
 * likewise. A thread without a known creator is assigned to an unfinished fork: one in the process
 * whose id it took over, or the last one that began before it.
 */
export function withChildren(lines: readonly ParsedLine[]): ParsedLine[] {
  const forks = lines.filter(({ call }) => call && forkFlags(call) !== null);
  const left = forks.filter(({ call }) => call!.result === null);
  left.sort((one, other) => other.firstLine - one.firstLine);
  const children = new Map<ParsedLine, number>();
  for (const { tid, firstLine, process } of orphans(lines, forks)) {
    const before = left.filter((fork) => fork.firstLine < firstLine && !children.has(fork));
    const fork = before.find((each) => each.tid === process) ?? before[0];
    if (fork) children.set(fork, tid);
  }
  return lines.map((line) => {
    const result = children.get(line);
    return result === undefined ? line : { ...line, call: { ...line.call!, result } };
  });
}

interface Orphan {
  readonly tid: number;
  /** Its first line. */
  readonly firstLine: number;
  /** The process whose id it took over; 0 if none. */
  readonly process: number;
}

/** Returns threads that no fork returned, except the first; those with a known process first. */
function orphans(lines: readonly ParsedLine[], forks: readonly ParsedLine[]): Orphan[] {
  const created = new Set([lines[0].tid, ...forks.map(({ call }) => call!.result)]);
  const found = new Map<number, Orphan>();
  const note = (tid: number, firstLine: number, process: number) => {
    const before = found.get(tid);
    if (!created.has(tid))
      found.set(tid, {
        tid,
        firstLine: Math.min(firstLine, before?.firstLine ?? firstLine),
        process: before?.process || process,
      });
  };
  for (const line of lines) {
    note(line.tid, line.firstLine, 0);
    if (line.kind === "superseded") note(line.by, line.firstLine, line.tid);
  }
  const all = [...found.values()].sort((one, other) => one.firstLine - other.firstLine);
  return [...all.filter(({ process }) => process), ...all.filter(({ process }) => !process)];
}

/** The state that CLONE_FS shares: struct fs_struct. */
interface FsState {
  cwd: string;
  root: string;
}
interface Thread {
  readonly pid: number;
  readonly fs: FsState;
  /** The executable: readlink of /proc/self/exe. */
  exe: string;
}
interface Origin {
  readonly parent: number;
  readonly flags: number;
}

export class Threads {
  private readonly threads = new Map<number, Thread>();
  /** Collected beforehand, as a child may call before its parent's fork returns. */
  private readonly origins = new Map<number, Origin>();

  /** @param cwd of the command, whose first thread makes the first call */
  constructor(calls: readonly StraceCall[], cwd: string) {
    for (const call of calls) {
      const flags = forkFlags(call);
      if (flags !== null && (call.result ?? 0) > 0)
        this.origins.set(call.result!, { parent: call.tid, flags });
    }
    const [{ tid }] = calls;
    this.threads.set(tid, { pid: tid, fs: { cwd: realpathSync(cwd), root: "/" }, exe: "" });
  }

  /** @throws Error if the creator of the thread is unknown */
  private thread(tid: number): Thread {
    const known = this.threads.get(tid);
    if (known) return known;
    const origin = this.origins.get(tid);
    if (!origin) throw new Error(`a thread without a creator: ${tid}`);
    const { pid, fs, exe } = this.thread(origin.parent);
    const thread = {
      exe,
      pid: origin.flags & CLONE_THREAD ? pid : tid,
      fs: origin.flags & CLONE_FS ? fs : { ...fs },
    };
    this.threads.set(tid, thread);
    return thread;
  }

  pidOf(tid: number): number {
    return this.thread(tid).pid;
  }

  /** The directory of relative names, if strace does not print it. */
  cwdOf(tid: number): string {
    return this.thread(tid).fs.cwd;
  }

  rootOf(tid: number): string {
    return this.thread(tid).fs.root;
  }

  exeOf(tid: number): string {
    return this.thread(tid).exe;
  }

  /** Records an execve: the thread gets the executable and no longer shares its directories. */
  execute(tid: number, exe: string): void {
    const { pid, fs } = this.thread(tid);
    this.threads.set(tid, { pid, fs: { ...fs }, exe });
  }

  /** Sets the directory of AT_FDCWD that strace printed, which overrides the tracked one. */
  setCwd(tid: number, { link }: Target): void {
    this.thread(tid).fs.cwd = link.replace(/ \(deleted\)$/, "");
  }

  supersede(tid: number, by: number): void {
    this.threads.set(tid, { ...this.thread(by), pid: tid });
  }

  /** Tracks forks, chdir, fchdir and chroot. Must be called at the end of each call, in order. */
  follow({ tid, call, args, result }: StraceCall): void {
    if (result === null || result < 0) return;
    const { fs } = this.thread(tid);
    if (this.origins.has(result) && this.origins.get(result)?.parent === tid) this.thread(result);
    if (call === "fchdir") fs.cwd = fdOf(args[0]).target?.link ?? fs.cwd;
    if (call === "chdir") fs.cwd = this.directoryOf(tid, stringOf(args[0]) ?? "");
    if (call === "chroot") fs.root = this.directoryOf(tid, stringOf(args[0]) ?? "");
  }

  /** Returns the directory of a name; if it no longer exists, without resolving links. */
  directoryOf(tid: number, name: string): string {
    const { cwd, root } = this.thread(tid).fs;
    const path = `${name.startsWith("/") ? root : cwd}/${name}/.`;
    const bytes = Buffer.from(path, "latin1");
    return existsSync(bytes) ? realpathSync(bytes, "buffer").toString("latin1") : resolve(path);
  }
}

/** Returns the flags of a call that creates threads or processes; null for others. */
export function forkFlags(forkCall: StraceCall): number | null {
  const { call } = forkCall;
  if (call === "fork") return 0;
  if (call === "vfork") return CLONE_VFORK | CLONE_VM;
  if (call !== "clone" && call !== "clone3") return null;
  return call === "clone" ? cloneFlags(forkCall) & ~CSIGNAL : cloneFlags(forkCall);
}

/** Returns the flags passed to clone or clone3. */
export function cloneFlags({ args }: StraceCall): number {
  return numberOf(args.join(", ").match(/\bflags=([^,}]+)/)?.[1]);
}

/** Who the threads that strace saw are: their processes, and the directories they work in. */
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

/** A line with its call taken apart. */
export type ParsedLine = StraceLine & { readonly call?: StraceCall };

/**
 * Gives forks that never returned what they made. A thread that runs another program ends all
 * others of its process, the one that made it among them, which may not have heard of it by then;
 * so may a process be killed. What no other fork made is theirs: of the one in the process that the
 * thread took over, or of the last one that began before it.
 */
export function withChildren(lines: readonly ParsedLine[]): ParsedLine[] {
  const forks = lines.filter(({ call }) => call && forkFlags(call) !== null);
  const left = forks.filter(({ call }) => call!.result === null);
  left.sort((one, other) => other.begun - one.begun);
  const children = new Map<ParsedLine, number>();
  for (const { tid, begun, process } of orphans(lines, forks)) {
    const before = left.filter((fork) => fork.begun < begun && !children.has(fork));
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
  /** The first line of it. */
  readonly begun: number;
  /** That it took over; 0: none. */
  readonly process: number;
}

/** Threads that no fork returned, but for the command's first; those whose process is known first. */
function orphans(lines: readonly ParsedLine[], forks: readonly ParsedLine[]): Orphan[] {
  const made = new Set([lines[0].tid, ...forks.map(({ call }) => call!.result)]);
  const found = new Map<number, Orphan>();
  const see = (tid: number, begun: number, process: number) => {
    const before = found.get(tid);
    if (!made.has(tid))
      found.set(tid, {
        tid,
        begun: Math.min(begun, before?.begun ?? begun),
        process: before?.process || process,
      });
  };
  for (const line of lines) {
    see(line.tid, line.begun, 0);
    if (line.kind === "superseded") see(line.by, line.begun, line.tid);
  }
  const all = [...found.values()].sort((one, other) => one.begun - other.begun);
  return [...all.filter(({ process }) => process), ...all.filter(({ process }) => !process)];
}

/** What clone(2) leaves to be shared: struct fs_struct. */
interface Places {
  cwd: string;
  root: string;
}
interface Thread {
  readonly pid: number;
  readonly places: Places;
  /** What it runs: readlink of /proc/self/exe. */
  exe: string;
}
interface Origin {
  readonly parent: number;
  readonly flags: number;
}

export class Threads {
  private readonly threads = new Map<number, Thread>();
  /** A child may call before its parent is told of it, so this is gathered beforehand. */
  private readonly origins = new Map<number, Origin>();

  /** @param cwd of the command; its first thread is the one that called first */
  constructor(calls: readonly StraceCall[], cwd: string) {
    for (const call of calls) {
      const flags = forkFlags(call);
      if (flags !== null && (call.result ?? 0) > 0)
        this.origins.set(call.result!, { parent: call.tid, flags });
    }
    const [{ tid }] = calls;
    this.threads.set(tid, { pid: tid, places: { cwd: realpathSync(cwd), root: "/" }, exe: "" });
  }

  /** @throws Error where nobody made this thread */
  private thread(tid: number): Thread {
    const known = this.threads.get(tid);
    if (known) return known;
    const origin = this.origins.get(tid);
    if (!origin) throw new Error(`a thread out of nowhere: ${tid}`);
    const { pid, places, exe } = this.thread(origin.parent);
    const thread = {
      exe,
      pid: origin.flags & CLONE_THREAD ? pid : tid,
      places: origin.flags & CLONE_FS ? places : { ...places },
    };
    this.threads.set(tid, thread);
    return thread;
  }

  pidOf(tid: number): number {
    return this.thread(tid).pid;
  }

  /** What a relative name starts from where strace does not say so. */
  cwdOf(tid: number): string {
    return this.thread(tid).places.cwd;
  }

  rootOf(tid: number): string {
    return this.thread(tid).places.root;
  }

  exeOf(tid: number): string {
    return this.thread(tid).exe;
  }

  /** From now on it runs this program, and shares its places with nobody. */
  runs(tid: number, exe: string): void {
    const { pid, places } = this.thread(tid);
    this.threads.set(tid, { pid, places: { ...places }, exe });
  }

  /** AT_FDCWD refers to this: strace's own word counts more than what was concluded. */
  seen(tid: number, { link }: Target): void {
    this.thread(tid).places.cwd = link.replace(/ \(deleted\)$/, "");
  }

  supersede(tid: number, by: number): void {
    this.threads.set(tid, { ...this.thread(by), pid: tid });
  }

  /** Follows forks, chdir, fchdir and chroot. To be called at the end of each call, in order. */
  follow({ tid, call, args, result }: StraceCall): void {
    if (result === null || result < 0) return;
    const { places } = this.thread(tid);
    if (this.origins.has(result) && this.origins.get(result)?.parent === tid) this.thread(result);
    if (call === "fchdir") places.cwd = fdOf(args[0]).target?.link ?? places.cwd;
    if (call === "chdir") places.cwd = this.placeOf(tid, stringOf(args[0]) ?? "");
    if (call === "chroot") places.root = this.placeOf(tid, stringOf(args[0]) ?? "");
  }

  /** The directory that a name leads to; where it is gone by now, as if no link were on the way. */
  placeOf(tid: number, name: string): string {
    const { cwd, root } = this.thread(tid).places;
    const path = `${name.startsWith("/") ? root : cwd}/${name}/.`;
    const bytes = Buffer.from(path, "latin1");
    return existsSync(bytes) ? realpathSync(bytes, "buffer").toString("latin1") : resolve(path);
  }
}

/** The flags of a call that makes threads or processes; null of any other. */
export function forkFlags(made: StraceCall): number | null {
  const { call } = made;
  if (call === "fork") return 0;
  if (call === "vfork") return CLONE_VFORK | CLONE_VM;
  if (call !== "clone" && call !== "clone3") return null;
  return call === "clone" ? cloneFlags(made) & ~CSIGNAL : cloneFlags(made);
}

/** The flags of clone or clone3 as they were given. */
export function cloneFlags({ args }: StraceCall): number {
  return numberOf(args.join(", ").match(/\bflags=([^,}]+)/)?.[1]);
}

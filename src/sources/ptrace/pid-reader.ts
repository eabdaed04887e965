/**
 * Finds processes by their numbers in the pid namespace of a tracee: pid_namespaces(7), and the fields
 * NStgid, NSpid, NSpgid and NSsid of proc_pid_status(5), which list the numbers in each namespace from
 * that of the procfs mount inwards.
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { SyscallEvent } from "../../events/syscall-event.ts";
import type { PidDetailKind, PidDetails, PidLookup, PidRole } from "../../syscalls/pid-details.ts";
import { annotatePids, resultPid } from "../../syscalls/pid-values.ts";

const FIELDS: Readonly<Record<PidRole, string>> = {
  tid: "NSpid",
  tgid: "NStgid",
  pgid: "NSpgid",
  sid: "NSsid",
};

/** A set of kinds: filters/selection.ts. */
export interface PidDetailKinds {
  has(kind: PidDetailKind): boolean;
}

/** Returns the result, or null if the file does not exist or may not be read. */
function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** Parses "NSpid:\t12\t1" of a status file. */
export function namespaceNumbers(status: string, role: PidRole): readonly number[] {
  const text = new RegExp(`^${FIELDS[role]}:\\s*(.*)$`, "m").exec(status)?.[1];
  return text === undefined || text === "" ? [] : text.split(/\s+/).map(Number);
}

const statusOf = (directory: string) =>
  attempt(() => readFileSync(`${directory}/status`, "latin1")) ?? "";
const namespaceOf = (directory: string) => attempt(() => readlinkSync(`${directory}/ns/pid`)) ?? "";
const numbersIn = (directory: string) =>
  (attempt(() => readdirSync(directory)) ?? []).filter((name) => /^\d/.test(name));

const MAX_DIRECTORIES = 1024;

export class PidReader {
  private readonly kinds: PidDetailKinds;
  /** The last known names of threads. */
  private readonly names = new Map<number, string>();
  /** The last known directories of threads, if procfs is of another namespace. */
  private readonly directories = new Map<number, string>();
  /** The index of our own pid namespace in the lists of status files. */
  private readonly ownLevel: number;
  /** Our own number in procfs. */
  private readonly ownNumber = attempt(() => readlinkSync("/proc/self"));
  private readonly ownNamespace = namespaceOf("/proc/self");

  constructor(kinds: PidDetailKinds) {
    this.kinds = kinds;
    this.ownLevel = Math.max(namespaceNumbers(statusOf("/proc/self"), "tid").length - 1, 0);
  }

  /** Adds details to the decoded arguments and the result of a call. */
  annotate(event: SyscallEvent): void {
    const lookup = this.lookup(event.tid);
    annotatePids(event, lookup);
    if (!event.failed && event.result !== null)
      event.resultPid = resultPid(event, Number(event.result), lookup);
  }

  /** Returns a function that finds processes by their numbers in the pid namespace of a thread. */
  lookup(tid: number): PidLookup {
    return (role, pid) => this.detailsOf(tid, role, pid);
  }

  /** Returns the name of a tracee, also of one that has just ended; null if names are not requested. */
  tracedName(tid: number): string | null {
    if (!this.kinds.has("comm")) return null;
    const comm = this.commOf(tid);
    if (comm !== undefined) this.names.set(tid, comm);
    return comm ?? this.names.get(tid) ?? null;
  }

  /** Returns the name of a thread, one character per byte. @param tid in our own pid namespace */
  commOf(tid: number): string | undefined {
    const directory = this.directoryOf(tid);
    const comm = attempt(() => readFileSync(`${directory}/comm`, "latin1"));
    return comm === null ? undefined : comm.replace(/\n$/, "");
  }

  private detailsOf(tid: number, role: PidRole, pid: number): PidDetails | undefined {
    const own = this.translate(tid, role, pid);
    const isThread = role === "tid" || role === "tgid";
    const comm =
      this.kinds.has("comm") && isThread && own !== undefined ? this.commOf(own) : undefined;
    const translated = this.kinds.has("pidns") && own !== pid ? own : undefined;
    return comm === undefined && translated === undefined
      ? undefined
      : {
          ...(comm === undefined ? {} : { comm }),
          ...(translated === undefined ? {} : { translated }),
        };
  }

  /** Returns the directory of a thread, which has another number if procfs is of another namespace. */
  private directoryOf(tid: number): string {
    if (this.ownLevel === 0) return `/proc/${tid}`;
    const known = this.directories.get(tid);
    if (known && namespaceNumbers(statusOf(known), "tid")[this.ownLevel] === tid) return known;
    const found = this.find("tid", this.ownLevel, tid, this.ownNamespace) ?? `/proc/${tid}`;
    if (this.directories.size >= MAX_DIRECTORIES) this.directories.clear();
    this.directories.set(tid, found);
    return found;
  }

  /** Returns the number of a thread in procfs. @param tid in our own pid namespace */
  numberInProc(tid: number): number {
    return Number(this.directoryOf(tid).replace(/.*\//, ""));
  }

  /** Returns the number in our own pid namespace; undefined if there is no such process in it. */
  translate(tid: number, role: PidRole, pid: number): number | undefined {
    const directory = this.directoryOf(tid);
    const namespace = namespaceOf(directory);
    if (namespace === "" || namespace === this.ownNamespace) return pid;
    const level = namespaceNumbers(statusOf(directory), "tid").length - 1;
    if (level < 0) return undefined;
    const found = this.find(role, level, pid, namespace);
    return found === null ? undefined : namespaceNumbers(statusOf(found), role)[this.ownLevel];
  }

  /** Whether the thread is traced by us. */
  private isTraced(directory: string): boolean {
    return /^TracerPid:\t(\d+)$/m.exec(statusOf(directory))?.[1] === this.ownNumber;
  }

  /**
   * Searches all processes, and for a thread all threads.
   * @param namespace the namespace that has the level
   */
  private find(role: PidRole, level: number, pid: number, namespace: string): string | null {
    let likely: string | null = null;
    for (const process of numbersIn("/proc")) {
      const tasks = `/proc/${process}/task`;
      const threads = role === "tid" ? numbersIn(tasks) : [process];
      for (const thread of threads) {
        const directory = role === "tid" ? `${tasks}/${thread}` : `/proc/${process}`;
        const numbers = namespaceNumbers(statusOf(directory), role);
        if (numbers[level] !== pid) continue;
        const isInner = numbers.length > level + 1;
        if (isInner ? this.isTraced(directory) : namespaceOf(directory) === namespace)
          return directory;
        // A process of an inner namespace, of which procfs does not say what it is in.
        if (isInner) likely ??= directory;
      }
    }
    return likely;
  }
}

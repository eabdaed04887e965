/** Finds processes by their numbers in the pid namespace of a tracee: pid_namespaces(7). */
import { readFileSync } from "node:fs";
import type { SyscallEvent } from "../../events/syscall-event.ts";
import type { PidDetailKind, PidDetails, PidLookup, PidRole } from "../../syscalls/pid-details.ts";
import { annotatePids, resultPid } from "../../syscalls/pid-values.ts";
import {
  findDirectory,
  namespaceNumbers,
  namespaceOf,
  ownLevel,
  statusOf,
  threadDirectory,
} from "./thread-directory.ts";

/** A set of kinds: filters/selection.ts. */
export interface PidDetailKinds {
  has(kind: PidDetailKind): boolean;
}

/** Limits the cache, since numbers are used again. */
const MAX_DIRECTORIES = 1024;

export class PidReader {
  private readonly kinds: PidDetailKinds;
  /** The last known names of threads. */
  private readonly names = new Map<number, string>();
  /** Where processes were found, by their namespaces, roles and numbers. */
  private readonly directories = new Map<string, string>();

  constructor(kinds: PidDetailKinds) {
    this.kinds = kinds;
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
    try {
      return readFileSync(`${threadDirectory(tid)}/comm`, "latin1").replace(/\n$/, "");
    } catch {
      return undefined;
    }
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

  /** Returns the number in our own pid namespace; undefined if there is no such process in it. */
  translate(tid: number, role: PidRole, pid: number): number | undefined {
    const directory = threadDirectory(tid);
    const namespace = namespaceOf(directory);
    if (namespace === "" || namespace === namespaceOf("/proc/self")) return pid;
    const level = namespaceNumbers(statusOf(directory), "tid").length - 1;
    if (level < 0) return undefined;
    const found = this.find(role, level, pid, namespace);
    return found === null ? undefined : namespaceNumbers(statusOf(found), role)[ownLevel()];
  }

  /** Finds a process where it was found before, if it is still there. */
  private find(role: PidRole, level: number, pid: number, namespace: string): string | null {
    const key = `${namespace} ${role} ${pid}`;
    const known = this.directories.get(key);
    if (known !== undefined && namespaceNumbers(statusOf(known), role)[level] === pid) return known;
    const found = findDirectory(role, level, pid, namespace);
    if (this.directories.size >= MAX_DIRECTORIES) this.directories.clear();
    if (found !== null) this.directories.set(key, found);
    return found;
  }
}

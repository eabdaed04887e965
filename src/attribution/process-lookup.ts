/**
 * Looks up processes by pid, for fanotify(7) events, which have a pid but no time and may be read
 * long after the process has exited.
 *
 * A fanotify event is queued before its process can do anything else. The fanotify queue is read
 * first and the process events after it, so all forks and execs before the fanotify event are known,
 * and some after it: those between the event and its read. This has three consequences:
 *
 * - If a process executed another program in that time, the later program is reported. With
 *   `sort >sorted` the shell creates the file and then becomes sort.
 * - If a process changed its name or user in that time, the later one is reported.
 * - A process that never executes, as in `(: >x)`, is reported under the name of its parent, even if
 *   it exits in that time. Its pid distinguishes it from its parent.
 *
 * Where two processes had a pid since the last drain, either may have caused the event: it is unknown.
 */

import type { Loss } from "../events/loss.ts";
import { type ProcessInfo, UNKNOWN_PROCESS, unknownProcess } from "../events/process-info.ts";

/** A source of information about processes. */
export interface ProcessInfoProvider {
  /** An fd for which `update` is to be called as soon as it is readable; null if there is none. */
  readonly urgentFd: number | null;
  /**
   * Reads all process events so far.
   * @param onExit called with each exited process, as it was at its exit
   */
  update(onExit: (process: ProcessInfo) => void): void;
  /** Returns the process that has a pid; its origin is "unknown" if it cannot be identified. */
  lookup(pid: number): ProcessInfo;
  /** Returns the process that events have named; it may have a pid that another one had before. */
  find(pid: number): ProcessInfo | undefined;
  losses(): Loss[];
  close(): void;
}

/** Max exited processes of a generation. */
const MAX_EXITED = 65536;

/** Whether a process got its pid after another one. Unknown starts are 0. */
function isLater(info: ProcessInfo, other: ProcessInfo): boolean {
  return info.started > other.started && other.started !== 0;
}

export class ProcessLookup {
  private readonly provider: ProcessInfoProvider;
  /** Processes that exited since the queue was last drained, and in the generation before. */
  private exited = new Map<number, ProcessInfo>();
  private previouslyExited = new Map<number, ProcessInfo>();
  /** Lookups since the last update. */
  private readonly cache = new Map<number, ProcessInfo>();

  constructor(provider: ProcessInfoProvider) {
    this.provider = provider;
  }

  /** An fd for which `update` is to be called as soon as it is readable; null if there is none. */
  get urgentFd(): number | null {
    return this.provider.urgentFd;
  }

  private readonly retainExited = (info: ProcessInfo): void => {
    const { pid } = info;
    if (pid === 0) return;
    if (this.exited.size >= MAX_EXITED) this.rotateGenerations();
    const before = this.exited.get(pid);
    this.exited.set(pid, before && isLater(info, before) ? unknownProcess(pid) : info);
  };

  /** Reads all process events so far: after a read of the queue, before its events are reported. */
  update(): void {
    this.cache.clear();
    this.provider.update(this.retainExited);
  }

  /**
   * Forgets processes that exited before the previous drain. Must be called after each drain.
   * @param isCaughtUp whether it reported everything that was queued; if events wait, so do their
   *   processes
   */
  drained(isCaughtUp: boolean): void {
    if (isCaughtUp) this.rotateGenerations();
  }

  private rotateGenerations(): void {
    this.previouslyExited = this.exited;
    this.exited = new Map();
  }

  /** Looks up a process. Pid 0, of any process outside our pid namespace, is unknown. */
  readonly lookup = (pid: number): ProcessInfo => {
    if (pid === 0) return UNKNOWN_PROCESS;
    const cached = this.cache.get(pid);
    if (cached) return cached;
    const info = this.identify(pid);
    this.cache.set(pid, info);
    return info;
  };

  private identify(pid: number): ProcessInfo {
    const exited = this.exited.get(pid);
    const before = exited ?? this.previouslyExited.get(pid);
    if (!before) return this.provider.lookup(pid);
    const current = this.provider.find(pid);
    if (!current || !isLater(current, before)) return before;
    return exited ? unknownProcess(pid) : this.provider.lookup(pid);
  }

  /** Losses of the provider: processes may be misidentified because of them. */
  losses(): Loss[] {
    return this.provider
      .losses()
      .map(({ what, count }) => ({ what: `${what} (processes may be misidentified)`, count }));
  }

  close(): void {
    this.provider.close();
  }
}

/**
 * Those that can tell who a process is, the best first: the process connector with names from the
 * kernel programs or from /proc, the kernel programs alone where the connector is refused (most
 * containers), and /proc alone.
 */

import type { Loss } from "../events/loss.ts";
import { SystemError } from "../ffi/errno.ts";
import { eventTimeNs, openExecFeed, toExecInfo } from "../sources/bpf/exec-feed.ts";
import type { BpfSource } from "../sources/bpf/source.ts";
import { PermissionError, UnsupportedError } from "../sources/proc-connector/errors.ts";
import { ProcessSource } from "../sources/proc-connector/process-source.ts";
import type { ProcessInfoProvider } from "./process-lookup.ts";
import { type ProcessInfo, ProcessTable, unknownProcess } from "./process-table.ts";
import { readProcStat } from "./procfs.ts";

/** The process connector, and the kernel programs where they are permitted. */
class ConnectorProvider implements ProcessInfoProvider {
  private readonly source: ProcessSource;

  /** @throws NotPermitted, NotSupported, SystemError */
  constructor(ebpf: boolean) {
    this.source = new ProcessSource({ ebpf, threads: false });
  }

  get urgentFd(): number | null {
    return this.source.readsProcfs ? this.source.fd : null;
  }

  update(ended: (who: ProcessInfo) => void): void {
    this.source.drain(({ event, processInfo }) => {
      if (event.name === "exit") ended(processInfo);
    });
  }

  who(pid: number): ProcessInfo {
    return this.source.lookup(pid);
  }

  losses(): Loss[] {
    return this.source.losses();
  }

  close(): void {
    this.source.close();
  }
}

/** The kernel programs alone. */
export class BpfProvider implements ProcessInfoProvider {
  readonly urgentFd = null;
  private readonly source: Pick<BpfSource, "drainWaiting" | "losses" | "close">;
  private readonly processTable = new ProcessTable(() => 0);

  constructor(source: BpfProvider["source"]) {
    this.source = source;
    this.processTable.scanProc();
  }

  update(ended: (who: ProcessInfo) => void): void {
    const { processTable } = this;
    this.source.drainWaiting((event) => {
      const { tgid, ret } = event.record;
      const time = eventTimeNs(event);
      // 0 stands for each process that has no number in our pid namespace: what is told of one of
      // them is not to be said of another. A child of theirs may have a number all the same.
      if ((event.kind === "fork" ? ret : tgid) === 0) return;
      switch (event.kind) {
        case "fork":
          processTable.forked(tgid, ret, time);
          break;
        case "exec":
          processTable.addExec(tgid, toExecInfo(event, 0));
          processTable.executed(tgid, time);
          break;
        case "exit":
          ended(processTable.lookup(tgid, time));
          processTable.exited(tgid, time);
      }
    });
  }

  /** Nobody tells of a change of user or name without an exec, but /proc knows of the living. */
  who(pid: number): ProcessInfo {
    const who = this.processTable.lookup(pid, Infinity);
    if (who.origin === "bpf") return who;
    const found = readProcStat(pid);
    return found ? { ...found, pid, origin: "proc" } : who;
  }

  losses(): Loss[] {
    return this.source.losses();
  }

  close(): void {
    this.source.close();
  }
}

/** Processes that /proc has told of and that may be gone; more are not kept. */
const MAX_CACHED = 4096;

/** /proc, which has to be asked each time. */
export class ProcfsProvider implements ProcessInfoProvider {
  readonly urgentFd = null;
  private readonly lastKnown = new Map<number, ProcessInfo>();

  update(): void {}

  who(pid: number): ProcessInfo {
    const identity = readProcStat(pid);
    if (!identity) return this.lastKnown.get(pid) ?? unknownProcess(pid);
    const who: ProcessInfo = { ...identity, pid, origin: "proc" };
    if (this.lastKnown.size >= MAX_CACHED) this.lastKnown.clear();
    this.lastKnown.set(pid, who);
    return who;
  }

  losses(): Loss[] {
    return [];
  }

  close(): void {}
}

/**
 * The best one that is permitted here.
 * @param feed whether the kernel programs may be used
 */
export function openProvider(feed: boolean): ProcessInfoProvider {
  try {
    return new ConnectorProvider(feed);
  } catch (error) {
    const refused = [PermissionError, UnsupportedError, SystemError];
    if (!refused.some((kind) => error instanceof kind)) throw error;
  }
  const source = feed ? openExecFeed(["fork", "exec", "exit"]) : null;
  return source ? new BpfProvider(source) : new ProcfsProvider();
}

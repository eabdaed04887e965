/**
 * Providers of process information, in order of preference: the process connector with names from
 * the eBPF programs or from /proc, the eBPF programs alone where the connector is not permitted
 * (most containers), and /proc alone.
 */

import type { Loss } from "../events/loss.ts";
import { effectiveUid, type ProcessInfo, unknownProcess } from "../events/process-info.ts";
import { SystemError } from "../ffi/errno.ts";
import { openExecFeed } from "../sources/bpf/exec-feed.ts";
import type { BpfSource } from "../sources/bpf/source.ts";
import { PermissionError, UnsupportedError } from "../sources/proc-connector/errors.ts";
import { ProcessSource } from "../sources/proc-connector/process-source.ts";
import { eventTimeNs, toExecInfo } from "./exec-info.ts";
import type { ProcessInfoProvider } from "./process-lookup.ts";
import { ProcessTable } from "./process-table.ts";
import { readProcStat, withLiveParents } from "./procfs.ts";

/** Uses the process connector, and the eBPF programs if they are permitted. */
class ConnectorProvider implements ProcessInfoProvider {
  private readonly source: ProcessSource;

  /** @throws PermissionError, UnsupportedError, SystemError */
  constructor(ebpf: boolean) {
    this.source = new ProcessSource({ ebpf, threads: false });
  }

  get urgentFd(): number | null {
    return this.source.readsProcfs ? this.source.fd : null;
  }

  update(onExit: (process: ProcessInfo) => void): void {
    this.source.drain(({ event, processInfo }) => {
      if (event.name === "exit") onExit(processInfo);
    });
  }

  lookup(pid: number): ProcessInfo {
    return this.source.lookup(pid);
  }

  find(pid: number): ProcessInfo | undefined {
    return this.source.find(pid);
  }

  losses(): Loss[] {
    return this.source.losses();
  }

  close(): void {
    this.source.close();
  }
}

/** Uses the eBPF programs alone. */
export class BpfProvider implements ProcessInfoProvider {
  readonly urgentFd = null;
  private readonly source: Pick<BpfSource, "drainWaiting" | "losses" | "close">;
  private readonly processTable = new ProcessTable(() => 0);

  constructor(source: BpfProvider["source"]) {
    this.source = source;
    this.processTable.scanProc();
  }

  update(onExit: (process: ProcessInfo) => void): void {
    const { processTable } = this;
    this.source.drainWaiting((event) => {
      const { tgid, ret } = event.record;
      const time = eventTimeNs(event);
      // 0 is the tgid of every process outside of our pid namespace, so such processes cannot be
      // distinguished. The child of one may be in our namespace nevertheless (setns(2)).
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
          onExit(processTable.lookup(tgid, time));
          processTable.exited(tgid, time);
      }
    });
  }

  /** No event reports a change of user or name without an exec, so /proc is read if possible. */
  lookup(pid: number): ProcessInfo {
    const info = this.processTable.lookup(pid, Infinity);
    const stat = readProcStat(pid);
    // A set-user-ID program has another effective user than its exec reports.
    if (info.origin === "bpf")
      return stat?.comm === info.comm ? { ...info, euid: effectiveUid(stat) } : info;
    return stat ? { ...stat, above: info.above } : info;
  }

  find(pid: number): ProcessInfo | undefined {
    return this.processTable.find(pid);
  }

  losses(): Loss[] {
    return this.source.losses();
  }

  close(): void {
    this.source.close();
  }
}

/** Max processes to remember after they were read from /proc. */
const MAX_CACHED = 4096;
/** How long a process that has exited since then still has its pid: another may get it later. */
const MAX_CACHED_MS = 1000;

/** Uses /proc alone, which is read at each lookup. */
export class ProcfsProvider implements ProcessInfoProvider {
  readonly urgentFd = null;
  private readonly lastKnown = new Map<number, { info: ProcessInfo; readAt: number }>();
  private readonly now: () => number;

  /** @param now a clock in milliseconds */
  constructor(now = () => performance.now()) {
    this.now = now;
  }

  update(): void {}

  lookup(pid: number): ProcessInfo {
    const stat = readProcStat(pid);
    if (!stat) return this.recall(pid) ?? unknownProcess(pid);
    const info = withLiveParents(stat);
    if (this.lastKnown.size >= MAX_CACHED) this.lastKnown.clear();
    this.lastKnown.set(pid, { info, readAt: this.now() });
    return info;
  }

  private recall(pid: number): ProcessInfo | undefined {
    const last = this.lastKnown.get(pid);
    return last && this.now() - last.readAt < MAX_CACHED_MS ? last.info : undefined;
  }

  find(): undefined {}

  losses(): Loss[] {
    return [];
  }

  close(): void {}
}

/**
 * Opens the best provider that is permitted.
 * @param ebpf whether the eBPF programs may be used
 */
export function openProvider(ebpf: boolean): ProcessInfoProvider {
  try {
    return new ConnectorProvider(ebpf);
  } catch (error) {
    const expected = [PermissionError, UnsupportedError, SystemError];
    if (!expected.some((kind) => error instanceof kind)) throw error;
  }
  const source = ebpf ? openExecFeed(["fork", "exec", "exit"]) : null;
  return source ? new BpfProvider(source) : new ProcfsProvider();
}

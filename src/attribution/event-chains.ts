/**
 * Finds the chain of processes that led to each file event, from the events exec, fork and exit
 * among them. Every event must pass here, whether it is reported or not.
 */
import { EVENT_EXEC, EVENT_EXIT, EVENT_FORK } from "../events/event-record.ts";
import type { FileEvent } from "../events/file-event.ts";
import { chainOf, type ProcessInfo } from "../events/process-info.ts";
import { sliceToLatin1 } from "../text/latin1.ts";
import { eventTimeNs, toExecInfo } from "./exec-info.ts";
import { ProcessTable } from "./process-table.ts";

/** Max processes to remember of which no fork or exec was reported. */
const MAX_STRANGERS = 4096;

export class EventChains {
  private readonly table: ProcessTable;
  /** Processes of which only their own events are known. */
  private readonly strangers = new Map<number, ProcessInfo>();

  private constructor(table: ProcessTable) {
    this.table = table;
  }

  /** Of the command that this process starts, whose parents are read from /proc. */
  static ofCommand(): EventChains {
    const table = new ProcessTable(() => 0);
    table.lookup(process.pid, Infinity);
    table.followTracer();
    return new EventChains(table);
  }

  /** Of all processes, which are read from /proc. */
  static ofMachine(): EventChains {
    const table = new ProcessTable(() => 0);
    table.scanProc();
    return new EventChains(table);
  }

  /**
   * Of a record.
   * @param processes those that were there when it began
   * @param tracer the pid of the trace that recorded it; 0 if that is not known
   * @param ofCommand whether it is the record of a command, not of all processes
   */
  static ofRecord(
    processes: readonly ProcessInfo[],
    tracer: number,
    ofCommand: boolean,
  ): EventChains {
    const before = new Map(processes.map((info) => [info.pid, info]));
    const table = new ProcessTable(
      () => 0,
      (pid) => before.get(pid) ?? null,
      tracer,
    );
    for (const { pid } of processes) table.lookup(pid, Infinity);
    before.clear();
    if (ofCommand) table.followTracer();
    return new EventChains(table);
  }

  /** Sets `event.chain`. */
  attribute(event: FileEvent): void {
    const { tgid } = event.record;
    const changed = this.update(event, tgid);
    // Pid 0 may be any process outside our pid namespace.
    if (tgid === 0) event.chain = null;
    else event.chain = chainOf(changed ?? this.table.find(tgid) ?? this.stranger(event, tgid));
  }

  /** Follows a process event. @returns the process after an exec and before an exit */
  private update(event: FileEvent, tgid: number): ProcessInfo | undefined {
    const { table } = this;
    switch (event.record.type) {
      case EVENT_EXEC:
        table.addExec(tgid, toExecInfo(event, 0));
        return table.executed(tgid, eventTimeNs(event));
      case EVENT_FORK:
        this.forked(event, tgid);
        return undefined;
      case EVENT_EXIT: {
        const info = table.find(tgid) ?? this.stranger(event, tgid);
        table.exited(tgid, eventTimeNs(event));
        this.strangers.delete(tgid);
        return info;
      }
    }
  }

  private forked(event: FileEvent, tgid: number): void {
    const { ret: child } = event.record;
    if (child <= 0) return;
    const parent = this.table.find(tgid);
    const comm = leaderComm(event);
    // No event reports that a process changes its name.
    if (parent && comm !== parent.comm) this.table.renamed(tgid, comm, eventTimeNs(event));
    this.table.forked(tgid, child, eventTimeNs(event));
    this.strangers.delete(child);
  }

  /** Returns a process whose fork was not reported: from /proc, or what its events say of it. */
  private stranger(event: FileEvent, tgid: number): ProcessInfo {
    const known = this.strangers.get(tgid);
    const { ppid } = event.record;
    const comm = leaderComm(event);
    if (known?.ppid === ppid && known.comm === comm) return known;
    const found = this.table.lookup(tgid, eventTimeNs(event));
    if (found.origin !== "unknown") return found;
    const start = { ...found, ppid, comm };
    const info = { ...start, above: this.table.chainAbove(start) };
    if (this.strangers.size >= MAX_STRANGERS) this.strangers.clear();
    this.strangers.set(tgid, info);
    return info;
  }
}

function leaderComm(event: FileEvent): string {
  const { groupLeaderComm } = event;
  return sliceToLatin1(groupLeaderComm.length > 0 ? groupLeaderComm : event.comm);
}

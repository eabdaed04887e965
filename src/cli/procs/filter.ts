/** The event filter of `trace procs`: types of events, pids, names, a process tree. */

import type { Loss } from "../../events/loss.ts";
import type { ProcessEvent } from "../../events/process-event.ts";
import type { CommFilter } from "../../filters/comm-filter.ts";
import type { ProcessTree } from "../../filters/process-tree.ts";
import { PROC_EVENT_NAMES } from "../../kernel/cn-proc.ts";
import { parseComms } from "../options/comm.ts";
import { parseNames } from "../options/names.ts";
import { parsePids } from "../options/number.ts";

export const PROCESS_EVENT_NAMES = Object.keys(PROC_EVENT_NAMES).filter(
  (name) => !["none", "nonzero_exit"].includes(name),
);

export interface ProcessFilterArgs {
  readonly events?: string;
  readonly pid?: string;
  readonly comm?: string;
}

/** Decides which events are reported. Counts the reported processes whose name is unknown. */
export class ProcessFilter {
  private unnamed = 0;
  private cut = 0;
  /** The types of --events; null for all. */
  readonly requested: readonly string[] | null;
  private readonly pids: ReadonlySet<number> | null;
  private readonly comms: CommFilter | null;
  private readonly tree: ProcessTree | null;

  /**
   * @param tree only its members are accepted; null for all processes
   * @throws UsageError
   */
  constructor({ events, pid, comm }: ProcessFilterArgs, tree: ProcessTree | null) {
    this.requested =
      events === undefined ? null : parseNames("--events", events, PROCESS_EVENT_NAMES);
    const pids = parsePids("--pid", pid);
    this.pids = pids ? new Set(pids) : null;
    this.comms = parseComms("--comm", comm);
    this.tree = tree;
  }

  readonly accepts = (event: ProcessEvent): boolean => {
    // Every event updates the tree: it also follows forks that are not reported.
    const inTree = this.tree === null || this.updateTree(this.tree, event);
    if (!inTree || !this.matches(event)) return false;
    if (event.processInfo.origin === "unknown" && event.event.name === this.countedEvent)
      this.unnamed++;
    if (event.processInfo.isArgvCut && event.event.name === this.countedEvent) this.cut++;
    return true;
  };

  private updateTree(tree: ProcessTree, { event, isThread }: ProcessEvent): boolean {
    const { tgid, parentTgid, name } = event;
    if (tgid === null) return false;
    const parent = name === "fork" && !isThread ? parentTgid : null;
    const inTree = tree.accepts({ pid: tgid, parent });
    if (name === "exit" && !isThread) tree.remove(tgid);
    return inTree;
  }

  private matches({ event, processInfo }: ProcessEvent): boolean {
    const { name, tgid, parentTgid } = event;
    if (this.requested && !this.requested.includes(name)) return false;
    if (this.comms && !this.comms.matches(processInfo.comm)) return false;
    if (!this.pids) return true;
    return this.pids.has(tgid ?? 0) || (name === "fork" && this.pids.has(parentTgid ?? 0));
  }

  /** The event by which each process is counted once. */
  private get countedEvent(): string {
    return !this.requested || this.requested.includes("exit") ? "exit" : "exec";
  }

  losses(): Loss[] {
    return [
      { what: "processes without a name", count: this.unnamed },
      { what: "processes with truncated arguments", count: this.cut },
    ].filter(({ count }) => count > 0);
  }
}

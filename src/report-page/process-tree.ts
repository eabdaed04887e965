/** The rows of the process tree, of which some are folded. */
import type { RunView } from "./run-view.ts";

export interface ProcessRow {
  readonly process: number;
  readonly depth: number;
  /** Number of processes below. */
  readonly below: number;
}

export class ProcessTree {
  private readonly view: RunView;
  /** Number of processes below each. */
  readonly below: Uint32Array;

  constructor(view: RunView) {
    this.view = view;
    const { parents } = view.data.processes;
    this.below = new Uint32Array(parents.length);
    // A process comes after its parent.
    for (let process = parents.length - 1; process >= 0; process--)
      if (parents[process] >= 0) this.below[parents[process]] += this.below[process] + 1;
  }

  /**
   * @param folded processes whose children are not shown
   * @param matches which processes are shown, with those that led to them; null for all
   */
  rows(folded: ReadonlySet<number>, matches: Uint8Array | null): ProcessRow[] {
    const shown = matches && this.withAncestors(matches);
    const rows: ProcessRow[] = [];
    const pending = this.pushed([], 0, 0);
    for (let next = pending.pop(); next; next = pending.pop()) {
      const { process, depth } = next;
      if (shown && !shown[process]) continue;
      rows.push({ process, depth, below: this.below[process] });
      if (matches || !folded.has(process)) this.pushed(pending, process + 1, depth + 1);
    }
    return rows;
  }

  private pushed(pending: { process: number; depth: number }[], group: number, depth: number) {
    const children = this.view.children.of(group);
    for (let at = children.length - 1; at >= 0; at--)
      pending.push({ process: children[at], depth });
    return pending;
  }

  private withAncestors(matches: Uint8Array): Uint8Array {
    const shown = Uint8Array.from(matches);
    const { parents } = this.view.data.processes;
    for (let process = parents.length - 1; process >= 0; process--)
      if (shown[process] && parents[process] >= 0) shown[parents[process]] = 1;
    return shown;
  }
}

/**
 * What a file was made from, and what was made of it, through processes, pipes and other files: the
 * lineage of the model, by the data of a page.
 */
import type { Action } from "../model/edges.ts";
import {
  Lineage,
  type LineageEdge,
  type LineageFile,
  type LineageProcess,
  type LineageRun,
} from "../model/lineage.ts";
import { graphOf, isProcess } from "../model/lineage-graph.ts";
import { carriesData, isSystemPath } from "../sinks/reports/why/system-files.ts";
import type { Edge, RunView } from "./run-view.ts";

/** Files that are reached from another. */
export interface Reached {
  /** By one process, or by a pipe to or from it. */
  readonly direct: readonly number[];
  /** Through other files as well. */
  readonly all: readonly number[];
}

class PageProcess implements LineageProcess<PageProcess> {
  readonly index: number;
  private readonly run: PageLineage;

  constructor(index: number, run: PageLineage) {
    this.index = index;
    this.run = run;
  }

  private get columns() {
    return this.run.view.data.processes;
  }

  get pid(): number {
    return this.columns.pids[this.index];
  }

  get parent(): PageProcess | null {
    const parent = this.columns.parents[this.index];
    return parent < 0 ? null : this.run.processes.all[parent];
  }

  get execCount(): number {
    return this.columns.execCounts[this.index];
  }

  get started(): number | null {
    return this.run.timeOrNull(this.columns.started[this.index]);
  }

  get first(): number {
    return this.run.time(this.columns.first[this.index]);
  }

  get ended(): number | null {
    return this.run.timeOrNull(this.columns.ended[this.index]);
  }

  *ancestors(): Iterable<PageProcess> {
    for (let process = this.parent; process; process = process.parent) yield process;
  }
}

/** The data of a page, as lineage asks for it. */
class PageLineage implements LineageRun<PageProcess, LineageFile> {
  readonly view: RunView;
  readonly processes: { readonly all: readonly PageProcess[] };
  readonly pipes: { values(): Iterable<{ writers: Set<PageProcess>; readers: Set<PageProcess> }> };
  readonly edges = {
    from: (process: PageProcess) => this.edgesOf(this.view.edgesFrom(process.index)),
    to: (file: LineageFile) => this.edgesOf(this.view.edgesTo(file.index)),
  };
  private readonly files = new Map<number, LineageFile>();
  private readonly lineage: Lineage<PageProcess, LineageFile>;

  constructor(view: RunView) {
    this.view = view;
    const all = view.data.processes.pids.map((_, index) => new PageProcess(index, this));
    this.processes = { all };
    const set = (indexes: readonly number[]) => new Set(indexes.map((index) => all[index]));
    const pipes = view.data.pipes.map(([writers, readers]) => ({
      ...{ writers: set(writers), readers: set(readers) },
    }));
    this.pipes = { values: () => pipes };
    this.lineage = new Lineage(this);
  }

  /** A page counts from 0, which lineage takes for a time that is not known. */
  time(time: number): number {
    return this.view.hasTimes ? time + 1 : 0;
  }

  timeOrNull(time: number): number | null {
    return time < 0 ? null : this.time(time);
  }

  file(index: number): LineageFile {
    let file = this.files.get(index);
    if (!file) {
      file = { index, origin: this.view.isOriginal(index) ? index : null };
      this.files.set(index, file);
    }
    return file;
  }

  private edgesOf(edges: readonly Edge[]): LineageEdge<PageProcess>[] {
    return edges
      .filter(({ target }) => this.view.isFile(target))
      .map(({ process, action, target, times, first, last }) => ({
        source: this.processes.all[process],
        action: action as Action,
        target: this.file(target),
        times,
        first: this.time(first),
        last: this.time(last),
      }));
  }

  /** @param depth as of GraphOptions */
  reached(target: number, direction: "up" | "down", depth: number): number[] {
    const root = this.file(target);
    const graph = graphOf(this.lineage, root, direction, {
      depth,
      isShown: () => true,
      isFollowed: ({ index }) => carriesData(this.view.targetPath(index)),
    });
    const nodes = new Set<PageProcess | LineageFile>([root]);
    for (const node of nodes)
      for (const { from, to } of graph.arrows.get(node) ?? []) nodes.add(from === node ? to : from);
    nodes.delete(root);
    return Array.from(nodes).flatMap((node) =>
      isProcess<PageProcess, LineageFile>(node) ? [] : node.index,
    );
  }
}

const lineages = new WeakMap<RunView, PageLineage>();

function lineageOf(view: RunView): PageLineage {
  let lineage = lineages.get(view);
  if (!lineage) {
    lineage = new PageLineage(view);
    lineages.set(view, lineage);
  }
  return lineage;
}

function reachedFrom(view: RunView, target: number, direction: "up" | "down"): Reached {
  const lineage = lineageOf(view);
  return {
    direct: lineage.reached(target, direction, 1),
    all: lineage.reached(target, direction, Infinity),
  };
}

export function madeFrom(view: RunView, target: number): Reached {
  return reachedFrom(view, target, "up");
}

export function usedFor(view: RunView, target: number): Reached {
  return reachedFrom(view, target, "down");
}

/** Files of the system are what nearly every process reads, unless the run made them. */
export function isOfSystem(view: RunView, target: number): boolean {
  const path = view.targetPath(target);
  const { cwd } = view.data;
  const isMade = !view.isOriginal(target) && view.writers(target).length > 0;
  return isSystemPath(path, cwd < 0 ? null : view.path(cwd)) && !(isMade && carriesData(path));
}

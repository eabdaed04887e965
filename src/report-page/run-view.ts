/** The run as the page asks about it: paths, processes, and who did what to which file. */
import {
  EDGE_REPEATED,
  type PageData,
  TARGET_ADDRESS,
  TARGET_LOOKUP,
  TARGET_ORIGINAL,
} from "../sinks/reports/page/data.ts";
import { Groups } from "./groups.ts";

export interface Edge {
  readonly process: number;
  readonly action: string;
  readonly target: number;
  readonly times: number;
  /** Microseconds since the start of the run. */
  readonly first: number;
  readonly last: number;
}

/** A process, and when it first and last did something to a file. */
export interface Doer {
  readonly process: number;
  readonly actions: readonly string[];
  readonly first: number;
  readonly last: number;
}

const WRITES = ["written", "created", "truncated"];
const READS = ["read", "executed", "interpreter"];
const REMOVES = ["removed"];

export class RunView {
  readonly data: PageData;
  private readonly texts = new Map<number, string>();
  private readonly edgeProcess: Uint32Array;
  private readonly edgeAction: Uint8Array;
  private readonly edgeTarget: Uint32Array;
  private readonly edgeTimes: Uint32Array;
  private readonly edgeFirst: Float64Array;
  private readonly edgeLast: Float64Array;
  private readonly byProcess: Groups;
  private targetGroups: Groups | null = null;
  private criticalParts: Map<number, [number, number][]> | null = null;
  readonly children: Groups;
  readonly edgeCount: number;

  constructor(data: PageData) {
    this.data = data;
    const count = data.edges.reduce((sum, numbers) => sum + countEdges(numbers), 0);
    this.edgeCount = count;
    this.edgeProcess = new Uint32Array(count);
    this.edgeAction = new Uint8Array(count);
    this.edgeTarget = new Uint32Array(count);
    this.edgeTimes = new Uint32Array(count);
    this.edgeFirst = new Float64Array(count);
    this.edgeLast = new Float64Array(count);
    this.decodeEdges();
    const processes = data.processes.pids.length;
    this.byProcess = new Groups(count, processes, (edge) => this.edgeProcess[edge]);
    // Group 0 has those without a parent.
    const { parents } = data.processes;
    this.children = new Groups(processes, processes + 1, (process) => parents[process] + 1);
  }

  private decodeEdges(): void {
    let edge = 0;
    for (const [process, numbers] of this.data.edges.entries()) {
      let time = 0;
      for (let at = 0; at < numbers.length; edge++) {
        const code = numbers[at];
        const isRepeated = (code & EDGE_REPEATED) !== 0;
        time += numbers[at + 2];
        this.edgeProcess[edge] = process;
        this.edgeAction[edge] = code >> 1;
        this.edgeTarget[edge] = numbers[at + 1];
        this.edgeFirst[edge] = time;
        this.edgeTimes[edge] = isRepeated ? numbers[at + 3] : 1;
        this.edgeLast[edge] = time + (isRepeated ? numbers[at + 4] : 0);
        at += isRepeated ? 5 : 3;
      }
    }
  }

  private edge(index: number): Edge {
    return {
      process: this.edgeProcess[index],
      action: this.data.actions[this.edgeAction[index]],
      target: this.edgeTarget[index],
      times: this.edgeTimes[index],
      first: this.edgeFirst[index],
      last: this.edgeLast[index],
    };
  }

  /** What a process did, in the order of time. */
  edgesFrom(process: number): Edge[] {
    return Array.from(this.byProcess.of(process), (index) => this.edge(index));
  }

  edgesTo(target: number): Edge[] {
    if (target < 0) return [];
    this.targetGroups ??= new Groups(
      this.edgeCount,
      this.data.targets.kinds.length,
      (edge) => this.edgeTarget[edge],
    );
    return Array.from(this.targetGroups.of(target), (index) => this.edge(index));
  }

  text(number: number): string {
    return number < 0 ? "" : this.data.texts[number];
  }

  /** Returns a whole path. */
  path(node: number): string {
    if (node < 0) return "(a file without a known name)";
    const known = this.texts.get(node);
    if (known !== undefined) return known;
    const { parents, names } = this.data.paths;
    const parent = parents[node];
    const above = parent < 0 ? "" : this.path(parent);
    const path = parent < 0 ? names[node] : `${above === "/" ? "" : above}/${names[node]}`;
    this.texts.set(node, path);
    return path;
  }

  targetPath(target: number): string {
    return this.path(this.data.targets.paths[target] ?? -1);
  }

  isFile(target: number): boolean {
    return (this.data.targets.kinds[target] & (TARGET_LOOKUP | TARGET_ADDRESS)) === 0;
  }

  isOriginal(target: number): boolean {
    return (this.data.targets.kinds[target] & TARGET_ORIGINAL) !== 0;
  }

  /** The processes that did one of some actions to a target. */
  private doers(target: number, actions: readonly string[]): Doer[] {
    const doers = new Map<number, Doer>();
    for (const edge of this.edgesTo(target)) {
      if (!actions.includes(edge.action)) continue;
      const known = doers.get(edge.process);
      doers.set(edge.process, {
        process: edge.process,
        actions: [...(known?.actions ?? []), edge.action],
        first: Math.min(known?.first ?? edge.first, edge.first),
        last: Math.max(known?.last ?? edge.last, edge.last),
      });
    }
    return [...doers.values()].sort((a, b) => a.first - b.first);
  }

  writers(target: number): Doer[] {
    return this.doers(target, WRITES);
  }

  readers(target: number): Doer[] {
    return this.doers(target, READS);
  }

  movers(target: number): Doer[] {
    return this.doers(target, ["moved"]);
  }

  removers(target: number): Doer[] {
    return this.doers(target, REMOVES);
  }

  /** The processes that looked a path up, or used an address. */
  others(target: number): Doer[] {
    return this.doers(target, ["failed", "connected", "bound", "listed"]);
  }

  /** The processes that led to one, its parent first. */
  ancestors(process: number): number[] {
    const { parents } = this.data.processes;
    const found: number[] = [];
    for (let at = parents[process]; at >= 0 && !found.includes(at); at = parents[at])
      found.push(at);
    return found;
  }

  /** The name of a process: that of the last program that it executed, as it was called. */
  name(process: number): string {
    const { execs, comms } = this.data.processes;
    const { length } = execs[process];
    return length ? this.execName(process, length - 4) : this.text(comms[process]);
  }

  /** @param at where the exec begins in the process's numbers */
  execName(process: number, at: number): string {
    const [, path, line] = this.data.processes.execs[process].slice(at, at + 3);
    const word = firstWord(this.text(line)) || this.text(path);
    return word.slice(word.lastIndexOf("/") + 1) || word;
  }

  /** The last command line of a process; "" for a process that executed nothing. */
  commandLine(process: number): string {
    const execs = this.data.processes.execs[process];
    return execs.length ? this.text(execs[execs.length - 2]) : "";
  }

  /** When a process began, as far as it is known. */
  start(process: number): number {
    const { started, first } = this.data.processes;
    return Math.max(0, started[process] >= 0 ? started[process] : first[process]);
  }

  end(process: number): number {
    const { ended, last } = this.data.processes;
    return Math.max(this.start(process), ended[process], last[process]);
  }

  /** "exit 1", "signal 9"; "" for success and for what is not known. */
  failure(process: number): string {
    const { statuses, signals } = this.data.processes;
    if (signals[process] > 0) return `signal ${signals[process]}`;
    return statuses[process] > 0 ? `exit ${statuses[process]}` : "";
  }

  /** The parts of the critical path in which a process ran itself: begins and ends. */
  critical(process: number): readonly (readonly [from: number, to: number])[] {
    this.criticalParts ??= criticalOf(this.data.critical);
    return this.criticalParts.get(process) ?? [];
  }

  get hasTimes(): boolean {
    return this.data.start !== null && this.data.end > 0;
  }
}

/** Returns the first word of a command line. */
export function firstWord(line: string): string {
  return line.match(/^(?:'[^']*'|\\'|[^\s'\\])+/)?.[0] ?? "";
}

function criticalOf(numbers: readonly number[]): Map<number, [number, number][]> {
  const parts = new Map<number, [number, number][]>();
  for (let at = 0; at < numbers.length; at += 3) {
    const [process, from, to] = numbers.slice(at, at + 3);
    const known = parts.get(process);
    if (known) known.push([from, to]);
    else parts.set(process, [[from, to]]);
  }
  return parts;
}

function countEdges(numbers: readonly number[]): number {
  let count = 0;
  for (let at = 0; at < numbers.length; count++) at += numbers[at] & EDGE_REPEATED ? 5 : 3;
  return count;
}

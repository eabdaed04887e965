/**
 * What files were made from and used by, and which files a process used and made: readings of the
 * edges of a run. Events say which files a process opened, not which bytes went where, so that a file
 * may depend on all that its makers read. The page of a report asks the same of its data.
 */
import type { Action } from "./edges.ts";
import type { Process } from "./process.ts";
import type { RunFile } from "./volume.ts";

/** What lineage asks of a process: of the model, or of a page. */
export interface LineageProcess<P> {
  readonly index: number;
  readonly pid: number;
  readonly parent: P | null;
  readonly execCount: number;
  /** Nanoseconds or microseconds, like all times; null if they are not known. */
  readonly started: number | null;
  readonly ended: number | null;
  /** Time of its first event. */
  readonly first: number;
  ancestors(): Iterable<P>;
}

/** What it asks of a file. */
export interface LineageFile {
  readonly index: number;
  /** Null for a file that the run made. */
  readonly origin: unknown;
}

/** What a process did; `target` may be something else than a file. */
export interface LineageEdge<P> {
  readonly source: P;
  readonly action: Action;
  readonly target: { readonly index: number };
  readonly times: number;
  readonly first: number;
  readonly last: number;
}

interface Pipe<P> {
  readonly writers: ReadonlySet<P>;
  readonly readers: ReadonlySet<P>;
}

/** A run, as far as lineage asks for it. */
export interface LineageRun<P, F> {
  readonly processes: { readonly all: readonly P[] };
  readonly pipes: { values(): Iterable<Pipe<P>> };
  readonly edges: {
    from(process: P): readonly LineageEdge<P>[];
    /** At least those of some actions. */
    to(file: F, wanted: ReadonlySet<Action>): readonly LineageEdge<P>[];
  };
}

/** Actions by which a file's content, or the names in a directory, get into a process. */
const USES: ReadonlySet<Action> = new Set(["read", "executed", "interpreter", "listed"]);
/** Actions by which a process changes what a file contains. */
const CHANGES: ReadonlySet<Action> = new Set(["written", "created", "truncated"]);

/** What a process did to a file: all actions of one direction. */
export interface FileUse<P = Process, F = RunFile> {
  readonly process: P;
  readonly file: F;
  readonly actions: ReadonlySet<Action>;
  readonly times: number;
  /** Nanoseconds since 1970, to a microsecond; 0 if the record has no times. */
  readonly first: number;
  readonly last: number;
}

/** How a process gets data of another one. */
export type Link = "pipe" | "fork";

/** A process that data came from, or went to. */
export interface ProcessLink<P = Process> {
  readonly process: P;
  readonly by: Link;
}

/** The pipes of a process. */
interface Pipes<P> {
  readonly read: Pipe<P>[];
  readonly written: Pipe<P>[];
  /** Processes that may be at the other ends of pipes of which only one end is known. */
  readonly mayComeFrom: Set<P>;
  readonly mayGoTo: Set<P>;
}

export class Lineage<P extends LineageProcess<P> = Process, F extends LineageFile = RunFile> {
  private readonly run: LineageRun<P, F>;
  private readonly pipes = new Map<P, Pipes<P>>();
  /** The edges that lead to files, by the actions that were asked for. */
  private readonly known = new Map<ReadonlySet<Action>, Map<F, readonly LineageEdge<P>[]>>();
  /** The children of each process that executed no program. */
  private readonly copies = new Map<P, P[]>();

  constructor(run: LineageRun<P, F>) {
    this.run = run;
    for (const process of run.processes.all)
      if (process.parent && isCopy(process)) append(this.copies, process.parent, process);
    for (const pipe of run.pipes.values()) this.addPipe(pipe);
  }

  private addPipe(pipe: Pipe<P>): void {
    const { readers, writers } = pipe;
    for (const process of readers) this.pipesOf(process).read.push(pipe);
    for (const process of writers) this.pipesOf(process).written.push(pipe);
    if (readers.size === 0)
      for (const writer of writers)
        for (const other of this.otherEnds(writer, writers)) this.mayPass(writer, other);
    // make gives its jobs a pipe to read that it never writes to: only a shell's builtins are taken.
    if (writers.size === 0)
      for (const reader of readers)
        for (const other of this.otherEnds(reader, readers))
          if (isCopy(other)) this.mayPass(other, reader);
  }

  private mayPass(from: P, to: P): void {
    this.pipesOf(from).mayGoTo.add(to);
    this.pipesOf(to).mayComeFrom.add(from);
  }

  /**
   * Returns who may have the other end of a pipe: a program that started this one to read its output
   * or to write its input, as for `$(COMMAND)` of a shell, or a copy of that program.
   * @param same the processes with the same end
   */
  private otherEnds(process: P, same: ReadonlySet<P>): Set<P> {
    const starters: P[] = [];
    for (const each of process.ancestors()) {
      if (same.has(each)) continue;
      starters.push(each);
      if (!isCopy(each)) break;
    }
    const copies = starters.flatMap((each) => this.copies.get(each) ?? []);
    const isBeside = (each: P) =>
      startOf(each) <= endOf(process) && endOf(each) >= startOf(process);
    return new Set([...starters, ...copies.filter(isBeside)]);
  }

  private pipesOf(process: P): Pipes<P> {
    let pipes = this.pipes.get(process);
    if (!pipes) {
      pipes = { read: [], written: [], mayComeFrom: new Set(), mayGoTo: new Set() };
      this.pipes.set(process, pipes);
    }
    return pipes;
  }

  /** The edges of some actions that lead to a file. */
  edgesTo(file: F, wanted: ReadonlySet<Action>): readonly LineageEdge<P>[] {
    let ofFiles = this.known.get(wanted);
    if (!ofFiles) {
      ofFiles = new Map();
      this.known.set(wanted, ofFiles);
    }
    let edges = ofFiles.get(file);
    if (!edges) {
      edges = this.run.edges.to(file, wanted);
      ofFiles.set(file, edges);
    }
    return edges;
  }

  /** Who wrote a file, oldest first. */
  makers(file: F): FileUse<P, F>[] {
    return byFirst(group(this.edgesTo(file, CHANGES), CHANGES, bySource));
  }

  /** Whether a file has nothing but what a process wrote, which then learns nothing by reading it. */
  isOwn(file: F, process: P): boolean {
    return file.origin === null && this.makers(file).every((made) => made.process === process);
  }

  /** Who read, executed or listed a file, oldest first. */
  users(file: F): FileUse<P, F>[] {
    return byFirst(group(this.edgesTo(file, USES), USES, bySource));
  }

  /** What a process read, executed or listed, in the order of first uses. */
  usedBy(process: P): FileUse<P, F>[] {
    return group(this.run.edges.from(process), USES, byTarget);
  }

  /** What a process wrote, in the order of first writes. */
  madeBy(process: P): FileUse<P, F>[] {
    return group(this.run.edges.from(process), CHANGES, byTarget);
  }

  /** Everything that a process did to files, in the order of first times. */
  filesOf(process: P): FileUse<P, F>[] {
    return group(this.run.edges.from(process), null, byTarget);
  }

  /**
   * Whether a file that a process wrote had lost that content when it was read: another process had
   * discarded it after the writer had ended.
   * @param made what the writer did
   * @param read when the file was read first
   */
  isDiscarded({ process: writer, file, last }: FileUse<P, F>, read: number): boolean {
    const { ended } = writer;
    if (ended === null || last === 0) return false;
    return this.edgesTo(file, CHANGES).some((edge) => {
      if (edge.action !== "truncated" || edge.source === writer) return false;
      const at = edge.last <= read ? edge.last : edge.first;
      return at > last && at > ended && at <= read;
    });
  }

  /** Processes whose data a process got before a time: by a pipe, or as a copy of their memory. */
  sources(process: P, until: number): ProcessLink<P>[] {
    const links: ProcessLink<P>[] = [];
    const pipes = this.pipes.get(process);
    const written = pipes?.read.flatMap(({ writers }) => [...writers]) ?? [];
    for (const writer of new Set([...written, ...(pipes?.mayComeFrom ?? [])]))
      if (writer !== process && startOf(writer) <= until)
        links.push({ process: writer, by: "pipe" });
    if (process.parent && isCopy(process)) links.push({ process: process.parent, by: "fork" });
    return links;
  }

  /** Processes that got data of a process after a time. */
  receivers(process: P, since: number): ProcessLink<P>[] {
    const links: ProcessLink<P>[] = [];
    const pipes = this.pipes.get(process);
    const read = pipes?.written.flatMap(({ readers }) => [...readers]) ?? [];
    for (const reader of new Set([...read, ...(pipes?.mayGoTo ?? [])]))
      if (reader !== process && endOf(reader) >= since) links.push({ process: reader, by: "pipe" });
    for (const child of this.copies.get(process) ?? [])
      if (startOf(child) >= since) links.push({ process: child, by: "fork" });
    return links;
  }
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const known = lists.get(key);
  if (known) known.push(value);
  else lists.set(key, [value]);
}

/** Whether a process runs the program of its parent, whose memory it has a copy of. */
function isCopy({ execCount }: { readonly execCount: number }): boolean {
  return execCount === 0;
}

export function startOf({ started, first }: Pick<Process, "started" | "first">): number {
  return started ?? first;
}

/** When a process ended; Infinity if that was not recorded. */
export function endOf({ ended }: Pick<Process, "ended">): number {
  return ended ?? Infinity;
}

function isFile(target: object): boolean {
  return "origin" in target;
}

const bySource = ({ source }: LineageEdge<{ readonly index: number }>) => source.index;
const byTarget = ({ target }: LineageEdge<unknown>) => target.index;

/**
 * Joins the edges between each process and file.
 * @param wanted null for all actions
 * @param keyOf what differs between them: all are of one process, or lead to one file
 */
function group<P extends { readonly index: number }, F>(
  edges: readonly LineageEdge<P>[],
  wanted: ReadonlySet<Action> | null,
  keyOf: (edge: LineageEdge<P>) => number,
): FileUse<P, F>[] {
  const groups = new Map<number, LineageEdge<P>[]>();
  for (const edge of edges) {
    if (!isFile(edge.target) || (wanted && !wanted.has(edge.action))) continue;
    const key = keyOf(edge);
    const known = groups.get(key);
    if (known) known.push(edge);
    else groups.set(key, [edge]);
  }
  return Array.from(groups.values(), (group) => ({
    process: group[0].source,
    file: group[0].target as F,
    actions: new Set(group.map(({ action }) => action)),
    times: Math.max(...group.map(({ times }) => times)),
    first: Math.min(...group.map(({ first }) => first)),
    last: Math.max(...group.map(({ last }) => last)),
  }));
}

function byFirst<U extends { readonly first: number }>(uses: U[]): U[] {
  return uses.sort((a, b) => a.first - b.first);
}

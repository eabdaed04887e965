/**
 * What files were made from and used by, and which files a process used and made: readings of the
 * edges of a run. Events say which files a process opened, not which bytes went where, so that a file
 * may depend on all that its makers read.
 */
import type { Action } from "./edges.ts";
import type { Process } from "./process.ts";
import type { Address, FailedLookup, Pipe, Run } from "./run.ts";
import { RunFile } from "./volume.ts";

/** Actions by which a file's content, or the names in a directory, get into a process. */
const USES: ReadonlySet<Action> = new Set(["read", "executed", "interpreter", "listed"]);
/** Actions by which a process changes what a file contains. */
const CHANGES: ReadonlySet<Action> = new Set(["written", "created", "truncated"]);

/** What a process did to a file: all actions of one direction. */
export interface FileUse {
  readonly process: Process;
  readonly file: RunFile;
  readonly actions: ReadonlySet<Action>;
  readonly times: number;
  /** Nanoseconds since 1970, to a microsecond; 0 if the record has no times. */
  readonly first: number;
  readonly last: number;
}

/** How a process gets data of another one. */
export type Link = "pipe" | "fork";

/** A process that data came from, or went to. */
export interface ProcessLink {
  readonly process: Process;
  readonly by: Link;
}

type Edge = ReturnType<Run["edges"]["from"]>[number];

/** The pipes of a process. */
interface Pipes {
  readonly read: Pipe[];
  readonly written: Pipe[];
  /** Processes that may be at the other ends of pipes of which only one end is known. */
  readonly mayComeFrom: Set<Process>;
  readonly mayGoTo: Set<Process>;
}

export class Lineage {
  private readonly run: Run;
  private readonly pipes = new Map<Process, Pipes>();
  private readonly uses = new Map<RunFile, readonly Edge[]>();
  /** The children of each process that executed no program. */
  private readonly copies = new Map<Process, Process[]>();

  constructor(run: Run) {
    this.run = run;
    for (const process of run.processes.all)
      if (process.parent && isCopy(process)) append(this.copies, process.parent, process);
    for (const pipe of run.pipes.values()) this.addPipe(pipe);
  }

  private addPipe(pipe: Pipe): void {
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

  private mayPass(from: Process, to: Process): void {
    this.pipesOf(from).mayGoTo.add(to);
    this.pipesOf(to).mayComeFrom.add(from);
  }

  /**
   * Returns who may have the other end of a pipe: a program that started this one to read its output
   * or to write its input, as for `$(COMMAND)` of a shell, or a copy of that program.
   * @param same the processes with the same end
   */
  private otherEnds(process: Process, same: ReadonlySet<Process>): Set<Process> {
    const starters: Process[] = [];
    for (const each of process.ancestors()) {
      if (same.has(each)) continue;
      starters.push(each);
      if (!isCopy(each)) break;
    }
    const copies = starters.flatMap((each) => this.copies.get(each) ?? []);
    const isBeside = (each: Process) =>
      startOf(each) <= endOf(process) && endOf(each) >= startOf(process);
    return new Set([...starters, ...copies.filter(isBeside)]);
  }

  private pipesOf(process: Process): Pipes {
    let pipes = this.pipes.get(process);
    if (!pipes) {
      pipes = { read: [], written: [], mayComeFrom: new Set(), mayGoTo: new Set() };
      this.pipes.set(process, pipes);
    }
    return pipes;
  }

  /** The edges that lead to a file. */
  edgesTo(file: RunFile): readonly Edge[] {
    let edges = this.uses.get(file);
    if (!edges) {
      edges = this.run.edges.to(file);
      this.uses.set(file, edges);
    }
    return edges;
  }

  /** Who wrote a file, oldest first. */
  makers(file: RunFile): FileUse[] {
    return byFirst(group(this.edgesTo(file), CHANGES));
  }

  /** Whether a file has nothing but what a process wrote, which then learns nothing by reading it. */
  isOwn(file: RunFile, process: Process): boolean {
    return file.origin === null && this.makers(file).every((made) => made.process === process);
  }

  /** Who read, executed or listed a file, oldest first. */
  users(file: RunFile): FileUse[] {
    return byFirst(group(this.edgesTo(file), USES));
  }

  /** What a process read, executed or listed, in the order of first uses. */
  usedBy(process: Process): FileUse[] {
    return group(this.run.edges.from(process), USES);
  }

  /** What a process wrote, in the order of first writes. */
  madeBy(process: Process): FileUse[] {
    return group(this.run.edges.from(process), CHANGES);
  }

  /** Everything that a process did to files, in the order of first times. */
  filesOf(process: Process): FileUse[] {
    return group(this.run.edges.from(process), null);
  }

  /**
   * Whether a file that a process wrote had lost that content when it was read: another process had
   * discarded it after the writer had ended.
   * @param made what the writer did
   * @param read when the file was read first
   */
  isDiscarded({ process: writer, file, last }: FileUse, read: number): boolean {
    const { ended } = writer;
    if (ended === null || last === 0) return false;
    return this.edgesTo(file).some((edge) => {
      if (edge.action !== "truncated" || edge.source === writer) return false;
      const at = edge.last <= read ? edge.last : edge.first;
      return at > last && at > ended && at <= read;
    });
  }

  /** Processes whose data a process got before a time: by a pipe, or as a copy of their memory. */
  sources(process: Process, until: number): ProcessLink[] {
    const links: ProcessLink[] = [];
    const pipes = this.pipes.get(process);
    const written = pipes?.read.flatMap(({ writers }) => [...writers]) ?? [];
    for (const writer of new Set([...written, ...(pipes?.mayComeFrom ?? [])]))
      if (writer !== process && startOf(writer) <= until)
        links.push({ process: writer, by: "pipe" });
    if (process.parent && isCopy(process)) links.push({ process: process.parent, by: "fork" });
    return links;
  }

  /** Processes that got data of a process after a time. */
  receivers(process: Process, since: number): ProcessLink[] {
    const links: ProcessLink[] = [];
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
function isCopy({ execCount }: Process): boolean {
  return execCount === 0;
}

export function startOf({ started, first }: Process): number {
  return started ?? first;
}

/** When a process ended; Infinity if that was not recorded. */
export function endOf({ ended }: Process): number {
  return ended ?? Infinity;
}

function isFile(target: RunFile | FailedLookup | Address): target is RunFile {
  return target instanceof RunFile;
}

/** Joins the edges between each process and file. @param wanted null for all actions */
function group(edges: readonly Edge[], wanted: ReadonlySet<Action> | null): FileUse[] {
  const groups = new Map<string, Edge[]>();
  for (const edge of edges) {
    if (!isFile(edge.target) || (wanted && !wanted.has(edge.action))) continue;
    const key = `${edge.source.index} ${edge.target.index}`;
    const known = groups.get(key);
    if (known) known.push(edge);
    else groups.set(key, [edge]);
  }
  return Array.from(groups.values(), (group) => ({
    process: group[0].source,
    file: group[0].target as RunFile,
    actions: new Set(group.map(({ action }) => action)),
    times: Math.max(...group.map(({ times }) => times)),
    first: Math.min(...group.map(({ first }) => first)),
    last: Math.max(...group.map(({ last }) => last)),
  }));
}

function byFirst(uses: FileUse[]): FileUse[] {
  return uses.sort((a, b) => a.first - b.first);
}

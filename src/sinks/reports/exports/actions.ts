/**
 * The programs that a run executed, each with the files that it read and wrote. What a process does
 * before its first exec belongs to that: a shell opens redirections so. What it does without any exec
 * belongs to the program that forked it.
 */
import type { Edge } from "../../../model/edges.ts";
import type { Exec, Process } from "../../../model/process.ts";
import type { Address, FailedLookup, Run } from "../../../model/run.ts";
import { RunFile } from "../../../model/volume.ts";
import type { AccountFile } from "./files.ts";

const MICROSECOND = 1000;

/** An execution of a program. Times in nanoseconds since 1970; 0 or null where they are not known. */
export interface Action {
  readonly index: number;
  readonly pid: number;
  /** The program that started it; null for the command itself. */
  readonly parent: Action | null;
  /** latin1; "" for a process whose program was not recorded */
  readonly path: string;
  readonly argv: readonly string[];
  readonly cwd: string | null;
  readonly started: number;
  /** When it executed the program. */
  readonly executed: number;
  readonly ended: number | null;
  /** Null if it executed another program, or if that is not known. */
  readonly status: number | null;
  readonly signal: number | null;
  readonly inputs: Set<AccountFile>;
  readonly outputs: Set<AccountFile>;
  /** Programs that wrote to a pipe which was its standard input. */
  readonly sources: Set<Action>;
}

type RunEdge = Edge<Process, RunFile | FailedLookup | Address>;
type FindFile = (role: "input" | "output", path: string) => AccountFile | undefined;

const READS: readonly string[] = ["read", "interpreter", "executed"];
const WRITES: readonly string[] = ["written", "created", "moved"];

export class ActionFinder {
  private readonly run: Run;
  private readonly firstReads = new Map<RunFile, number>();
  private readonly firstWrites = new Map<RunFile, number>();
  private readonly filesByPath = new Map<string, RunFile>();
  private readonly executed = new Set<RunFile>();
  /** The files that were read or written, by device and inode. */
  private readonly filesById = new Map<string, RunFile>();

  constructor(run: Run) {
    this.run = run;
    for (const each of run.processes.all)
      for (const { action, target, first } of run.edges.from(each)) {
        if (!(target instanceof RunFile)) continue;
        if (target.id !== null) this.filesById.set(target.id, target);
        if (READS.includes(action)) this.addRead(target, first);
        if (action === "executed") this.executed.add(target);
        if (WRITES.includes(action)) keepLeast(this.firstWrites, target, first);
      }
  }

  private addRead(file: RunFile, time: number): void {
    keepLeast(this.firstReads, file, time);
    const path = this.originPath(file);
    if (path !== null) this.filesByPath.set(path, file);
  }

  /** The path of a file at the start, as the run sees it. */
  private originPath({ volume, origin }: RunFile): string | null {
    const [home] = this.run.files.namespaces;
    if (origin === null) return null;
    const { view, path } = volume.viewPath(origin, home);
    return view === home ? path : null;
  }

  /** When a file was read first; undefined if it was not. */
  firstRead(file: RunFile): number | undefined {
    return this.firstReads.get(file);
  }

  /** The file that had a path at the start, if it was read. */
  fileAt(path: string): RunFile | undefined {
    return this.filesByPath.get(path);
  }

  /** The programs that were there at the start. */
  *programs(): Iterable<[path: string, file: RunFile]> {
    for (const file of this.executed) {
      const path = file.written ? null : this.originPath(file);
      if (path !== null) yield [path, file];
    }
  }

  /** @param outputs the files that the run left, with their paths */
  actions(
    outputs: readonly { readonly path: string; readonly file: RunFile | null }[],
    find: FindFile,
  ): Action[] {
    const outputPaths = new Map<RunFile | null, string[]>();
    for (const { path, file } of outputs)
      outputPaths.set(file, [...(outputPaths.get(file) ?? []), path]);
    const builder = new ActionBuilder(this.run);
    for (const each of this.run.processes.all)
      for (const edge of this.run.edges.from(each)) {
        const { target, action } = edge;
        if (!(target instanceof RunFile)) continue;
        const isRead = READS.includes(action);
        if (!isRead && !WRITES.includes(action)) continue;
        const role = isRead && this.isOfStart(target, edge.first) ? "input" : "output";
        const origin = role === "input" ? this.originPath(target) : null;
        const paths = role === "output" ? outputPaths.get(target) : origin === null ? [] : [origin];
        const files = (paths ?? []).flatMap((path) => find(role, path) ?? []);
        if (files.length)
          for (const each of builder.of(edge))
            for (const file of files) (isRead ? each.inputs : each.outputs).add(file);
      }
    builder.connectPipes();
    builder.connectStreams((id, time) => {
      const file = this.filesById.get(id);
      if (file === undefined) return null;
      if (!this.isOfStart(file, time)) return find("output", outputPaths.get(file)?.[0] ?? "");
      const origin = this.originPath(file);
      return origin === null ? null : find("input", origin);
    });
    return builder.all;
  }

  /** Whether a read at a time was of the content that the file had when the run started. */
  private isOfStart(file: RunFile, time: number): boolean {
    const written = this.firstWrites.get(file);
    return file.origin !== null && (written === undefined || time <= written);
  }
}

function keepLeast(times: Map<RunFile, number>, file: RunFile, time: number): void {
  const known = times.get(file);
  if (known === undefined || time < known) times.set(file, time);
}

class ActionBuilder {
  readonly all: Action[] = [];
  /** The standard streams of each, by device and inode; undefined where they are not known. */
  private readonly streams: (readonly (string | undefined)[])[] = [];
  private readonly byProcess = new Map<Process, Action[]>();
  private readonly run: Run;

  constructor(run: Run) {
    this.run = run;
    for (const each of run.processes.all) this.addProcess(each);
  }

  private addProcess(source: Process): Action[] {
    const known = this.byProcess.get(source);
    if (known) return known;
    const parent = source.parent && this.at(source.parent, source.started ?? source.first);
    const actions: Action[] = [];
    this.byProcess.set(source, actions);
    source.execs.forEach((exec, index) => {
      const next = source.execs[index + 1] as Exec | undefined;
      const isLast = next === undefined;
      this.streams[this.all.length] = exec.stdio?.map((stream) => stream?.id) ?? [];
      actions.push(
        this.add(source, actions.at(-1) ?? parent, {
          path: exec.path,
          argv: exec.argv,
          cwd: exec.cwd ?? source.cwdPath,
          started: index === 0 ? (source.started ?? exec.time) : exec.time,
          executed: exec.time,
          ended: isLast ? source.ended : next.time,
          status: isLast ? source.status : null,
          signal: isLast ? source.signal : null,
        }),
      );
    });
    return actions;
  }

  private add(
    { pid }: Process,
    parent: Action | null,
    of: Pick<
      Action,
      "path" | "argv" | "cwd" | "started" | "executed" | "ended" | "status" | "signal"
    >,
  ): Action {
    const action: Action = {
      index: this.all.length,
      pid,
      parent,
      ...of,
      inputs: new Set(),
      outputs: new Set(),
      sources: new Set(),
    };
    this.all.push(action);
    return action;
  }

  /** Returns what a process was executing at a time; for one that never executed, what its parent was. */
  private at(source: Process, time: number): Action | null {
    const actions = this.addProcess(source);
    const micros = Math.floor(time / MICROSECOND);
    const index = source.execs.findLastIndex(
      (exec) => Math.floor(exec.time / MICROSECOND) <= micros,
    );
    if (actions.length > 0) return actions[Math.max(index, 0)];
    return source.parent && this.at(source.parent, source.started ?? source.first);
  }

  /** The actions that an edge is of: that of its first time, and that of its last. */
  of({ source, first, last }: RunEdge): ReadonlySet<Action> {
    const found = [this.at(source, first), this.at(source, last)].filter((each) => each !== null);
    return new Set(found.length ? found : [this.unknown(source)]);
  }

  /** A process that was there before the recording. */
  private unknown(source: Process): Action {
    const { comm, first, ended, status, signal, cwdPath: cwd } = source;
    const of = {
      path: "",
      argv: [comm],
      cwd,
      ended,
      status,
      signal,
      started: first,
      executed: first,
    };
    const action = this.add(source, null, of);
    this.byProcess.get(source)!.push(action);
    return action;
  }

  /**
   * Adds the files that are standard streams: some shells open a redirection before they fork. A
   * stream that a program has of its parent is not its own.
   * @param find returns the file of an id at a time
   */
  connectStreams(find: (id: string, time: number) => AccountFile | null | undefined): void {
    for (const action of this.all)
      this.streams[action.index]?.forEach((id, fd) => {
        const inherited = action.parent && this.streams[action.parent.index]?.[fd];
        // The file of a stream was opened before the exec, and written to after it.
        const file = id === undefined || id === inherited ? null : find(id, action.executed);
        if (!file) return;
        if (fd === 0) action.inputs.add(file);
        else if (file.role === "output") action.outputs.add(file);
      });
  }

  /** Adds to each action those that wrote to its standard input. */
  connectPipes(): void {
    for (const { writers, readers } of this.run.pipes.values())
      for (const reader of readers)
        for (const action of this.byProcess.get(reader) ?? [])
          for (const writer of writers)
            for (const source of this.byProcess.get(writer) ?? [])
              if (source !== action) action.sources.add(source);
  }
}

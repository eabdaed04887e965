/**
 * What each program of a run did to which names, and with which outcome: what two runs are compared
 * by. A name is what the program passed, so that a lookup that fails in one run is known to be the one
 * that succeeds in the other. Memory grows with the numbers of programs, of distinct outcomes, and of
 * pairs of these.
 */
import { EAGAIN, EINPROGRESS, EINTR, ERESTARTSYS, errnoName } from "../kernel/errno.ts";
import { AT_FDCWD, O_ACCMODE, O_PATH, O_RDONLY } from "../kernel/fcntl.ts";
import { normalizePath } from "../text/path.ts";
import { Digests } from "./digests.ts";
import { isKernelAddress } from "./kernel-address.ts";
import { MICROSECOND, OutcomeLog, TaskOutcomes } from "./outcome-log.ts";
import type { Process } from "./process.ts";
import { Processes } from "./processes.ts";
import type { ProcessExit, RunEvent } from "./run-event.ts";

/** The processes that executed the same arguments in the same chain, until they execute others. */
export class Task {
  readonly index: number;
  /** The task that forked or executed it; null for processes of which no exec was recorded. */
  readonly parent: Task | null;
  /** The arguments, joined by NUL: one string takes a fraction of the memory of a list. */
  readonly words: string;
  /** The program's file, and the working directory, of the first of them. */
  readonly path: string;
  readonly cwd: string | null;
  /** When the first of them started: nanoseconds since 1970. */
  readonly started: number;
  readonly outcomes: TaskOutcomes;
  /** By their arguments; null for none. */
  private childByKey: Map<string, Task> | null = null;

  constructor(
    index: number,
    parent: Task | null,
    exec: Pick<Task, "words" | "path" | "cwd" | "started">,
  ) {
    this.index = index;
    this.outcomes = new TaskOutcomes(index);
    this.parent = parent;
    this.words = exec.words;
    this.path = exec.path;
    this.cwd = exec.cwd;
    this.started = exec.started;
  }

  /** Empty for processes of which no exec was recorded. */
  get argv(): readonly string[] {
    return this.parent === null ? [] : this.words.split("\0");
  }

  get children(): Iterable<Task> {
    return this.childByKey?.values() ?? [];
  }

  child(key: string): Task | undefined {
    return this.childByKey?.get(key);
  }

  addChild(key: string, child: Task): void {
    this.childByKey ??= new Map();
    this.childByKey.set(key, child);
  }
}

export const OUTCOME_KINDS = [
  "read",
  "write",
  "create",
  "rename",
  "remove",
  "change",
  "list",
  "lookup",
  "run",
  "mount",
  "connect",
  "listen",
  "exit",
] as const;
export type OutcomeKind = (typeof OUTCOME_KINDS)[number];

/** What was done to a name, and what came of it. */
export interface Outcome {
  /** Its number among the outcomes of the run. */
  readonly index: number;
  readonly kind: OutcomeKind;
  /** Absolute, as it was passed; an address; "" for an exit. */
  readonly path: string;
  /** Where a rename or a link leads; "" for others. */
  readonly path2: string;
  /** "" for success, "created", an error's name, or how a process exited. */
  readonly result: string;
  /** The path without symbolic links, where it is another one; "" otherwise. */
  readonly target: string;
  /** What the first of these calls returned. */
  readonly value: number;
  /** The process that did it first. */
  readonly by: Process;
}

/** When something was done, and by which task. */
export interface Moment {
  /** Nanoseconds since 1970, to a microsecond; of a record without times, as if an event took one. */
  readonly time: number;
  readonly task: Task;
}

interface NotedOutcome extends Outcome {
  /** When it was last, of the kinds that make a file; null for others. */
  readonly last: { time: number; task: Task } | null;
  /** The one before it with the same paths. */
  readonly next: NotedOutcome | null;
}

/** What an event does when it is repeated. */
export interface Repeated {
  readonly outcome: NotedOutcome;
  /** The working directory that it shows. */
  readonly entered: string | null;
  /** Whether its name does not depend on the working directory. */
  readonly isAbsolute: boolean;
  /** The working directory that its name started in. */
  readonly cwdPath: string | null;
}

/** What became of a name that the run changed. */
export interface NameChange {
  /** The process that changed it first. */
  readonly by: Process;
  /** Whether the run created a file of that name. */
  created: boolean;
  exists: boolean;
}

export class Outcomes {
  events = 0;
  /** Time of the first event; 0 if the record has no times. */
  started = 0;
  /** Time of the latest event. */
  ended = 0;
  readonly processes = new Processes();
  readonly tasks: Task[] = [];
  readonly outcomes: Outcome[] = [];
  /** By path, and where it leads; those of different kinds and results are linked. */
  private readonly byPath = new Map<string, NotedOutcome>();
  private readonly log = new OutcomeLog();
  /** Digests of files; empty unless the record has them. */
  readonly digests = new Digests();
  /** By path. */
  readonly changes = new Map<string, NameChange>();
  /** The present task of each process, by its index. */
  private readonly taskOf: Task[] = [];
  readonly root = this.addTask(null, { words: "", path: "", cwd: null, started: 0 });

  /** @returns what happens if the same event comes again; null if that depends on the process */
  add(event: RunEvent): Repeated | null {
    const process = this.processes.of(event);
    const { result } = event;
    // Without times, the order of events is their time.
    const time = event.time ?? this.events * 1000;
    this.taskOf[process.index] ??= this.root;
    this.count(time);
    const isInterrupted = result <= -ERESTARTSYS || result === -EINTR || result === -EAGAIN;
    const { cwdPath } = process;
    const outcome = isInterrupted ? null : this.apply(event, process, time);
    const entered = enteredDirectory(event);
    if (entered !== null) process.cwdPath = entered;
    if (outcome === null || changesNames(event)) return null;
    const isAbsolute = event.name.startsWith("/") || !event.followed;
    return { outcome, entered, isAbsolute, cwdPath };
  }

  private count(time: number): void {
    if (this.events++ === 0) this.started = time;
    if (time > this.ended) this.ended = time;
  }

  /** Counts an event that was added before, perhaps of another process. @returns false if it was not */
  repeat(
    { outcome, entered, isAbsolute, cwdPath }: Repeated,
    event: Pick<RunEvent, "pid" | "comm" | "time">,
  ): boolean {
    const process = this.processes.of(event);
    if (!isAbsolute && process.cwdPath !== cwdPath) return false;
    const { time = 0 } = event;
    this.taskOf[process.index] ??= this.root;
    this.count(time);
    if (entered !== null) process.cwdPath = entered;
    this.noteTime(this.taskOf[process.index], outcome, time);
    return true;
  }

  /** Visits the outcomes that a task had, each once, with the time of the first: as in `Moment`. */
  visitFirst(task: Task, visit: (outcome: Outcome, time: number) => void): void {
    const seen = new Set<number>();
    task.outcomes.visit((index, time) => {
      if (seen.has(index)) return;
      seen.add(index);
      visit(this.outcomes[index], time);
    });
  }

  /** Returns when an outcome was last, if it is of a kind that makes a file; else null. */
  lastOf({ index }: Outcome): Moment | null {
    const { last } = this.outcomes[index] as NotedOutcome;
    return last && { time: last.time * MICROSECOND, task: last.task };
  }

  /** Returns by number when each of some outcomes was first. */
  firstOf(outcomes: ReadonlySet<Outcome>): ReadonlyMap<Outcome, Moment> {
    const firsts = new Map<Outcome, Moment>();
    if (outcomes.size === 0) return firsts;
    for (const task of this.tasks)
      this.visitFirst(task, (outcome, time) => {
        if (outcomes.has(outcome) && time < (firsts.get(outcome)?.time ?? Infinity))
          firsts.set(outcome, { time, task });
      });
    return firsts;
  }

  private apply(event: RunEvent, process: Process, time: number): NotedOutcome | null {
    const task = this.taskOf[process.index];
    if (event.event === "fork") {
      this.processes.forked(process, event.result, event);
      const child = event.result > 0 ? this.processes.find(event.result) : undefined;
      if (child) this.taskOf[child.index] = task;
      return null;
    }
    if (event.event === "exit") {
      if (!event.exit) return null;
      this.processes.exited(process, event.exit, event);
      const result = exitText(event.exit);
      return this.note(task, time, { ...NOTHING, kind: "exit", result, by: process });
    }
    const kind = kindOf(event);
    const outcome = kind && this.addOutcome(kind, event, process, task, time);
    if (event.event === "exec" && event.result >= 0) this.exec(event, process, task, time);
    return outcome;
  }

  private exec(event: RunEvent, process: Process, task: Task, started: number): void {
    const words = event.argv?.join("\0") ?? "";
    const path = event.path ?? event.name;
    // A program that has no arguments is known by its path.
    const key = words === "" ? `\0${path}` : words;
    let child = task.child(key);
    if (!child) {
      const cwd = event.cwd ?? process.cwdPath;
      child = this.addTask(task, { words: words || path, path, cwd, started });
      task.addChild(key, child);
    }
    this.taskOf[process.index] = child;
  }

  private addTask(
    parent: Task | null,
    exec: Pick<Task, "words" | "path" | "cwd" | "started">,
  ): Task {
    const task = new Task(this.tasks.length, parent, exec);
    this.tasks.push(task);
    return task;
  }

  private addOutcome(
    kind: OutcomeKind,
    event: RunEvent,
    process: Process,
    task: Task,
    time: number,
  ): NotedOutcome | null {
    const { result, path } = event;
    const isFailed = result < 0 && !(event.event === "connect" && result === -EINPROGRESS);
    const name = event.event === "symlink" ? event.name : firstName(event, process);
    const name2 = TWO_NAMES.has(event.event) ? secondName(event, process) : "";
    if (name === "" && name2 === "") return null; // an fd without a path
    if (!isFailed) this.noteChange(event, name, name2, process);
    const text = isFailed ? errnoName(-result) : event.created ? "created" : "";
    // Of a lookup, it depends on the backend whether the file itself is known.
    const isOpened = !isFailed && event.followed && OPENING.has(event.event);
    const isElsewhere = isOpened && path !== null && path !== name;
    return this.note(task, time, {
      kind,
      path: name,
      path2: name2,
      result: text,
      target: isElsewhere ? path : "",
      value: result,
      by: process,
    });
  }

  private note(task: Task, time: number, what: Omit<Outcome, "index">): NotedOutcome {
    const { path, path2, target } = what;
    // Most have one path, which is looked up as it is.
    const key = path2 === "" && target === "" ? path : `${path}\0${target}\0${path2}`;
    const latest = this.byPath.get(key) ?? null;
    let outcome = latest;
    while (outcome && !isSame(outcome, what)) outcome = outcome.next;
    if (!outcome) {
      const last = MAKING.has(what.kind) ? { time: 0, task } : null;
      outcome = { index: this.outcomes.length, ...what, last, next: latest };
      this.byPath.set(key, outcome);
      this.outcomes.push(outcome);
    }
    this.noteTime(task, outcome, time);
    return outcome;
  }

  private noteTime(task: Task, { index, last }: NotedOutcome, time: number): void {
    this.log.add(task.outcomes, index, time);
    if (last === null) return;
    const micros = Math.floor(time / MICROSECOND);
    if (micros < last.time) return;
    // Of several at once, that of the first task.
    if (micros > last.time || task.index < last.task.index) last.task = task;
    last.time = micros;
  }

  private noteChange({ event, created }: RunEvent, name: string, name2: string, by: Process): void {
    if (event === "open") {
      if (created) this.changed(name, true, true, by);
    } else if (event === "mkdir" || event === "mknod" || event === "bind")
      this.changed(name, true, true, by);
    else if (event === "symlink" || event === "link") this.changed(name2, true, true, by);
    else if (event === "rename") {
      this.changed(name, false, false, by);
      this.changed(name2, true, true, by);
    } else if (event === "unlink" || event === "rmdir") this.changed(name, false, false, by);
  }

  private changed(path: string, created: boolean, exists: boolean, by: Process): void {
    const known = this.changes.get(path);
    if (!known) this.changes.set(path, { by, created, exists });
    else {
      known.created ||= created;
      known.exists = exists;
    }
  }
}

/** Whether two outcomes are the same, if their paths are. */
function isSame(a: Outcome, b: Omit<Outcome, "index">): boolean {
  return a.kind === b.kind && a.result === b.result;
}

/** What is done to a file that there is then. */
const MAKING: ReadonlySet<OutcomeKind> = new Set(["write", "create", "rename"]);

/** Of an exit, which has no name. */
const NOTHING = { path: "", path2: "", target: "", value: 0 };

/** Events that change no names, unless they create a file. */
const LOOKUPS = new Set("open exec stat access readlink list watch connect".split(" "));
const OPENING = new Set("open exec interp list".split(" "));
const TWO_NAMES = new Set(["rename", "link", "symlink"]);

const KINDS: Readonly<Record<string, OutcomeKind>> = {
  exec: "run",
  interp: "run",
  rename: "rename",
  unlink: "remove",
  rmdir: "remove",
  link: "create",
  symlink: "create",
  mkdir: "create",
  mknod: "create",
  truncate: "write",
  chmod: "change",
  chown: "change",
  utimes: "change",
  xattr: "change",
  chdir: "lookup",
  stat: "lookup",
  access: "lookup",
  readlink: "lookup",
  watch: "lookup",
  list: "list",
  mount: "mount",
  connect: "connect",
  bind: "listen",
};

function kindOf({ event, flags, name, path }: RunEvent): OutcomeKind | null {
  if (event === "open") {
    if (flags & O_PATH) return "lookup";
    return (flags & O_ACCMODE) === O_RDONLY ? "read" : "write";
  }
  const isAddress = event === "connect" || event === "bind";
  if (isAddress && path === null && isKernelAddress(name)) return null;
  return Object.hasOwn(KINDS, event) ? KINDS[event] : null;
}

function exitText({ status, signal }: ProcessExit): string {
  return signal === null ? String(status ?? 0) : `signal ${signal}`;
}

function firstName(event: RunEvent, { cwdPath }: Process): string {
  return absoluteName(event, event.dfd === AT_FDCWD ? cwdPath : null);
}

function secondName(event: RunEvent, { cwdPath }: Process): string {
  const { name2: name, path2: path, followed2: followed, dfd2 } = event;
  return absoluteName({ name, path, followed }, dfd2 === AT_FDCWD ? cwdPath : null);
}

/**
 * Returns a name as it was passed, but absolute.
 * @param directory in which a relative name starts; null if it is not known
 */
function absoluteName(
  { name, path, followed }: Pick<RunEvent, "name" | "path" | "followed">,
  directory: string | null,
): string {
  if (name.startsWith("/")) return normalizePath(name);
  if (path === null) return name;
  if (!followed) return normalizePath(path);
  if (directory === null || name === "" || path.endsWith(`/${name}`)) return path;
  return normalizePath(`${directory}/${name}`);
}

/** Returns the working directory that an event shows; null for none. */
function enteredDirectory(event: RunEvent): string | null {
  const { call, result, path, cwd, dfd, name, directory, followed } = event;
  if (cwd) return cwd;
  if (call === "chdir" || call === "fchdir") return result === 0 ? path : null;
  return dfd === AT_FDCWD && !followed && !name.startsWith("/") ? directory : null;
}

/** Whether an event may do more than to have an outcome. */
function changesNames({ event, result, created }: RunEvent): boolean {
  return !LOOKUPS.has(event) || created || (event === "exec" && result >= 0);
}

/** A process of a run. */
import type { Actor } from "./file.ts";
import type { ProcessExit, StandardStream } from "./run-event.ts";
import type { Entry } from "./volume.ts";

/** A process that executes programs in a loop keeps the first of them and the last. */
export const MAX_EXECS = 64;

/** A program that a process executed. */
export class Exec {
  readonly time: number;
  readonly path: string;
  /** Null if it is not known. */
  readonly cwd: string | null;
  /** The fds 0, 1 and 2; null if they are not known. */
  readonly stdio: readonly (StandardStream | null)[] | null;
  /** The arguments, each with a NUL before it: one string takes a fraction of the memory of a list. */
  private readonly arguments: string;

  constructor(
    time: number,
    path: string,
    joinedArguments: string,
    cwd: string | null,
    stdio: Exec["stdio"],
  ) {
    this.time = time;
    this.path = path;
    this.arguments = joinedArguments;
    this.cwd = cwd;
    this.stdio = stdio;
  }

  get argv(): readonly string[] {
    return this.arguments.split("\0").slice(1);
  }

  /** The name by which executions of one program are alike: "cc1" of "/usr/lib/gcc/cc1". */
  get program(): string {
    const word = this.argv[0] || this.path;
    return word.slice(word.lastIndexOf("/") + 1) || word;
  }
}

/** Returns arguments as Exec stores them. */
export function joinArguments(argv: readonly string[]): string {
  return argv.length ? `\0${argv.join("\0")}` : "";
}

const NO_EXECS: readonly Exec[] = [];

/** A pid from its fork to its exit; another process may have had the pid before. */
export class Process {
  /** Its number among the processes of the run. */
  readonly index: number;
  /** 0 stands for every process outside the pid namespace of the recording. */
  readonly pid: number;
  /** The process that forked it, which may have ended before; null if that was not recorded. */
  readonly parent: Process | null;
  /** When it was forked; null if that was not recorded: it existed before, or the event was lost. */
  started: number | null;
  /** Time of its first and its last event. */
  readonly first: number;
  last: number;
  /** When it exited; null if that was not recorded. */
  ended: number | null = null;
  status: number | null = null;
  /** The signal that killed it. */
  signal: number | null = null;
  /** Programs that it executed, beyond MAX_EXECS only the first ones and the last. */
  execs: readonly Exec[] = NO_EXECS;
  /** How many programs it executed. */
  execCount = 0;
  /** Its pid and present name. */
  actor: Actor;
  /** Its working directory, which may be moved; null if it is not known. */
  cwd: Entry | null = null;
  /** The path that the working directory had in the latest event that contained it. */
  cwdPath: string | null = null;

  constructor(
    index: number,
    actor: Actor,
    parent: Process | null,
    started: number | null,
    time: number,
  ) {
    this.index = index;
    this.pid = actor.pid;
    this.actor = actor;
    this.parent = parent;
    this.started = started;
    this.first = time;
    this.last = time;
  }

  /** Its name at its last event. */
  get comm(): string {
    return this.actor.comm;
  }

  addExec(exec: Exec): void {
    this.execCount++;
    if (this.execs.length < MAX_EXECS) this.execs = [...this.execs, exec];
    else this.execs = [...this.execs.slice(0, -1), exec];
  }

  exit(time: number, { status, signal, started }: ProcessExit): void {
    this.ended = time;
    this.status = status;
    this.signal = signal;
    this.started = started ?? this.started;
  }

  /** The processes that led to this one, nearest first. */
  *ancestors(): Iterable<Process> {
    for (let process = this.parent; process; process = process.parent) yield process;
  }
}

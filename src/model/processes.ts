/**
 * The processes of a run by pid and start. Pids are reused: a fork begins a process, its exit ends
 * it. Where a fork or an exit was not recorded, what is missing stays unknown; no parent is guessed.
 */
import { Process } from "./process.ts";
import type { ProcessExit, RunEvent } from "./run-event.ts";

/** What is needed of an event to know its process. */
export type EventOfProcess = Pick<RunEvent, "pid" | "comm" | "time" | "exit" | "isLate">;

/** Times of one moment may differ by this after rounding: nanoseconds. */
const TIME_RESOLUTION = 1000;

export class Processes {
  /** All processes, by index. */
  readonly all: Process[] = [];
  /** The latest process of each pid. */
  private readonly latest = new Map<number, Process>();
  /** The process of the event before, the latest of its pid: nearly always that of the next one. */
  private recent: Process | null = null;

  /** The process that has a pid, or had it last. */
  find(pid: number): Process | undefined {
    return this.latest.get(pid);
  }

  /** Returns the process of an event, and adds it if it is not known. */
  of(event: EventOfProcess): Process {
    const { pid, comm, time = 0 } = event;
    const known = this.recent?.pid === pid ? this.recent : this.latest.get(pid);
    if (!known || this.isAnother(known, event)) return this.add(pid, comm, null, null, time);
    if (time > known.last) known.last = time;
    // The names of threads may differ; a count keeps the actor that it saw first.
    if (known.actor.comm !== comm) known.actor = { pid, comm };
    this.recent = known;
    return known;
  }

  /** Whether an event is of a later process than the latest known one that had its pid. */
  private isAnother(known: Process, { time = 0, exit, isLate }: EventOfProcess): boolean {
    if (known.pid === 0) return false;
    // A process that exited may do so twice: two threads that exit at once are both the last.
    if (exit && exit.started !== null)
      return exit.started > (known.started ?? known.first) + TIME_RESOLUTION;
    return known.ended !== null && !isLate && time >= known.ended;
  }

  private add(
    pid: number,
    comm: string,
    parent: Process | null,
    started: number | null,
    time: number,
  ): Process {
    const process = new Process(this.all.length, { pid, comm }, parent, started, time);
    process.cwd = parent?.cwd ?? null;
    process.cwdPath = parent?.cwdPath ?? null;
    this.all.push(process);
    this.latest.set(pid, process);
    this.recent = process;
    return process;
  }

  /** Adds and returns the child of a fork; its pid is 0 if it is not known, and then it is not added. */
  forked(parent: Process, child: number, { comm, time }: EventOfProcess): Process | null {
    if (child <= 0) return null;
    // Pid 0 may be any process.
    return this.add(child, comm, parent.pid === 0 ? null : parent, time ?? null, time ?? 0);
  }

  exited(process: Process, exit: ProcessExit, { time = 0 }: EventOfProcess): void {
    if (process.pid !== 0) process.exit(time, exit);
  }
}

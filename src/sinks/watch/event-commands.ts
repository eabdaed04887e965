/**
 * Runs a command for each reported event, with the event as a line of JSON on its standard input.
 * Nothing here waits for a command: events queue up to a limit, and are counted beyond.
 *
 * A command may change watched files. Its own changes, and those of processes that it started, run
 * no command, or it would run for ever. They are known by their chain of processes, in which the
 * command is. Where a process is not known, a change that is read while a command runs, or soon after, is
 * taken for its own, and counted.
 */
import type { Sink } from "../../core/sink.ts";
import { TraceError } from "../../errors.ts";
import type { Loss } from "../../events/loss.ts";
import { chainOf } from "../../events/process-info.ts";
import { LOG_COLUMNS } from "../../events/watch-columns.ts";
import { isNote, type WatchEvent } from "../../events/watch-event.ts";
import { close } from "../../ffi/fd.ts";
import { SIGKILL, SIGTERM } from "../../kernel/signal.ts";
import type { Child } from "../../process/child.ts";
import { InputCommand } from "../../process/input-command.ts";
import type { User } from "../../process/user.ts";
import { ndjson } from "../formats/ndjson.ts";

const MAX_RUNNING = 4;
const MAX_QUEUED = 1000;
/** How long after a command its changes may still be read. */
const SETTLE_MS = 200;
/** How long queued commands may go on at the end, and then the running ones after SIGTERM. */
const FINISH_MS = 5000;
const TERMINATE_MS = 1000;
const POLL_MS = 5;
/** For how long, and of how many commands, later changes are known as theirs. */
const PID_MS = 3_600_000;
const MAX_PIDS = 4096;

/** Receives what there is to be said of the commands. */
export interface CommandReports {
  /** The first command that cannot be started. */
  onUnstarted(error: Error): void;
  /** The first command that fails. @param status its exit status */
  onFailed(status: number): void;
  /** All have ended. @param started the number of commands, at least 1 @param failed of these */
  onEnd(started: number, failed: number): void;
}

export class EventCommands implements Sink<WatchEvent> {
  readonly delivered = 0;
  private readonly command: InputCommand;
  private readonly maxPerSecond: number;
  private readonly reports: CommandReports;
  private readonly lines: Sink<WatchEvent>;
  private line = new Uint8Array(0);
  private queue: Uint8Array[] = [];
  private running: Child[] = [];
  /** When the latest commands started, by pid, the oldest first. */
  private readonly pids = new Map<number, number>();
  /** How many commands may start now. */
  private tokens: number;
  private lastRefill = performance.now();
  private lastExit = -Infinity;
  private started = 0;
  private failed = 0;
  private dropped = 0;
  private unattributed = 0;
  /** Events whose command could not be started. */
  private unstarted = 0;

  /** @throws CommandError if there is no shell */
  constructor(command: string, maxPerSecond: number, user: User | null, reports: CommandReports) {
    this.command = new InputCommand(command, user);
    this.reports = reports;
    this.tokens = this.maxPerSecond = maxPerSecond;
    const output = {
      write: (bytes: Uint8Array, length: number) => {
        this.line = bytes.slice(0, length);
      },
    };
    this.lines = ndjson({ columns: LOG_COLUMNS, output, terminal: false });
  }

  write(event: WatchEvent): void {
    if (isNote(event.type) || this.isOwn(event)) return;
    if (this.queue.length >= MAX_QUEUED) {
      this.dropped++;
      return;
    }
    this.lines.write(event);
    this.lines.flush();
    this.queue.push(this.line);
  }

  private isOwn({ processInfo }: WatchEvent): boolean {
    const isKnown = processInfo.pid !== 0 && processInfo.origin !== "unknown";
    if (isKnown) {
      const links = chainOf(processInfo)?.links ?? [];
      return [processInfo, ...links].some(({ pid }) => this.pids.has(pid));
    }
    const mayBeOwn = this.running.length > 0 || performance.now() - this.lastExit < SETTLE_MS;
    if (mayBeOwn) this.unattributed++;
    return mayBeOwn;
  }

  flush(): void {
    this.poll();
  }

  /** Reaps commands that have ended, and starts others. Call it often. */
  poll(): void {
    this.running = this.running.filter((child) => !this.reap(child));
    this.refill();
    while (this.queue.length && this.running.length < MAX_RUNNING && this.tokens >= 1) {
      this.tokens--;
      this.start(this.queue.shift()!);
    }
  }

  private start(line: Uint8Array): void {
    try {
      const child = this.command.start(line);
      this.running.push(child);
      this.remember(child.pid);
      this.started++;
    } catch (error) {
      // No more processes, memory or files.
      if (!(error instanceof TraceError)) throw error;
      if (this.unstarted++ === 0) this.reports.onUnstarted(error);
    }
  }

  /** Keeps the pid of a command, until another process is likely to have got it. */
  private remember(pid: number): void {
    const now = performance.now();
    const isRunning = (old: number) => this.running.some((child) => child.pid === old);
    for (const [old, since] of this.pids)
      if ((this.pids.size >= MAX_PIDS || now - since >= PID_MS) && !isRunning(old))
        this.pids.delete(old);
      else break;
    this.pids.delete(pid);
    this.pids.set(pid, now);
  }

  private refill(): void {
    const now = performance.now();
    const earned = ((now - this.lastRefill) * this.maxPerSecond) / 1000;
    this.tokens = Math.min(this.maxPerSecond, this.tokens + earned);
    this.lastRefill = now;
  }

  private reap(child: Child): boolean {
    const status = child.status();
    if (status === null) return false;
    close(child.pidfd);
    this.lastExit = performance.now();
    if (status !== 0 && this.failed++ === 0) this.reports.onFailed(status);
    return true;
  }

  /** Runs what is queued, for a while, and ends what still runs then. */
  close(): void {
    this.wait(FINISH_MS, () => this.queue.length === 0 && this.running.length === 0);
    this.dropped += this.queue.splice(0).length;
    for (const signal of [SIGTERM, SIGKILL]) {
      for (const child of this.running) child.kill(signal);
      this.wait(TERMINATE_MS, () => this.running.length === 0);
    }
    if (this.started) this.reports.onEnd(this.started, this.failed);
  }

  private wait(milliseconds: number, isDone: () => boolean): void {
    const deadline = performance.now() + milliseconds;
    for (this.poll(); !isDone() && performance.now() < deadline; this.poll())
      Bun.sleepSync(POLL_MS);
  }

  losses(): Loss[] {
    const all: Loss[] = [
      {
        what: "events without a command",
        count: this.dropped,
        reason: `more than ${MAX_QUEUED} waited, or trace ended`,
      },
      {
        what: "events whose command could not be started",
        count: this.unstarted,
      },
      {
        what: "events without a command",
        count: this.unattributed,
        reason: "a command may have caused them: their process is unknown",
      },
    ];
    return all.filter(({ count }) => count > 0);
  }
}

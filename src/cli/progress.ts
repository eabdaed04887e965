/**
 * A progress line on the terminal while a command is recorded.
 *
 * The command may write to the same terminal. Therefore the line is drawn below the cursor, which
 * does not move: the command's next output appears where it would have appeared without the line.
 * When another process writes, the line is erased until the terminal has been quiet for a while. It
 * is not drawn while a program uses raw mode or while trace is in the background.
 */
import { hasControlSequences, Terminal } from "../process/terminal.ts";
import { formatElapsed, groupThousands } from "../text/duration.ts";

/** Milliseconds between redraws, and before the first one: short commands get no line. */
const REFRESH_MS = 100;
const INITIAL_DELAY_MS = 300;
/** How long the terminal must have been quiet before the line is drawn again. */
const QUIET_PERIOD_MS = 2000;
/** Milliseconds between counts of the processes: each process costs a system call. */
const COUNT_INTERVAL_MS = 1000;

/** Control sequences of ECMA-48 and DEC's VT100: console_codes(4). */
const ERASE_BELOW = "\x1b[J";
const MAKE_ROOM_BELOW = "\x1bD\x1b[A";
const SAVE_CURSOR = "\x1b7";
const NEXT_LINE = "\x1bE";
const RESTORE_CURSOR = "\x1b8";

/** A number of processes; counting stops at `max`. */
interface ProcessCount {
  readonly count: number;
  readonly max: number;
}

export interface ProgressCounters {
  events(): number;
  processes(): ProcessCount;
}

/** trace: 12,345 events, 42 processes, 3.2 s */
export function progressText(
  events: number,
  { count, max }: ProcessCount,
  elapsed: number,
): string {
  return [
    `trace: ${groupThousands(events)} ${events === 1 ? "event" : "events"}`,
    `${groupThousands(count)}${count >= max ? "+" : ""} ${count === 1 ? "process" : "processes"}`,
    formatElapsed(elapsed),
  ].join(", ");
}

export class Progress {
  private readonly terminal: Terminal;
  private readonly counters: ProgressCounters;
  private readonly startedAt: number;
  private visible = false;
  private dueAt = 0;
  private quietAt: number;
  private countedAt = Number.NEGATIVE_INFINITY;
  private processes: ProcessCount = { count: 0, max: 1 };

  private constructor(terminal: Terminal, counters: ProgressCounters) {
    this.terminal = terminal;
    this.counters = counters;
    this.startedAt = performance.now();
    this.quietAt = this.startedAt + INITIAL_DELAY_MS;
  }

  /** Returns null if there is no terminal that can show the line. */
  static open(counters: ProgressCounters): Progress | null {
    const terminal = hasControlSequences(process.env.TERM) ? Terminal.open() : null;
    return terminal && new Progress(terminal, counters);
  }

  /** Readable when another process has written to the terminal. */
  get fd(): number {
    return this.terminal.inotifyFd;
  }

  /** Redraws or erases the line. Call it often, and as soon as `fd` is readable. */
  tick(): void {
    const now = performance.now();
    const due = now >= this.dueAt;
    // Foreign output matters at once only while the line is visible.
    if (!due && !this.visible) return;
    if (this.terminal.hasForeignOutput()) {
      this.hide();
      this.quietAt = now + QUIET_PERIOD_MS;
    }
    if (!due) return;
    this.dueAt = now + REFRESH_MS;
    if (now >= this.quietAt) this.draw(now);
  }

  private draw(now: number): void {
    if (!this.terminal.isForeground() || this.terminal.isRawMode()) {
      this.hide();
      return;
    }
    const line = this.line(now).slice(0, Math.max(this.terminal.columns() - 1, 0));
    const around = [ERASE_BELOW + MAKE_ROOM_BELOW + SAVE_CURSOR + NEXT_LINE, RESTORE_CURSOR];
    if (this.terminal.write(around.join(line))) this.visible = true;
  }

  private line(now: number): string {
    if (now >= this.countedAt + COUNT_INTERVAL_MS) {
      this.processes = this.counters.processes();
      this.countedAt = now;
    }
    return progressText(this.counters.events(), this.processes, now - this.startedAt);
  }

  /** Erases the line, now or at the next call when the terminal accepts output. */
  hide(): void {
    if (this.visible && (!this.terminal.isForeground() || this.terminal.write(ERASE_BELOW)))
      this.visible = false;
  }

  /** Returns the text that erases the line; whoever writes next writes it first. */
  eraser(): string {
    const needed = this.visible && this.terminal.isForeground();
    this.visible = false;
    return needed ? ERASE_BELOW : "";
  }
}

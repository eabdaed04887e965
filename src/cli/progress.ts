/**
 * One line on the terminal that says how far a run has come, while it goes on.
 *
 * The command may write to the same terminal. So the line stands below the cursor's, which does not
 * move: what the command writes next stands where it would have stood. As soon as anybody has
 * written, the line goes away until the terminal has been quiet for a while; and it keeps away from
 * programs that draw on the terminal, and from a terminal that is somebody else's.
 */
import { hasControlSequences, Terminal } from "../process/terminal.ts";
import { formatElapsed, groupThousands } from "../text/duration.ts";

/** At most ten times a second, and not for a command that is over at once. Milliseconds. */
const REFRESH_MS = 100;
const INITIAL_DELAY_MS = 300;
/** How long a terminal must have been quiet. */
const QUIET_PERIOD_MS = 2000;
/** The processes are counted less often: that costs a system call for each. */
const COUNT_INTERVAL_MS = 1000;

/** Control sequences of ECMA-48 and DEC's VT100: console_codes(4). */
const ERASE_BELOW = "\x1b[J";
const MAKE_ROOM_BELOW = "\x1bD\x1b[A";
const SAVE_CURSOR = "\x1b7";
const NEXT_LINE = "\x1bE";
const RESTORE_CURSOR = "\x1b8";

/** How many there are; no more than `most` are counted. */
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

  private constructor(terminal: Terminal, counts: ProgressCounters) {
    this.terminal = terminal;
    this.counters = counts;
    this.startedAt = performance.now();
    this.quietAt = this.startedAt + INITIAL_DELAY_MS;
  }

  /** Null where nobody would see it, or it would be in the way. */
  static open(counts: ProgressCounters): Progress | null {
    const terminal = hasControlSequences(process.env.TERM) ? Terminal.open() : null;
    return terminal && new Progress(terminal, counts);
  }

  /** Readable when the line has to go away. */
  get fd(): number {
    return this.terminal.inotifyFd;
  }

  /** To be called often, and as soon as `fd` is readable. */
  tick(): void {
    const now = performance.now();
    const due = now >= this.dueAt;
    // While nothing of ours is there, what others write need not be known at once.
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

  /** Takes the line away, at once or as soon as the terminal takes anything. */
  hide(): void {
    if (this.visible && (!this.terminal.isForeground() || this.terminal.write(ERASE_BELOW)))
      this.visible = false;
  }

  /** What has to be written before anything else, to take the line away. */
  eraser(): string {
    const needed = this.visible && this.terminal.isForeground();
    this.visible = false;
    return needed ? ERASE_BELOW : "";
  }
}

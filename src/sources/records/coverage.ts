/** When the paths of a history were watched, from the notes in its files. */
import { isPathWithin } from "../../text/path.ts";
import type { FileNotes, LogNote, Sign } from "./note-finder.ts";
import type { Writer } from "./writer.ts";

/** A time in which a path was watched. All times are in seconds since 1970. */
export interface WatchedTime {
  /** One character per byte. */
  readonly path: string;
  /** Whether all descendants were watched, not only direct entries. */
  readonly isRecursive: boolean;
  readonly from: number;
  /** Infinity if it is still watched. */
  readonly to: number;
  /** When the watching began, which is before `from` if the older part of the history is gone. */
  readonly since: number;
  /** Whether the writer ended without a note: it may have watched longer, but not known to. */
  readonly isCut: boolean;
}

/** A time in which events were recorded, but not who watched. */
export interface UnnotedTime {
  readonly from: number;
  readonly to: number;
}

/** A path that a writer has not stopped to watch. */
interface Watching {
  readonly writer: Writer;
  readonly path: string;
  readonly isRecursive: boolean;
  since: number;
  from: number;
  /** The last time at which the writer is known to have watched. */
  seen: number;
}

const MILLISECONDS = 1000;

function keyOf({ path, pid, details: { boot, started } }: LogNote): string {
  return `${pid} ${boot} ${started} ${path}`;
}

/** Whether a path is watched by what watches another. */
export function covers(
  { path: watched, isRecursive }: Pick<Watching, "path" | "isRecursive">,
  path: string,
): boolean {
  if (isRecursive || path === watched) return isPathWithin(path, watched);
  return path.slice(0, Math.max(path.lastIndexOf("/"), 1)) === watched;
}

export class Coverage {
  readonly watched: WatchedTime[] = [];
  readonly unnoted: UnnotedTime[] = [];
  private readonly firstTime: number;
  /** In the order in which they began. */
  private readonly open = new Map<string, Watching>();
  /** When nobody was left; -Infinity at the start of the history. */
  private idleSince = Number.NEGATIVE_INFINITY;
  /** The last event that nobody is known to have watched, since then. */
  private stray: Sign | null = null;

  /**
   * @param files oldest first
   * @param firstTime time of the first line; null if there is none
   * @param isRunning whether a writer still runs
   */
  constructor(
    files: readonly FileNotes[],
    firstTime: number | null,
    isRunning: (writer: Writer) => boolean,
  ) {
    this.firstTime = firstTime ?? Number.NEGATIVE_INFINITY;
    for (const { notes, last } of files) {
      for (const note of notes) {
        if (note.before) this.see(note.before);
        this.apply(note);
      }
      if (last) this.see(last);
    }
    this.finish(isRunning);
  }

  /** An event shows that the process that began last to watch its path still did. */
  private see(event: Sign): void {
    const { time, path } = event;
    const each = [...this.open.values()];
    const watching = each.findLast((one) => path === "" || covers(one, path));
    if (watching) watching.seen = Math.max(watching.seen, time);
    else if (each.length === 0) this.stray = event;
  }

  private apply(note: LogNote): void {
    switch (note.type) {
      case "WATCH_START":
        this.openFor(note);
        break;
      case "WATCH_END":
        this.close(keyOf(note), this.openFor(note), note.time);
        break;
      case "CLOCK_STEP":
        this.step(note);
        break;
    }
  }

  /** Returns what a note is about. What is open already is continued, in another file. */
  private openFor(note: LogNote): Watching {
    const { time, path, pid, details } = note;
    const key = keyOf(note);
    const known = this.open.get(key);
    if (known) {
      known.seen = Math.max(known.seen, time);
      return known;
    }
    const since = details.since === undefined ? time : Number(details.since) / MILLISECONDS;
    const from = Math.min(Math.max(since, this.idleSince, this.firstTime), time);
    // Events before the note are of this writer if it watched already.
    if (this.open.size === 0) this.endIdleTime(since, time);
    const writer = { pid, boot: String(details.boot), started: Number(details.started) };
    const isRecursive = details.scope === "descendants";
    const watching = { writer, path, isRecursive, since, from, seen: time };
    this.open.set(key, watching);
    return watching;
  }

  private endIdleTime(since: number, to: number): void {
    if (this.stray && this.stray.time < since) this.unnoted.push({ from: this.idleSince, to });
    this.stray = null;
  }

  private close(key: string, watching: Watching, time: number): void {
    this.add(watching, time);
    this.open.delete(key);
    if (this.open.size === 0) this.idleSince = time;
  }

  private add({ path, isRecursive, from, since }: Watching, to: number, isCut = false): void {
    this.watched.push({ path, isRecursive, from, to, since: Math.min(since, from), isCut });
  }

  /** A clock that is set forward skips a time; set back, it repeats one. */
  private step({ time, pid, details }: LogNote): void {
    const milliseconds = Number(details.milliseconds);
    const before = time - milliseconds / MILLISECONDS;
    for (const watching of this.open.values()) {
      const { writer } = watching;
      const isOurs = writer.pid === pid && writer.boot === details.boot;
      if (!isOurs || writer.started !== details.started) continue;
      this.add(watching, before);
      watching.from = watching.since = milliseconds > 0 ? before : time;
      watching.seen = time;
    }
  }

  private finish(isRunning: (writer: Writer) => boolean): void {
    const isIdle = this.open.size === 0;
    if (isIdle && this.stray) this.unnoted.push({ from: this.idleSince, to: Infinity });
    for (const watching of this.open.values())
      if (isRunning(watching.writer)) this.add(watching, Infinity);
      else this.add(watching, watching.seen, true);
  }
}

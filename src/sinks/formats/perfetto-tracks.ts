/** The objects of a timeline: tracks, slices, instants and arrows, as text that follows another. */
import type { PathPart } from "../../model/critical-path.ts";
import type { Exec, Process } from "../../model/process.ts";
import { latin1Slice, sliceToLatin1 } from "../../text/latin1.ts";
import { printable } from "../../text/printable.ts";
import { shellQuote } from "../../text/shell-quote.ts";

/** The arguments of a slice or an instant; those without a value are left out. */
export type Args = Readonly<Record<string, string | number | bigint | null | undefined>>;

/** The number of the group if trace's own pid is not known; the kernel's limit of pids. */
const NO_PID = 2 ** 22;
/** Pids are reused: a later process with the same pid has another track. */
const REUSED = 2 ** 23;
/** Characters of a command on a track, and in an argument. */
const MAX_TITLE = 120;
const MAX_COMMAND = 4096;

interface Track {
  readonly id: number;
  isOpen: boolean;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

/** @param argv one character per byte */
export function commandText(argv: readonly string[]): string {
  return cut(printable(sliceToLatin1(shellQuote(argv.map(latin1Slice)))), MAX_COMMAND);
}

/** Microseconds with three decimals. */
function micros(nanoseconds: number): string {
  const rest = Math.floor(nanoseconds % 1000);
  return `${Math.floor(nanoseconds / 1000)}.${String(rest).padStart(3, "0")}`;
}

function argsText(args: Args): string {
  const members = Object.entries(args).flatMap(([key, value]) => {
    if (value === null || value === undefined) return [];
    const text = typeof value === "string" ? JSON.stringify(value) : String(value);
    return [`${JSON.stringify(key)}:${text}`];
  });
  return members.length ? `,"args":{${members.join(",")}}` : "";
}

function named(category: string, name: string): string {
  return `,"cat":"${category}","name":${JSON.stringify(name)}`;
}

export class Tracks {
  /** By the index of the process. */
  private readonly tracks: Track[] = [];
  private readonly reuses = new Map<number, number>();
  private readonly put: (text: string) => void;
  /** The pid of the group of all tracks: that of trace, as a timeline of thousands of groups is none. */
  private group = NO_PID;

  /** @param put takes text that follows another object */
  constructor(put: (text: string) => void) {
    this.put = put;
  }

  /** Returns the start of the document, with the group. @param pid 0 if it is not known */
  open(name: string, pid: number): string {
    this.group = pid || NO_PID;
    return `{"traceEvents":[\n${this.metadata("process_name", this.group, { name: cut(name, MAX_TITLE) })}`;
  }

  private object(text: string): void {
    this.put(`,\n${text}`);
  }

  private metadata(what: string, track: number, args: Args): string {
    return `{"ph":"M","name":"${what}","pid":${this.group},"tid":${track}${argsText(args)}}`;
  }

  /** @param time nanoseconds @param more members with a comma before each */
  private event(phase: string, track: number, time: number, more: string): void {
    const at = `"pid":${this.group},"tid":${track},"ts":${micros(time)}`;
    this.object(`{"ph":"${phase}",${at}${more}}`);
  }

  /** Returns the track of a process, which has a slice from its start or its first event. */
  private of(owner: Process): Track {
    const known = this.tracks[owner.index];
    if (known) return known;
    const track = this.add(owner);
    this.begin(track, printable(owner.comm), owner.started ?? owner.first, {});
    return track;
  }

  private add({ pid, index, comm }: Process): Track {
    const reuse = this.reuses.get(pid) ?? 0;
    this.reuses.set(pid, reuse + 1);
    const track = { id: pid + reuse * REUSED, isOpen: false };
    this.tracks[index] = track;
    this.name(track.id, printable(comm));
    this.sort(track.id, index + 1);
    return track;
  }

  private name(id: number, name: string): void {
    this.object(this.metadata("thread_name", id, { name: cut(name, MAX_TITLE) }));
  }

  private sort(id: number, index: number): void {
    this.object(this.metadata("thread_sort_index", id, { sort_index: index }));
  }

  private begin(track: Track, name: string, time: number, args: Args): void {
    track.isOpen = true;
    this.event("B", track.id, time, `${named("process", name)}${argsText(args)}`);
  }

  private end(track: Track, time: number, args: Args): void {
    if (!track.isOpen) return;
    track.isOpen = false;
    this.event("E", track.id, time, argsText(args));
  }

  /** Adds an arrow to the track of a child. */
  forked(parent: Process, child: Process, time: number): void {
    const from = this.of(parent).id;
    const to = this.of(child).id;
    const arrow = `${named("fork", "fork")},"id":${child.index + 1}`;
    this.event("s", from, time, arrow);
    this.event("f", to, time, `${arrow},"bp":"e"`);
  }

  executed(owner: Process, exec: Exec): void {
    // The command itself is known from its exec on.
    const track = this.tracks[owner.index] ?? this.add(owner);
    const command = commandText(exec.argv);
    this.end(track, exec.time, {});
    if (command !== "") this.name(track.id, command);
    this.begin(track, printable(exec.program), exec.time, { command, path: printable(exec.path) });
  }

  exited(owner: Process, time: number, args: Args): void {
    this.end(this.of(owner), time, args);
  }

  /** Ends the slices of the processes that still run. */
  endAll(time: number): void {
    for (const track of this.tracks) if (track) this.end(track, time, {});
  }

  instant(owner: Process, kind: string, name: string, time: number, args: Args): void {
    const more = `,"s":"t"${named(kind, name)}${argsText(args)}`;
    this.event("i", this.of(owner).id, time, more);
  }

  /** Adds a line across all tracks. */
  remark(text: string, time: number): void {
    this.event("i", this.group, time, `,"s":"g"${named("trace", text)}`);
  }

  /** Adds the critical path, on the track that is above all others. */
  path(parts: readonly PathPart[]): void {
    if (parts.length === 0) return;
    this.name(this.group, "critical path");
    this.sort(this.group, 0);
    for (const { process: owner, exec, from, to } of parts) {
      const name = printable(exec?.program ?? owner.comm);
      const args = argsText({ pid: owner.pid, command: exec && commandText(exec.argv) });
      const more = `,"dur":${micros(to - from)}${named("critical-path", name)}${args}`;
      this.event("X", this.group, from, more);
    }
  }
}

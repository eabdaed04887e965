/** Calls as sentences: what each did, and what came of it. */

import type { Output } from "../../../core/sink.ts";
import type {
  EndEvent,
  Mode,
  SignalEvent,
  SyscallEvent,
  SyscallSink,
} from "../../../events/syscall-event.ts";
import { signalName } from "../../../kernel/signal.ts";
import { namedArguments } from "../../../syscalls/argument-names.ts";
import { givesFd } from "../../../syscalls/fd-results.ts";
import { integer, type Value } from "../../../syscalls/value.ts";
import { sentenceOf } from "./human/sentences/index.ts";
import { signalSentence } from "./human/signal.ts";
import { needs, render } from "./human/template.ts";
import { usual } from "./human/value-text.ts";
import { type LineStyle, Lines } from "./line-writer.ts";

/** Select Graphic Rendition: ECMA-48. */
const COLOURS = { red: 31, yellow: 33, dim: 2, bold: 1 } as const;
/** Calls that do not come back. */
const ENDLESS = new Set(["exit", "exit_group"]);
const EINPROGRESS = 115n;

export interface HumanStyle extends LineStyle {
  readonly colours: boolean;
  readonly durations: boolean;
}

type Colour = keyof typeof COLOURS;

/** A call without a sentence of its own: its name and its arguments. */
function genericSentence(name: string, values: ReadonlyMap<string, Value>): string {
  const told = Array.from(values, ([argument, value]) => `${argument} ${usual(value)}`);
  return `Call ${name}${told.length ? ` with ${told.join(", ")}` : ""}`;
}

export class HumanSink implements SyscallSink {
  private readonly lines: Lines;
  private readonly style: HumanStyle;
  private readonly meaning: (errno: number) => string;
  private readonly now: () => number;
  /** Calls that have not ended. */
  private readonly running = new Set<SyscallEvent>();

  /**
   * @param meaning of an error number, as strerror(3) has it
   * @param now the wall clock, in milliseconds
   */
  constructor(
    output: Output,
    style: HumanStyle,
    meaning: (errno: number) => string,
    now: () => number,
  ) {
    this.style = style;
    this.meaning = meaning;
    this.now = now;
    this.lines = new Lines(output, style, (text) => this.painted("dim", text));
  }

  private painted(colour: Colour, text: string): string {
    return this.style.colours ? `\x1b[${COLOURS[colour]}m${text}\x1b[m` : text;
  }

  threads(count: number): void {
    this.lines.many = count > 1;
  }

  begin(event: SyscallEvent): void {
    this.running.add(event);
  }

  end(event: SyscallEvent): void {
    this.running.delete(event);
    const took =
      this.style.durations && event.result !== null ? ` (${event.duration.toFixed(3)} ms)` : "";
    this.lines.write(event.tid, event.time, `${this.sentence(event)}${took}${this.remark(event)}`);
  }

  private sentence(event: SyscallEvent): string {
    const { name, result, failed } = event;
    const values = new Map<string, Value>(namedArguments(event));
    const written = sentenceOf(name, values);
    if (result !== null) values.set("=", integer(result));
    const usable = written && needs(written).every((each) => each === "=" || values.has(each));
    if (result !== null) values.delete("=");
    const told = usable ? render(written.pieces, values) : genericSentence(name, values);
    if (result === null) return ENDLESS.has(name) ? told : `${told}: has not returned`;
    if (failed) return `${told}: ${this.error(event)}`;
    values.set("=", integer(result));
    const outcome = usable ? render(written.outcome, values) : this.genericOutcome(event);
    return outcome === "" ? told : `${told}: ${outcome}`;
  }

  private genericOutcome(event: SyscallEvent): string {
    if (givesFd(event)) return `file descriptor ${event.result}`;
    return event.result === 0n ? "" : `returned ${event.result}`;
  }

  private error(event: SyscallEvent): string {
    const error = event.error(this.meaning);
    if (!error) return "failed";
    if (event.interrupted) return this.painted("yellow", "interrupted by a signal");
    const [name, meaning] = error;
    // "No such file" begins a sentence of its own, "RPC struct is bad" does not.
    const inside = /^[A-Z][a-z]/.test(meaning)
      ? meaning[0].toLowerCase() + meaning.slice(1)
      : meaning;
    const how = event.result === -EINPROGRESS ? "" : "failed: ";
    return this.painted("red", `${how}${inside} (${name})`);
  }

  private remark({ mode, reason }: SyscallEvent): string {
    if (reason === "" || mode === "info") return "";
    const colours: Readonly<Record<Mode, Colour>> = {
      info: "dim",
      warning: "yellow",
      danger: "red",
    };
    return ` ${this.painted(colours[mode], `[${mode}: ${reason}]`)}`;
  }

  private say(tid: number, text: string): void {
    this.lines.write(tid, this.now(), this.painted("bold", text));
  }

  signal({ tid, signal, info }: SignalEvent): void {
    this.say(tid, signalSentence(signal, info));
  }

  stopped(tid: number, signal: number): void {
    this.say(tid, `Stopped by ${signalName(signal)}`);
  }

  superseded(tid: number, by: number): void {
    this.say(tid, `Ended, since thread ${by} runs another program in its place`);
  }

  exited({ tid, tgid, code, signal, core }: EndEvent): void {
    const who = tid === tgid ? `Process ${tid}` : `Thread ${tid} of process ${tgid}`;
    const how =
      signal === null
        ? `exited with status ${code}`
        : `was killed by ${signalName(signal)}${core ? ", and its memory is in a core file" : ""}`;
    this.say(tid, `${who} ${how}`);
  }

  flush(): void {
    this.lines.flush();
  }

  /** What still runs is said as well. */
  close(): void {
    for (const event of [...this.running]) this.end(event);
    this.lines.flush();
  }
}

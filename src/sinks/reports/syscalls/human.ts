/** Writes calls as sentences: what each did, and its outcome. */

import type { Output } from "../../../core/sink.ts";
import type {
  ExitEvent,
  Severity,
  SignalEvent,
  SyscallEvent,
  SyscallSink,
} from "../../../events/syscall-event.ts";
import { EINPROGRESS } from "../../../kernel/errno.ts";
import { signalName } from "../../../kernel/signal.ts";
import { namedArguments } from "../../../syscalls/argument-names.ts";
import { returnsFd } from "../../../syscalls/fd-results.ts";
import { integer, type Value } from "../../../syscalls/value.ts";
import { findSentence } from "./human/sentences/index.ts";
import { signalSentence } from "./human/signal.ts";
import { renderTemplate, requiredArguments } from "./human/template.ts";
import { valueText } from "./human/value-text.ts";
import { type LineStyle, LineWriter } from "./line-writer.ts";

/** Select Graphic Rendition: ECMA-48. */
const COLOURS = { red: 31, yellow: 33, dim: 2, bold: 1 } as const;
/** Calls that do not return. */
const NO_RETURN_CALLS = new Set(["exit", "exit_group"]);
const EINPROGRESS_BIGINT = BigInt(EINPROGRESS);

export interface HumanStyle extends LineStyle {
  readonly colours: boolean;
  readonly durations: boolean;
}

type Colour = keyof typeof COLOURS;

/** Describes a call without a template by its name and arguments. */
function genericSentence(name: string, values: ReadonlyMap<string, Value>): string {
  const args = Array.from(values, ([argument, value]) => `${argument} ${valueText(value)}`);
  return `Call ${name}${args.length ? ` with ${args.join(", ")}` : ""}`;
}

export class HumanSink implements SyscallSink {
  private readonly writer: LineWriter;
  private readonly style: HumanStyle;
  private readonly strerror: (errno: number) => string;
  private readonly now: () => number;
  /** Calls that have not returned yet. */
  private readonly running = new Set<SyscallEvent>();

  /**
   * @param strerror returns the text of an error number: strerror(3)
   * @param now returns the wall clock time in milliseconds
   */
  constructor(
    output: Output,
    style: HumanStyle,
    strerror: (errno: number) => string,
    now: () => number,
  ) {
    this.style = style;
    this.strerror = strerror;
    this.now = now;
    this.writer = new LineWriter(output, style, (text) => this.paint("dim", text));
  }

  private paint(colour: Colour, text: string): string {
    return this.style.colours ? `\x1b[${COLOURS[colour]}m${text}\x1b[m` : text;
  }

  threadCountChanged(count: number): void {
    this.writer.showThreadIds = count > 1;
  }

  syscallEntered(event: SyscallEvent): void {
    this.running.add(event);
  }

  syscallExited(event: SyscallEvent): void {
    this.running.delete(event);
    const took =
      this.style.durations && event.result !== null ? ` (${event.duration.toFixed(3)} ms)` : "";
    this.writer.write(event.tid, event.time, `${this.sentence(event)}${took}${this.remark(event)}`);
  }

  private sentence(event: SyscallEvent): string {
    const { name, result, failed } = event;
    const values = new Map<string, Value>(namedArguments(event));
    const template = findSentence(name, values);
    if (result !== null) values.set("=", integer(result));
    const usable =
      template && requiredArguments(template).every((each) => each === "=" || values.has(each));
    if (result !== null) values.delete("=");
    const action = usable ? renderTemplate(template.parts, values) : genericSentence(name, values);
    if (result === null) return NO_RETURN_CALLS.has(name) ? action : `${action}: has not returned`;
    if (failed) return `${action}: ${this.errorSentence(event)}`;
    values.set("=", integer(result));
    const outcome = usable ? renderTemplate(template.outcome, values) : this.genericOutcome(event);
    return outcome === "" ? action : `${action}: ${outcome}`;
  }

  private genericOutcome(event: SyscallEvent): string {
    if (returnsFd(event)) return `file descriptor ${event.result}`;
    return event.result === 0n ? "" : `returned ${event.result}`;
  }

  private errorSentence(event: SyscallEvent): string {
    const error = event.error(this.strerror);
    if (!error) return "failed";
    if (event.interrupted) return this.paint("yellow", "interrupted by a signal");
    const [name, message] = error;
    // Lower-case "No such file", but not "RPC struct is bad".
    const clause = /^[A-Z][a-z]/.test(message)
      ? message[0].toLowerCase() + message.slice(1)
      : message;
    const how = event.result === -EINPROGRESS_BIGINT ? "" : "failed: ";
    return this.paint("red", `${how}${clause} (${name})`);
  }

  private remark(event: SyscallEvent): string {
    const { severity, reason, injected, delayed } = event;
    const causes = [...(injected.length > 0 ? ["injected"] : []), ...(delayed ? ["delayed"] : [])];
    const injection = causes.length > 0 ? ` (${causes.join(", ")})` : "";
    return `${injection}${this.verdict(severity, reason)}`;
  }

  private verdict(severity: Severity, reason: string): string {
    if (reason === "" || severity === "info") return "";
    const colours: Readonly<Record<Severity, Colour>> = {
      info: "dim",
      warning: "yellow",
      danger: "red",
    };
    return ` ${this.paint(colours[severity], `[${severity}: ${reason}]`)}`;
  }

  private writeNow(tid: number, text: string): void {
    this.writer.write(tid, this.now(), this.paint("bold", text));
  }

  detached(event: SyscallEvent): void {
    this.syscallExited(event);
  }

  signal({ tid, signal, info }: SignalEvent): void {
    this.writeNow(tid, signalSentence(signal, info));
  }

  groupStopped(tid: number, signal: number): void {
    this.writeNow(tid, `Stopped by ${signalName(signal)}`);
  }

  superseded(tid: number, by: number): void {
    this.writeNow(tid, `Replaced by the execve of thread ${by}`);
  }

  exited({ tid, tgid, code, signal, core }: ExitEvent): void {
    const who = tid === tgid ? `Process ${tid}` : `Thread ${tid} of process ${tgid}`;
    const how =
      signal === null
        ? `exited with status ${code}`
        : `was killed by ${signalName(signal)}${core ? " (core dumped)" : ""}`;
    this.writeNow(tid, `${who} ${how}`);
  }

  flush(): void {
    this.writer.flush();
  }

  /** Reports calls that have not returned. */
  close(): void {
    for (const event of [...this.running]) this.syscallExited(event);
    this.writer.flush();
  }
}

/** Calls as strace(1) writes them, line for line. */

import type { Output } from "../../../core/sink.ts";
import type {
  EndEvent,
  SignalEvent,
  SyscallEvent,
  SyscallSink,
} from "../../../events/syscall-event.ts";
import { signalName } from "../../../kernel/signal.ts";
import { siginfoText } from "../../../syscalls/siginfo.ts";
import { pathText, straceText } from "../../../syscalls/strace-text.ts";
import { type LineStyle, Lines } from "./line-writer.ts";

/** Calls whose result is an address. */
const ADDRESSES = new Set(["mmap", "mmap2", "brk", "mremap", "shmat"]);
/** Calls in which the comma stands with what is told at the end. */
const COMMA_LATER = new Set(["clone", "clone3"]);
/** Calls that do not come back. */
const ENDLESS = new Set(["exit", "exit_group"]);

export interface StraceStyle extends LineStyle {
  /** How long each call took, behind it. */
  readonly durations: boolean;
  /** Where fds lead, where that is known. */
  readonly paths: boolean;
}

export class StraceSink implements SyscallSink {
  private readonly lines: Lines;
  private readonly style: StraceStyle;
  private readonly meaning: (errno: number) => string;
  /** The call whose line is begun and not ended. */
  private open: SyscallEvent | null = null;

  constructor(output: Output, style: StraceStyle, meaning: (errno: number) => string) {
    this.lines = new Lines(output, style);
    this.style = style;
    this.meaning = meaning;
  }

  threads(count: number): void {
    this.lines.many = count > 1;
  }

  begin(event: SyscallEvent): void {
    this.interrupt();
    event.told = false;
    this.open = event;
  }

  /** Another thread is heard of while a call runs. */
  private interrupt(why = "unfinished"): void {
    const { open } = this;
    if (!open) return;
    this.open = null;
    open.told = true;
    const args = this.arguments(open, 0, open.known);
    const isMore = open.known > 0 && open.known < open.args.length;
    const more = isMore && !COMMA_LATER.has(open.name) ? ", " : "";
    this.lines.write(open.tid, open.time, `${open.name}(${args}${more} <${why} ...>`);
  }

  end(event: SyscallEvent): void {
    if (this.open === event) this.open = null;
    else this.interrupt();
    const from = event.told ? event.known : 0;
    // What it did not come to write is not told.
    const isCut = event.result === null && event.known < event.args.length;
    const to = isCut ? event.known : event.args.length;
    const told = this.arguments(event, from, to);
    const args = isCut ? `${told}${told === "" ? "" : ", "} <unfinished ...>` : told;
    const comma = COMMA_LATER.has(event.name) && args !== "" ? ", " : "";
    const begin = event.told
      ? `<... ${event.name} resumed>${this.written(event)}${comma}`
      : `${event.name}(`;
    const call = `${begin}${args})`;
    const took = this.style.durations ? ` <${(event.duration / 1000).toFixed(6)}>` : "";
    const time = event.told ? event.time + event.duration : event.time;
    this.lines.write(event.tid, time, call, ` = ${this.result(event)}${took}`);
  }

  private arguments({ args }: SyscallEvent, from: number, to: number): string {
    const texts: string[] = [];
    for (let index = from; index < to; index++) {
      const value = args[index];
      if (value) texts.push(straceText(value, this.style.paths));
    }
    return texts.join(", ");
  }

  /** What came to the last argument that was told already. */
  private written({ args, known }: SyscallEvent): string {
    const last = args[known - 1];
    return last?.kind === "struct" && last.remark?.startsWith(" => ") ? last.remark : "";
  }

  private result(event: SyscallEvent): string {
    if (event.result === null || ENDLESS.has(event.name)) return "?";
    const error = event.error(this.meaning);
    if (error) return `${event.interrupted ? "?" : "-1"} ${error[0]} (${error[1]})`;
    if (event.resultText !== null) return event.resultText;
    if (!ADDRESSES.has(event.name)) return `${event.result}${this.resultPath(event)}`;
    return event.result === 0n ? "0" : `0x${BigInt.asUintN(64, event.result).toString(16)}`;
  }

  private resultPath({ resultPath }: SyscallEvent): string {
    return this.style.paths && resultPath !== undefined ? pathText(resultPath) : "";
  }

  signal({ tid, signal, info }: SignalEvent): void {
    this.interrupt();
    this.lines.write(tid, this.now(), `--- ${signalName(signal)} ${siginfoText(info)} ---`);
  }

  stopped(tid: number, signal: number): void {
    this.interrupt();
    this.lines.write(tid, this.now(), `--- stopped by ${signalName(signal)} ---`);
  }

  superseded(tid: number, by: number): void {
    this.interrupt();
    this.lines.write(tid, this.now(), `+++ superseded by execve in pid ${by} +++`);
  }

  exited({ tid, code, signal, core }: EndEvent): void {
    this.interrupt();
    const how =
      signal === null
        ? `exited with ${code}`
        : `killed by ${signalName(signal)}${core ? " (core dumped)" : ""}`;
    this.lines.write(tid, this.now(), `+++ ${how} +++`);
  }

  private now(): number {
    return performance.timeOrigin + performance.now();
  }

  flush(): void {
    this.lines.flush();
  }

  close(): void {
    this.interrupt("detached");
    this.flush();
  }
}

/** Calls as strace(1) writes them, line for line. */
import type { EndEvent, SignalEvent, SyscallEvent, SyscallSink } from "../../events/syscall.ts";
import { signalName } from "../../kernel/signal.ts";
import { siginfoText } from "../../syscalls/siginfo.ts";
import { pathText, straceText } from "../../syscalls/strace-text.ts";
import type { Output } from "../sink.ts";

/** Where results stand: strace's -a. */
const RESULT_COLUMN = 40;
const FLUSH_AT = 32 * 1024;
/** Calls whose result is an address. */
const ADDRESSES = new Set(["mmap", "mmap2", "brk", "mremap", "shmat"]);
/** Calls that do not come back. */
const ENDLESS = new Set(["exit", "exit_group"]);

export interface StraceStyle {
  /** Absolute time before each line: none, seconds of the day, with microseconds, since 1970. */
  readonly stamp: "none" | "t" | "tt" | "ttt" | "r";
  /** How long each call took, behind it. */
  readonly durations: boolean;
  /** Each line begins with the thread's number, as with strace -f -o. */
  readonly numbered: boolean;
}

export class StraceSink implements SyscallSink {
  private text = "";
  private readonly output: Output;
  private readonly style: StraceStyle;
  private readonly meaning: (errno: number) => string;
  /** The call whose line is begun and not ended. */
  private open: SyscallEvent | null = null;
  private many = false;
  private last = 0;

  constructor(output: Output, style: StraceStyle, meaning: (errno: number) => string) {
    this.output = output;
    this.style = style;
    this.meaning = meaning;
  }

  threads(count: number): void {
    this.many = count > 1;
  }

  begin(event: SyscallEvent): void {
    this.interrupt();
    event.told = false;
    this.open = event;
  }

  /** Another thread is heard of while a call runs. */
  private interrupt(): void {
    const { open } = this;
    if (!open) return;
    this.open = null;
    open.told = true;
    const args = this.arguments(open, 0, open.known);
    const more = open.known > 0 && open.known < open.args.length ? ", " : "";
    this.line(open.tid, open.time, `${open.name}(${args}${more} <unfinished ...>`);
  }

  end(event: SyscallEvent): void {
    if (this.open === event) this.open = null;
    else this.interrupt();
    const from = event.told ? event.known : 0;
    const args = this.arguments(event, from, event.args.length);
    const begin = event.told ? `<... ${event.name} resumed>` : `${event.name}(`;
    const call = `${begin}${args})`;
    const took = this.style.durations ? ` <${(event.duration / 1000).toFixed(6)}>` : "";
    const time = event.told ? event.time + event.duration : event.time;
    this.line(event.tid, time, `${call.padEnd(RESULT_COLUMN - 1)} = ${this.result(event)}${took}`);
  }

  private arguments({ args }: SyscallEvent, from: number, to: number): string {
    const texts: string[] = [];
    for (let index = from; index < to; index++) {
      const value = args[index];
      if (value) texts.push(straceText(value));
    }
    return texts.join(", ");
  }

  private result(event: SyscallEvent): string {
    if (event.result === null || ENDLESS.has(event.name)) return "?";
    const error = event.error(this.meaning);
    if (error) return `${event.interrupted ? "?" : "-1"} ${error[0]} (${error[1]})`;
    if (event.resultText !== null) return event.resultText;
    if (!ADDRESSES.has(event.name))
      return `${event.result}${event.resultPath === undefined ? "" : pathText(event.resultPath)}`;
    return event.result === 0n ? "0" : `0x${BigInt.asUintN(64, event.result).toString(16)}`;
  }

  signal({ tid, signal, info }: SignalEvent): void {
    this.interrupt();
    this.line(tid, this.now(), `--- ${signalName(signal)} ${siginfoText(info)} ---`);
  }

  stopped(tid: number, signal: number): void {
    this.interrupt();
    this.line(tid, this.now(), `--- stopped by ${signalName(signal)} ---`);
  }

  superseded(tid: number, by: number): void {
    this.interrupt();
    this.line(tid, this.now(), `+++ superseded by execve in pid ${by} +++`);
  }

  exited({ tid, code, signal, core }: EndEvent): void {
    this.interrupt();
    const how =
      signal === null
        ? `exited with ${code}`
        : `killed by ${signalName(signal)}${core ? " (core dumped)" : ""}`;
    this.line(tid, this.now(), `+++ ${how} +++`);
  }

  private now(): number {
    return performance.timeOrigin + performance.now();
  }

  private line(tid: number, time: number, text: string): void {
    const { numbered } = this.style;
    const who = numbered
      ? `${String(tid).padEnd(5)} `
      : this.many
        ? `[pid ${String(tid).padStart(5)}] `
        : "";
    this.text += `${who}${this.stamp(time)}${text}\n`;
    if (this.text.length >= FLUSH_AT) this.flush();
  }

  private stamp(time: number): string {
    const { stamp } = this.style;
    if (stamp === "none") return "";
    const seconds = Math.floor(time / 1000);
    const fraction = `.${String(Math.floor((time - seconds * 1000) * 1000)).padStart(6, "0")}`;
    if (stamp === "ttt") return `${seconds}${fraction} `;
    if (stamp === "r") {
      const since = this.last === 0 ? 0 : (time - this.last) / 1000;
      this.last = time;
      return `${since.toFixed(6).padStart(12)} `;
    }
    const clock = new Date(time).toTimeString().slice(0, 8);
    return `${clock}${stamp === "tt" ? fraction : ""} `;
  }

  flush(): void {
    if (this.text === "") return;
    // Everything in it is ASCII, but for paths of fds.
    const bytes = Buffer.from(this.text, "utf8");
    this.text = "";
    this.output.write(bytes, bytes.length);
  }

  close(): void {
    this.interrupt();
    this.flush();
  }
}

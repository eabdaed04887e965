/** Writes calls exactly as strace(1) does. */

import type { Output } from "../../../core/sink.ts";
import type {
  ExitEvent,
  SignalEvent,
  SyscallEvent,
  SyscallFrame,
  SyscallSink,
} from "../../../events/syscall-event.ts";
import { signalName } from "../../../kernel/signal.ts";
import type { PidLookup } from "../../../syscalls/pid-details.ts";
import { annotateStruct } from "../../../syscalls/pid-values.ts";
import { siginfoValue } from "../../../syscalls/siginfo.ts";
import {
  commText,
  fdDetailsText,
  pidDetailsText,
  straceText,
  writtenText,
} from "../../../syscalls/strace-text.ts";
import type { TextStyle } from "../../../syscalls/text-style.ts";
import type { StructValue } from "../../../syscalls/value.ts";
import { bufferLines } from "./hex-dump.ts";
import { type LineStyle, LineWriter } from "./line-writer.ts";
import { durationText, type TimeDigits } from "./time-text.ts";

/** Calls whose result is an address. */
const ADDRESS_CALLS = new Set(["mmap", "mmap2", "brk", "mremap", "shmat"]);
/** Calls whose "resumed" line starts with the comma. */
const LATE_COMMA_CALLS = new Set(["clone", "clone3"]);
/** Calls that do not return. */
const NO_RETURN_CALLS = new Set(["exit", "exit_group"]);

export interface StraceStyle extends LineStyle {
  /** Appends the duration of each call, with this many digits. */
  readonly durations: TimeDigits | null;
  readonly text: TextStyle;
  /** Prefixes lines with the number of the call. */
  readonly callNumbers: boolean;
  readonly instructionPointers: boolean;
  /** Finds processes by their numbers, if details of them are requested. */
  readonly processes?: { lookup(tid: number): PidLookup } | null;
}

/** Returns what trace did to the call: " (INJECTED: args, retval) (DELAYED)". */
function injectionText({ injected, delayed, result }: SyscallEvent): string {
  if (result === null || (!delayed && injected.length === 0)) return "";
  const parts = injected.includes("args") ? `: ${injected.join(", ")}` : "";
  return `${injected.length > 0 ? ` (INJECTED${parts})` : ""}${delayed ? " (DELAYED)" : ""}`;
}

/** Returns " > /usr/lib/libc.so.6(write+0x10) [0xf8350]". */
function frameText({ path, position, name, offset }: SyscallFrame): string {
  const place = name === "" ? "" : `${name}+0x${offset.toString(16)}`;
  const file = commText(path, { strings: "octal" });
  return ` > ${file}(${commText(place, { strings: "octal" })}) [0x${position.toString(16)}]`;
}

export class StraceSink implements SyscallSink {
  private readonly writer: LineWriter;
  private readonly style: StraceStyle;
  private readonly strerror: (errno: number) => string;
  /** The call whose line is not complete. */
  private unfinished: SyscallEvent | null = null;
  /** Calls that will not return, whose lines are complete although their threads have not ended. */
  private readonly complete = new Set<SyscallEvent>();

  constructor(output: Output, style: StraceStyle, strerror: (errno: number) => string) {
    this.writer = new LineWriter(output, style);
    this.style = style;
    this.strerror = strerror;
  }

  threadCountChanged(count: number): void {
    this.writer.showThreadIds = count > 1;
  }

  syscallEntered(event: SyscallEvent): void {
    this.writeUnfinished();
    event.entryReported = false;
    this.unfinished = event;
  }

  /** Writes the call that another thread interrupts, or that is detached from. */
  private writeUnfinished(why = "unfinished"): void {
    const { unfinished } = this;
    if (!unfinished) return;
    if (NO_RETURN_CALLS.has(unfinished.name)) {
      this.syscallExited(unfinished);
      this.complete.add(unfinished);
      return;
    }
    this.unfinished = null;
    unfinished.entryReported = true;
    const args = this.arguments(unfinished, 0, unfinished.decodedAtEntry);
    const isMore =
      unfinished.decodedAtEntry > 0 && unfinished.decodedAtEntry < unfinished.args.length;
    const more = isMore && !LATE_COMMA_CALLS.has(unfinished.name) ? ", " : "";
    this.writer.write(
      unfinished.tid,
      unfinished.time,
      `${unfinished.name}(${args}${more} <${why} ...>`,
      "",
      this.place(unfinished),
    );
  }

  syscallExited(event: SyscallEvent): void {
    if (this.complete.delete(event)) return;
    if (this.unfinished === event) this.unfinished = null;
    else this.writeUnfinished();
    const from = event.entryReported ? event.decodedAtEntry : 0;
    // Omits the arguments that the call did not get to write.
    const isCut = event.result === null && event.decodedAtEntry < event.args.length;
    const to = isCut ? event.decodedAtEntry : event.args.length;
    const decoded = this.arguments(event, from, to);
    const args = isCut ? `${decoded}${decoded === "" ? "" : ", "} <unfinished ...>` : decoded;
    const comma = LATE_COMMA_CALLS.has(event.name) && args !== "" ? ", " : "";
    const begin = event.entryReported
      ? `<... ${event.name} resumed>${this.writtenText(event)}${comma}`
      : `${event.name}(`;
    const call = `${begin}${args})`;
    const { durations } = this.style;
    const took =
      durations === null || event.result === null
        ? ""
        : ` <${durationText(event.duration, durations)}>`;
    const time = event.entryReported ? event.time + event.duration : event.time;
    this.writer.write(
      event.tid,
      time,
      call,
      ` = ${this.result(event)}${injectionText(event)}${took}`,
      this.place(event),
    );
    for (const line of bufferLines(event.buffers, event.tid)) this.writer.writeMore(line);
    for (const frame of event.stack) this.writer.writeMore(frameText(frame));
  }

  detached(event: SyscallEvent): void {
    this.complete.delete(event);
    if (this.unfinished === event) this.writeUnfinished("detached");
  }

  /** Returns "[ 257] [00007f1b2c3d4e5f] ". */
  private place({ number, instructionPointer, abi }: SyscallEvent): string {
    const digits = abi === "x64" || abi === "arm64" ? 16 : 8;
    const callNumber = this.style.callNumbers ? `[${String(number).padStart(4)}] ` : "";
    return callNumber + this.address(instructionPointer, digits);
  }

  /** Returns the place where a thread is outside of calls; undefined: it has ended. */
  private address(at: bigint | undefined, digits = 16): string {
    if (!this.style.instructionPointers) return "";
    return `[${at === undefined ? "?".repeat(digits) : at.toString(16).padStart(digits, "0")}] `;
  }

  /** Writes a line that is not about a call. */
  private writeEvent(tid: number, text: string, at?: bigint): void {
    const now = performance.timeOrigin + performance.now();
    this.writer.write(tid, now, text, "", this.address(at));
  }

  private arguments({ args }: SyscallEvent, from: number, to: number): string {
    const texts: string[] = [];
    for (let index = from; index < to; index++) {
      const value = args[index];
      if (value) texts.push(straceText(value, this.style.text));
    }
    return texts.join(", ");
  }

  /** Returns what the kernel wrote for the last argument decoded at entry. */
  private writtenText({ args, decodedAtEntry }: SyscallEvent): string {
    const last = args[decodedAtEntry - 1];
    return last?.kind === "struct" ? writtenText(last, this.style.text) : "";
  }

  private result(event: SyscallEvent): string {
    const returns = event.injected.length > 0 || !NO_RETURN_CALLS.has(event.name);
    if (event.result === null || !returns) return "?";
    const error = event.error(this.strerror);
    if (error?.[0].startsWith("errno")) return `-1 (${error[0]})`;
    const number = event.result > 0n ? String(event.result) : "-1";
    if (error) return `${event.interrupted ? "?" : number} ${error[0]} (${error[1]})`;
    if (event.resultText !== null) return event.resultText;
    if (!ADDRESS_CALLS.has(event.name))
      return `${BigInt.asUintN(64, event.result)}${this.resultPath(event)}${pidDetailsText(event.resultPid, this.style.text)}`;
    return event.result === 0n ? "0" : `0x${BigInt.asUintN(64, event.result).toString(16)}`;
  }

  private resultPath({ resultPath, resultDetails }: SyscallEvent): string {
    return fdDetailsText({ ...resultDetails, path: resultPath }, this.style.text);
  }

  signal({ tid, signal, info, at }: SignalEvent): void {
    this.writeUnfinished();
    const text = straceText(this.siginfo(tid, info), this.style.text);
    this.writeEvent(tid, `--- ${signalName(signal)} ${text} ---`, at);
  }

  private siginfo(tid: number, info: DataView): StructValue {
    const { processes } = this.style;
    const value = siginfoValue(info);
    return processes ? annotateStruct(value, processes.lookup(tid)) : value;
  }

  groupStopped(tid: number, signal: number): void {
    this.writeUnfinished();
    this.writeEvent(tid, `--- stopped by ${signalName(signal)} ---`);
  }

  pidChanged(tid: number, by: number): void {
    this.writeUnfinished(this.unfinished?.tid === by ? `pid changed to ${tid}` : undefined);
  }

  superseded(tid: number, by: number): void {
    this.pidChanged(tid, by);
    this.writeEvent(tid, `+++ superseded by execve in pid ${by} +++`);
  }

  exited({ tid, code, signal, core }: ExitEvent): void {
    this.writeUnfinished();
    const how =
      signal === null
        ? `exited with ${code}`
        : `killed by ${signalName(signal)}${core ? " (core dumped)" : ""}`;
    this.writeEvent(tid, `+++ ${how} +++`);
  }

  flush(): void {
    this.writer.flush();
  }

  close(): void {
    this.writeUnfinished("detached");
    this.flush();
  }
}

/** Writes lines prefixed with the thread id, the time, the number of the call and where it was made. */
import type { Output } from "../../../core/sink.ts";
import { commText } from "../../../syscalls/strace-text.ts";
import { absoluteText, relativeText, type StampStyle } from "./time-text.ts";

const FLUSH_AT = 32 * 1024;

export interface LineStyle {
  /** Time before each line, as with strace -t, -r. */
  readonly stamp: StampStyle;
  /** Column of the outcome, strace's -a, from 1. */
  readonly column: number;
  /** Each line starts with the thread id, as with strace -f -o. */
  readonly numbered: boolean;
  /**
   * Each line is written before its thread continues, in order with the output of the traced
   * program.
   */
  readonly immediate: boolean;
  /** Returns the name to show beside a thread id, strace's -Y; null for none. */
  readonly nameOf?: (tid: number) => string | null;
}

export class LineWriter {
  /** Thread ids are shown if there are several threads. */
  showThreadIds = false;
  private text = "";
  private previousTime = 0;
  private readonly output: Output;
  private readonly style: LineStyle;
  private readonly dim: (text: string) => string;

  /** @param dim styles the prefix (thread id and time) */
  constructor(output: Output, style: LineStyle, dim = (text: string) => text) {
    this.output = output;
    this.style = style;
    this.dim = dim;
  }

  /**
   * Writes a line.
   * @param time wall clock time in milliseconds
   * @param outcome follows the text in a column of its own
   * @param place where a call was made, after the time
   */
  write(tid: number, time: number, text: string, outcome = "", place = ""): void {
    const prefix = `${this.thread(tid)}${this.stamp(time)}${place}`;
    const width = this.style.column - 1 - prefix.length;
    const line = outcome === "" ? text : text.padEnd(width) + outcome;
    this.text += `${prefix === "" ? "" : this.dim(prefix)}${line}\n`;
    if (this.style.immediate || this.text.length >= FLUSH_AT) this.flush();
  }

  /** Writes a line without a prefix, which belongs to the one before. */
  writeMore(line: string): void {
    this.text += `${line}\n`;
    if (this.style.immediate || this.text.length >= FLUSH_AT) this.flush();
  }

  private thread(tid: number): string {
    const { numbered, nameOf } = this.style;
    if (!numbered && !this.showThreadIds) return "";
    const name = nameOf?.(tid) ?? null;
    const suffix = name === null ? "" : `<${commText(name, { strings: "octal" })}>`;
    return numbered
      ? `${`${tid}${suffix}`.padEnd(5)} `
      : `[pid ${String(tid).padStart(5)}${suffix}] `;
  }

  private stamp(time: number): string {
    const { absolute, relative } = this.style.stamp;
    const clock = absolute ? `${absoluteText(time, absolute)} ` : "";
    if (relative === null) return clock;
    const since = this.previousTime === 0 ? 0 : time - this.previousTime;
    this.previousTime = time;
    const text = relativeText(since, relative);
    return absolute ? `${clock}(+${text}) ` : `${text} `;
  }

  flush(): void {
    if (this.text === "") return;
    const bytes = Buffer.from(this.text, "utf8");
    this.text = "";
    this.output.write(bytes, bytes.length);
  }
}

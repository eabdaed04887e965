/** Lines about threads: who, when, what. */
import type { Output } from "../sink.ts";

const FLUSH_AT = 32 * 1024;

export interface LineStyle {
  /** Absolute time before each line: none, seconds of the day, with microseconds, since 1970. */
  readonly stamp: "none" | "t" | "tt" | "ttt" | "r";
  /** Each line begins with the thread's number, as with strace -f -o. */
  readonly numbered: boolean;
  /** Each line is written before its thread goes on: in order with what that writes there itself. */
  readonly immediate: boolean;
}

export class Lines {
  /** Names of threads are needed from two on. */
  many = false;
  private text = "";
  private last = 0;
  private readonly output: Output;
  private readonly style: LineStyle;
  private readonly dim: (text: string) => string;

  /** @param dim how what stands before a line is made to stand back */
  constructor(output: Output, style: LineStyle, dim = (text: string) => text) {
    this.output = output;
    this.style = style;
    this.dim = dim;
  }

  /** @param time on the wall clock, in milliseconds */
  write(tid: number, time: number, text: string): void {
    const { numbered } = this.style;
    const who = numbered
      ? `${String(tid).padEnd(5)} `
      : this.many
        ? `[pid ${String(tid).padStart(5)}] `
        : "";
    const before = `${who}${this.stamp(time)}`;
    this.text += `${before === "" ? "" : this.dim(before)}${text}\n`;
    if (this.style.immediate || this.text.length >= FLUSH_AT) this.flush();
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
    const bytes = Buffer.from(this.text, "utf8");
    this.text = "";
    this.output.write(bytes, bytes.length);
  }
}

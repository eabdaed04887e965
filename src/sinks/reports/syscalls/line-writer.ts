/** Lines about threads: who, when, what. */
import type { Output } from "../../../core/sink.ts";

const FLUSH_AT = 32 * 1024;
/** strace's -a, less one. */
const OUTCOME_COLUMN = 39;

export interface LineStyle {
  /** Absolute time before each line: none, seconds of the day, with microseconds, since 1970. */
  readonly stamp: "none" | "t" | "tt" | "ttt" | "r";
  /** Each line begins with the thread's number, as with strace -f -o. */
  readonly numbered: boolean;
  /** Each line is written before its thread goes on: in order with what that writes there itself. */
  readonly immediate: boolean;
}

export class LineWriter {
  /** Names of threads are needed from two on. */
  showThreadIds = false;
  private text = "";
  private previousTime = 0;
  private readonly output: Output;
  private readonly style: LineStyle;
  private readonly dim: (text: string) => string;

  /** @param dim how what stands before a line is made to stand back */
  constructor(output: Output, style: LineStyle, dim = (text: string) => text) {
    this.output = output;
    this.style = style;
    this.dim = dim;
  }

  /**
   * @param time on the wall clock, in milliseconds
   * @param outcome stands behind the text, in its own column of the whole line
   */
  write(tid: number, time: number, text: string, outcome = ""): void {
    const { numbered } = this.style;
    const who = numbered
      ? `${String(tid).padEnd(5)} `
      : this.showThreadIds
        ? `[pid ${String(tid).padStart(5)}] `
        : "";
    const before = `${who}${this.stamp(time)}`;
    const line = outcome === "" ? text : text.padEnd(OUTCOME_COLUMN - before.length) + outcome;
    this.text += `${before === "" ? "" : this.dim(before)}${line}\n`;
    if (this.style.immediate || this.text.length >= FLUSH_AT) this.flush();
  }

  private stamp(time: number): string {
    const { stamp } = this.style;
    if (stamp === "none") return "";
    const seconds = Math.floor(time / 1000);
    const fraction = `.${String(Math.floor((time - seconds * 1000) * 1000)).padStart(6, "0")}`;
    if (stamp === "ttt") return `${seconds}${fraction} `;
    if (stamp === "r") {
      const since = this.previousTime === 0 ? 0 : (time - this.previousTime) / 1000;
      this.previousTime = time;
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

/** Writes lines prefixed with the thread id and the time. */
import type { Output } from "../../../core/sink.ts";

const FLUSH_AT = 32 * 1024;
/** The default of strace -a, minus one. */
const OUTCOME_COLUMN = 39;

export interface LineStyle {
  /** Time before each line, as with strace -t, -tt, -ttt, -r. */
  readonly stamp: "none" | "t" | "tt" | "ttt" | "r";
  /** Each line starts with the thread id, as with strace -f -o. */
  readonly numbered: boolean;
  /**
   * Each line is written before its thread continues, in order with the output of the traced
   * program.
   */
  readonly immediate: boolean;
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
   */
  write(tid: number, time: number, text: string, outcome = ""): void {
    const { numbered } = this.style;
    const thread = numbered
      ? `${String(tid).padEnd(5)} `
      : this.showThreadIds
        ? `[pid ${String(tid).padStart(5)}] `
        : "";
    const prefix = `${thread}${this.stamp(time)}`;
    const line = outcome === "" ? text : text.padEnd(OUTCOME_COLUMN - prefix.length) + outcome;
    this.text += `${prefix === "" ? "" : this.dim(prefix)}${line}\n`;
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

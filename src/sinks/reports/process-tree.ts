/** The sink that draws who started whom, how long each lived and how it ended. */

import type { Output, Sink } from "../../core/sink.ts";
import { Slice } from "../../events/column.ts";
import { ending, type ProcessEvent } from "../../events/process-event.ts";
import { nameOf, shown } from "../../text/printable.ts";
import { shellWords } from "../../text/shell-quote.ts";
import { widthOf } from "../../text/width.ts";

interface Node {
  readonly pid: number;
  label: string;
  /** Nanoseconds since boot. */
  readonly began: bigint;
  lived: bigint | null;
  ended: string | null;
  readonly children: Node[];
}

const WIDEST = 80;
const NANOSECONDS_A_MS = 1_000_000n;

/** "0.4 ms", "105 ms", "3.2 s", "2 min 5 s". */
function duration(nanoseconds: bigint): string {
  const ms = Number(nanoseconds) / Number(NANOSECONDS_A_MS);
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

function label(argv: readonly string[], comm: string): string {
  if (!argv.length) return comm === "" ? "(unknown)" : shown(comm);
  const words = shellWords(argv.map((word) => new Slice(Buffer.from(word, "latin1"))));
  return shown(nameOf(words.bytes, words.start, words.length));
}

interface Line {
  readonly left: string;
  readonly pid: number;
  readonly lived: string;
  readonly ended: string;
}

/** A node's line and those below it. */
function* lines(node: Node, before: string, below: string): Generator<Line> {
  yield {
    left: before + node.label,
    pid: node.pid,
    lived: node.lived === null ? "" : duration(node.lived),
    ended: node.ended ?? "still running",
  };
  for (const [index, child] of node.children.entries()) {
    const last = index === node.children.length - 1;
    yield* lines(child, `${below}${last ? "└─ " : "├─ "}`, `${below}${last ? "   " : "│  "}`);
  }
}

/** In columns of a terminal. */
function widthOfText(text: string): number {
  const bytes = new TextEncoder().encode(text);
  return widthOf(bytes, 0, bytes.length);
}

function cut(line: Line): Line {
  const { left } = line;
  return left.length > WIDEST ? { ...line, left: `${left.slice(0, WIDEST - 1)}…` } : line;
}

export class ProcessTreeSink implements Sink<ProcessEvent> {
  delivered = 0;
  private readonly output: Output;
  private readonly roots: Node[] = [];
  private readonly nodes = new Map<number, Node>();

  constructor(output: Output) {
    this.output = output;
  }

  write({ event, who, isThread }: ProcessEvent): void {
    this.delivered++;
    const { name } = event;
    if (isThread || event.tgid === null) return;
    if (name === "fork") this.begin(event.tgid, event.parentTgid ?? 0, event.timestampNs, who);
    const node = this.nodes.get(event.tgid);
    if (!node) return;
    if (name === "exec") node.label = label(who.argv, who.comm);
    if (name === "exit") {
      node.lived = event.timestampNs - node.began;
      node.ended = ending(event);
      this.nodes.delete(event.tgid);
    }
  }

  private begin(pid: number, parent: number, began: bigint, who: ProcessEvent["who"]): void {
    const node: Node = {
      pid,
      label: label(who.argv, who.comm),
      began,
      lived: null,
      ended: null,
      children: [],
    };
    this.nodes.set(pid, node);
    (this.nodes.get(parent)?.children ?? this.roots).push(node);
  }

  flush(): void {}

  close(): void {
    const all = this.roots.flatMap((root) => [...lines(root, "", "")]).map(cut);
    const width = (of: (line: Line) => string) =>
      all.reduce((widest, line) => Math.max(widest, of(line).length), 0);
    const left = all.reduce((widest, line) => Math.max(widest, widthOfText(line.left)), 0);
    const pid = width((line) => String(line.pid));
    const lived = width((line) => line.lived);
    const text = all.map((line) => {
      const cells = [
        line.left + " ".repeat(left - widthOfText(line.left)),
        String(line.pid).padStart(pid),
        line.lived.padStart(lived),
        line.ended,
      ];
      return `${cells.join("  ")}\n`;
    });
    const bytes = new TextEncoder().encode(text.join(""));
    this.output.write(bytes, bytes.length);
  }
}

/** The sink of `trace procs --tree`: draws the process tree with lifetimes and exit statuses. */

import type { Output, Sink } from "../../core/sink.ts";
import { exitText, type ProcessEvent } from "../../events/process-event.ts";
import type { ProcessInfo } from "../../events/process-info.ts";
import { formatDuration } from "../../text/duration.ts";
import { latin1Slice, sliceToLatin1 } from "../../text/latin1.ts";
import { printable, printableLine } from "../../text/printable.ts";
import { shellQuote } from "../../text/shell-quote.ts";
import { padToWidth, textWidth, truncateToWidth } from "../../text/terminal-width.ts";
import { chainText } from "../formats/process-chain.ts";

interface TreeNode {
  readonly pid: number;
  label: string;
  /** Nanoseconds since boot. */
  readonly startedNs: bigint;
  lifetimeNs: bigint | null;
  exitText: string | null;
  readonly children: TreeNode[];
}

const MAX_WIDTH = 80;
const NS_PER_MS = 1e6;

function commandLabel(argv: readonly string[], comm: string): string {
  if (!argv.length) return comm === "" ? "(unknown)" : printable(comm);
  return printable(sliceToLatin1(shellQuote(argv.map(latin1Slice))));
}

/** Returns the processes that led to a process. */
function ancestorsText({ above }: ProcessInfo): string {
  return above?.links.length ? printable(sliceToLatin1(chainText(above))) : "(unknown)";
}

interface TreeLine {
  readonly left: string;
  readonly pid: number;
  readonly lifetime: string;
  readonly outcome: string;
}

/** Yields the lines of a node and its descendants. */
function* treeLines(node: TreeNode, before: string, below: string): Generator<TreeLine> {
  yield {
    left: before + node.label,
    pid: node.pid,
    lifetime: node.lifetimeNs === null ? "" : formatDuration(Number(node.lifetimeNs) / NS_PER_MS),
    outcome: node.exitText ?? "still running",
  };
  for (const [index, child] of node.children.entries()) {
    const last = index === node.children.length - 1;
    yield* treeLines(child, `${below}${last ? "└─ " : "├─ "}`, `${below}${last ? "   " : "│  "}`);
  }
}

function truncateLine(line: TreeLine): TreeLine {
  return { ...line, left: truncateToWidth(line.left, MAX_WIDTH) };
}

export class ProcessTreeSink implements Sink<ProcessEvent> {
  delivered = 0;
  private readonly output: Output;
  private readonly roots: TreeNode[] = [];
  private readonly nodes = new Map<number, TreeNode>();
  private readonly showsAncestors: boolean;
  /** The processes that led to the first one of the tree. */
  private ancestors: string | null = null;

  /** @param showsAncestors whether to begin with the processes that led to the tree */
  constructor(output: Output, showsAncestors = false) {
    this.output = output;
    this.showsAncestors = showsAncestors;
  }

  write({ event, processInfo, isThread }: ProcessEvent): void {
    this.delivered++;
    const { name } = event;
    if (isThread || event.tgid === null) return;
    if (name === "fork")
      this.addProcess(event.tgid, event.parentTgid ?? 0, event.timestampNs, processInfo);
    const node = this.nodes.get(event.tgid);
    if (!node) return;
    if (name === "exec") {
      node.label = commandLabel(processInfo.argv, processInfo.comm);
      if (this.showsAncestors) this.ancestors ??= ancestorsText(processInfo);
    }
    if (name === "exit") {
      node.lifetimeNs = event.timestampNs - node.startedNs;
      node.exitText = exitText(event);
      this.nodes.delete(event.tgid);
    }
  }

  private addProcess(
    pid: number,
    parent: number,
    startedNs: bigint,
    processInfo: ProcessEvent["processInfo"],
  ): void {
    const node: TreeNode = {
      pid,
      label: commandLabel(processInfo.argv, processInfo.comm),
      startedNs,
      lifetimeNs: null,
      exitText: null,
      children: [],
    };
    this.nodes.set(pid, node);
    (this.nodes.get(parent)?.children ?? this.roots).push(node);
  }

  flush(): void {}

  close(): void {
    const all = this.roots.flatMap((root) => [...treeLines(root, "", "")]).map(truncateLine);
    const width = (of: (line: TreeLine) => string) =>
      all.reduce((max, line) => Math.max(max, of(line).length), 0);
    const left = all.reduce((max, line) => Math.max(max, textWidth(line.left)), 0);
    const pid = width((line) => String(line.pid));
    const lifetime = width((line) => line.lifetime);
    const text = all.map((line) => {
      const cells = [
        padToWidth(line.left, left),
        String(line.pid).padStart(pid),
        line.lifetime.padStart(lifetime),
        line.outcome,
      ];
      return `${printableLine(cells.join("  "))}\n`;
    });
    const start = this.ancestors === null ? "" : `started by ${this.ancestors}\n`;
    const bytes = new TextEncoder().encode(start + text.join(""));
    this.output.write(bytes, bytes.length);
  }
}

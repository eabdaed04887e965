/** Renders an explanation as text: trees with times. */
import { type FileUse, startOf } from "../../../model/lineage.ts";
import { type Arrow, type Graph, isProcess, type Node } from "../../../model/lineage-graph.ts";
import type { Process } from "../../../model/process.ts";
import { printable, printableLine } from "../../../text/printable.ts";
import { incompleteText } from "../summary/run.ts";
import { chainOf, chainText, plural, whenText } from "../violations/report.ts";
import type { Explanation } from "./explanation.ts";
import type { Search } from "./searches.ts";

const TIME_WIDTH = 10;
/** Searches that are shown. */
const MAX_SEARCHES = 10;
const MAX_STEPS = 40;

export function renderText(explanation: Explanation): string {
  return textLines(explanation)
    .map((line) => `${printableLine(line.trimEnd())}\n`)
    .join("");
}

function textLines(explanation: Explanation): string[] {
  const { file, up, down, removed, moved, run, gaps } = explanation;
  const incomplete = incompleteText(run);
  const isEmpty = (graph: Graph) => !graph.arrows.has(graph.root);
  return [
    ...fileLines(explanation),
    ...moved.map((deed) => `  ${deedText("renamed", deed, explanation)}${fromText(deed.from)}`),
    ...removed.map((deed) => `  ${deedText("removed or replaced", deed, explanation)}`),
    ...(up ? (isEmpty(up) ? noMakers(explanation) : treeLines(up, explanation)) : []),
    ...(down ? (isEmpty(down) ? ["No process used it."] : treeLines(down, explanation)) : []),
    ...searchLines(explanation),
    ...(file && (up || down) ? [CAVEAT] : []),
    ...gaps.map((gap) => `The record ${gap}.`),
    ...(incomplete ? [`${printable(incomplete)}: there may be more.`] : []),
  ];
}

const CAVEAT =
  "A file may depend on all that its makers read until they ended; events do not say which bytes went where.";

function fileLines({ file, isGone, path, present, searches }: Explanation): string[] {
  if (file === null) return [];
  const state = isGone
    ? "is gone"
    : file.origin === null
      ? "was made by the run"
      : "was there before";
  const renamed =
    present === null ? "" : `; it ${isGone ? "was last" : "is now"} ${printable(present)}`;
  const also = isGone && searches.length ? ", and lookups of it failed" : "";
  return [`${printable(path)} ${state}${renamed}${also}`];
}

function noMakers({ file }: Explanation): string[] {
  return file?.origin === null
    ? ["No process wrote it that was recorded."]
    : ["No process wrote it."];
}

function deedText(
  what: string,
  { process, time }: { readonly process: Process; readonly time: number },
  { started }: Explanation,
): string {
  const when = whenText(time, started);
  return `${what}${when && ` at ${when}`} by ${chainText(chainOf(process, time))}`;
}

function fromText(from: string | null): string {
  return from === null ? "" : `; before: ${printable(from)}`;
}

/** A node of a tree that is being shown. */
interface Place {
  readonly prefix: string;
  readonly below: string;
}

function treeLines(graph: Graph, explanation: Explanation): string[] {
  const tree = new Tree(graph, explanation);
  const title = graph.direction === "up" ? "Made from" : "Used by";
  return [`${title}:`, ...tree.lines()];
}

class Tree {
  private readonly graph: Graph;
  private readonly explanation: Explanation;
  private readonly shown = new Set<Node>();
  private readonly out: string[] = [];

  constructor(graph: Graph, explanation: Explanation) {
    this.graph = graph;
    this.explanation = explanation;
  }

  lines(): string[] {
    const { root } = this.graph;
    this.add(root, 0, null, { prefix: "", below: "" });
    return this.out;
  }

  /** Adds a node and what is below it. @param time when it was read or written; 0 if not known */
  private add(node: Node, time: number, arrow: Arrow | null, { prefix, below }: Place): void {
    const arrows = this.shownArrows(node);
    const isRepeated = arrows.length > 0 && this.shown.has(node);
    const remark = isRepeated ? " (see above)" : this.graph.cut.has(node) ? " …" : "";
    const when = whenText(time, this.explanation.started).padStart(TIME_WIDTH);
    this.out.push(`${when}  ${prefix}${this.label(node, arrow)}${remark}`);
    if (isRepeated) return;
    this.shown.add(node);
    for (const [index, each] of arrows.entries()) {
      const isLast = index === arrows.length - 1;
      const other = each.from === node ? each.to : each.from;
      const place = {
        prefix: below + (isLast ? "└─ " : "├─ "),
        below: below + (isLast ? "   " : "│  "),
      };
      this.add(other, this.timeOf(each), each, place);
    }
  }

  /** A process that read nothing and led to another maker is in that one's chain. */
  private shownArrows(node: Node): readonly Arrow[] {
    const arrows = this.graph.arrows.get(node) ?? [];
    if (isProcess(node) || this.graph.direction === "down") return arrows;
    const makers = arrows.map(({ from }) => from).filter(isProcess);
    const led = new Set(makers.flatMap((maker) => [...maker.ancestors()]));
    return arrows.filter(
      ({ from }) => !led.has(from as Process) || (this.graph.arrows.get(from)?.length ?? 0) > 0,
    );
  }

  private timeOf({ use, from, to }: Arrow): number {
    if (use) return use.first;
    return Math.max(startOf(from as Process), startOf(to as Process));
  }

  private label(node: Node, arrow: Arrow | null): string {
    const { pathOf, isGoneFile } = this.explanation;
    if (isProcess(node)) return this.processText(node, arrow);
    const what = arrow?.use ? actionText(arrow.use) : "";
    const gone = isGoneFile(node) && node !== this.graph.root ? "removed later" : "";
    const remarks = [what, gone].filter((text) => text !== "").join(", ");
    return printable(pathOf(node)) + (remarks && ` (${remarks})`);
  }

  /** Shows the chain up to a process that was shown before. */
  private processText(node: Process, arrow: Arrow | null): string {
    // A shell opens what it redirects to, and then executes the program.
    const links = chainOf(node, Infinity);
    const ancestors = new Set([...node.ancestors()].filter((each) => this.shown.has(each)));
    const pids = new Set(Array.from(ancestors, ({ pid }) => pid));
    const end = links.findIndex(({ pid }, index) => index > 0 && pids.has(pid));
    const chain = end < 0 ? chainText(links) : `${chainText(links.slice(0, end))} ← …`;
    const by = arrow?.link ? LINKS[this.graph.direction][arrow.link] : "";
    return `[${node.pid}] ${chain}${by}`;
  }
}

const LINKS = {
  up: { pipe: " (through a pipe)", fork: " (which it is a copy of)" },
  down: { pipe: " (through a pipe)", fork: " (a copy of it)" },
};

function actionText({ actions }: FileUse): string {
  if (actions.has("executed")) return "executed";
  if (actions.has("interpreter")) return "interpreter";
  if (actions.has("listed")) return "listed";
  return "";
}

function searchLines(explanation: Explanation): string[] {
  const { searches, path, file, isGone } = explanation;
  if (searches.length === 0) return [];
  if (file !== null && !isGone)
    return [`${plural(searches.length, "process", "processes")} looked it up before it existed.`];
  const more = searches.length - MAX_SEARCHES;
  return [
    file ? "Looked up and not found:" : `${printable(path)} was looked up and not found:`,
    ...searches.slice(0, MAX_SEARCHES).flatMap((search) => searchText(search, explanation)),
    ...(more > 0 ? [`  … and by ${plural(more, "more process", "more processes")}`] : []),
  ];
}

function searchText(search: Search, { started, path }: Explanation): string[] {
  const { process: looker, time, times, errno, steps } = search;
  const often = times > 1 ? `, ${times} times` : "";
  const title = `${whenText(time, started).padStart(TIME_WIDTH)}  ${errno}${often}: [${looker.pid}] ${chainText(chainOf(looker, time))}`;
  const found = steps.findLast((step) => step.errno === null);
  const width = Math.max(...steps.map((step) => printable(step.path).length));
  const order = steps.slice(0, MAX_STEPS).map((step) => {
    const mark = step.path === path ? "*" : " ";
    return `${" ".repeat(TIME_WIDTH)}  ${mark} ${printable(step.path).padEnd(width)}  ${step.errno ?? "found"}`;
  });
  const end = found ? [] : [`${" ".repeat(TIME_WIDTH)}    nothing was found instead`];
  return [title, ...(steps.length > 1 ? order : []), ...end];
}

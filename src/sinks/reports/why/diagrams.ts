/** Renders an explanation as a graph: of Graphviz (dot) and of Mermaid. */
import { type Arrow, isProcess, type Node } from "../../../model/lineage-graph.ts";
import { printable } from "../../../text/printable.ts";
import { incompleteText } from "../summary/run.ts";
import { chainOf, commandText } from "../violations/report.ts";
import { type Explanation, nodesOf } from "./explanation.ts";
import { idOf } from "./json.ts";

/** Longer labels are cut: characters. */
const MAX_LABEL = 100;

interface Diagram {
  readonly nodes: readonly Node[];
  readonly arrows: readonly Arrow[];
  /** What the record lacks; null if that is nothing. */
  readonly warning: string | null;
}

function diagramOf({ up, down, run, gaps, file }: Explanation): Diagram {
  const graphs = [up, down].filter((graph) => graph !== null);
  const all = [...(file ? [file] : []), ...graphs.flatMap((graph) => [...nodesOf(graph)])];
  const arrows = graphs.flatMap((graph) => [...graph.arrows.values()].flat());
  const lacks = [incompleteText(run), ...gaps.map((gap) => `The record ${gap}`)];
  const warning = lacks.filter((text) => text !== null).join("; ");
  return { nodes: [...new Set(all)], arrows, warning: warning === "" ? null : printable(warning) };
}

function labelOf(node: Node, { pathOf }: Explanation): string {
  const text = isProcess(node)
    ? `${commandText(chainOf(node, node.last)[0]?.argv ?? [node.comm])} [${node.pid}]`
    : printable(pathOf(node));
  return text.length > MAX_LABEL ? `${text.slice(0, MAX_LABEL)}…` : text;
}

function arrowText({ use, link }: Arrow): string {
  if (use === null) return link ?? "";
  const actions = ["executed", "interpreter", "listed"] as const;
  return actions.find((action) => use.actions.has(action)) ?? "";
}

/** The DOT language: https://graphviz.org/doc/info/lang.html */
export function renderDot(explanation: Explanation): string {
  const { nodes, arrows, warning } = diagramOf(explanation);
  const quoted = (text: string) => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
  const lines = [
    "digraph why {",
    "  rankdir=LR",
    '  node [fontname="sans-serif"]',
    ...(warning ? [`  label=${quoted(warning)}`] : []),
    ...nodes.map((node) => {
      const shape = isProcess(node) ? "box" : "plaintext";
      const style = node === explanation.file ? " fontcolor=red" : "";
      return `  ${idOf(node)} [shape=${shape}${style} label=${quoted(labelOf(node, explanation))}]`;
    }),
    ...arrows.map((arrow) => {
      const text = arrowText(arrow);
      return `  ${idOf(arrow.from)} -> ${idOf(arrow.to)}${text && ` [label=${quoted(text)}]`}`;
    }),
    "}",
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** Characters that may end a label or mean something in it, as Mermaid's entity codes. */
const entities = (text: string) =>
  text.replace(/["#&;<>`\\[\]{}()|]/g, (character) => `#${character.charCodeAt(0)};`);

/** Mermaid's flowcharts: https://mermaid.js.org/syntax/flowchart.html */
export function renderMermaid(explanation: Explanation): string {
  const { nodes, arrows, warning } = diagramOf(explanation);
  const lines = [
    "flowchart LR",
    ...(warning ? [`  warning["${entities(warning)}"]`] : []),
    ...nodes.map((node) => {
      const [open, close] = isProcess(node) ? ["[", "]"] : ["(", ")"];
      return `  ${idOf(node)}${open}"${entities(labelOf(node, explanation))}"${close}`;
    }),
    ...arrows.map((arrow) => {
      const text = arrowText(arrow);
      return `  ${idOf(arrow.from)} -->${text && `|${text}|`} ${idOf(arrow.to)}`;
    }),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** Renders an explanation as one JSON object: docs/schema/why.schema.json. */
import { type Graph, isProcess, type Node } from "../../../model/lineage-graph.ts";
import type { Process } from "../../../model/process.ts";
import type { RunFile } from "../../../model/volume.ts";
import { printableJson } from "../../../text/printable.ts";
import { surrogateEscape } from "../../../text/surrogate-escape.ts";
import { chainOf, isoTime } from "../violations/report.ts";
import { type Deed, type Explanation, nodesOf, originsOf } from "./explanation.ts";

export function renderJson(explanation: Explanation): string {
  const { path, run, gaps, file, isGone, present, removed, moved, up, down, searches } =
    explanation;
  const graphs = [up, down].filter((graph) => graph !== null);
  const nodes = [...new Set(graphs.flatMap((graph) => [...nodesOf(graph)]))];
  const deed = ({ process, time }: Deed) => ({
    time: isoTime(time),
    processes: chain(process, time),
  });
  const pathsOf = (files: readonly RunFile[]) =>
    files.map((each) => surrogateEscape(explanation.pathOf(each))).sort();
  const object = {
    path: surrogateEscape(path),
    command: run.command,
    started: run.started,
    complete: run.complete,
    losses: run.losses,
    gaps,
    file: file && {
      path: surrogateEscape(present ?? path),
      gone: isGone,
      made: file.origin === null,
    },
    removed: removed.map(deed),
    moved: moved.map(({ from, ...each }) => ({
      from: from === null ? null : surrogateEscape(from),
      ...deed(each),
    })),
    inputs: up && pathsOf(originsOf(up)),
    outputs: down && pathsOf(madeFiles(down)),
    files: nodes.filter(isRunFile).map((node) => fileItem(node, explanation)),
    processes: nodes.filter(isProcess).map(processItem),
    arrows: graphs.flatMap(arrowItems),
    lookups: searches.map(({ process, errno, times, time, steps }) => ({
      errno,
      times,
      time: isoTime(time),
      processes: chain(process, time),
      order: steps.map((step) => ({
        path: surrogateEscape(step.path),
        errno: step.errno,
        time: isoTime(step.time),
      })),
    })),
  };
  return `${printableJson(JSON.stringify(object, null, 2))}\n`;
}

/** Returns the files of a graph that were made of its root. */
function madeFiles(graph: Graph): RunFile[] {
  return [...nodesOf(graph)].filter(
    (node): node is RunFile => !isProcess(node) && node !== graph.root,
  );
}

function fileItem(file: RunFile, { pathOf, isGoneFile }: Explanation) {
  return {
    id: idOf(file),
    path: surrogateEscape(pathOf(file)),
    made: file.origin === null,
    gone: isGoneFile(file),
  };
}

function processItem(node: Process) {
  const { first, last, started, ended, status, signal } = node;
  return {
    id: idOf(node),
    started: isoTime(started ?? first),
    ended: ended === null ? null : isoTime(ended),
    status,
    signal,
    processes: chain(node, last),
  };
}

function chain(process: Process, time: number) {
  return chainOf(process, time).map(({ pid, comm, argv }) => ({
    pid,
    comm: surrogateEscape(comm),
    argv: argv.map(surrogateEscape),
  }));
}

/** Returns the name of a node within a document. */
export function idOf(node: Node): string {
  return isProcess(node) ? `p${node.index}` : `f${node.index}`;
}

function arrowItems({ arrows }: Graph) {
  return [...arrows.values()].flat().map(({ from, to, use, link }) => ({
    from: idOf(from),
    to: idOf(to),
    actions: use ? [...use.actions].sort() : [link],
    first: use && isoTime(use.first),
    last: use && isoTime(use.last),
  }));
}

function isRunFile(node: Node): node is RunFile {
  return !isProcess(node);
}

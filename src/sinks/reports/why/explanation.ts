/** What `trace why` says of a path: what its file was made from, what used it, who removed it. */

import { type FileUse, Lineage } from "../../../model/lineage.ts";
import {
  type Graph,
  type GraphOptions,
  graphOf,
  isProcess,
  type Node,
} from "../../../model/lineage-graph.ts";
import type { Process } from "../../../model/process.ts";
import type { Run } from "../../../model/run.ts";
import type { RunFile } from "../../../model/volume.ts";
import type { SummaryRun } from "../summary/run.ts";
import { type Search, searchesOf } from "./searches.ts";
import { carriesData, isSystemPath } from "./system-files.ts";

/** An action of a process that an explanation has of the file itself. */
export interface Deed {
  readonly process: Process;
  readonly time: number;
}

export interface Explanation {
  /** Latin1, as all paths. */
  readonly path: string;
  readonly run: SummaryRun;
  /** When the run started: nanoseconds since 1970; 0 if that is not known. */
  readonly started: number;
  /** What the record lacks besides events that were lost; sentences without a full stop. */
  readonly gaps: readonly string[];
  /** The file; null if only lookups that failed are known. */
  readonly file: RunFile | null;
  readonly isGone: boolean;
  /** Its path, or its last one, if that is not the one that was asked for: it was renamed. */
  readonly present: string | null;
  /** Who removed or replaced it. */
  readonly removed: readonly Deed[];
  readonly moved: readonly (Deed & { readonly from: string | null })[];
  /** Null where it was not asked for, and without a file. */
  readonly up: Graph | null;
  readonly down: Graph | null;
  /** Lookups of the path that failed. */
  readonly searches: readonly Search[];
  /** Returns the path of a file, or its last one. */
  pathOf(file: RunFile): string;
  isGoneFile(file: RunFile): boolean;
}

export interface Question {
  readonly path: string;
  readonly up: boolean;
  readonly down: boolean;
  readonly depth: number;
  /** Whether system files are shown. */
  readonly all: boolean;
}

export interface Known {
  readonly run: Run;
  readonly about: SummaryRun;
  readonly gaps: readonly string[];
}

/** A file without a name: O_TMPFILE of open(2), memfd_create(2). */
const NAMELESS = "(a file without a name)";

/** Returns what is known of a path; null if the run had nothing to do with it. */
export function explain(question: Question, known: Known): Explanation | null {
  const { path } = question;
  const { run, about, gaps } = known;
  const { files } = run;
  const lineage = new Lineage<Process, RunFile>(run);
  const file = fileAt(run, path);
  const searches = searchesOf(run, path);
  if (file === null && searches.length === 0) return null;
  const isName = file !== null && files.find(path) === file;
  // Of several names, the one that was asked for.
  const pathOf = (each: RunFile) =>
    isName && each === file ? path : (files.pathOf(each) ?? NAMELESS);
  const present = file && pathOf(file);
  const options = graphOptions(question, lineage, about.cwd, pathOf);
  const graph = (direction: Graph["direction"]) =>
    file && question[direction] ? graphOf(lineage, file, direction, options) : null;
  return {
    path,
    run: about,
    started: startOf(about, run),
    gaps,
    file,
    isGone: file !== null && files.isGone(file),
    present: present === path ? null : present,
    removed: file ? deeds(lineage, file, "removed") : [],
    moved: file ? movesOf(lineage, file, files.renamedFrom(file)) : [],
    up: graph("up"),
    down: graph("down"),
    searches,
    pathOf,
    isGoneFile: (each) => files.isGone(each),
  };
}

/** Returns when a run started, by its header or its first event: nanoseconds since 1970. */
function startOf({ started }: SummaryRun, { processes }: Run): number {
  const parsed = started === null ? Number.NaN : Date.parse(started) * 1e6;
  const [first] = processes.all;
  return Number.isNaN(parsed) ? (first?.first ?? 0) : parsed;
}

/** @param paths from which it was renamed, oldest first */
function movesOf(lineage: Lineage, file: RunFile, paths: readonly string[]): Explanation["moved"] {
  const moves = deeds(lineage, file, "moved");
  // A process that renamed it several times is one deed, and of many paths the last ones are known.
  const known = moves.length === paths.length ? paths : [];
  return moves.map((move, index) => {
    const from = index === moves.length - 1 ? paths.at(-1) : known[index];
    return { ...move, from: from ?? null };
  });
}

/** Returns the file that a path leads to, or led to last. */
function fileAt(run: Run, path: string): RunFile | null {
  const { files } = run;
  for (const file of [files.find(path), files.findRemoved(path)])
    if (file !== undefined && file.index >= 0) return file;
  return removedFile(run, path) ?? renamedFile(run, path);
}

/** Returns the last file that had a path until the end. */
function removedFile({ files, edges }: Run, path: string): RunFile | null {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const had = edges.targets.findLast(
    (target) => "origin" in target && target.entry?.name === name && files.pathOf(target) === path,
  );
  return (had as RunFile | undefined) ?? null;
}

/** Returns the file that left a path by a rename; of several, the last one. */
function renamedFile({ files, edges }: Run, path: string): RunFile | null {
  const had = edges.targets.findLast((target) => "origin" in target && files.hadPath(target, path));
  return (had as RunFile | undefined) ?? null;
}

function deeds(lineage: Lineage, file: RunFile, action: "removed" | "moved"): Deed[] {
  return lineage
    .edgesTo(file, new Set([action]))
    .map(({ source, last }) => ({ process: source, time: last }))
    .sort((a, b) => a.time - b.time);
}

function graphOptions(
  { all, depth }: Question,
  lineage: Lineage,
  project: string | null,
  pathOf: (file: RunFile) => string,
): GraphOptions {
  const isFollowed = (file: RunFile) => carriesData(pathOf(file));
  const isMade = (file: RunFile) => file.origin === null && lineage.makers(file).length > 0;
  const isShown = (file: RunFile) =>
    all || !isSystemPath(pathOf(file), project) || (isFollowed(file) && isMade(file));
  return { depth, isShown, isFollowed };
}

/** Returns the nodes of a graph, those near the root first. */
export function nodesOf({ root, arrows }: Graph): Set<Node> {
  const nodes = new Set<Node>([root]);
  for (const node of nodes)
    for (const { from, to } of arrows.get(node) ?? []) nodes.add(from === node ? to : from);
  return nodes;
}

/** Returns the files of a graph that were there at the start, as what they contained then. */
export function originsOf(graph: Graph): RunFile[] {
  const isReplaced = ({ actions }: FileUse) => actions.has("truncated") || actions.has("created");
  return [...nodesOf(graph)].filter((node): node is RunFile => {
    if (isProcess(node) || node.origin === null || node === graph.root) return false;
    return !(graph.arrows.get(node) ?? []).some(({ use }) => use && isReplaced(use));
  });
}

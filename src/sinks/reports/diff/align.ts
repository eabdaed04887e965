/**
 * Finds which processes of two runs are the same ones: by their chains and arguments, then by similar
 * arguments of the same program.
 */
import type { Task } from "../../../model/outcomes.ts";
import type { Names } from "./names.ts";

/** The processes of one run that have the same compared arguments. */
export type Group = readonly Task[];

/** The same processes in both runs. */
export interface Pair {
  readonly a: Group;
  readonly b: Group;
}

export interface Children {
  readonly pairs: readonly Pair[];
  /** Those whose arguments differ. */
  readonly similar: readonly Pair[];
  readonly onlyA: readonly Group[];
  readonly onlyB: readonly Group[];
}

/** Similarity is not searched for among more pairs than this. */
const MAX_COMPARED = 10_000;
/** The part of their words that two command lines must have in common. */
const MIN_SIMILARITY = 0.5;

export function startOf(group: Group): number {
  return group.reduce((first, { started }) => Math.min(first, started), Infinity);
}

/** Pairs the children of a pair. */
export function pairChildren({ a, b }: Pair, namesA: Names, namesB: Names): Children {
  const groupsA = groupBy(a, (task) => namesA.arguments(task));
  const groupsB = groupBy(b, (task) => namesB.arguments(task));
  const exact = takePairs(groupsA, groupsB);
  const [restA, restB] = [withoutNumbers(groupsA, namesA), withoutNumbers(groupsB, namesB)];
  const pairs = exact.concat(takePairs(restA, restB));
  const similar = takeSimilar(restA, restB);
  return { pairs, similar, onlyA: [...restA.values()], onlyB: [...restB.values()] };
}

type Groups = Map<string, Task[]>;

function groupBy(parents: Group, keyOf: (task: Task) => string): Groups {
  const groups: Groups = new Map();
  for (const parent of parents)
    for (const task of parent.children) append(groups, keyOf(task), [task]);
  return groups;
}

function append(groups: Groups, key: string, tasks: readonly Task[]): void {
  const group = groups.get(key);
  if (!group) groups.set(key, [...tasks]);
  else for (const task of tasks) group.push(task);
}

function withoutNumbers(groups: Groups, names: Names): Groups {
  const merged: Groups = new Map();
  for (const [key, tasks] of groups) append(merged, names.withoutNumbers(key), tasks);
  return merged;
}

/** Removes the groups that both have. */
function takePairs(groupsA: Groups, groupsB: Groups): Pair[] {
  const pairs: Pair[] = [];
  for (const [key, a] of groupsA) {
    const b = groupsB.get(key);
    if (!b) continue;
    pairs.push({ a, b });
    groupsA.delete(key);
    groupsB.delete(key);
  }
  return pairs;
}

/** Removes the groups of the same program whose arguments are similar, the most similar first. */
function takeSimilar(groupsA: Groups, groupsB: Groups): Pair[] {
  const pairs: Pair[] = [];
  for (const [keyA, a] of groupsA) {
    const best = mostSimilar(keyA, groupsB, MAX_COMPARED / groupsA.size);
    if (best === null) continue;
    pairs.push({ a, b: groupsB.get(best) as Task[] });
    groupsA.delete(keyA);
    groupsB.delete(best);
  }
  return pairs;
}

function mostSimilar(key: string, groups: Groups, max: number): string | null {
  let best: string | null = null;
  let bestScore = MIN_SIMILARITY;
  let compared = 0;
  const [program] = key.split("\0");
  const words = wordsOf(key);
  for (const other of groups.keys()) {
    if (program !== other.split("\0")[0]) continue;
    if (++compared > max) break;
    const score = similarity(words, wordsOf(other));
    if (score < bestScore || (score === bestScore && best !== null)) continue;
    [best, bestScore] = [other, score];
  }
  return best;
}

const wordsOf = (key: string) => key.split(/[\0\s]+/);

/** Returns the part of their words that two lists have in common: 0 to 1. */
function similarity(a: readonly string[], b: readonly string[]): number {
  const left = new Map<string, number>();
  for (const word of a) left.set(word, (left.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of b) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    left.set(word, count - 1);
    common++;
  }
  return (2 * common) / (a.length + b.length);
}

/** Compares two runs: see docs/trace-diff.md for what counts as a difference. */
import type { Task } from "../../../model/outcomes.ts";
import { type Children, type Group, type Pair, pairChildren, startOf } from "./align.ts";
import { differingArguments } from "./arguments.ts";
import { compareContents } from "./content.ts";
import {
  type Difference,
  type Ending,
  inOrder,
  type PlacedDifference,
  type Side,
} from "./difference.ts";
import { ComparedRun, type Entries, type Entry, OutcomeNumbers, sameKeys } from "./entries.ts";
import { type NamedRun, Names } from "./names.ts";
import { Order } from "./order.ts";
import { type Anchor, RunTimeline, Timeline } from "./timeline.ts";

/** Returns how two runs differ, in the order of time. */
export function compareRuns(...runs: readonly [NamedRun, NamedRun]): PlacedDifference[] {
  const numbers = new OutcomeNumbers();
  const names = Names.ofBoth(...runs);
  const [a, b] = runs.map(([run], index) => new ComparedRun(run, names[index], numbers));
  return inOrder([...compareContents(a, b), ...new Comparison(a, b, numbers).compare()]);
}

/** When something happened; null for a run in which it did not. */
interface When {
  readonly a: number | null;
  readonly b: number | null;
  /** Where the time of the second run is in the first one, by the process that did it. */
  readonly bInA: number;
}

interface Found {
  readonly difference: Difference;
  readonly when: When;
  tasks: number;
}

class Comparison {
  private readonly a: ComparedRun;
  private readonly b: ComparedRun;
  private readonly numbers: OutcomeNumbers;
  private readonly timeline: RunTimeline;
  /** By what they are apart from their task and time. */
  private readonly found = new Map<string, Found>();

  constructor(a: ComparedRun, b: ComparedRun, numbers: OutcomeNumbers) {
    this.a = a;
    this.b = b;
    this.numbers = numbers;
    this.timeline = new RunTimeline(b.run.started, b.run.ended);
  }

  compare(): PlacedDifference[] {
    const pending: Pair[] = [{ a: [this.a.run.root], b: [this.b.run.root] }];
    for (let pair = pending.pop(); pair; pair = pending.pop()) {
      const children = pairChildren(pair, this.a.names, this.b.names);
      this.comparePair(pair, children);
      for (const each of children.pairs) pending.push(each);
      for (const each of children.similar) pending.push(each);
    }
    return Array.from(this.found.values(), (found) => this.placed(found));
  }

  private comparePair(pair: Pair, children: Children): void {
    const { a, b, timeline } = this;
    const { similar, onlyA, onlyB } = children;
    const isMatched = similar.length + onlyA.length + onlyB.length === 0;
    if (isMatched && this.numbers.areSame(a, pair.a, b, pair.b))
      timeline.add([startOf(pair.a), startOf(pair.b)]);
    else new PairComparison(a, b, pair, children, timeline, this.add).compare();
  }

  private readonly add = (difference: Difference, when: When): void => {
    const { task: _, ...rest } = difference;
    const key = JSON.stringify(rest);
    const known = this.found.get(key);
    if (!known) this.found.set(key, { difference, when, tasks: 1 });
    else if (earliest(when) < earliest(known.when))
      this.found.set(key, { difference, when, tasks: known.tasks + 1 });
    else known.tasks++;
  };

  private placed({ difference, when: { a, b, bInA }, tasks }: Found): PlacedDifference {
    const time = Math.min(
      a ?? Infinity,
      b === null ? Infinity : Math.max(bInA, this.timeline.at(b)),
    );
    return { ...difference, at: time - this.a.run.started, tasks };
  }
}

function earliest({ a, bInA }: When): number {
  return Math.min(a ?? Infinity, bInA);
}

type Add = (difference: Difference, when: When) => void;

/** Compares what the same processes did in both runs. */
class PairComparison {
  private readonly a: ComparedRun;
  private readonly b: ComparedRun;
  private readonly children: Children;
  private readonly add: Add;
  private readonly tasks: { readonly a: Task; readonly b: Task };
  private readonly entriesA: Entries;
  private readonly entriesB: Entries;
  private readonly order: Order;
  private readonly timeline: Timeline;

  constructor(
    a: ComparedRun,
    b: ComparedRun,
    pair: Pair,
    children: Children,
    timeline: RunTimeline,
    add: Add,
  ) {
    this.a = a;
    this.b = b;
    this.children = children;
    this.add = add;
    this.tasks = { a: pair.a[0], b: pair.b[0] };
    this.entriesA = a.entriesOf(pair.a);
    this.entriesB = b.entriesOf(pair.b);
    this.order = new Order(a, b, this.entriesA, this.entriesB);
    const anchors = this.anchors();
    this.timeline = new Timeline([startOf(pair.a), startOf(pair.b)], anchors);
    for (const anchor of anchors) timeline.add(anchor);
  }

  private anchors(): Anchor[] {
    const anchors: Anchor[] = [];
    for (const { key, first } of this.entriesB.values()) {
      const other = this.entriesA.get(key);
      if (other) anchors.push([other.first, first]);
    }
    for (const { a, b } of [...this.children.pairs, ...this.children.similar])
      anchors.push([startOf(a), startOf(b)]);
    return anchors;
  }

  compare(): void {
    const { entriesA, entriesB, children } = this;
    const onlyA = withoutLookups(entriesA, entriesB);
    const onlyB = withoutLookups(entriesB, entriesA);
    for (const each of onlyA) this.addAccess("a", each, this.tasks.a, each.first, children.onlyA);
    for (const each of onlyB) this.addAccess("b", each, this.tasks.b, each.first, children.onlyB);
    for (const each of entriesA.values()) {
      const other = entriesB.get(each.key);
      if (other && !sameKeys(each.endings, other.endings)) this.addOutcome(each, other);
    }
    for (const { a, b } of children.similar) this.addArguments(a, b);
    for (const group of children.onlyA) this.addProgram("a", group);
    for (const group of children.onlyB) this.addProgram("b", group);
  }

  private when(a: number | null, b: number | null): When {
    return { a, b, bInA: b === null ? Infinity : this.timeline.at(b) };
  }

  private of(side: Side, time: number): When {
    return side === "a" ? this.when(time, null) : this.when(null, time);
  }

  private addOutcome(a: Entry, b: Entry): void {
    if (this.order.explainsOutcome(a)) return;
    const { kind, path, path2 } = a;
    const endings = { a: endingsOf(a, b), b: endingsOf(b, a) };
    const when = this.when(firstOther(a, b), firstOther(b, a));
    this.add({ type: "outcome", kind, path, path2, ...endings, task: this.tasks.a }, when);
  }

  /** @param unmatched programs that only this run executed */
  private addAccess(
    only: Side,
    entry: Entry,
    task: Task,
    time: number,
    unmatched: readonly Group[] = [],
  ): void {
    const { kind, path, path2 } = entry;
    if (this.order.explainsAccess(entry) || isSearch(entry, unmatched)) return;
    const endings = endingsOf(entry);
    this.add({ type: "access", only, kind, path, path2, endings, task }, this.of(only, time));
  }

  private addArguments([a]: Group, [b]: Group): void {
    const words = differingArguments(
      [a.argv, this.a.names.withoutNumbers(this.a.names.arguments(a))],
      [b.argv, this.b.names.withoutNumbers(this.b.names.arguments(b))],
    );
    const [program] = a.argv;
    this.add({ type: "arguments", program, ...words, task: a }, this.when(a.started, b.started));
  }

  /** Adds a program, and what it and those that it executed did that the other run did not. */
  private addProgram(only: Side, group: Group): void {
    const [task] = group;
    this.add({ type: "program", only, argv: task.argv, task }, this.of(only, startOf(group)));
    const [own, other] = only === "a" ? [this.a, this.b] : [this.b, this.a];
    const pending = [...group];
    for (let each = pending.pop(); each; each = pending.pop()) {
      for (const entry of own.entriesOf([each]).values())
        if (entry.kind !== "exit" && !other.has(entry.key))
          this.addAccess(only, entry, each, entry.first);
      for (const child of each.children) pending.push(child);
    }
  }
}

/**
 * Returns what only one of two did: of a name that was looked up and then opened, only the latter.
 */
function withoutLookups(entries: Entries, others: Entries): Entry[] {
  const only = [...entries.values()].filter(({ key }) => !others.has(key));
  const opened = new Set(only.flatMap(({ kind, path }) => (kind === "lookup" ? [] : path)));
  return only.filter(({ kind, path }) => kind !== "lookup" || !opened.has(path));
}

/** Returns when something first ended as it did not in the other run; null if it always did. */
function firstOther(entry: Entry, other: Entry): number | null {
  const times = [...entry.endings].flatMap(([key, { first }]) =>
    other.endings.has(key) ? [] : first,
  );
  return times.length ? Math.min(...times) : null;
}

/** Returns how something ended; if another one is given, those first that it does not have. */
function endingsOf({ endings }: Entry, other?: Entry): Ending[] {
  const isCommon = (key: number) => Number(other?.endings.has(key) ?? false);
  return [...endings]
    .toSorted(([x], [y]) => isCommon(x) - isCommon(y))
    .map(([, { ending }]) => ({
      result: ending.result,
      target: ending.target,
      value: ending.value,
    }));
}

/** Whether a lookup of a program leads to one that only this run executed. */
function isSearch({ kind, path, endings }: Entry, unmatched: readonly Group[]): boolean {
  if (kind !== "run") return false;
  const name = baseName(path);
  const paths = Array.from(endings.values(), ({ ending }) => ending.target || path);
  return unmatched.some((group) =>
    group.some((task) => paths.includes(task.path) || baseName(task.path) === name),
  );
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

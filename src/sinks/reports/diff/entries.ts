/** What processes of a run did, by compared names. */
import {
  OUTCOME_KINDS,
  type Outcome,
  type OutcomeKind,
  type Outcomes,
} from "../../../model/outcomes.ts";
import type { Group } from "./align.ts";
import type { Ending } from "./difference.ts";
import type { Names } from "./names.ts";

export interface Entry {
  /** Its number, by its kind and compared names. */
  readonly key: number;
  readonly kind: OutcomeKind;
  /** As the run itself has it. */
  readonly path: string;
  readonly path2: string;
  /** When it was done first, as in the record. */
  first: number;
  /** By their numbers. */
  readonly endings: Map<number, EntryEnding>;
}

interface EntryEnding {
  readonly ending: Ending;
  /** When something first ended like that. */
  readonly first: number;
}

export type Entries = Map<number, Entry>;

const KIND_BITS = 4;
const KIND_CODES = new Map(OUTCOME_KINDS.map((kind, code) => [kind, code]));
/** There is no memory for so many different ends. */
const MAX_ENDINGS = 2 ** 24;

/** Numbers for texts. */
class TextNumbers {
  readonly texts: string[] = [];
  private readonly numbers = new Map<string, number>();

  of(text: string): number {
    let number = this.numbers.get(text);
    if (number === undefined) {
      number = this.texts.push(text) - 1;
      this.numbers.set(text, number);
    }
    return number;
  }
}

/** Numbers of what was done with which end, the same in both runs. */
export class OutcomeNumbers {
  private readonly names = new TextNumbers();
  private readonly endings = new TextNumbers();
  private readonly numbers = new Map<number, number>();
  /** Which comparison saw each number last, and whether in one run or in both: two times that, or 1 more. */
  private seen = new Uint32Array(1 << 12);
  private comparison = 0;

  /** Returns the number of what is done to names, which are joined by NUL. */
  keyOf(kind: OutcomeKind, names: string): number {
    return this.names.of(names) * (1 << KIND_BITS) + (KIND_CODES.get(kind) as number);
  }

  /** Returns the one or two names of a key. */
  namesOf(key: number): string[] {
    return this.names.texts[Math.floor(key / (1 << KIND_BITS))].split("\0");
  }

  endingOf(text: string): number {
    return this.endings.of(text);
  }

  /** Returns the number of a key with an end. */
  of(key: number, ending: number): number {
    const pair = key * MAX_ENDINGS + ending;
    let number = this.numbers.get(pair);
    if (number === undefined) {
      number = this.numbers.size;
      this.numbers.set(pair, number);
    }
    return number;
  }

  /** Whether two groups did the same, with the same ends. */
  areSame(a: ComparedRun, groupA: Group, b: ComparedRun, groupB: Group): boolean {
    if (this.seen.length < this.numbers.size) this.seen = new Uint32Array(2 * this.numbers.size);
    const { seen } = this;
    const inOne = 2 * ++this.comparison;
    let missing = 0;
    let isSame = true;
    a.visitNumbers(groupA, (number) => {
      if (seen[number] === inOne) return;
      seen[number] = inOne;
      missing++;
    });
    b.visitNumbers(groupB, (number) => {
      if (seen[number] === inOne) missing--;
      else if (seen[number] !== inOne + 1) isSame = false;
      seen[number] = inOne + 1;
    });
    return isSame && missing === 0;
  }
}

/** A run whose names can be compared. */
export class ComparedRun {
  readonly run: Outcomes;
  readonly names: Names;
  private readonly allNumbers: OutcomeNumbers;
  // By the outcomes' numbers in the run.
  private readonly numbers: number[] = [];
  private readonly keys: number[] = [];
  private readonly endings: number[] = [];
  // Null until they are asked for: runs may not differ.
  private changedNames: ReadonlySet<string> | null = null;
  private endingsByKey: ReadonlyMap<number, ReadonlySet<number>> | null = null;
  private counts: Map<number, number> | null = null;

  /** @param numbers those of the other run */
  constructor(run: Outcomes, names: Names, numbers: OutcomeNumbers) {
    this.run = run;
    this.names = names;
    this.allNumbers = numbers;
    for (const outcome of run.outcomes) this.addOutcome(outcome, numbers);
  }

  private addOutcome(outcome: Outcome, numbers: OutcomeNumbers): void {
    const { kind, path, path2, result, target } = outcome;
    const { names } = this;
    const name = names.path(path);
    const key = numbers.keyOf(kind, path2 === "" ? name : `${name}\0${names.path(path2)}`);
    const ending = numbers.endingOf(target === "" ? result : `${result}\0${names.path(target)}`);
    this.keys.push(key);
    this.endings.push(ending);
    this.numbers.push(numbers.of(key, ending));
  }

  /** Whether the run created, renamed or removed what is compared by a name. */
  hasChanged(name: string): boolean {
    const { run, names } = this;
    this.changedNames ??= new Set(run.changes.keys().map((path) => names.path(path)));
    return this.changedNames.has(name);
  }

  /** Whether the run did something, whoever did it. */
  has(key: number): boolean {
    return this.endingsOf(key).size > 0;
  }

  /** How something ended, whoever did it. */
  endingsOf(key: number): ReadonlySet<number> {
    this.endingsByKey ??= this.findEndings();
    return this.endingsByKey.get(key) ?? NONE;
  }

  private findEndings(): ReadonlyMap<number, ReadonlySet<number>> {
    const byKey = new Map<number, Set<number>>();
    for (const [index, key] of this.keys.entries()) {
      const known = byKey.get(key);
      if (known) known.add(this.endings[index]);
      else byKey.set(key, new Set([this.endings[index]]));
    }
    return byKey;
  }

  /** The one or two compared names of what was done. */
  namesOf(key: number): readonly string[] {
    return this.allNumbers.namesOf(key);
  }

  /** By how many tasks something was done, with each end. */
  countsOf(key: number): readonly number[] {
    this.counts ??= this.count();
    const { counts } = this;
    return [...this.endingsOf(key)]
      .sort((x, y) => x - y)
      .map((ending) => counts.get(this.allNumbers.of(key, ending)) ?? 0);
  }

  private count(): Map<number, number> {
    const counts = new Map<number, number>();
    for (const task of this.run.tasks) {
      const own = new Set<number>();
      this.visitNumbers([task], (number) => own.add(number));
      for (const number of own) counts.set(number, (counts.get(number) ?? 0) + 1);
    }
    return counts;
  }

  visitNumbers(group: Group, visit: (number: number) => void): void {
    const { numbers } = this;
    for (const task of group) task.outcomes.visit((outcome) => visit(numbers[outcome]));
  }

  /** Returns what the processes of a group did. */
  entriesOf(group: Group): Entries {
    const entries: Entries = new Map();
    for (const task of group)
      this.run.visitFirst(task, (outcome, first) => this.add(entries, outcome, first));
    return entries;
  }

  private add(entries: Entries, outcome: Outcome, first: number): void {
    const key = this.keys[outcome.index];
    let entry = entries.get(key);
    if (!entry) {
      const { kind, path, path2 } = outcome;
      entry = { key, kind, path, path2, first, endings: new Map() };
      entries.set(key, entry);
    } else if (first < entry.first) entry.first = first;
    const ending = this.endings[outcome.index];
    const known = entry.endings.get(ending);
    if (!known || first < known.first) entry.endings.set(ending, { ending: outcome, first });
  }
}

const NONE: ReadonlySet<number> = new Set();

/** Whether two sets, or the keys of two maps, are the same. */
export function sameKeys(
  a: { readonly size: number; keys(): Iterable<number> },
  b: { readonly size: number; has(key: number): boolean },
): boolean {
  if (a.size !== b.size) return false;
  for (const key of a.keys()) if (!b.has(key)) return false;
  return true;
}

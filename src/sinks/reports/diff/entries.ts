/** What processes of a run did, by compared names. */
import type { Outcome, OutcomeKind, Outcomes } from "../../../model/outcomes.ts";
import type { Group } from "./align.ts";
import type { Ending } from "./difference.ts";
import type { Names } from "./names.ts";

export interface Entry {
  readonly key: string;
  readonly kind: OutcomeKind;
  /** As the run itself has it. */
  readonly path: string;
  readonly path2: string;
  /** When it was done first, as in the record. */
  first: number;
  /** By what is compared of them. */
  readonly endings: Map<string, EntryEnding>;
}

interface EntryEnding {
  readonly ending: Ending;
  /** When something first ended like that. */
  readonly first: number;
}

export type Entries = Map<string, Entry>;

/** Numbers of what was done with which end, the same in both runs. */
export class OutcomeNumbers {
  private readonly numbers = new Map<string, number>();
  /** Which comparison saw each number last, and whether in one run or in both: two times that, or 1 more. */
  private seen = new Uint32Array(1 << 12);
  private comparison = 0;

  of(key: string): number {
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.numbers.size;
      this.numbers.set(key, number);
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
  /** Compared names that the run created, renamed or removed. */
  readonly changed: ReadonlySet<string>;
  /** How everything ended that the run did, whoever did it. */
  private readonly endings = new Map<string, Set<string>>();
  private readonly numbers: number[] = [];
  private readonly keys: string[] = [];
  private readonly endingKeys: string[] = [];
  private readonly allNumbers: OutcomeNumbers;
  /** By how many tasks each number was done; null until that is asked for. */
  private counts: Map<number, number> | null = null;

  /** @param numbers those of the other run */
  constructor(run: Outcomes, names: Names, numbers: OutcomeNumbers) {
    this.run = run;
    this.names = names;
    this.allNumbers = numbers;
    this.changed = new Set(Array.from(run.changes.keys(), (path) => names.path(path)));
    for (const outcome of run.outcomes) this.addOutcome(outcome, numbers);
  }

  private addOutcome(outcome: Outcome, numbers: OutcomeNumbers): void {
    const { kind, path, path2, result, target, index } = outcome;
    const { names } = this;
    const second = path2 === "" ? "" : `\0${names.path(path2)}`;
    const key = `${kind}\0${names.path(path)}${second}`;
    const ending = target === "" ? result : `${result}\0${names.path(target)}`;
    this.keys[index] = key;
    this.endingKeys[index] = ending;
    this.numbers[index] = numbers.of(numberKey(key, ending));
    const endings = this.endings.get(key);
    if (endings) endings.add(ending);
    else this.endings.set(key, new Set([ending]));
  }

  /** Whether the run did something, whoever did it. */
  has(key: string): boolean {
    return this.endings.has(key);
  }

  endingsOf(key: string): ReadonlySet<string> {
    return this.endings.get(key) ?? NONE;
  }

  /** By how many tasks something was done, with each end. */
  countsOf(key: string): readonly number[] {
    this.counts ??= this.count();
    const { counts } = this;
    return [...this.endingsOf(key)]
      .sort()
      .map((ending) => counts.get(this.allNumbers.of(numberKey(key, ending))) ?? 0);
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
    const ending = this.endingKeys[outcome.index];
    const known = entry.endings.get(ending);
    if (!known || first < known.first) entry.endings.set(ending, { ending: outcome, first });
  }
}

const NONE: ReadonlySet<string> = new Set();
const numberKey = (key: string, ending: string) => `${key}\0\0${ending}`;

/** Whether two sets, or the keys of two maps, are the same. */
export function sameKeys(
  a: { readonly size: number; keys(): Iterable<string> },
  b: { readonly size: number; has(key: string): boolean },
): boolean {
  if (a.size !== b.size) return false;
  for (const key of a.keys()) if (!b.has(key)) return false;
  return true;
}

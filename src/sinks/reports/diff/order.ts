/**
 * Which differences are only of the order in which processes came to what the run made itself: whoever
 * comes first makes a directory or a cache's file, and others find it.
 */
import type { OutcomeKind } from "../../../model/outcomes.ts";
import { type ComparedRun, type Entries, type Entry, sameKeys } from "./entries.ts";

/** How a name comes to be, or goes. What was made is used all the same, whoever made it. */
const MAKING: ReadonlySet<OutcomeKind> = new Set(["write", "create", "rename", "remove", "change"]);

/** The same processes in both runs, and what they did. */
export class Order {
  private readonly a: ComparedRun;
  private readonly b: ComparedRun;
  private readonly entriesA: Entries;
  private readonly entriesB: Entries;
  /** Names that both did something to, with other ends. */
  private ended: Set<string> | null = null;

  constructor(a: ComparedRun, b: ComparedRun, entriesA: Entries, entriesB: Entries) {
    this.a = a;
    this.b = b;
    this.entriesA = entriesA;
    this.entriesB = entriesB;
  }

  /** Whether another end is only of the order: both runs had both of them. */
  explainsOutcome({ key }: Entry): boolean {
    const { a, b } = this;
    const [path] = a.namesOf(key);
    if (!a.hasChanged(path) || !b.hasChanged(path)) return false;
    return sameKeys(a.endingsOf(key), b.endingsOf(key));
  }

  /**
   * Whether it is only of the order that something was done in one run only: another process did it
   * in the other run, or these found the name in another state.
   */
  explainsAccess(entry: Entry): boolean {
    if (!this.explainsOutcome(entry)) return false;
    if (this.a.namesOf(entry.key).some((name) => this.foundOther().has(name))) return true;
    if (!MAKING.has(entry.kind)) return false;
    const [a, b] = [this.a, this.b].map((run) => run.countsOf(entry.key));
    return a.every((count, index) => count === b[index]);
  }

  private foundOther(): ReadonlySet<string> {
    if (this.ended) return this.ended;
    this.ended = new Set();
    for (const { key, endings } of this.entriesA.values()) {
      const other = this.entriesB.get(key);
      if (!other || sameKeys(endings, other.endings)) continue;
      for (const name of this.a.namesOf(key)) this.ended.add(name);
    }
    return this.ended;
  }
}

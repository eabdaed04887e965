/** Compares two multisets of facts. */
import { type Fact, lineOf } from "../strace/fact.ts";

export interface Comparison {
  /** How many facts are in both. */
  readonly same: number;
  /** What strace saw and trace did not record. */
  readonly missing: readonly Fact[];
  /** What trace recorded and strace did not see. */
  readonly extra: readonly Fact[];
}

/** A fact is in both where everything that both know of it is equal. */
export function compare(strace: readonly Fact[], trace: readonly Fact[]): Comparison {
  const left = new Map<string, Fact[]>();
  for (const fact of trace) {
    const line = lineOf(fact);
    left.set(line, [...(left.get(line) ?? []), fact]);
  }
  const missing = strace.filter((fact) => left.get(lineOf(fact))?.pop() === undefined);
  return { same: strace.length - missing.length, missing, extra: [...left.values()].flat() };
}

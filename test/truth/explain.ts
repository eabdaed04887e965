/** Differences that are no fault of trace, each of which is listed with its reason. */
import { type Fact, lineOf } from "../strace/expectation.ts";
import type { Comparison } from "./compare.ts";
import type { Explained } from "./corpus.ts";

/** An event as it is shown and listed: without the ids, which differ from run to run. */
export function shown(fact: Fact): string {
  return lineOf(fact).replace(/^\S+ /, "").replaceAll("\t", " ");
}

/**
 * Takes out what is explained, each explanation once: returns the rest, and which of them held.
 * @param cwd what stands as CWD in the explanations
 */
export function explain(
  { same, missing, extra }: Comparison,
  explained: readonly Explained[],
  cwd: string,
): { rest: Comparison; held: Explained[] } {
  const [only, others] = [[...missing], [...extra]];
  const known = (fact: Fact) => shown(fact).replaceAll(cwd, "CWD");
  const held = explained.filter(({ peer, trace }) => {
    const at = only.findIndex((fact) => known(fact) === peer);
    const other = others.findIndex((fact) => known(fact) === trace);
    if ((peer !== undefined && at < 0) || (trace !== undefined && other < 0)) return false;
    if (at >= 0) only.splice(at, 1);
    if (other >= 0) others.splice(other, 1);
    return true;
  });
  return { rest: { same, missing: only, extra: others }, held };
}

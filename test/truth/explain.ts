/** Removes known differences, each of which is listed with its reason. */
import { lineOf, type ObservedEvent } from "../strace/expectation.ts";
import type { Comparison } from "./compare.ts";
import type { Explained } from "./corpus.ts";

/** Formats an event for messages and explanations: without ids, which differ between runs. */
export function shown(event: ObservedEvent): string {
  return lineOf(event).replace(/^\S+ /, "").replaceAll("\t", " ");
}

/**
 * Applies each explanation once; returns the remaining differences and the explanations that
 * applied.
 * @param cwd the directory that is CWD in the explanations
 */
export function explain(
  { same, missing, extra }: Comparison,
  explained: readonly Explained[],
  cwd: string,
): { rest: Comparison; applied: Explained[] } {
  const [only, others] = [[...missing], [...extra]];
  const known = (event: ObservedEvent) => shown(event).replaceAll(cwd, "CWD");
  const applied = explained.filter(({ peer, trace }) => {
    const at = only.findIndex((event) => known(event) === peer);
    const other = others.findIndex((event) => known(event) === trace);
    if ((peer !== undefined && at < 0) || (trace !== undefined && other < 0)) return false;
    if (at >= 0) only.splice(at, 1);
    if (other >= 0) others.splice(other, 1);
    return true;
  });
  return { rest: { same, missing: only, extra: others }, applied };
}

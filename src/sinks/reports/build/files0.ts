/** The inputs of a run, each with a NUL after it: for `tar --null -T -`, `xargs -0` and their like. */
import type { PathFilter } from "../../../filters/path-filter.ts";
import type { Run } from "../../../model/run.ts";
import { inputsOf, isShown } from "./inputs.ts";

/** @param paths those that are wanted; null for all. Returns latin1 */
export function renderFiles0(run: Run, paths: PathFilter | null): string {
  return inputsOf(run)
    .filter(({ path }) => isShown(paths, path))
    .map(({ path }) => `${path}\0`)
    .join("");
}

/** The steps of a path through symbolic links and "..", as path_resolution(7) describes them. */

import { MAXSYMLINKS } from "../kernel/limits.ts";
import { splitPath } from "../text/path.ts";

/** Where a path leads, step by step, from the root. */
export interface PathSteps {
  /**
   * Enters a component, unless it is a symbolic link that is followed.
   * @returns the target of the link that was not entered; null if the component was
   */
  enter(name: string, followsLinks: boolean): string | null;
  /** Goes to the directory above. */
  leave(): void;
  /** Goes to the root. */
  restart(): void;
}

/**
 * Takes the steps of a path.
 * @param entersLast whether the last component is entered, too
 * @returns the last component, if it was not entered; else ""
 */
export function followPath(path: string, entersLast: boolean, steps: PathSteps): string {
  const pending = splitPath(path).reverse();
  let links = 0;
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (name === "..") {
      steps.leave();
      continue;
    }
    if (pending.length === 0 && !entersLast) return name;
    const target = steps.enter(name, links < MAXSYMLINKS);
    if (target === null) continue;
    links++;
    if (target.startsWith("/")) steps.restart();
    pending.push(...splitPath(target).reverse());
  }
  return "";
}

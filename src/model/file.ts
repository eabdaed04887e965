/** Who did something to a file, and how often. */

/** A process, as reports name it. */
export interface Actor {
  readonly pid: number;
  readonly comm: string;
}

/** How often something was done, and by which process first. */
export interface ActionCount {
  times: number;
  readonly first: Actor;
}

export function countAction(count: ActionCount | null | undefined, actor: Actor): ActionCount {
  if (!count) return { times: 1, first: actor };
  count.times++;
  return count;
}

/** What an event is counted in: for a report, and for a policy. */
export interface Counts {
  readonly count: { times: number } | null;
  readonly access: { times: number } | null;
}

export const NO_COUNTS: Counts = { count: null, access: null };

/** Device and inode as one key; null where they are not known. */
export type FileId = string | null;

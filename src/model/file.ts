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

/** Device and inode as one key; null where they are not known. */
export type FileId = string | null;

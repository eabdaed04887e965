/** A file of a run, whatever its names. */
import type { Volume } from "./volume.ts";

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

export class RunFile {
  /** The file system that it is in. */
  readonly volume: Volume;
  /** Its path within the file system when the run started; null if the run created it. */
  readonly origin: string | null;
  id: FileId = null;
  directory = false;
  /** The target of a symbolic link; null for other files, undefined where it is not known. */
  target: string | null | undefined = undefined;
  /** How many entries lead to it. */
  names = 0;
  /** Reads of the content that it had when the run started. */
  read: ActionCount | null = null;
  /** How often the whole directory was listed; 0 if it was only in part. */
  listed: ActionCount | null = null;
  /** Writes, truncations and its creation. */
  written: ActionCount | null = null;
  /** Changes of its mode, owner, times or attributes. */
  changed: ActionCount | null = null;

  constructor(volume: Volume, origin: string | null) {
    this.volume = volume;
    this.origin = origin;
  }
}

/**
 * What a run accessed, by path: what a policy is judged by. A file that is gone at the end of the run
 * is here too, and so is who accessed a path first, and when. Memory grows with the number of paths.
 */
import type { Process } from "./process.ts";
import type { Namespace, RunFile, Volume } from "./volume.ts";

export const ACCESS_KINDS = [
  "read",
  "write",
  "remove",
  "list",
  "lookup",
  "run",
  "connect",
  "listen",
] as const;
export type AccessKind = (typeof ACCESS_KINDS)[number];

/** A path, within a file system or as a mount namespace sees it; or a name: an address. */
export interface AccessPath {
  readonly volume: Volume | null;
  readonly view: Namespace | null;
  readonly path: string;
}

export interface Access extends AccessPath {
  readonly kind: AccessKind;
  /** The process that did it first. */
  readonly process: Process;
  /** When: nanoseconds since 1970; 0 if the record has no times. */
  readonly time: number;
  times: number;
  /** The latest file that had the path; null for what is no file of the model. */
  file: RunFile | null;
}

/** The event that is being applied to the model. */
interface Moment {
  readonly process: Process;
  readonly time: number;
}

export class Accesses {
  private now: Moment | null = null;
  private readonly byPlace = new Map<unknown, Map<string, Access>>();

  /** Begins an event. */
  begin(process: Process, time: number): void {
    this.now = { process, time };
  }

  /** Counts an access of the present event, and returns it. */
  add(kind: AccessKind, where: AccessPath, file: RunFile | null = null): Access | null {
    if (this.now === null) return null;
    const { volume, view, path } = where;
    const known = this.map(volume ?? view);
    const key = `${kind} ${path}`;
    const access = known.get(key);
    if (access) {
      access.times++;
      access.file = file;
      return access;
    }
    const added: Access = { kind, volume, view, path, ...this.now, times: 1, file };
    known.set(key, added);
    return added;
  }

  private map(place: unknown): Map<string, Access> {
    let map = this.byPlace.get(place);
    if (!map) {
      map = new Map();
      this.byPlace.set(place, map);
    }
    return map;
  }

  *[Symbol.iterator](): Iterator<Access> {
    for (const map of this.byPlace.values()) yield* map.values();
  }
}

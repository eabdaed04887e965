/** How often something was done to files of the start, by their paths then, within their file systems. */
import type { ActionCount, Actor } from "./file.ts";
import type { Volume } from "./volume.ts";

export interface OriginCount extends ActionCount {
  /** When the last was, among all changes of names. */
  order: number;
}

export class OriginCounts {
  private readonly volumes = new Map<Volume, Map<string, OriginCount>>();

  private counts(volume: Volume): Map<string, OriginCount> {
    let counts = this.volumes.get(volume);
    if (!counts) {
      counts = new Map();
      this.volumes.set(volume, counts);
    }
    return counts;
  }

  /** @param order when it was, among all changes of names */
  add(volume: Volume, path: string, actor: Actor, order = 0): OriginCount {
    return this.put(volume, path, { times: 1, first: actor, order });
  }

  /** Adds a later count of a path. @returns the count that the path has */
  put(volume: Volume, path: string, count: OriginCount): OriginCount {
    const counts = this.counts(volume);
    const known = counts.get(path);
    if (!known) {
      counts.set(path, count);
      return count;
    }
    known.times += count.times;
    known.order = Math.max(known.order, count.order);
    return known;
  }

  /** Removes the counts of what is below a path, and returns them with their paths from there. */
  takeBelow(volume: Volume, path: string): [path: string, count: OriginCount][] {
    const counts = this.counts(volume);
    const prefix = `${path}/`;
    const below = [...counts].filter(([each]) => each.startsWith(prefix));
    for (const [each] of below) counts.delete(each);
    return below.map(([each, count]) => [each.slice(prefix.length), count]);
  }

  *[Symbol.iterator](): Iterator<[volume: Volume, path: string, count: OriginCount]> {
    for (const [volume, counts] of this.volumes)
      for (const [path, count] of counts) yield [volume, path, count];
  }
}

/** How often something was done to files of the start, by their paths then, within their file systems. */
import { type ActionCount, type Actor, countAction } from "./file.ts";
import type { RunFile, Volume } from "./volume.ts";

export class OriginCounts {
  private readonly volumes = new Map<Volume, Map<string, ActionCount>>();

  private counts(volume: Volume): Map<string, ActionCount> {
    let counts = this.volumes.get(volume);
    if (!counts) {
      counts = new Map();
      this.volumes.set(volume, counts);
    }
    return counts;
  }

  add(volume: Volume, path: string, actor: Actor): void {
    const counts = this.counts(volume);
    counts.set(path, countAction(counts.get(path), actor));
  }

  /**
   * Counts what is below a symbolic link as what is below the directory that it led to.
   * @returns the paths below the directory
   */
  follow(link: RunFile, directory: RunFile): string[] {
    if (link.origin === null || directory.origin === null) return [];
    const from = this.counts(link.volume);
    const to = this.counts(directory.volume);
    const prefix = `${link.origin}/`;
    const base = directory.origin === "/" ? "" : directory.origin;
    const moved = [...from].filter(([path]) => path.startsWith(prefix));
    return moved.map(([path, count]) => {
      const rest = path.slice(prefix.length);
      from.delete(path);
      const known = to.get(`${base}/${rest}`);
      if (known) known.times += count.times;
      else to.set(`${base}/${rest}`, count);
      return rest;
    });
  }

  *[Symbol.iterator](): Iterator<[volume: Volume, path: string, count: ActionCount]> {
    for (const [volume, counts] of this.volumes)
      for (const [path, count] of counts) yield [volume, path, count];
  }
}

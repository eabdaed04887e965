/**
 * Follows paths as the processes of a mount namespace see them: through mounts, symbolic links and "..",
 * as path_resolution(7) describes.
 */
import { splitPath } from "./paths.ts";
import type { View } from "./view.ts";
import type { Entry } from "./volume.ts";

/** A path as a process of a mount namespace sees it. */
export interface Location {
  readonly view: View;
  readonly path: string;
  /** Whether the kernel followed all symbolic links and ".." of the path already. */
  readonly followed: boolean;
}

/** As many symbolic links as the kernel follows: MAXSYMLINKS of include/linux/namei.h. */
const MAX_SYMLINKS = 40;

export class PathWalk {
  private readonly linkTarget: (entry: Entry) => string | null;

  /** @param linkTarget returns the target of a symbolic link, null for another file */
  constructor(linkTarget: (entry: Entry) => string | null) {
    this.linkTarget = linkTarget;
  }

  /** Returns the entry that a location leads to, and adds it where it is not known. */
  follow(where: Location, followsLast: boolean): Entry {
    const { directory, name } = this.parent(where, followsLast);
    return name === "" ? directory : where.view.cross(directory.file.volume.child(directory, name));
  }

  /** Returns the path of a location without symbolic links, as its process sees it. */
  path(where: Location): string {
    return this.parent(where, true).path;
  }

  /**
   * Follows a location up to its last component, and that too if it is a link and `followsLast`.
   * @returns the directory and the last component, which is "" if the location is the directory;
   *   and the path without symbolic links
   */
  parent(
    { view, path, followed }: Location,
    followsLast = false,
  ): { directory: Entry; name: string; path: string } {
    let pending = splitPath(path);
    /** The directories that lead here, below the root, and their names. */
    const directories: Entry[] = [];
    const names: string[] = [];
    let links = 0;
    for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
      if (name === "..") {
        directories.pop();
        names.pop();
        continue;
      }
      const directory = directories.at(-1) ?? view.root;
      if (pending.length === 0 && (!followsLast || followed))
        return { directory, name, path: `/${[...names, name].join("/")}` };
      const entry = view.cross(directory.file.volume.child(directory, name));
      const target = followed ? null : this.linkTarget(entry);
      if (target === null || links++ >= MAX_SYMLINKS) {
        directories.push(entry);
        names.push(name);
        continue;
      }
      if (target.startsWith("/")) {
        directories.length = 0;
        names.length = 0;
      }
      pending = [...splitPath(target), ...pending];
    }
    const directory = directories.at(-1) ?? view.root;
    return { directory, name: "", path: `/${names.join("/")}` };
  }
}

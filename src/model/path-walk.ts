/**
 * Follows paths as the processes of a mount namespace see them: through mounts, symbolic links and "..",
 * as path_resolution(7) describes.
 */
import { childPath, splitPath } from "./paths.ts";
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
export const MAX_SYMLINKS = 40;
/** Paths of directories that are remembered at a time. */
const MAX_KNOWN = 1 << 14;

/** A directory that a path leads to, and its path without symbolic links. */
interface Directory {
  readonly directory: Entry;
  readonly path: string;
}

/** The paths of directories that a view has, of those that the kernel followed and of others. */
interface KnownDirectories {
  readonly followed: Map<string, Directory>;
  readonly passed: Map<string, Directory>;
}

export class PathWalk {
  /** How often something changed that paths go through: directories, symbolic links, mounts. */
  private changes = 0;
  /** Some views are made for one event. */
  private known = new WeakMap<View, KnownDirectories>();
  private readonly linkTarget: (entry: Entry) => string | null;

  /** @param linkTarget returns the target of a symbolic link, null for another file */
  constructor(linkTarget: (entry: Entry) => string | null) {
    this.linkTarget = linkTarget;
  }

  /** How often paths may have begun to lead elsewhere. */
  get changeCount(): number {
    return this.changes;
  }

  /** Paths may lead elsewhere from now on. */
  noteChange(): void {
    this.changes++;
    this.known = new WeakMap();
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
  parent(where: Location, followsLast = false): Directory & { readonly name: string } {
    const slash = where.path.lastIndexOf("/");
    const name = where.path.slice(slash + 1);
    if (slash < 0 || name === "" || name === "." || name === "..")
      return this.walked(where, followsLast);
    const { view, followed } = where;
    const { directory, path: above } = this.directoryAt(where, where.path.slice(0, slash));
    const path = childPath(above, name);
    if (!followsLast || followed) return { directory, name, path };
    const entry = view.cross(directory.file.volume.child(directory, name));
    if (this.linkTarget(entry) !== null) return this.walked(where, followsLast);
    return { directory: entry, name: "", path };
  }

  /** Returns the directory that a path leads to; it is remembered until something changes. */
  private directoryAt({ view, followed }: Location, path: string): Directory {
    let known = this.known.get(view);
    if (!known) {
      known = { followed: new Map(), passed: new Map() };
      this.known.set(view, known);
    }
    const directories = followed ? known.followed : known.passed;
    let found = directories.get(path);
    if (!found) {
      const { directory, name, path: canonical } = this.walked({ view, path, followed }, true);
      const entry =
        name === "" ? directory : view.cross(directory.file.volume.child(directory, name));
      found = { directory: entry, path: canonical };
      if (!followed && mayBeLink(entry)) return found;
      entry.isWalked = true;
      if (directories.size >= MAX_KNOWN) directories.clear();
      directories.set(path, found);
    }
    return found;
  }

  private walked(
    { view, path, followed }: Location,
    followsLast: boolean,
  ): Directory & { readonly name: string } {
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

/** Whether it is not known yet that an entry, and those above it, are no symbolic links. */
function mayBeLink(entry: Entry): boolean {
  for (let each: Entry | null = entry; each; each = each.parent)
    if (each.file.target === undefined) return true;
  return false;
}

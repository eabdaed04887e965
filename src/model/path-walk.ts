/** Follows paths as the processes of a mount namespace see them: through mounts, symbolic links and "..". */
import { childPath } from "../text/path.ts";
import { followPath, type PathSteps } from "./path-resolution.ts";
import type { View } from "./view.ts";
import type { Entry } from "./volume.ts";

/** A path as a process of a mount namespace sees it. */
export interface Location {
  readonly view: View;
  readonly path: string;
  /** Whether the kernel followed all symbolic links and ".." of the path already. */
  readonly followed: boolean;
}

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
    const steps = new EntrySteps(view, followed ? () => null : this.linkTarget);
    const name = followPath(path, followsLast && !followed, steps);
    const above = `/${steps.names.join("/")}`;
    return { directory: steps.here, name, path: name === "" ? above : childPath(above, name) };
  }
}

/** Goes through the entries of a view. */
class EntrySteps implements PathSteps {
  /** The directories that lead here, below the root, and their names. */
  private readonly directories: Entry[] = [];
  readonly names: string[] = [];
  private readonly view: View;
  private readonly linkTarget: (entry: Entry) => string | null;

  constructor(view: View, linkTarget: (entry: Entry) => string | null) {
    this.view = view;
    this.linkTarget = linkTarget;
  }

  get here(): Entry {
    return this.directories.at(-1) ?? this.view.root;
  }

  enter(name: string, followsLinks: boolean): string | null {
    const { here, view } = this;
    const entry = view.cross(here.file.volume.child(here, name));
    const target = this.linkTarget(entry);
    if (target !== null && followsLinks) return target;
    this.directories.push(entry);
    this.names.push(name);
    return null;
  }

  leave(): void {
    this.directories.pop();
    this.names.pop();
  }

  restart(): void {
    this.directories.length = this.names.length = 0;
  }
}

/** Whether it is not known yet that an entry, and those above it, are no symbolic links. */
function mayBeLink(entry: Entry): boolean {
  for (let each: Entry | null = entry; each; each = each.parent)
    if (each.file.target === undefined) return true;
  return false;
}

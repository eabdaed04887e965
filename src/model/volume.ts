/** A file system that a run uses: its names, and where it is mounted. */
import { childPath, Entry, isWithin, joinPaths, splitPath } from "./entry.ts";
import { RunFile } from "./file.ts";
import type { View } from "./view.ts";

/** A mount: a directory of a file system, or all of it, at a path of a mount namespace. */
export interface Place {
  readonly view: View;
  /** The mount point. */
  readonly point: string;
  /** The mounted directory's path within the file system; "/" for all of it. */
  readonly root: string;
  /** Whether it was unmounted, or another mount covers it. */
  ended: boolean;
}

/** A path as a process of a mount namespace sees it. */
export interface ViewPath {
  readonly view: View;
  readonly path: string;
  /** Whether the path still leads there. */
  readonly mounted: boolean;
}

export class Volume {
  readonly root: Entry;
  /** All places of it that were seen, those of the past too. */
  readonly places: Place[] = [];

  constructor() {
    const file = new RunFile(this, "/");
    file.target = null;
    file.directory = true;
    this.root = new Entry("", null, file);
  }

  /** Returns the entry of a name in a directory, and adds it where it is not known. */
  child(parent: Entry, name: string): Entry {
    const known = parent.children.get(name);
    return known ?? new Entry(name, parent, new RunFile(this, originOf(parent, name)));
  }

  /** Returns the entry of a path within the file system, and adds it where it is not known. */
  at(path: string): Entry {
    return splitPath(path).reduce((entry, name) => this.child(entry, name), this.root);
  }

  /** Returns the entry of a path within the file system, if it is known. */
  find(path: string): Entry | undefined {
    let entry: Entry | undefined = this.root;
    for (const name of splitPath(path)) entry = entry?.children.get(name);
    return entry;
  }

  /** Notes a mount, and returns it. */
  addPlace(view: View, point: string, root: string): Place {
    const same = this.places.find(
      (place) => place.view === view && place.point === point && place.root === root,
    );
    if (same) {
      same.ended = false;
      return same;
    }
    const place = { view, point, root, ended: false };
    this.places.push(place);
    return place;
  }

  /**
   * Returns the path by which a process sees a path of this file system: preferably one of the home
   * namespace, where it is still mounted, by the mount that is nearest to it.
   */
  viewPath(path: string, home: View): ViewPath {
    let best: Place | null = null;
    for (const place of this.places)
      if (isWithin(path, place.root) && (!best || rank(place, home) > rank(best, home)))
        best = place;
    if (!best) return { view: home, path, mounted: true };
    const rest = best.root === "/" ? path : path.slice(best.root.length);
    const mounted = !best.ended || best.view !== home;
    return { view: best.view, path: joinPaths(best.point, rest), mounted };
  }

  *entries(): Iterable<Entry> {
    const pending = [this.root];
    for (let entry = pending.pop(); entry; entry = pending.pop()) {
      yield entry;
      pending.push(...entry.children.values());
    }
  }
}

/** Paths of the home namespace come first, then mounts that have not ended, then nearer mounts. */
function rank({ view, ended, root }: Place, home: View): number {
  return (view === home ? 2 << 20 : 0) + (ended ? 0 : 1 << 20) + root.length;
}

/** Within a directory that was renamed, a file was elsewhere at the start. */
export function originOf(parent: Entry, name: string): string {
  return childPath(parent.file.origin ?? parent.path, name);
}

/**
 * The files as the processes of one mount namespace see them: which file system each mount point
 * leads to. It is learnt from the events, each of which says in which mount its path is.
 */
import { type Entry, isWithin, joinPaths, splitPath } from "./entry.ts";
import type { Place, Volume } from "./volume.ts";

/** The mount that a path is in: proc_pid_mountinfo(5). */
export interface Mount {
  /** The file system's device, as text. */
  readonly dev: string;
  /** The mounted directory's path within the file system. */
  readonly root: string;
  readonly point: string;
}

interface Mounted {
  readonly dev: string;
  readonly volume: Volume;
  readonly root: string;
  readonly place: Place;
  /** The directory of the other file system that the mount covers; null for the namespace's root. */
  readonly covered: Entry | null;
}

export class View {
  /** The inode number of the mount namespace; "" where it is not known. */
  readonly id: string;
  /** The directory that "/" leads to. */
  root: Entry;
  /** The mounted directory by the directory that it covers. */
  private readonly mounts = new Map<Entry, Entry>();
  private readonly points = new Map<string, Mounted>();

  constructor(id: string, volume: Volume) {
    this.id = id;
    this.root = volume.root;
  }

  /** Returns the directory that a process sees at an entry. */
  cross(entry: Entry): Entry {
    return this.mounts.get(entry) ?? entry;
  }

  /**
   * Learns from an event that a path is in a mount.
   * @param path without symbolic links; null if only its mount is known
   * @param volume the mount's file system
   */
  observe(path: string | null, { dev, root, point }: Mount, volume: Volume): void {
    if (path !== null && this.points.size > 1) this.endMountsBetween(point, path);
    const known = this.points.get(point);
    if (known?.dev === dev && known.root === root) return;
    if (known) this.end(point, known);
    const covered = point === "/" ? null : this.entryAt(point);
    const mounted = volume.at(root);
    if (covered === null) this.replaceRoot(mounted);
    else this.mounts.set(covered, mounted);
    this.points.set(point, {
      dev,
      volume,
      root,
      place: volume.addPlace(this, point, root),
      covered,
    });
  }

  /** Returns the file system that a path is in, and its path there, without following links. */
  placeOf(path: string): { volume: Volume; path: string } | null {
    let best = "";
    for (const point of this.points.keys())
      if (point.length > best.length && isWithin(path, point)) best = point;
    const mounted = this.points.get(best);
    if (!mounted) return null;
    const { volume, root } = mounted;
    return { volume, path: joinPaths(root, best === "/" ? path : path.slice(best.length)) };
  }

  /** The entries of all mount points below the root belong to the old root's file system. */
  private replaceRoot(mounted: Entry): void {
    this.mounts.clear();
    this.points.clear();
    this.root = mounted;
  }

  /** Ends the mounts that would hide a path which was seen to be in the mount at `point`. */
  private endMountsBetween(point: string, path: string): void {
    for (const [other, mounted] of this.points)
      if (other.length > point.length && (path === other || path.startsWith(`${other}/`)))
        this.end(other, mounted);
  }

  /** A mount and those below it were removed, or moved elsewhere. */
  unmount(point: string): void {
    for (const [other, mounted] of this.points)
      if (other === point || other.startsWith(`${point}/`)) this.end(other, mounted);
  }

  /** All paths lead elsewhere: pivot_root(2). */
  unmountAll(): void {
    for (const [point, mounted] of this.points) this.end(point, mounted);
  }

  private end(point: string, { place, covered }: Mounted): void {
    place.ended = true;
    this.points.delete(point);
    if (covered) this.mounts.delete(covered);
  }

  /** Returns the entry of a mount point, in the file system that it covers a directory of. */
  private entryAt(point: string): Entry {
    let directory = this.root;
    let entry = directory;
    for (const name of splitPath(point)) {
      entry = directory.file.volume.child(directory, name);
      directory = this.cross(entry);
    }
    return entry;
  }
}

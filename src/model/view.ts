/**
 * The files as the processes of one mount namespace see them: which file system each mount point
 * leads to. It is learnt from the events, each of which says in which mount its path is.
 */
import { isPathWithin, joinPaths, splitPath } from "../text/path.ts";
import type { Entry, Namespace, Place, Volume } from "./volume.ts";

/** The mount that a path is in: proc_pid_mountinfo(5). */
export interface Mount {
  /** The file system's device, as text. */
  readonly dev: string;
  /** The mounted directory's path within the file system. */
  readonly root: string;
  readonly point: string;
}

/** What is mounted at a mount point. */
interface Mounted {
  /** Null until an event says it. */
  readonly dev: string | null;
  readonly volume: Volume;
  /** The mounted directory's path within the file system. */
  readonly root: string;
}

interface Point extends Mounted {
  readonly place: Place;
  /** The directory that the mount covers; null for the namespace's root. */
  readonly covered: Entry | null;
}

export class View implements Namespace {
  readonly id: string;
  /** The directory that "/" leads to. */
  root: Entry;
  /** The mounted directory by the directory that it covers. */
  private readonly mounts = new Map<Entry, Entry>();
  private readonly points = new Map<string, Point>();
  private readonly changed: () => void;

  /**
   * @param parent whose mounts a new namespace has at first; null for the first one
   * @param changed is called when paths lead elsewhere, since a mount was seen or has ended
   */
  constructor(id: string, volume: Volume, parent: View | null, changed = () => {}) {
    this.id = id;
    this.changed = changed;
    this.root = parent?.root ?? volume.root;
    for (const [point, mounted] of parent?.points ?? []) this.mount(point, mounted);
  }

  /** Returns the directory that a process sees at an entry. */
  cross(entry: Entry): Entry {
    let seen = entry;
    for (let next = this.mounts.get(seen); next; next = this.mounts.get(seen)) seen = next;
    return seen;
  }

  /**
   * Learns from an event that a path is in a mount.
   * @param path without symbolic links; null if only its mount is known
   * @param volumeOf returns the mount's file system, which may be one whose device was not known
   */
  observe(
    path: string | null,
    { dev, root, point }: Mount,
    volumeOf: (unnamed: Volume | null) => Volume,
  ): void {
    if (path !== null && this.points.size > 1) this.endMountsBetween(point, path);
    const known = this.points.get(point);
    if (known?.dev === dev && known.root === root) return;
    const volume = volumeOf(known?.dev === null && known.root === root ? known.volume : null);
    if (known) this.end(point, known);
    this.mount(point, { dev, volume, root });
  }

  /** Notes a mount at a path. */
  mount(point: string, { dev, volume, root }: Mounted): void {
    const covered = point === "/" ? null : this.entryAt(point);
    const mounted = volume.at(root);
    if (covered === null) this.replaceRoot(mounted);
    else if (covered !== mounted) this.mounts.set(covered, mounted);
    const place = volume.addPlace(this, point, root);
    this.changed();
    this.points.set(point, { dev, volume, root, place, covered });
  }

  /** A mount was moved, with those below it. */
  move(from: string, to: string): void {
    for (const [point, mounted] of this.points) {
      if (!isPathWithin(point, from)) continue;
      this.end(point, mounted);
      this.mount(joinPaths(to, point.slice(from.length)), mounted);
    }
  }

  /** Returns the file system that a path is in, and its path there, without following links. */
  placeOf(path: string): { volume: Volume; path: string } | null {
    let best = "";
    for (const point of this.points.keys())
      if (point.length > best.length && isPathWithin(path, point)) best = point;
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

  /** A mount and those below it were removed. */
  unmount(point: string): void {
    for (const [other, mounted] of this.points)
      if (isPathWithin(other, point)) this.end(other, mounted);
  }

  /** All paths lead elsewhere: pivot_root(2). */
  unmountAll(): void {
    for (const [point, mounted] of this.points) this.end(point, mounted);
  }

  private end(point: string, { place, covered }: Point): void {
    place.ended = true;
    this.changed();
    this.points.delete(point);
    if (covered) this.mounts.delete(covered);
  }

  /** Returns the entry of a mount point, in the file system that it covers a directory of. */
  private entryAt(point: string): Entry {
    const names = splitPath(point);
    const last = names.pop() ?? "";
    const step = (directory: Entry, name: string) =>
      this.cross(directory.file.volume.child(directory, name));
    const directory = names.reduce(step, this.root);
    return directory.file.volume.child(directory, last);
  }
}

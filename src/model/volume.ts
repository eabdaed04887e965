/**
 * A file system that a run uses: its names as the run changes them, the files that they lead to, and
 * where it is mounted. A rename moves an entry with everything below it, a hard link is a second
 * entry of a file.
 */
import { childPath, isPathWithin, joinPaths, splitPath } from "../text/path.ts";
import type { ActionCount, FileId } from "./file.ts";

/** A mount namespace. */
export interface Namespace {
  /** The inode number of /proc/PID/ns/mnt; "" where it is not known. */
  readonly id: string;
}

/** A file that is renamed again and again keeps so many paths. */
const MAX_FORMER_PATHS = 16;
const NO_PATHS: readonly string[] = [];

/** A file of a run, whatever its names. */
export class RunFile {
  /** The file system that it is in. */
  readonly volume: Volume;
  /** Its path within the file system when the run started; null if the run created it. */
  origin: string | null;
  id: FileId = null;
  directory = false;
  /** The target of a symbolic link; null for other files, undefined where it is not known. */
  target: string | null | undefined = undefined;
  /** How many entries lead to it. */
  names = 0;
  /** The entry that it got last; of those that are left, or a removed one. Null if it never had one. */
  entry: Entry | null = null;
  /** The other entries that lead to it: hard links. */
  private others: Entry[] | null = null;
  /** Its paths within the file system before it was renamed, oldest first: the last ones. */
  formerPaths: readonly string[] = NO_PATHS;
  /** Its number among the targets of edges. */
  index = -1;
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

  /** Notes that an entry leads to it. */
  gain(entry: Entry): void {
    this.names++;
    if (entry.parent === null) return;
    const before = this.entry;
    this.entry = entry;
    if (before === null || before === entry || before.file !== this || !before.isAttached) return;
    this.others ??= [];
    this.others.push(before);
  }

  /** Notes that an entry leads to it no more. */
  lose(entry: Entry): void {
    this.names--;
    if (this.others === null) return;
    if (this.entry === entry) this.entry = this.others.pop() ?? entry;
    else this.others = this.others.filter((other) => other !== entry);
  }

  /** The entries that lead to it; a removed one if it has none. */
  get entries(): readonly Entry[] {
    return [...(this.entry ? [this.entry] : []), ...(this.others ?? [])];
  }

  /** Notes the path that a rename takes it from. */
  noteMoved(path: string): void {
    this.formerPaths = [...this.formerPaths.slice(1 - MAX_FORMER_PATHS), path];
  }
}

const NO_CHILDREN: ReadonlyMap<string, Entry> = new Map();

/** A name in a directory. */
export class Entry {
  name: string;
  /** Null for the root of a file system. */
  parent: Entry | null;
  file: RunFile;
  /** The process that created, linked or renamed this entry; null if it was there at the start. */
  placed: ActionCount | null = null;
  /** When that was, among all changes of names; 0 if it was there at the start. */
  order = 0;
  /** How often another file or directory got it. */
  changes = 0;
  /** Whether a past machine said that it was given to a directory. */
  isDirectory = false;
  /** Whether paths were followed through it to names that are not below it. */
  isWalked = false;
  /** Null while there are none: most entries are those of files. */
  private ownChildren: Map<string, Entry> | null = null;
  /** Files by names that were removed from this directory, and not used again. */
  private removed: Map<string, RunFile> | null = null;

  constructor(name: string, parent: Entry | null, file: RunFile) {
    this.name = name;
    this.parent = parent;
    this.file = file;
    file.gain(this);
    parent?.add(name, this);
  }

  get children(): ReadonlyMap<string, Entry> {
    return this.ownChildren ?? NO_CHILDREN;
  }

  /** Whether paths that were followed may go through it: a directory or a symbolic link. */
  get isPassed(): boolean {
    return this.isWalked || this.ownChildren !== null || typeof this.file.target === "string";
  }

  /** Whether it was taken for a directory. */
  get hadChildren(): boolean {
    return this.ownChildren !== null;
  }

  /** Forgets everything below it: another file took its name. */
  clearChildren(): void {
    this.ownChildren = null;
  }

  private add(name: string, entry: Entry): void {
    this.ownChildren ??= new Map();
    this.ownChildren.set(name, entry);
    this.removed?.delete(name);
  }

  noteRemoved(name: string, file: RunFile): void {
    this.removed ??= new Map();
    this.removed.set(name, file);
  }

  /** Returns the file that had this name, to which open descriptors may still lead. */
  removedFile(name: string): RunFile | undefined {
    return this.removed?.get(name);
  }

  /** The path within the file system. */
  get path(): string {
    const names: string[] = [];
    for (let entry: Entry = this; entry.parent; entry = entry.parent) names.push(entry.name);
    return `/${names.reverse().join("/")}`;
  }

  /** Whether an entry is this one, or below it. */
  contains(other: Entry): boolean {
    for (let entry: Entry | null = other; entry; entry = entry.parent)
      if (entry === this) return true;
    return false;
  }

  /** Makes the entry lead to another file. */
  rebind(file: RunFile): void {
    this.changes++;
    this.isDirectory = false;
    this.file.lose(this);
    this.file = file;
    file.gain(this);
  }

  /** Whether a path leads to it; false once it was removed. */
  get isAttached(): boolean {
    return this.parent?.children.get(this.name) === this;
  }

  /** Removes the entry from its directory. */
  detach(): void {
    this.changes++;
    this.parent?.ownChildren?.delete(this.name);
    this.file.lose(this);
  }

  /** Puts a detached entry, with everything below it, into a directory without this name. */
  attach(parent: Entry, name: string): void {
    this.changes++;
    this.name = name;
    this.parent = parent;
    parent.add(name, this);
    this.file.gain(this);
  }
}

/** A mount: a directory of a file system, or all of it, at a path of a mount namespace. */
export interface Place {
  readonly view: Namespace;
  /** The mount point. */
  readonly point: string;
  /** The mounted directory's path within the file system; "/" for all of it. */
  readonly root: string;
  /** Whether it was unmounted, or another mount covers it. */
  ended: boolean;
}

/** A path as a process of a mount namespace sees it. */
export interface ViewPath {
  readonly view: Namespace;
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

  /** Returns the entry of a path below a directory, if it is known. */
  find(path: string, directory = this.root): Entry | undefined {
    let entry: Entry | undefined = directory;
    for (const name of splitPath(path)) entry = entry?.children.get(name);
    return entry;
  }

  /** Notes a mount, and returns it. */
  addPlace(view: Namespace, point: string, root: string): Place {
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
  viewPath(path: string, home: Namespace): ViewPath {
    let best: Place | null = null;
    for (const place of this.places)
      if (isPathWithin(path, place.root) && (!best || rank(place, home) > rank(best, home)))
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
      for (const child of entry.children.values()) pending.push(child);
    }
  }
}

/** Paths of the home namespace come first, then mounts that have not ended, then nearer mounts. */
function rank({ view, ended, root }: Place, home: Namespace): number {
  return (view === home ? 2 << 20 : 0) + (ended ? 0 : 1 << 20) + root.length;
}

/** Within a directory that was renamed, a file was elsewhere at the start. */
export function originOf(parent: Entry, name: string): string {
  return childPath(parent.file.origin ?? parent.path, name);
}

/** Whether an entry that was moved away, or replaced, leads to the same file as at the start again. */
export function isBack({ parent, name, file }: Entry): boolean {
  return parent !== null && file.origin === originOf(parent, name);
}

/**
 * The directories of the watched file systems by their handles, each with its name and its parent,
 * kept by the events themselves. So a path is what it was when an event happened, even if it is
 * read much later. Two things only are as they are when they are read:
 *
 * - Where a directory is that was there before the start, outside of what is watched, once
 *   something is moved there; and what is in one that is moved in from there.
 * - A directory that one process moves to and fro between the same two names while nobody reads:
 *   the kernel makes one event of equal moves, as it does of all that is equal.
 */
import { HandleMap } from "./handle-map.ts";
import type { WatchedMount } from "./watched-mount.ts";

const SLASH = 0x2f;
/** Of a file system's id, with which keys begin. */
export const FSID_SIZE = 8;
const EMPTY = new Uint8Array(0);

/** What the user asked for of a directory: nothing, what is in it, or all below it. */
export type WatchScope = "no" | "children" | "all";

export class Directory {
  /** Its file system's id and its handle. */
  readonly key: Uint8Array;
  parent: Directory | null = null;
  name: Uint8Array = EMPTY;
  /** Its path, where its parent is not known; "" is "/". */
  fixedPath: Uint8Array | null = null;
  scope: WatchScope = "no";
  /** Of files that the user gave, and of what will appear: their names in it. */
  watchedFiles: Uint8Array[] = [];
  /** Whether it leads to what the user gave. */
  isAncestorOfWatched = false;
  /** Whether the directories in it are known: all that are made later tell of themselves. */
  isScanned = false;
  /** Made since the start, where each has a mark of its own: what is in it may not be told of. */
  isNew = false;
  /** Removed. It keeps its place: events of it may follow. */
  isRemoved = false;
  /** By whom: a pid, 0 if it is in another pid namespace; null: nobody did. */
  removedBy: number | null = null;
  mount: WatchedMount | null = null;

  // ---- what follows from the above; see Tree.resolve ----
  epoch = -1;
  /** Null: not known. */
  path: Uint8Array | null = null;
  /** Whether events of itself, of what is in it, and of all below it are wanted. */
  reportsSelf = false;
  reportsChildren = false;
  reportsAll = false;

  constructor(key: Uint8Array) {
    this.key = key;
  }
}

/** After so many new directories, those that are gone or that nobody wants are forgotten. */
const EVICT_AFTER = 65_536;

export class DirectoryTree {
  /** By which directories are found. */
  readonly mounts: WatchedMount[] = [];
  private readonly table = new HandleMap<Directory>();
  /** Grows with each change that makes paths others. */
  private epoch = 0;
  private evictThreshold = EVICT_AFTER;
  /** What is wanted of a directory that has the name of what the user gave as a file. */
  private readonly pendingScope: WatchScope;

  constructor(recursive = false) {
    this.pendingScope = recursive ? "all" : "children";
  }

  find(view: DataView, getOrCreate: number, length: number): Directory | undefined {
    return this.table.get(view, getOrCreate, length);
  }

  /** The directory with a handle; where it was not known its place is not either. */
  at(view: DataView, at: number, length: number): Directory {
    const found = this.table.get(view, at, length);
    if (found) return found;
    if (this.table.size >= this.evictThreshold) this.evict();
    const key = new Uint8Array(length);
    key.set(new Uint8Array(view.buffer, view.byteOffset + at, length));
    const directory = new Directory(key);
    const fsid = key.subarray(0, FSID_SIZE);
    directory.mount = this.mounts.find((mounted) => isEqual(mounted.fsid, fsid)) ?? null;
    this.table.set(view, at, length, directory);
    return directory;
  }

  /** Says where a directory is from now on. */
  attach(directory: Directory, parent: Directory, name: Uint8Array): void {
    directory.mount ??= parent.mount;
    directory.isRemoved = false;
    if (directory.parent === parent && isEqual(directory.name, name)) return;
    directory.parent = isWithin(parent, directory) ? null : parent;
    directory.name = name;
    directory.fixedPath = null;
    this.epoch++;
  }

  /** Says where a directory is whose parent is not known. */
  attachAtPath(directory: Directory, path: Uint8Array): void {
    directory.parent = null;
    directory.fixedPath = path.length === 1 ? EMPTY : path;
    this.epoch++;
  }

  /** Says that nobody knows where a directory is from now on. */
  detach(directory: Directory): void {
    directory.parent = directory.fixedPath = null;
    this.epoch++;
  }

  /** Forgets all. */
  clear(): void {
    this.table.retain(() => false);
    this.epoch++;
  }

  /** Keeps what is wanted, and what leads to it. */
  private evict(): void {
    const kept = new Set<Directory>();
    for (const each of this.table.values()) {
      if (each.isRemoved || !(this.resolve(each).reportsSelf || each.watchedFiles.length)) continue;
      for (let at: Directory | null = each; at && !kept.has(at); at = at.parent) kept.add(at);
    }
    this.table.retain((each) => kept.has(each));
    this.evictThreshold = this.table.size + EVICT_AFTER;
  }

  /** Finds out the path of a directory, and what is wanted of it. */
  resolve(directory: Directory): Directory {
    if (directory.epoch === this.epoch) return directory;
    const chain = [directory];
    for (;;) {
      const { parent } = chain[chain.length - 1];
      if (!parent || parent.epoch === this.epoch) break;
      chain.push(parent);
    }
    for (const each of chain.reverse()) this.derive(each);
    return directory;
  }

  private derive(directory: Directory): void {
    const { parent, name } = directory;
    // A directory may come to have the name of a file that the user gave.
    const isGiven = parent?.watchedFiles.some((file) => isEqual(file, name)) ?? false;
    const watched = isGiven ? this.pendingScope : directory.scope;
    directory.epoch = this.epoch;
    directory.path = parent ? joinName(parent.path, name) : directory.fixedPath;
    directory.reportsAll = watched === "all" || (parent?.reportsAll ?? false);
    directory.reportsChildren = watched === "children" || directory.reportsAll;
    directory.reportsSelf = directory.reportsChildren || (parent?.reportsChildren ?? false);
  }

  /** To be called when `watched` of a directory was changed. */
  invalidate(): void {
    this.epoch++;
  }
}

/** Whether `directory` is `above`, or below it. */
function isWithin(directory: Directory, above: Directory): boolean {
  for (let at: Directory | null = directory; at; at = at.parent) if (at === above) return true;
  return false;
}

/** The path of a name in a directory; null where the directory's is not known. */
export function joinName(path: Uint8Array | null, name: Uint8Array): Uint8Array | null {
  if (!path) return null;
  const all = new Uint8Array(path.length + 1 + name.length);
  all.set(path);
  all[path.length] = SLASH;
  all.set(name, path.length + 1);
  return all;
}

export function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

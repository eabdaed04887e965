/**
 * Maps the handles of directories on the watched file systems to names and parents. The events
 * themselves keep the tree up to date, so a path is the path at the time of the event, even if the
 * event is read much later. Two cases reflect the time of the read instead:
 *
 * - The path of an older directory outside the watched ones, once something is moved into it, and
 *   the contents of such a directory when it is moved into a watched one.
 * - A directory that one process moves back and forth between the same two names while the queue is
 *   not read: the kernel merges equal events, see fanotify(7).
 */
import { HandleMap } from "./handle-map.ts";
import type { WatchedMount } from "./watched-mount.ts";

const SLASH = 0x2f;
/** Bytes of a file system id, which each key begins with. */
export const FSID_SIZE = 8;
const EMPTY = new Uint8Array(0);

/** What the user requested for a directory: nothing, its entries, or everything below it. */
export type WatchScope = "no" | "children" | "all";

export class Directory {
  /** The file system id and the file handle. */
  readonly key: Uint8Array;
  parent: Directory | null = null;
  name: Uint8Array = EMPTY;
  /** The path, if the parent is unknown; "" for "/". */
  fixedPath: Uint8Array | null = null;
  scope: WatchScope = "no";
  /** Names of requested entries: files, and paths that do not exist yet. */
  watchedFiles: Uint8Array[] = [];
  /** Whether a requested path is below this directory. */
  isAncestorOfWatched = false;
  /** Whether its subdirectories are known. Events report those that are created later. */
  isScanned = false;
  /** Created since the start, without a filesystem mark: the kernel may not report its entries. */
  isNew = false;
  /** Pid of the process that created it, if it is new. */
  createdBy = 0;
  /** Whether it was removed. It keeps its parent and name, because more of its events may follow. */
  isRemoved = false;
  /** Pid of the process that removed it; 0 if that is in another pid namespace. */
  removedBy: number | null = null;
  mount: WatchedMount | null = null;

  // ---- derived from the above by DirectoryTree.resolve ----
  epoch = -1;
  /** Null if unknown. */
  path: Uint8Array | null = null;
  /** Whether to report events of the directory itself, of its entries, and of everything below. */
  reportsSelf = false;
  reportsChildren = false;
  reportsAll = false;

  constructor(key: Uint8Array) {
    this.key = key;
  }
}

/** Removed and irrelevant directories are evicted after this many new ones. */
const EVICT_AFTER = 65_536;

export class DirectoryTree {
  /** The mounts of the requested paths. */
  readonly mounts: WatchedMount[] = [];
  private readonly table = new HandleMap<Directory>();
  /** Incremented by each change that affects derived state. */
  private epoch = 0;
  private evictThreshold = EVICT_AFTER;
  /** Scope of a directory whose name is in its parent's `watchedFiles`. */
  private readonly pendingScope: WatchScope;

  constructor(recursive = false) {
    this.pendingScope = recursive ? "all" : "children";
  }

  /** @param keyStart offset of the key in `view` */
  find(view: DataView, keyStart: number, length: number): Directory | undefined {
    return this.table.get(view, keyStart, length);
  }

  /**
   * Returns the directory with a key, and creates it without parent and path if it is unknown.
   * @param keyStart offset of the key in `view`
   */
  at(view: DataView, keyStart: number, length: number): Directory {
    const known = this.table.get(view, keyStart, length);
    if (known) return known;
    if (this.table.size >= this.evictThreshold) this.evict();
    const key = new Uint8Array(length);
    key.set(new Uint8Array(view.buffer, view.byteOffset + keyStart, length));
    const directory = new Directory(key);
    const fsid = key.subarray(0, FSID_SIZE);
    directory.mount = this.mounts.find((mount) => isEqual(mount.fsid, fsid)) ?? null;
    this.table.set(view, keyStart, length, directory);
    return directory;
  }

  /** Sets a directory's parent and name. */
  attach(directory: Directory, parent: Directory, name: Uint8Array): void {
    directory.mount ??= parent.mount;
    directory.isRemoved = false;
    if (directory.parent === parent && isEqual(directory.name, name)) return;
    directory.parent = isInSubtree(parent, directory) ? null : parent;
    directory.name = name;
    directory.fixedPath = null;
    this.epoch++;
  }

  /** Sets the path of a directory whose parent is unknown. */
  attachAtPath(directory: Directory, path: Uint8Array): void {
    directory.parent = null;
    directory.fixedPath = path.length === 1 ? EMPTY : path;
    this.epoch++;
  }

  /** Marks the path of a directory as unknown. */
  detach(directory: Directory): void {
    directory.parent = directory.fixedPath = null;
    this.epoch++;
  }

  /** Forgets all directories. */
  clear(): void {
    this.table.retain(() => false);
    this.epoch++;
  }

  /** Forgets all directories except the reported ones and their ancestors. */
  private evict(): void {
    const retained = new Set<Directory>();
    for (const each of this.table.values()) {
      if (each.isRemoved || !(this.resolve(each).reportsSelf || each.watchedFiles.length)) continue;
      for (let at: Directory | null = each; at && !retained.has(at); at = at.parent)
        retained.add(at);
    }
    this.table.retain((each) => retained.has(each));
    this.evictThreshold = this.table.size + EVICT_AFTER;
  }

  /** Derives a directory's path and reported scope, unless they are up to date. */
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
    // A directory may get the name of a requested file.
    const isRequested = parent?.watchedFiles.some((file) => isEqual(file, name)) ?? false;
    const scope = isRequested ? this.pendingScope : directory.scope;
    directory.epoch = this.epoch;
    directory.path = parent ? joinName(parent.path, name) : directory.fixedPath;
    directory.reportsAll = scope === "all" || (parent?.reportsAll ?? false);
    directory.reportsChildren = scope === "children" || directory.reportsAll;
    directory.reportsSelf = directory.reportsChildren || (parent?.reportsChildren ?? false);
  }

  /** Must be called after a change of a directory's `scope` or `watchedFiles`. */
  invalidate(): void {
    this.epoch++;
  }
}

/** Whether `directory` is `ancestor` or a descendant of it. */
function isInSubtree(directory: Directory, ancestor: Directory): boolean {
  for (let at: Directory | null = directory; at; at = at.parent) if (at === ancestor) return true;
  return false;
}

/** Returns the path of a name in a directory; null if the directory's path is unknown. */
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

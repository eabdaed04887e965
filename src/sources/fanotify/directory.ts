/** A directory of the watched file systems, and a requested path, which names one. */
import type { FileAttributes } from "../../events/watch-event.ts";
import type { WatchedMount } from "./watched-mount.ts";

const SLASH = 0x2f;
const EMPTY = new Uint8Array(0);

/** A name as a key of a map: one character per byte. */
const keyOf = (name: Uint8Array) => Buffer.from(name).toString("latin1");

/** What the user requested for a directory: nothing, its entries, or everything below it. */
export type WatchScope = "no" | "children" | "all";

/** Where a directory of a file system is mounted: a name in a directory of another mount. */
export interface MountPoint {
  readonly mount: WatchedMount;
  readonly parent: Directory;
  readonly name: Uint8Array;
}

export class Directory {
  /** The file system id and the file handle. */
  readonly key: Uint8Array;
  parent: Directory | null = null;
  name: Uint8Array = EMPTY;
  /** The path, if the parent is unknown; "" for "/". */
  fixedPath: Uint8Array | null = null;
  /** Where it is mounted, besides its place in its own file system. */
  mountPoints: MountPoint[] = [];
  /** The entries on which something is mounted, which hides them. */
  mountedOn: MountPoint[] = [];
  /** Whether its subdirectories are known. Events report those that are created later. */
  isScanned = false;
  /** Created since the start, without a filesystem mark: the kernel may not report its entries. */
  isNew = false;
  /** Whether it has an inode mark for the names in it, as it is above a requested path. */
  isMarkedAsAncestor = false;
  /** Pid of the process that created it, if it is new. */
  createdBy = 0;
  /** Whether it was removed. It keeps its parent and name, because more of its events may follow. */
  isRemoved = false;
  /** Whether another directory has its name, and its new name is not known yet. */
  isDisplaced = false;
  /** Whether it has just lost a requested path, so that its own move is still to be reported. */
  hasLeft = false;
  /** Pid of the process that removed it; 0 if that is in another pid namespace. */
  removedBy: number | null = null;
  mount: WatchedMount | null = null;
  /** Its mode and owner when they were last read; null if they were not. */
  attributes: FileAttributes | null = null;

  // ---- derived from the above by DirectoryTree.resolve ----
  epoch = -1;
  /** Null if unknown. */
  path: Uint8Array | null = null;
  /** Whether a mount hides it, so that it has no path. */
  isHidden = false;
  /** The requested path that is its path, or that is below. */
  wanted: WantedPath | null = null;
  /** Whether to report events of the directory itself, of its entries, and of everything below. */
  reportsSelf = false;
  reportsChildren = false;
  reportsAll = false;

  constructor(key: Uint8Array) {
    this.key = key;
  }
}

/**
 * A requested path, or one above: a tree of names, and what each name refers to. For a user a path is
 * a name: what has it is watched, and what has lost it no longer is.
 */
export class WantedPath {
  readonly parent: WantedPath | null;
  readonly name: Uint8Array;
  readonly children = new Map<string, WantedPath>();
  /** What is requested of a directory with this path; "no" if only a path below is requested. */
  scope: WatchScope = "no";
  /** The directory that has this path, as far as the events tell. */
  directory: Directory | null = null;
  /** File system id and handle of what has this path; null if nothing has it, or it is unknown. */
  key: Uint8Array | null = null;
  /** Whether something has this path. */
  exists = false;

  constructor(parent: WantedPath | null = null, name: Uint8Array = EMPTY) {
    this.parent = parent;
    this.name = name;
  }

  /** Whether the path itself was requested, not only one below. */
  get isRequested(): boolean {
    return this.scope !== "no";
  }

  /** Whether an entry is requested that is watched through its parent: no directory, or missing. */
  get hasRequestedEntries(): boolean {
    for (const child of this.children.values())
      if (child.isRequested && !child.directory) return true;
    return false;
  }

  /** Whether a requested path is below that does not exist now. */
  get hasMissingEntries(): boolean {
    for (const child of this.children.values()) if (!child.exists) return true;
    return false;
  }

  child(name: Uint8Array): WantedPath | undefined {
    return this.children.size === 0 ? undefined : this.children.get(keyOf(name));
  }

  /** Returns the path below this one, which is added if it is new. @param path "/a/b" */
  add(path: Uint8Array): WantedPath {
    let at: WantedPath = this;
    for (const name of namesOf(path)) {
      const next = at.child(name) ?? new WantedPath(at, name);
      at.children.set(keyOf(name), next);
      at = next;
    }
    return at;
  }

  /** Returns the path below this one; undefined if nothing there is requested. */
  find(path: Uint8Array): WantedPath | undefined {
    let at: WantedPath | undefined = this;
    for (const name of namesOf(path)) at = at?.child(name);
    return at;
  }

  /** Ends the request, and forgets the path unless one below is requested. */
  release(): void {
    this.scope = "no";
    for (let at: WantedPath = this; at.parent && !at.isRequested && !at.children.size; ) {
      at.parent.children.delete(keyOf(at.name));
      at = at.parent;
    }
  }

  /** The absolute path. */
  get path(): Uint8Array {
    const names: Uint8Array[] = [];
    for (let at: WantedPath = this; at.parent; at = at.parent) names.unshift(at.name);
    return Buffer.from(names.map((name) => `/${keyOf(name)}`).join("") || "/", "latin1");
  }

  /** Yields this path and all below. */
  *all(): Generator<WantedPath, void> {
    yield this;
    for (const child of this.children.values()) yield* child.all();
  }

  /** Forgets what this path and those below refer to. */
  clear(): void {
    for (const each of this.all()) {
      each.directory = each.key = null;
      each.exists = false;
    }
  }
}

/** Splits an absolute path into its names. */
function namesOf(path: Uint8Array): Uint8Array[] {
  const names: Uint8Array[] = [];
  for (let start = 0; start < path.length; ) {
    const slash = path.indexOf(SLASH, start);
    const end = slash < 0 ? path.length : slash;
    if (end > start) names.push(path.slice(start, end));
    start = end + 1;
  }
  return names;
}

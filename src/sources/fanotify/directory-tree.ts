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
import { Directory, type MountPoint, WantedPath } from "./directory.ts";
import { HandleMap } from "./handle-map.ts";
import { WatchedInodes } from "./watched-inodes.ts";
import type { WatchedMount } from "./watched-mount.ts";

const SLASH = 0x2f;
const ROOT = new Uint8Array(0);

export { Directory } from "./directory.ts";

/** Bytes of a file system id, which each key begins with. */
export const FSID_SIZE = 8;

/** Removed and irrelevant directories are evicted after this many new ones. */
const EVICT_AFTER = 65_536;

export class DirectoryTree {
  /** The mounts of the requested paths. */
  readonly mounts: WatchedMount[] = [];
  /** The root directory of each mount, and where it is mounted. */
  private readonly mountRoots = new WeakMap<
    WatchedMount,
    { readonly directory: Directory; readonly point: MountPoint }
  >();
  private readonly table = new HandleMap<Directory>();
  /** Incremented by each change that affects derived state. */
  private epoch = 0;
  private evictThreshold = EVICT_AFTER;
  /** The requested paths; this one is "/". */
  readonly wanted = new WantedPath();
  /** The files that have requested paths. */
  readonly inodes = new WatchedInodes();

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
    if (directory.isDisplaced || directory.isRemoved) this.epoch++;
    directory.isRemoved = directory.isDisplaced = false;
    if (directory.parent === parent && isEqual(directory.name, name)) return;
    directory.parent = isInSubtree(parent, directory) ? null : parent;
    directory.name = name;
    directory.fixedPath = null;
    this.epoch++;
  }

  /** Sets the path of a directory whose parent is unknown. */
  attachAtPath(directory: Directory, path: Uint8Array): void {
    directory.parent = null;
    directory.fixedPath = path.length === 1 ? ROOT : path;
    this.epoch++;
  }

  /** Marks the path of a directory as unknown. */
  detach(directory: Directory): void {
    directory.parent = directory.fixedPath = null;
    this.epoch++;
  }

  /** Notes where the root directory of a mount is mounted. */
  attachMount(directory: Directory, point: MountPoint): void {
    const known = this.mountRoots.get(point.mount);
    if (known && isSamePoint(known.point, point)) return;
    this.detachMount(point.mount);
    directory.mountPoints.push(point);
    point.parent.mountedOn.push(point);
    this.mountRoots.set(point.mount, { directory, point });
    this.epoch++;
  }

  private detachMount(mount: WatchedMount): void {
    const root = this.mountRoots.get(mount);
    if (!root) return;
    const { directory, point } = root;
    directory.mountPoints = directory.mountPoints.filter((each) => each !== point);
    point.parent.mountedOn = point.parent.mountedOn.filter((each) => each !== point);
    this.mountRoots.delete(mount);
    this.epoch++;
  }

  /** Returns the path of a mount; null if it is unknown. */
  mountPath(mount: WatchedMount): Uint8Array | null {
    const root = this.mountRoots.get(mount);
    if (!root) return Buffer.from("/");
    const { parent, name } = root.point;
    return joinName(this.resolve(parent).path, name);
  }

  /**
   * Forgets a mount that is gone. Its directories are reached by another mount of the file system
   * from now on, or forgotten if there is none.
   */
  dropMount(mount: WatchedMount): void {
    mount.release();
    this.detachMount(mount);
    if (this.mounts.includes(mount)) this.mounts.splice(this.mounts.indexOf(mount), 1);
    const other = this.mounts.find(({ fsid }) => isEqual(fsid, mount.fsid));
    if (other) for (const each of this.table.values()) if (each.mount === mount) each.mount = other;
    if (!other) this.table.retain((each) => each.mount !== mount);
    this.epoch++;
  }

  /** Notes that another directory has the name of this one. */
  displace(directory: Directory): void {
    directory.isDisplaced = true;
    this.epoch++;
  }

  /** Forgets all directories and mounts. */
  clear(): void {
    this.table.retain(() => false);
    for (const mount of this.mounts.splice(0)) mount.release();
    this.wanted.clear();
    this.epoch++;
  }

  /** Returns all known directories, in no particular order. */
  all(): readonly Directory[] {
    return this.table.values();
  }

  /** Forgets all directories except the reported ones and their ancestors. */
  evict(): void {
    const retained = new Set<Directory>();
    for (const each of this.table.values()) {
      if (each.isRemoved || !(isRelevant(this.resolve(each)) || each.mountPoints.length)) continue;
      for (const top of [each, ...each.mountPoints.map(({ parent }) => parent)])
        for (let at: Directory | null = top; at && !retained.has(at); at = at.parent)
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
    directory.epoch = this.epoch;
    directory.isHidden = parent !== null && (parent.isHidden || isCovered(parent, name));
    if (parent && !directory.isHidden) this.deriveFrom(directory, parent, name);
    else this.deriveAtPath(directory, parent ? null : directory.fixedPath);
    for (const at of directory.mountPoints) {
      if (isRelevant(directory)) return;
      this.resolve(at.parent);
      // The one that was mounted last hides the others.
      const isVisible = at === at.parent.mountedOn.findLast((each) => isEqual(each.name, at.name));
      if (!isVisible || !at.parent.path) continue;
      directory.isHidden = false;
      this.deriveFrom(directory, at.parent, at.name);
    }
    // What has lost its name to a mount gets it back when that ends.
    directory.isHidden ||= directory.isDisplaced;
    directory.isHidden ||= directory.path === null && directory.mountPoints.length > 0;
  }

  private deriveFrom(directory: Directory, parent: Directory, name: Uint8Array): void {
    directory.wanted = parent.wanted?.child(name) ?? null;
    directory.path = joinName(parent.path, name);
    this.setScope(directory, directory.wanted?.scope, parent);
    if (!directory.isDisplaced) return;
    directory.wanted = null;
    directory.reportsAll = directory.reportsChildren = false;
  }

  private deriveAtPath(directory: Directory, path: Uint8Array | null): void {
    directory.wanted = (path && this.wanted.find(path)) ?? null;
    directory.path = path;
    this.setScope(directory, directory.wanted?.scope, null);
  }

  private setScope(directory: Directory, scope = "no", parent: Directory | null): void {
    directory.reportsAll = scope === "all" || (parent?.reportsAll ?? false);
    directory.reportsChildren = scope === "children" || directory.reportsAll;
    directory.reportsSelf = directory.reportsChildren || (parent?.reportsChildren ?? false);
  }

  /** Must be called after a change of the requested paths. */
  invalidate(): void {
    this.epoch++;
  }
}

/** Whether events of a directory, or of one below, may be reported. */
function isRelevant({ reportsSelf, wanted }: Directory): boolean {
  return reportsSelf || wanted !== null;
}

function isSamePoint(a: MountPoint, b: MountPoint): boolean {
  return a.parent === b.parent && isEqual(a.name, b.name);
}

/** Whether something is mounted on an entry of a directory. */
function isCovered({ mountedOn }: Directory, name: Uint8Array): boolean {
  return mountedOn.length > 0 && mountedOn.some((at) => isEqual(at.name, name));
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

/** Manages the requested paths. */
import { openPath, readFdPath } from "../../ffi/directory.ts";
import { SystemError } from "../../ffi/errno.ts";
import { close } from "../../ffi/fd.ts";
import { ENOENT, ENOTDIR } from "../../kernel/errno.ts";
import type { FanotifyEvent } from "../../kernel/fanotify-event.ts";
import { decodeLatin1, encodeLatin1 } from "../../text/latin1.ts";
import { baseName, childPath, normalizePath, parentPath } from "../../text/path.ts";
import type { WantedPath } from "./directory.ts";
import { type DirectoryTree, FSID_SIZE, isEqual } from "./directory-tree.ts";
import type { MountFollower } from "./mount-follower.ts";
import type { NameFollower } from "./name-follower.ts";
import type { PathWalker } from "./path-walker.ts";
import type { EntryVisitor, Scanner } from "./scanner.ts";
import type { Unmarker } from "./unmarker.ts";

const INODE_MARKS_ONLY =
  "watching each directory separately; DELETE_SELF, MOVE_SELF and FS_ERROR of files will not be reported";

export interface WatchRootsParts {
  readonly tree: DirectoryTree;
  readonly scanner: Scanner;
  readonly walker: PathWalker;
  readonly follower: NameFollower;
  readonly mounts: MountFollower;
  readonly unmarker: Unmarker;
}

export interface WatchRootsOptions {
  /** Whether to watch everything below the paths, or only their direct entries. */
  readonly recursive: boolean;
  /** Whether to watch what symbolic links lead to when they are switched. */
  readonly followLinks?: boolean;
  /** Called when a path leads to another file than before, with its real paths. */
  readonly onSwitched?: (from: Uint8Array, to: Uint8Array) => void;
}

/** How often links are looked at. */
const LINK_POLL_MS = 100;

/** A path as the user wrote it, with one character per byte, and as it is watched. */
interface Root {
  readonly requested: string;
  wanted: WantedPath;
}

export class WatchRoots {
  /** Messages that say what will not be reported for which paths. */
  readonly limitations: string[] = [];
  private roots: Root[] = [];
  private readonly tree: DirectoryTree;
  private readonly scanner: Scanner;
  private readonly walker: PathWalker;
  private readonly follower: NameFollower;
  private readonly mounts: MountFollower;
  private readonly unmarker: Unmarker;
  private readonly options: WatchRootsOptions;
  private lastLook = 0;

  constructor(options: WatchRootsOptions, parts: WatchRootsParts) {
    this.options = options;
    this.tree = parts.tree;
    this.scanner = parts.scanner;
    this.walker = parts.walker;
    this.follower = parts.follower;
    this.mounts = parts.mounts;
    this.unmarker = parts.unmarker;
  }

  /**
   * Watches the file or directory at a path.
   * @param requested one character per byte
   * @throws SystemError that names the path
   */
  add(requested: string): void {
    this.request(requested, realPath(requested), (wanted) => {
      if (!wanted.exists) throw new SystemError("open", utf8Text(requested), ENOENT);
    });
  }

  /**
   * Watches a path, whether it exists or not.
   * @param requested one character per byte
   * @throws SystemError that names the path
   */
  addPending(requested: string): void {
    this.request(requested, realPrefix(requested), () => {});
  }

  /** Watches a path. If that fails, or `check` throws, it is not requested any more. */
  private request(requested: string, path: Uint8Array, check: (wanted: WantedPath) => void): void {
    const wanted = this.want(path);
    this.roots.push({ requested, wanted });
    try {
      this.walker.walkStrictly();
      check(wanted);
    } catch (error) {
      this.remove(requested);
      throw error;
    }
    this.mounts.begin();
    this.explain(requested, wanted);
  }

  private want(path: Uint8Array): WantedPath {
    const wanted = this.tree.wanted.add(path);
    wanted.scope = this.options.recursive ? "all" : "children";
    this.tree.invalidate();
    return wanted;
  }

  /**
   * Watches what the links of the paths lead to now. Call it when the queue is empty.
   * @param onEntry gets what is found where a link leads now
   */
  followLinks(onEntry: EntryVisitor, now = performance.now()): void {
    if (!this.options.followLinks || now - this.lastLook < LINK_POLL_MS) return;
    this.lastLook = now;
    for (const root of this.roots) {
      const path = currentPath(root.requested);
      if (path && !isEqual(path, root.wanted.path)) this.switch(root, path, onEntry);
    }
  }

  private switch(root: Root, path: Uint8Array, onEntry: EntryVisitor): void {
    const old = root.wanted;
    const from = old.path;
    if (old.exists) this.follower.note("PATH_GONE", old);
    root.wanted = this.want(path);
    this.release(old);
    this.walker.walk(onEntry);
    this.unmarker.unmark();
    this.mounts.begin();
    if (root.wanted.exists) this.follower.note("PATH_BACK", root.wanted);
    this.options.onSwitched?.(from, path);
  }

  /** Ends the request of a path that no root has any more. */
  private release(wanted: WantedPath): void {
    if (!this.roots.some((root) => root.wanted === wanted)) wanted.release();
    this.tree.invalidate();
  }

  /** Stops watching a path. @param requested as it was added */
  remove(requested: string): void {
    const removed = this.roots.filter((root) => root.requested === requested);
    this.roots = this.roots.filter((root) => root.requested !== requested);
    for (const { wanted } of removed) this.release(wanted);
    this.unmarker.unmark();
    this.mounts.begin();
  }

  /** Whether something has a path that was added. */
  exists(requested: string): boolean {
    return this.roots.some((root) => root.requested === requested && root.wanted.exists);
  }

  /** Says what a path leads to, and what will not be reported for it. */
  private explain(requested: string, { directory, parent, path }: WantedPath): void {
    const real = decodeLatin1(path);
    const later = this.options.followLinks ? "until the link changes" : "also if the link changes";
    if (real !== absolutePath(requested))
      this.limitations.push(
        `${utf8Text(requested)} leads to ${utf8Text(real)}, which is watched, ${later}`,
      );
    const mount = (directory ?? parent?.directory)?.mount;
    if (mount?.filesystemMark === false)
      this.limitations.push(`${utf8Text(requested)}: ${INODE_MARKS_ONLY}`);
  }

  /** Rebuilds the tree from the file system, after events were lost. */
  rebuild(onEntry: EntryVisitor): void {
    this.scanner.failures.clear();
    this.follower.comparing(this.tree.wanted, () => {
      this.tree.clear();
      this.walker.walk(onEntry);
    });
    this.mounts.begin();
  }

  /** Returns the path of a FAN_FS_ERROR's directory, or of a root on the same file system. */
  nearestPath({ view, fid }: FanotifyEvent): Uint8Array | null {
    const directory = this.tree.find(view, fid.keyStart, fid.keyLength);
    if (directory && this.tree.resolve(directory).path) return directory.path;
    const fsid = new Uint8Array(view.buffer, view.byteOffset + fid.keyStart, FSID_SIZE);
    const root = this.roots.find(({ wanted: { directory, parent } }) => {
      const mount = (directory ?? parent?.directory)?.mount;
      return mount && isEqual(mount.fsid, fsid);
    });
    return root?.wanted.path ?? null;
  }
}

/** Resolves all symbolic links of a path. @throws SystemError */
function realPath(path: string): Uint8Array {
  const fd = openPath(encodeLatin1(path));
  try {
    return readFdPath(fd);
  } finally {
    close(fd);
  }
}

/** Returns a path as an absolute and normalized one. @throws SystemError */
function absolutePath(path: string): string {
  const absolute = path.startsWith("/") ? path : `${decodeLatin1(realPath("."))}/${path}`;
  const normalized = normalizePath(absolute);
  return normalized === "/" ? normalized : normalized.replace(/\/$/, "");
}

/** Returns the real path now; null if that cannot be found out, as in a loop of links. */
function currentPath(requested: string): Uint8Array | null {
  try {
    return realPrefix(requested);
  } catch (error) {
    if (error instanceof SystemError) return null;
    throw error;
  }
}

/** Resolves the symbolic links of the part of a path that exists. @throws SystemError */
function realPrefix(path: string): Uint8Array {
  const normalized = encodeLatin1(absolutePath(path));
  try {
    return realPath(decodeLatin1(normalized));
  } catch (error) {
    if (!(error instanceof SystemError) || ![ENOENT, ENOTDIR].includes(error.errno)) throw error;
  }
  const parent = decodeLatin1(realPrefix(decodeLatin1(parentPath(normalized))));
  const name = decodeLatin1(baseName(normalized));
  return encodeLatin1(childPath(parent, name));
}

/** Decodes a path with one character per byte, for messages. */
function utf8Text(path: string): string {
  return encodeLatin1(path).toString();
}

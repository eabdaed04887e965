/** Manages the requested paths and their marks: fanotify_mark(2). */
import { readFileSync } from "node:fs";
import { openDirectory, openPath, readFdPath } from "../../ffi/directory.ts";
import { SystemError } from "../../ffi/errno.ts";
import { close } from "../../ffi/fd.ts";
import {
  ENODEV,
  ENOSPC,
  ENOTDIR,
  EOPNOTSUPP,
  EPERM,
  EXDEV,
  errnoName,
} from "../../kernel/errno.ts";
import type { FanotifyEvent } from "../../kernel/fanotify-event.ts";
import { parseMountinfo } from "../../kernel/mountinfo.ts";
import { baseName, isPathWithin, parentPath } from "../../text/path.ts";
import { type Directory, type DirectoryTree, FSID_SIZE, isEqual } from "./directory-tree.ts";
import type { MarkMasks } from "./event-masks.ts";
import type { Group } from "./group.ts";
import type { PathResolver } from "./path-resolver.ts";
import type { Scanner } from "./scanner.ts";
import { WatchedMount } from "./watched-mount.ts";
import { markFilesystem } from "./whole-mark.ts";

/** Errors of a file system that does not support filesystem marks, or without permission. */
const FILESYSTEM_MARK_REFUSALS = [EPERM, EXDEV, ENODEV, EOPNOTSUPP];
const SLASH = 0x2f;
const MOUNTINFO = "/proc/self/mountinfo";
const INODE_MARKS_ONLY =
  "watching each directory separately; DELETE_SELF, MOVE_SELF and FS_ERROR of files will not be reported";

interface Root {
  /** The path as the user wrote it, for error messages. One character per byte. */
  readonly requested: string;
  /** The requested directory, or the parent of `file`. */
  readonly directory: Directory;
  /** The name of a requested file or of a path that does not exist yet; null for a directory. */
  readonly file: Uint8Array | null;
}

export interface WatchRootsParts {
  readonly group: Group;
  readonly tree: DirectoryTree;
  readonly scanner: Scanner;
  readonly pathResolver: PathResolver;
}

export interface WatchRootsOptions {
  /** Whether to watch everything below the paths, or only the paths and their direct entries. */
  readonly recursive: boolean;
  /** Whether to watch what is mounted below the paths. */
  readonly mountsBelow: boolean;
  readonly masks: MarkMasks;
}

export class WatchRoots {
  /** Messages that say what will not be reported for which paths. */
  readonly limitations: string[] = [];
  /** The number of requested paths that could not be watched again after an overflow. */
  lost = 0;
  private roots: Root[] = [];
  private readonly group: Group;
  private readonly tree: DirectoryTree;
  private readonly scanner: Scanner;
  private readonly pathResolver: PathResolver;
  private readonly recursive: boolean;
  private readonly mountsBelow: boolean;
  private readonly masks: MarkMasks;

  constructor({ recursive, mountsBelow, masks }: WatchRootsOptions, parts: WatchRootsParts) {
    this.recursive = recursive;
    this.mountsBelow = mountsBelow;
    this.masks = masks;
    this.group = parts.group;
    this.tree = parts.tree;
    this.scanner = parts.scanner;
    this.pathResolver = parts.pathResolver;
  }

  /**
   * Watches the file or directory at a path.
   * @param requested one character per byte
   * @throws SystemError that names the path
   */
  add(requested: string): void {
    const path = realPath(requested);
    const fd = openDirectory(-1, path);
    const isFile = fd === -ENOTDIR;
    if (isFile) this.addFd(requested, openDirectory(-1, parentPath(path)), baseName(path));
    else this.addFd(requested, fd, null);
    if (this.recursive && this.mountsBelow && !isFile) this.addMountsBelow(path);
  }

  /**
   * Watches a path that does not exist yet, by its name in its parent directory.
   * @param requested one character per byte
   * @throws SystemError that names the path, if the parent directory does not exist
   */
  addPending(requested: string): void {
    const path = Buffer.from(requested.replace(/\/+$/, ""), "latin1");
    const slash = path.lastIndexOf(SLASH);
    const parent = slash < 0 ? "." : path.toString("latin1", 0, slash + 1);
    this.addFd(requested, openDirectory(-1, realPath(parent)), path.subarray(slash + 1));
  }

  /** Watches an open directory, or a file in it, and closes the fd. */
  private addFd(requested: string, fd: number, file: Uint8Array | null): void {
    this.watchAndClose(requested, fd, file);
    const { mount } = this.roots[this.roots.length - 1].directory;
    if (!mount!.hasFilesystemMark)
      this.limitations.push(`${utf8Text(requested)}: ${INODE_MARKS_ONLY}`);
  }

  private watchAndClose(requested: string, fd: number, file: Uint8Array | null): void {
    if (fd < 0) throw new SystemError("open", utf8Text(requested), -fd);
    try {
      this.watch(requested, fd, file);
    } finally {
      close(fd);
    }
  }

  /** Watches the file systems mounted below a path that support a filesystem mark. */
  private addMountsBelow(path: Uint8Array): void {
    const root = Buffer.from(path).toString("latin1");
    for (const { mountPoint, fsType } of parseMountinfo(readFileSync(MOUNTINFO, "latin1"))) {
      if (!isPathWithin(mountPoint, root) || mountPoint === root) continue;
      const errno = this.addMount(mountPoint);
      if (errno)
        this.limitations.push(
          `${utf8Text(mountPoint)} (${fsType}) is not watched: ${errnoName(errno)}`,
        );
    }
  }

  /** @returns 0, or an errno */
  private addMount(mountPoint: string): number {
    const fd = openDirectory(-1, Buffer.from(mountPoint, "latin1"));
    if (fd < 0) return fd === -ENOTDIR ? 0 : -fd;
    try {
      if (!this.mountAt(mountPoint, fd).hasFilesystemMark) return EOPNOTSUPP;
      this.watch(mountPoint, fd, null);
      return 0;
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      return error.errno;
    } finally {
      close(fd);
    }
  }

  /** Rebuilds the tree from the file system, after events were lost. */
  rebuild(): void {
    const roots = this.roots.map((root) => ({ ...root, fd: this.scanner.open(root.directory) }));
    this.roots = [];
    this.tree.clear();
    this.scanner.failures.clear();
    for (const { requested, file, fd } of roots) {
      try {
        this.watchAndClose(requested, fd, file);
      } catch (error) {
        if (!(error instanceof SystemError)) throw error;
        this.lost++;
      }
    }
  }

  private watch(requested: string, fd: number, file: Uint8Array | null): void {
    const mount = this.mountAt(requested, fd);
    const directory = this.directoryAt(fd, mount);
    this.roots.push({ requested, directory, file });
    directory.isAncestorOfWatched = true;
    if (this.tree.resolve(directory).path === null)
      this.pathResolver.attachWithAncestors(directory, readFdPath(fd));
    if (file) directory.watchedFiles.push(file);
    else directory.scope = this.recursive ? "all" : "children";
    this.tree.invalidate();
    if (!mount.hasFilesystemMark) this.mark(requested, directory, fd);
    if (file) this.scanner.scanEntry(directory, fd, file, () => {});
    else this.scanner.scan(directory, fd, () => {});
  }

  /** Adds inode marks to a directory, and to its ancestors for their moves. */
  private mark(requested: string, directory: Directory, fd: number): void {
    const errno = -this.scanner.mark(fd, this.masks.inode);
    const hint = errno === ENOSPC ? "see /proc/sys/fs/fanotify/max_user_marks" : "";
    if (errno) throw new SystemError("fanotify_mark", utf8Text(requested), errno, hint);
    for (let ancestor = directory.parent; ancestor; ancestor = ancestor.parent) {
      const path = this.tree.resolve(ancestor).path ?? new Uint8Array(0);
      const ancestorFd = openDirectory(-1, path);
      if (ancestorFd < 0) continue;
      this.scanner.mark(ancestorFd, this.masks.ancestor);
      close(ancestorFd);
    }
  }

  /** Returns the path of a FAN_FS_ERROR's directory, or of a root on the same file system. */
  nearestPath({ view, fid }: FanotifyEvent): Uint8Array | null {
    const directory = this.tree.find(view, fid.keyStart, fid.keyLength);
    if (directory && this.tree.resolve(directory).path) return directory.path;
    const fsid = new Uint8Array(view.buffer, view.byteOffset + fid.keyStart, FSID_SIZE);
    const hasFsid = ({ directory: { mount } }: Root) => mount && isEqual(mount.fsid, fsid);
    return this.roots.find(hasFsid)?.directory.path ?? null;
  }

  private directoryAt(fd: number, mount: WatchedMount): Directory {
    this.scanner.identify(fd, mount);
    const { memory, length } = this.scanner.handles;
    const directory = this.tree.at(memory.view, 0, length);
    directory.mount = mount;
    return directory;
  }

  /** Returns the mount of an fd. The first time, tries to add a filesystem mark. */
  private mountAt(requested: string, fd: number): WatchedMount {
    const { handles } = this.scanner;
    handles.readFsid(fd, utf8Text(requested));
    handles.read(fd, utf8Text(requested));
    const known = this.tree.mounts.find(({ mountId }) => mountId === handles.mountId);
    if (known) return known;
    let fsid = handles.memory.bytes.slice(0, FSID_SIZE);
    const { mountId } = handles;
    const errno = markFilesystem(this.group.fd, this.masks.filesystem, fd, mountId, (marked) => {
      handles.readFsid(marked, utf8Text(requested));
      fsid = handles.memory.bytes.slice(0, FSID_SIZE);
    });
    if (errno && !FILESYSTEM_MARK_REFUSALS.includes(errno))
      throw new SystemError("fanotify_mark", utf8Text(requested), errno);
    const mount = new WatchedMount(handles, fsid, errno === 0);
    this.tree.mounts.push(mount);
    return mount;
  }
}

/** Resolves all symbolic links of a path. @throws SystemError */
function realPath(path: string): Uint8Array {
  const fd = openPath(Buffer.from(path, "latin1"));
  try {
    return readFdPath(fd);
  } finally {
    close(fd);
  }
}

/** Decodes a path with one character per byte, for messages. */
function utf8Text(path: string): string {
  return Buffer.from(path, "latin1").toString();
}

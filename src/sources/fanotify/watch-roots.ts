/** What the user gave: where it is, and the marks that make the kernel tell of it. */
import { readFileSync } from "node:fs";
import { openDirectory, openPath, readFdPath } from "../../ffi/directory.ts";
import { SystemError } from "../../ffi/errno.ts";
import { fanotifyMark } from "../../ffi/fanotify.ts";
import { close } from "../../ffi/fd.ts";
import { errnoName } from "../../kernel/errno.ts";
import { FAN_MARK_ADD, FAN_MARK_FILESYSTEM } from "../../kernel/fanotify.ts";
import type { FanotifyEvent } from "../../kernel/fanotify-event.ts";
import { parseMountinfo } from "../../kernel/mountinfo.ts";
import { type Directory, type DirectoryTree, FSID_SIZE, isEqual } from "./directory-tree.ts";
import type { MarkMasks } from "./event-masks.ts";
import type { Group } from "./group.ts";
import { baseName, PathResolver, parentPath } from "./path-resolver.ts";
import type { Scanner } from "./scanner.ts";
import { WatchedMount } from "./watched-mount.ts";

const EPERM = 1;
const EXDEV = 18;
const ENODEV = 19;
const ENOTDIR = 20;
const ENOSPC = 28;
const EOPNOTSUPP = 95;
/** Why a file system refuses one mark for all of it. */
const FILESYSTEM_MARK_REFUSALS = [EPERM, EXDEV, ENODEV, EOPNOTSUPP];
const SLASH = 0x2f;
const MOUNTINFO = "/proc/self/mountinfo";
const INODE_MARKS_ONLY =
  "watching each directory separately; DELETE_SELF, MOVE_SELF and FS_ERROR of files will not be reported";

interface Root {
  /** As the user typed it: errors name that. */
  readonly given: string;
  /** It, or the one that the file is in. */
  readonly directory: Directory;
  /** The name of the file, or of what will appear; null: it is a directory. */
  readonly file: Uint8Array | null;
}

export class WatchRoots {
  /** What is not told of what is below which paths, in words. */
  readonly limitations: string[] = [];
  /** How many were not there any more when all had to be learnt anew. */
  lost = 0;
  private roots: Root[] = [];
  private readonly group: Group;
  private readonly tree: DirectoryTree;
  private readonly scanner: Scanner;
  private readonly pathResolver: PathResolver;
  private readonly recursive: boolean;
  private readonly masks: MarkMasks;

  constructor(
    group: Group,
    tree: DirectoryTree,
    scanner: Scanner,
    options: { readonly recursive: boolean; readonly masks: MarkMasks },
  ) {
    this.group = group;
    this.tree = tree;
    this.scanner = scanner;
    this.pathResolver = new PathResolver(tree, scanner);
    this.recursive = options.recursive;
    this.masks = options.masks;
  }

  /**
   * Watches what a path leads to now.
   * @param given one character a byte
   * @throws SystemError that names it
   */
  add(given: string): void {
    const path = realPath(given);
    const fd = openDirectory(-1, path);
    const isFile = fd === -ENOTDIR;
    if (isFile) this.addFd(given, openDirectory(-1, parentPath(path)), baseName(path));
    else this.addFd(given, fd, null);
    if (this.recursive && !isFile) this.addMountsBelow(path);
  }

  /**
   * Watches what will have a path's name, in the directory where it is to appear.
   * @param given one character a byte
   * @throws SystemError that names it, where there is no such directory
   */
  addPending(given: string): void {
    const path = Buffer.from(given.replace(/\/+$/, ""), "latin1");
    const slash = path.lastIndexOf(SLASH);
    const above = slash < 0 ? "." : path.toString("latin1", 0, slash + 1);
    this.addFd(given, openDirectory(-1, realPath(above)), path.subarray(slash + 1));
  }

  private addFd(given: string, fd: number, file: Uint8Array | null): void {
    this.watchAndClose(given, fd, file);
    const { mount } = this.roots[this.roots.length - 1].directory;
    if (!mount!.hasFilesystemMark) this.limitations.push(`${utf8Text(given)}: ${INODE_MARKS_ONLY}`);
  }

  /** Closes the fd. */
  private watchAndClose(given: string, fd: number, file: Uint8Array | null): void {
    if (fd < 0) throw new SystemError("open", utf8Text(given), -fd);
    try {
      this.watch(given, fd, file);
    } finally {
      close(fd);
    }
  }

  /** Watches other file systems that are mounted below a path, those that take one mark for all. */
  private addMountsBelow(path: Uint8Array): void {
    const above = `${Buffer.from(path).toString("latin1").replace(/\/$/, "")}/`;
    for (const { mountPoint, fsType } of parseMountinfo(readFileSync(MOUNTINFO, "latin1"))) {
      if (!mountPoint.startsWith(above) || mountPoint === above) continue;
      const errno = this.addMount(mountPoint);
      if (errno)
        this.limitations.push(
          `${utf8Text(mountPoint)} (${fsType}) is not watched: ${errnoName(errno)}`,
        );
    }
  }

  /** @returns 0, or why not */
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

  /** Learns all anew, after events were lost. */
  rebuild(): void {
    const roots = this.roots.map((root) => ({ ...root, fd: this.scanner.open(root.directory) }));
    this.roots = [];
    this.tree.clear();
    this.scanner.failures.clear();
    for (const { given, file, fd } of roots) {
      try {
        this.watchAndClose(given, fd, file);
      } catch (error) {
        if (!(error instanceof SystemError)) throw error;
        this.lost++;
      }
    }
  }

  private watch(given: string, fd: number, file: Uint8Array | null): void {
    const mounted = this.mountAt(given, fd);
    const directory = this.directoryAt(fd, mounted);
    this.roots.push({ given, directory, file });
    directory.isAncestorOfWatched = true;
    if (this.tree.resolve(directory).path === null)
      this.pathResolver.attachWithAncestors(directory, readFdPath(fd));
    if (file) directory.watchedFiles.push(file);
    else directory.scope = this.recursive ? "all" : "children";
    this.tree.invalidate();
    if (!mounted.hasFilesystemMark) this.mark(given, directory, fd);
    if (file) this.scanner.scanEntry(directory, fd, file, () => {});
    else this.scanner.scan(directory, fd, () => {});
  }

  /** Marks a directory by itself, and for their moves those above it. */
  private mark(given: string, directory: Directory, fd: number): void {
    const errno = -this.scanner.mark(fd, this.masks.inode);
    const hint = errno === ENOSPC ? "see /proc/sys/fs/fanotify/max_user_marks" : "";
    if (errno) throw new SystemError("fanotify_mark", utf8Text(given), errno, hint);
    for (let above = directory.parent; above; above = above.parent) {
      const opened = openDirectory(-1, this.tree.resolve(above).path ?? new Uint8Array(0));
      if (opened < 0) continue;
      this.scanner.mark(opened, this.masks.ancestor);
      close(opened);
    }
  }

  /** The path of the directory that an error is about, or of what is watched on its file system. */
  nearestPath({ view, fid }: FanotifyEvent): Uint8Array | null {
    const directory = this.tree.find(view, fid.keyStart, fid.keyLength);
    if (directory && this.tree.resolve(directory).path) return directory.path;
    const fsid = new Uint8Array(view.buffer, view.byteOffset + fid.keyStart, FSID_SIZE);
    const on = ({ directory: { mount: mounted } }: Root) => mounted && isEqual(mounted.fsid, fsid);
    return this.roots.find(on)?.directory.path ?? null;
  }

  private directoryAt(fd: number, mounted: WatchedMount): Directory {
    this.scanner.identify(fd, mounted);
    const { memory, length } = this.scanner.handles;
    const directory = this.tree.at(memory.view, 0, length);
    directory.mount = mounted;
    return directory;
  }

  /** The mount that an fd is of; the first time it is marked. */
  private mountAt(given: string, fd: number): WatchedMount {
    const { handles } = this.scanner;
    handles.readFsid(fd, utf8Text(given));
    handles.read(fd, utf8Text(given));
    const known = this.tree.mounts.find(({ mountId }) => mountId === handles.mountId);
    if (known) return known;
    const flags = FAN_MARK_ADD | FAN_MARK_FILESYSTEM;
    const errno = -fanotifyMark(this.group.fd, flags, this.masks.filesystem, fd);
    if (errno && !FILESYSTEM_MARK_REFUSALS.includes(errno))
      throw new SystemError("fanotify_mark", utf8Text(given), errno);
    const fsid = handles.memory.bytes.slice(0, FSID_SIZE);
    const mounted = new WatchedMount(handles, fsid, errno === 0);
    this.tree.mounts.push(mounted);
    return mounted;
  }
}

/** Where a path leads, all symbolic links followed. @throws SystemError */
function realPath(given: string): Uint8Array {
  const fd = openPath(Buffer.from(given, "latin1"));
  try {
    return readFdPath(fd);
  } finally {
    close(fd);
  }
}

/** As a message shows it. */
function utf8Text(given: string): string {
  return Buffer.from(given, "latin1").toString();
}

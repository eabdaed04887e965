/** Reads the directories that are there already, and marks each where one mark is not for all. */
import { openDirectory, readEntries, readFdPath } from "../../ffi/directory.ts";
import { SystemError } from "../../ffi/errno.ts";
import { fanotifyMark } from "../../ffi/fanotify.ts";
import { close } from "../../ffi/fd.ts";
import { HandleReader, openByHandle } from "../../ffi/handle.ts";
import { allocate, type Memory } from "../../ffi/memory.ts";
import { type Dirent, DT_DIR, DT_UNKNOWN } from "../../kernel/dirent.ts";
import { FAN_MARK_ADD, FAN_MARK_ONLYDIR, MAX_HANDLE_SZ } from "../../kernel/fanotify.ts";
import {
  type Directory,
  type DirectoryTree,
  FSID_SIZE,
  isEqual,
  joinName,
} from "./directory-tree.ts";
import type { Group } from "./group.ts";
import type { WatchedMount } from "./watched-mount.ts";

const O_DIRECTORY = process.arch === "arm64" ? 0o40000 : 0o200000;
const ENOENT = 2;
const ENOTDIR = 20;
const ELOOP = 40;
const ESTALE = 116;
/** It was removed, or replaced, just now. */
const GONE = [ENOENT, ENOTDIR, ELOOP, ESTALE];

/** So many levels are read with an fd open for each. */
const MAX_DEPTH = 200;

/** Told of each entry of a directory that is read. */
export type EntryVisitor = (directory: Directory, entry: Dirent) => void;

export class Scanner {
  /** Directories in which nothing is watched, by the errno that kept us from it. */
  readonly failures = new Map<number, number>();
  readonly handles = new HandleReader();
  private depth = 0;
  private readonly deferred: (() => void)[] = [];
  private readonly handle: Memory = allocate(8 + MAX_HANDLE_SZ);
  private readonly group: Group;
  private readonly tree: DirectoryTree;
  /** Events of a directory that has a mark of its own. */
  private readonly mask: number;

  constructor(group: Group, tree: DirectoryTree, mask: number) {
    this.group = group;
    this.tree = tree;
    this.mask = mask;
  }

  /** Marks a directory by itself. @returns 0, or -errno */
  mark(fd: number, mask: number): number {
    return fanotifyMark(this.group.fd, FAN_MARK_ADD | FAN_MARK_ONLYDIR, mask, fd);
  }

  /**
   * Reads a directory, and those in it if all below it is wanted.
   * @param fd it, open, marked if it has to be
   * @param found told of each entry
   */
  scan(directory: Directory, fd: number, found: EntryVisitor): void {
    directory.isScanned = true;
    for (const entry of readEntries(fd, "a watched directory")) {
      found(directory, entry);
      if (entry.type === DT_DIR || entry.type === DT_UNKNOWN)
        this.scanEntry(directory, fd, entry.name, found);
    }
  }

  /** Takes in an entry of a directory, and what is in it, where that is a directory. */
  scanEntry(parent: Directory, parentFd: number, name: Uint8Array, found: EntryVisitor): void {
    const fd = openDirectory(parentFd, name);
    if (fd < 0) this.recordFailure(-fd);
    else
      this.withFd(fd, () => {
        this.identify(fd, parent.mount);
        if (this.handles.mountId !== parent.mount!.mountId) return;
        const { memory, length } = this.handles;
        const directory = this.tree.at(memory.view, 0, length);
        // Events tell where it was when they happened, and come to where it is; here it is now.
        if (!directory.parent) this.tree.attach(directory, parent, name);
        directory.mount = parent.mount;
        directory.isNew ||= parent.isNew;
        if (!directory.isScanned && this.tree.resolve(directory).reportsChildren)
          this.markAndScan(directory, fd, found);
      });
  }

  /** Marks, if it has to be, and reads a directory that is known but was not read. */
  scanKnown(directory: Directory, found: EntryVisitor): void {
    const fd = this.open(directory);
    if (fd < 0) this.recordFailure(-fd);
    else this.withFd(fd, () => this.markAndScan(directory, fd, found));
  }

  /** Each level keeps an fd open, so what is very deep is read afterwards. */
  private markAndScan(directory: Directory, fd: number, found: EntryVisitor): void {
    const errno = directory.mount!.hasFilesystemMark ? 0 : -this.mark(fd, this.mask);
    if (errno) this.recordFailure(errno);
    else if (this.depth === MAX_DEPTH) this.deferred.push(() => this.scanKnown(directory, found));
    else {
      this.depth++;
      try {
        this.scan(directory, fd, found);
      } finally {
        this.depth--;
      }
    }
    if (this.depth === 0) this.deferred.pop()?.();
  }

  /** What cannot be read or marked is counted. */
  private withFd(fd: number, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      this.recordFailure(error.errno);
    } finally {
      close(fd);
    }
  }

  private recordFailure(errno: number): void {
    if (GONE.includes(errno)) return;
    this.failures.set(errno, (this.failures.get(errno) ?? 0) + 1);
  }

  /** Finds out the handle of an open directory, and the id of its file system as events have it. */
  identify(fd: number, mounted: WatchedMount | null): void {
    if (mounted?.hasFilesystemMark) this.handles.memory.bytes.set(mounted.fsid);
    else this.handles.readFsid(fd, "a watched directory");
    this.handles.read(fd, "a watched directory");
  }

  /**
   * Opens a directory of which one mark is for all by its handle, any other by its path, if that
   * still leads to it.
   */
  open(directory: Directory): number {
    const { key, mount: mounted } = directory;
    if (!mounted) return -ENOENT;
    if (mounted.hasFilesystemMark) {
      const mount = mounted.open();
      this.handle.bytes.set(key.subarray(FSID_SIZE));
      return mount < 0 ? mount : openByHandle(mount, this.handle.address, O_DIRECTORY);
    }
    const { path } = this.tree.resolve(directory);
    const fd = path ? openDirectory(-1, path) : -ENOENT;
    if (fd < 0) return fd;
    if (this.isSameDirectory(fd, mounted, key)) return fd;
    close(fd);
    return -ENOENT;
  }

  /** Whether an fd leads to the directory with a handle. */
  private isSameDirectory(fd: number, mounted: WatchedMount, key: Uint8Array): boolean {
    return orElse(false, () => {
      this.identify(fd, mounted);
      return isEqual(this.handles.memory.bytes.subarray(0, this.handles.length), key);
    });
  }

  /** Where a directory is now; null: nobody tells. */
  currentPath(directory: Directory): Uint8Array | null {
    const fd = this.open(directory);
    if (fd < 0) return null;
    const path = orElse(null, () => readFdPath(fd));
    close(fd);
    return path;
  }

  /** The directory that has a name in another now; null: there is none. */
  findChild(parent: Directory, name: Uint8Array): Directory | null {
    const { mount: mounted } = parent;
    const path = joinName(this.tree.resolve(parent).path, name);
    const fd = mounted && path ? openDirectory(-1, path) : -ENOENT;
    if (fd < 0) return null;
    const { handles } = this;
    const isThere = orElse(false, () => {
      this.identify(fd, mounted);
      return handles.mountId === mounted!.mountId;
    });
    close(fd);
    return isThere ? this.tree.at(handles.memory.view, 0, handles.length) : null;
  }
}

/** What a system call of `work` makes of it, or this where one fails. */
export function orElse<T>(otherwise: T, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return otherwise;
  }
}

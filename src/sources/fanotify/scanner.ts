/**
 * Reads existing directories into the tree, and marks each one where there is no filesystem mark:
 * fanotify_mark(2), open_by_handle_at(2).
 */
import { openDirectory, readEntries, readFdPath } from "../../ffi/directory.ts";
import { SystemError } from "../../ffi/errno.ts";
import { close } from "../../ffi/fd.ts";
import { HandleReader, openByHandle } from "../../ffi/handle.ts";
import { O_DIRECTORY } from "../../ffi/machine.ts";
import { allocate, type Memory } from "../../ffi/memory.ts";
import { type Dirent, DT_DIR, DT_UNKNOWN } from "../../kernel/dirent.ts";
import { ELOOP, ENOENT, ENOTDIR, ESTALE } from "../../kernel/errno.ts";
import { FAN_MARK_ADD, FAN_MARK_ONLYDIR, MAX_HANDLE_SZ } from "../../kernel/fanotify.ts";
import {
  type Directory,
  type DirectoryTree,
  FSID_SIZE,
  isEqual,
  joinName,
} from "./directory-tree.ts";
import type { Groups } from "./groups.ts";
import type { WatchedMount } from "./watched-mount.ts";

/** Errors of a directory that was removed or replaced in the meantime. */
const REMOVAL_ERRNOS = [ENOENT, ENOTDIR, ELOOP, ESTALE];

/** Max levels to descend with an open fd per level. */
const MAX_DEPTH = 200;

/** Called with the entries of each scanned directory, which is open, before those below it. */
export type EntryVisitor = (directory: Directory, fd: number, entries: readonly Dirent[]) => void;

export class Scanner {
  /** The number of directories that could not be watched, by errno. */
  readonly failures = new Map<number, number>();
  readonly handles = new HandleReader();
  private depth = 0;
  private readonly deferred: (() => void)[] = [];
  private readonly handle: Memory = allocate(8 + MAX_HANDLE_SZ);
  private readonly groups: Groups;
  private readonly tree: DirectoryTree;
  /** Mask of directories that need a mark of their own. */
  private readonly mask: number;

  constructor(groups: Groups, tree: DirectoryTree, mask: number) {
    this.groups = groups;
    this.tree = tree;
    this.mask = mask;
  }

  /** Adds an inode mark to a directory. @returns 0, or -errno */
  mark(mount: WatchedMount, fd: number, mask: number): number {
    return this.groups.mark(mount, FAN_MARK_ADD | FAN_MARK_ONLYDIR, mask, fd);
  }

  /**
   * Scans a directory, and its subdirectories where their entries are to be reported.
   * @param fd the directory, open, and marked if necessary
   */
  scan(directory: Directory, fd: number, onEntry: EntryVisitor): void {
    directory.isScanned = true;
    const entries = readEntries(fd, "a watched directory");
    onEntry(directory, fd, entries);
    for (const entry of entries) {
      if (entry.type === DT_DIR || entry.type === DT_UNKNOWN)
        this.scanEntry(directory, fd, entry.name, onEntry);
    }
  }

  /** Scans a directory, unless its entries are known. */
  scanOnce(directory: Directory, fd: number, onEntry: EntryVisitor): void {
    if (!directory.isScanned) this.scan(directory, fd, onEntry);
  }

  /** Marks the requested files that are new. */
  markFiles(): void {
    this.tree.inodes.mark((mount) => this.groups.fdFor(mount), this.mask);
  }

  /** Adds an entry to the tree if it is a directory, and scans it. */
  scanEntry(parent: Directory, parentFd: number, name: Uint8Array, onEntry: EntryVisitor): void {
    const fd = openDirectory(parentFd, name);
    if (fd < 0) this.recordFailure(-fd);
    else
      this.withFd(fd, () => {
        this.identify(fd, parent.mount);
        if (this.handles.mountId !== parent.mount!.mountId) return;
        const { memory, length } = this.handles;
        const directory = this.tree.at(memory.view, 0, length);
        // A known parent is as old as the events, and later events update it; this one is current.
        if (!directory.parent) this.tree.attach(directory, parent, name);
        directory.mount = parent.mount;
        if (parent.isNew && !directory.isNew) directory.createdBy = parent.createdBy;
        directory.isNew ||= parent.isNew;
        if (!directory.isScanned && this.tree.resolve(directory).reportsChildren)
          this.markAndScan(directory, fd, onEntry);
      });
  }

  /** Opens, marks if necessary, and scans a directory of the tree. */
  scanKnown(directory: Directory, onEntry: EntryVisitor): void {
    const fd = this.open(directory);
    if (fd < 0) this.recordFailure(-fd);
    else this.withFd(fd, () => this.markAndScan(directory, fd, onEntry));
  }

  /** Each level needs an open fd, so levels deeper than MAX_DEPTH are scanned afterwards. */
  private markAndScan(directory: Directory, fd: number, onEntry: EntryVisitor): void {
    const mount = directory.mount!;
    const errno = mount.hasFilesystemMark ? 0 : -this.mark(mount, fd, this.mask);
    if (errno) this.recordFailure(errno);
    else if (this.depth === MAX_DEPTH) this.deferred.push(() => this.scanKnown(directory, onEntry));
    else {
      this.depth++;
      try {
        this.scan(directory, fd, onEntry);
      } finally {
        this.depth--;
      }
    }
    if (this.depth === 0) this.deferred.pop()?.();
  }

  /** Runs `work`, counts a system call that fails in it, and closes the fd. */
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

  /** Counts a directory that could not be watched. @param errno 0 if it could */
  recordFailure(errno: number): void {
    if (errno === 0 || REMOVAL_ERRNOS.includes(errno)) return;
    this.failures.set(errno, (this.failures.get(errno) ?? 0) + 1);
  }

  /** Reads the key of an open directory into `handles`: file system id and handle, as in events. */
  identify(fd: number, mount: WatchedMount | null): void {
    if (mount?.hasOtherFsid) this.handles.memory.bytes.set(mount.fsid);
    else this.handles.readFsid(fd, "a watched directory");
    this.handles.read(fd, "a watched directory");
  }

  /**
   * Opens a directory: by its handle under a filesystem mark, otherwise by its path, if that still
   * leads to the same directory.
   * @returns an fd, or -errno
   */
  open(directory: Directory): number {
    const { key, mount } = directory;
    if (!mount) return -ENOENT;
    if (mount.hasFilesystemMark) {
      const mountFd = mount.open();
      this.handle.bytes.set(key.subarray(FSID_SIZE));
      return mountFd < 0 ? mountFd : openByHandle(mountFd, this.handle.address, O_DIRECTORY);
    }
    const { path } = this.tree.resolve(directory);
    const fd = path ? openDirectory(-1, path) : -ENOENT;
    if (fd < 0) return fd;
    if (this.hasKey(fd, mount, key)) return fd;
    close(fd);
    return -ENOENT;
  }

  /** Whether an fd refers to the directory with a key. */
  private hasKey(fd: number, mount: WatchedMount, key: Uint8Array): boolean {
    return orElse(false, () => {
      this.identify(fd, mount);
      return isEqual(this.handles.memory.bytes.subarray(0, this.handles.length), key);
    });
  }

  /** Reads the current path of a directory; null if it cannot be opened. */
  currentPath(directory: Directory): Uint8Array | null {
    const fd = this.open(directory);
    if (fd < 0) return null;
    const path = orElse(null, () => readFdPath(fd));
    close(fd);
    return path;
  }

  /** Returns the subdirectory that has a name now, on the same mount; null if there is none. */
  findChild(parent: Directory, name: Uint8Array): Directory | null {
    const { mount } = parent;
    const path = joinName(this.tree.resolve(parent).path, name);
    const fd = mount && path ? openDirectory(-1, path) : -ENOENT;
    if (fd < 0) return null;
    const { handles } = this;
    const isSameMount = orElse(false, () => {
      this.identify(fd, mount);
      return handles.mountId === mount!.mountId;
    });
    close(fd);
    return isSameMount ? this.tree.at(handles.memory.view, 0, handles.length) : null;
  }
}

/** Returns the result of `work`, or `otherwise` if a system call in it fails. */
export function orElse<T>(otherwise: T, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return otherwise;
  }
}

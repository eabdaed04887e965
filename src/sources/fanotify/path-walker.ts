/**
 * Looks the requested paths up, name by name from the root directory, and marks what has to be
 * marked for them: the requested directories, and those above, which tell when a name on the way
 * goes or comes back. See fanotify_mark(2), path_resolution(7).
 */
import { openDirectory } from "../../ffi/directory.ts";
import { SystemError } from "../../ffi/errno.ts";
import { close } from "../../ffi/fd.ts";
import { Lookup } from "../../ffi/lookup.ts";
import { DT_DIR, DT_UNKNOWN } from "../../kernel/dirent.ts";
import { ENODEV, ENOENT, ENOSPC, EOPNOTSUPP, EPERM, EXDEV } from "../../kernel/errno.ts";
import { AT_FDCWD } from "../../kernel/fcntl.ts";
import { S_IFDIR, S_IFMT } from "../../kernel/stat.ts";
import { decodeLatin1 } from "../../text/latin1.ts";
import type { WantedPath } from "./directory.ts";
import { type Directory, type DirectoryTree, FSID_SIZE, isEqual } from "./directory-tree.ts";
import type { MarkMasks } from "./event-masks.ts";
import type { Groups } from "./groups.ts";
import { type EntryVisitor, orElse, type Scanner } from "./scanner.ts";
import { WatchedMount } from "./watched-mount.ts";
import { markFilesystem } from "./whole-mark.ts";

/** Errors of a file system that does not support filesystem marks, or without permission. */
const FILESYSTEM_MARK_REFUSALS = [EPERM, EXDEV, ENODEV, EOPNOTSUPP];
const DOT = Buffer.from(".");

/** Where a directory is. */
interface Place {
  /** Null if it is the root directory, or the kernel has no handle of the parent. */
  readonly parent: Directory | null;
  readonly name: Uint8Array;
}

export interface PathWalkerParts {
  readonly groups: Groups;
  readonly tree: DirectoryTree;
  readonly scanner: Scanner;
}

export class PathWalker {
  /** Whether a directory above a requested path could not be marked, so that it has to be polled. */
  mustPoll = false;
  private readonly groups: Groups;
  private readonly tree: DirectoryTree;
  private readonly scanner: Scanner;
  private readonly masks: MarkMasks;
  private readonly lookup = new Lookup();
  /** By mount id: the file system ids in events, where directories have another one. */
  private readonly eventFsids = new Map<number, Uint8Array>();
  /** Whether directories have to be looked up again, because they are known by another id. */
  private isOutdated = false;
  private onEntry: EntryVisitor = () => {};
  /** Whether a requested directory that cannot be watched is an error; otherwise it is counted. */
  private isStrict = false;

  constructor(masks: MarkMasks, { groups, tree, scanner }: PathWalkerParts) {
    this.masks = masks;
    this.groups = groups;
    this.tree = tree;
    this.scanner = scanner;
  }

  /**
   * Looks all requested paths up, and watches what has them now.
   * @throws SystemError, for a requested directory that cannot be watched
   */
  walkStrictly(): void {
    this.isStrict = true;
    try {
      this.walk(() => {});
    } finally {
      this.isStrict = false;
    }
  }

  /** Does the same, but counts what cannot be watched. */
  walk(onEntry: EntryVisitor): void {
    this.onEntry = onEntry;
    this.visitRoot();
    // A name may have changed before its directory was marked.
    if (this.markAncestors()) this.visitRoot();
    this.scanner.markFiles();
  }

  /** Watches a directory that has just got a requested path, or one above, and looks below it. */
  arrive(wanted: WantedPath, directory: Directory, onEntry: EntryVisitor): void {
    this.onEntry = onEntry;
    const fd = this.scanner.open(directory);
    if (fd < 0) return;
    try {
      this.enter(wanted, directory, fd);
    } finally {
      close(fd);
    }
    if (this.markAncestors(wanted) || this.isOutdated) this.visitRoot();
  }

  private visitRoot(): void {
    do {
      this.isOutdated = false;
      this.visitRootOnce();
    } while (this.isOutdated);
  }

  private visitRootOnce(): void {
    const { wanted } = this.tree;
    const fd = this.lookup.open(AT_FDCWD, "/");
    if (fd < 0) throw new SystemError("open", "/", ENOENT);
    try {
      this.enter(wanted, this.identify(wanted, null, fd), fd);
    } finally {
      close(fd);
    }
  }

  /** Looks up a name in a directory that is open. */
  private visit(wanted: WantedPath, parent: Directory | null, parentFd: number): void {
    const fd = this.lookup.openLink(parentFd, decodeLatin1(wanted.name));
    const stat = fd < 0 ? null : this.lookup.stat(fd, "", false);
    try {
      const isDirectory = stat !== null && (stat.mode & S_IFMT) === S_IFDIR;
      if (stat && parent) this.discover(wanted, parent, parentFd, isDirectory);
      if (!stat) this.forget(wanted);
      else if (isDirectory) this.enter(wanted, this.identify(wanted, parent, fd), fd);
      else this.enterFile(wanted, parent, fd);
    } finally {
      if (fd >= 0) close(fd);
    }
  }

  /** Reports a requested entry of a new directory that is not scanned as a whole. */
  private discover(
    { name, isRequested }: WantedPath,
    parent: Directory,
    parentFd: number,
    isDirectory: boolean,
  ): void {
    if (isRequested && parent.isNew && !this.tree.resolve(parent).reportsChildren)
      this.onEntry(parent, parentFd, [{ name, type: isDirectory ? DT_DIR : DT_UNKNOWN }]);
  }

  private enterFile(wanted: WantedPath, parent: Directory | null, fd: number): void {
    this.forget(wanted);
    wanted.exists = true;
    wanted.key = orElse(null, () => this.keyOf(fd, parent?.mount ?? null));
    if (wanted.isRequested && wanted.key) this.tree.inodes.add(wanted, wanted.key);
  }

  private keyOf(fd: number, mount: WatchedMount | null): Uint8Array {
    this.scanner.identify(fd, mount);
    const { memory, length } = this.scanner.handles;
    return memory.bytes.slice(0, length);
  }

  /** Returns the directory of an fd, attached to its parent; null if the kernel has no handle. */
  private identify(wanted: WantedPath, parent: Directory | null, fd: number): Directory | null {
    const at = { parent, name: wanted.name };
    const directory = wanted.isRequested
      ? this.directoryAt(at, fd)
      : orElse(null, () => this.directoryAt(at, fd));
    if (directory && !parent && !directory.fixedPath)
      this.tree.attachAtPath(directory, wanted.path);
    return directory;
  }

  /** Returns the directory of an fd, attached to its parent. @throws SystemError */
  private directoryAt({ parent, name }: Place, fd: number): Directory {
    const { tree } = this;
    const key = this.keyOf(fd, null);
    const mount = this.mountById(this.scanner.handles.mountId) ?? this.newMount(key);
    if (mount.hasOtherFsid) key.set(mount.fsid);
    const directory = tree.at(new DataView(key.buffer), 0, key.length);
    directory.mount = mount;
    if (!parent) return directory;
    const isInNew = parent.isNew && parent.mount === mount && !mount.hasFilesystemMark;
    if (isInNew && !directory.isNew) directory.createdBy = parent.createdBy;
    directory.isNew ||= isInNew;
    if (parent.mount === mount) tree.attach(directory, parent, name);
    else tree.attachMount(directory, { mount, parent, name });
    return directory;
  }

  /** Returns the known directory of an fd. */
  find(fd: number): Directory | undefined {
    const key = orElse(null, () => this.keyOf(fd, null));
    const mount = this.mountById(this.scanner.handles.mountId);
    if (!key || !mount) return undefined;
    if (mount.hasOtherFsid) key.set(mount.fsid);
    return this.tree.find(new DataView(key.buffer), 0, key.length);
  }

  private mountById(id: number): WatchedMount | undefined {
    return this.tree.mounts.find(({ mountId }) => mountId === id);
  }

  private newMount(key: Uint8Array): WatchedMount {
    const { handles } = this.scanner;
    const fsid = this.eventFsids.get(handles.mountId);
    const mount: WatchedMount = new WatchedMount(handles, fsid ?? key.slice(0, FSID_SIZE), () =>
      this.tree.mountPath(mount),
    );
    if (fsid) mount.filesystemMark = true;
    this.tree.mounts.push(mount);
    return mount;
  }

  /** Notes what has a path; marks and scans it if that is requested, and looks below it. */
  private enter(wanted: WantedPath, directory: Directory | null, fd: number): void {
    if (wanted.directory && wanted.directory !== directory) this.leave(wanted);
    wanted.directory = directory;
    wanted.key = directory?.key ?? null;
    wanted.exists = true;
    if (directory && wanted.isRequested)
      this.scanner.recordFailure(this.watch(directory, wanted.path, fd, this.onEntry));
    for (const child of wanted.children.values()) {
      this.visit(child, directory, fd);
      // Something that is no directory is watched through its parent.
      if (child.isRequested && !child.directory && directory)
        this.scanner.recordFailure(this.markEntries(directory, wanted.path, fd));
    }
  }

  /** Notes that nothing has a path any more, nor those below it. */
  forget(wanted: WantedPath): void {
    for (const each of wanted.all()) this.leave(each);
    wanted.clear();
  }

  /** Forgets the directory that had a path; the end of a mount is noted elsewhere. */
  private leave({ directory, name, parent }: WantedPath): void {
    if (!directory || !parent?.directory || directory.isRemoved) return;
    if (directory.parent === parent.directory && isEqual(directory.name, name))
      this.tree.displace(directory);
  }

  /**
   * Marks and scans a directory.
   * @param fd the directory, which need not be readable
   * @returns 0, or an errno
   */
  private watch(directory: Directory, path: Uint8Array, fd: number, onEntry: EntryVisitor): number {
    return this.reopened(path, fd, (readable) => {
      this.mark(directory, readable, path);
      if (this.isOutdated) return;
      this.tree.invalidate();
      this.scanner.scanOnce(directory, readable, onEntry);
    });
  }

  /**
   * Marks and scans the root of a mount below a requested path.
   * @returns 0, or an errno
   * @throws SystemError, if the kernel has no handle of it
   */
  watchMount(place: Place, mountPoint: Uint8Array, fd: number, onEntry: EntryVisitor): number {
    const errno = this.watch(this.directoryAt(place, fd), mountPoint, fd, onEntry);
    if (!this.isOutdated) return errno;
    this.isOutdated = false;
    return this.watch(this.directoryAt(place, fd), mountPoint, fd, onEntry);
  }

  /** Marks the parent of a requested name that is no directory, or does not exist. */
  private markEntries(directory: Directory, path: Uint8Array, fd: number): number {
    return this.reopened(path, fd, (readable) => this.mark(directory, readable, path));
  }

  /** Runs `work` with an fd of the same directory that can be read and marked. @returns an errno */
  private reopened(path: Uint8Array, fd: number, work: (fd: number) => void): number {
    const readable = openDirectory(fd, DOT);
    try {
      if (readable < 0) throw new SystemError("open", Buffer.from(path).toString(), -readable);
      work(readable);
      return 0;
    } catch (error) {
      if (!(error instanceof SystemError) || this.isStrict) throw error;
      return error.errno;
    } finally {
      if (readable >= 0) close(readable);
    }
  }

  /** Adds a filesystem mark, or, where that is not possible, a mark of the directory. */
  private mark(directory: Directory, fd: number, path: Uint8Array): void {
    if (this.hasFilesystemMark(directory.mount!, fd, path)) return;
    const errno = -this.scanner.mark(directory.mount!, fd, this.masks.inode);
    const hint = errno === ENOSPC ? "see /proc/sys/fs/fanotify/max_user_marks" : "";
    if (errno) throw new SystemError("fanotify_mark", Buffer.from(path).toString(), errno, hint);
  }

  /** Whether a mount has a filesystem mark. The first time, tries to add one. */
  private hasFilesystemMark(mount: WatchedMount, fd: number, path: Uint8Array): boolean {
    if (mount.hasOwnFsid) mount.filesystemMark = false;
    if (mount.filesystemMark !== null) return mount.filesystemMark;
    const { handles } = this.scanner;
    let { fsid } = mount;
    const { filesystem } = this.masks;
    const errno = markFilesystem(this.groups.main.fd, filesystem, fd, mount.mountId, (marked) => {
      handles.readFsid(marked, Buffer.from(path).toString());
      fsid = handles.memory.bytes.slice(0, FSID_SIZE);
    });
    if (errno && !FILESYSTEM_MARK_REFUSALS.includes(errno))
      throw new SystemError("fanotify_mark", Buffer.from(path).toString(), errno);
    mount.filesystemMark = errno === 0;
    if (!isEqual(fsid, mount.fsid)) this.rename(mount, fsid);
    return errno === 0;
  }

  /**
   * Notes that the events of a file system have another id than the directory that was marked. The
   * directories that are known by that one are to be looked up again.
   */
  private rename(mount: WatchedMount, fsid: Uint8Array): void {
    this.eventFsids.set(mount.mountId, fsid);
    this.tree.dropMount(mount);
    this.isOutdated = true;
  }

  /** Whether the events of a mount's file system have another id than its directories. */
  hasOtherId({ mountId }: WatchedMount): boolean {
    return this.eventFsids.has(mountId);
  }

  /** Forgets what is known of a mount, because its id may be used again. */
  dropMount(mount: WatchedMount): void {
    this.eventFsids.delete(mount.mountId);
    this.tree.dropMount(mount);
    this.groups.retain(this.tree.mounts);
  }

  /**
   * Marks the directories above requested paths that no filesystem mark covers.
   * @returns whether there are new marks
   */
  private markAncestors(below: WantedPath = this.tree.wanted): boolean {
    let hasNew = false;
    for (const wanted of below.all()) {
      const { directory } = wanted;
      if (wanted.children.size === 0 || (wanted.exists && !directory)) {
        this.mustPoll ||= wanted.children.size > 0;
        continue;
      }
      if (!directory || directory.mount!.hasFilesystemMark || directory.isMarkedAsAncestor)
        continue;
      const fd = openDirectory(-1, wanted.path);
      const result = fd < 0 ? fd : this.scanner.mark(directory.mount!, fd, this.masks.ancestor);
      if (fd >= 0) close(fd);
      directory.isMarkedAsAncestor = true;
      if (result < 0) this.mustPoll = true;
      else hasNew = true;
    }
    return hasNew;
  }
}

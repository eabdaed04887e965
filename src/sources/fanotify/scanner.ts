/** Reads the directories that are there already, and marks each where one mark is not for all. */
import { entriesOf, openDirectory, pathOf } from "../../ffi/directory.ts";
import { SystemError } from "../../ffi/errno.ts";
import { fanotifyMark } from "../../ffi/fanotify.ts";
import { close } from "../../ffi/fd.ts";
import { HandleReader, openByHandle } from "../../ffi/handle.ts";
import { allocate, type Memory } from "../../ffi/memory.ts";
import { DT_DIR, DT_UNKNOWN, type Entry } from "../../kernel/dirent.ts";
import { FAN_MARK_ADD, FAN_MARK_ONLYDIR, MAX_HANDLE_SZ } from "../../kernel/fanotify.ts";
import type { Group } from "./group.ts";
import { type Directory, isEqual, type Tree } from "./tree.ts";

const O_DIRECTORY = process.arch === "arm64" ? 0o40000 : 0o200000;
const ENOENT = 2;
const ENOTDIR = 20;
const ELOOP = 40;
const ESTALE = 116;
/** It was removed, or replaced, just now. */
const GONE = [ENOENT, ENOTDIR, ELOOP, ESTALE];
const FSID_SIZE = 8;

export class Scanner {
  /** Directories in which nothing is watched, by the errno that kept us from it. */
  readonly refused = new Map<number, number>();
  readonly handles = new HandleReader();
  private readonly handle: Memory = allocate(8 + MAX_HANDLE_SZ);
  private readonly group: Group;
  private readonly tree: Tree;
  /** Events of a directory that has a mark of its own. */
  private readonly mask: number;

  constructor(group: Group, tree: Tree, mask: number) {
    this.group = group;
    this.tree = tree;
    this.mask = mask;
  }

  /** Marks a directory for itself. @returns 0, or -errno */
  mark(fd: number): number {
    return fanotifyMark(this.group.fd, FAN_MARK_ADD | FAN_MARK_ONLYDIR, this.mask, fd);
  }

  /**
   * Reads a directory, and those in it if all below it is wanted.
   * @param fd it, open, marked if it has to be
   * @param found told of each entry
   */
  scan(directory: Directory, fd: number, found: (directory: Directory, entry: Entry) => void) {
    directory.isScanned = true;
    for (const entry of entriesOf(fd, "a watched directory")) {
      found(directory, entry);
      if (entry.type === DT_DIR || entry.type === DT_UNKNOWN)
        this.enter(directory, fd, entry, found);
    }
  }

  private enter(
    parent: Directory,
    parentFd: number,
    { name }: Entry,
    found: (directory: Directory, entry: Entry) => void,
  ): void {
    const fd = openDirectory(parentFd, name);
    if (fd < 0) {
      this.refuse(-fd);
      return;
    }
    try {
      const { mounted } = parent;
      this.identify(fd, mounted!.isWhole ? mounted!.fsid : null);
      if (this.handles.mountId !== mounted!.mountId) return;
      const { memory, length } = this.handles;
      const known = this.tree.find(memory.view, 0, length);
      const directory = known ?? this.tree.at(memory.view, 0, length);
      // What events have told of a directory is true when they happened, what is read here is now.
      if (!known?.parent) this.tree.place(directory, parent, name);
      if (directory.isScanned || !this.tree.resolve(directory).wantsChildren) return;
      const errno = mounted!.isWhole ? 0 : -this.mark(fd);
      if (errno) this.refuse(errno);
      else this.scan(directory, fd, found);
    } finally {
      close(fd);
    }
  }

  private refuse(errno: number): void {
    if (GONE.includes(errno)) return;
    this.refused.set(errno, (this.refused.get(errno) ?? 0) + 1);
  }

  /** @param fsid of the mark that is for the whole file system; null: the directory's own */
  identify(fd: number, fsid: Uint8Array | null): void {
    if (fsid) this.handles.memory.bytes.set(fsid);
    else this.handles.fileSystemOf(fd, "a watched directory");
    this.handles.read(fd, "a watched directory");
  }

  /** Marks, if it has to be, and reads a directory that is known but was not read. */
  scanKnown(directory: Directory, found: (directory: Directory, entry: Entry) => void): void {
    if (directory.isScanned || !directory.mounted) return;
    const fd = this.open(directory);
    if (fd < 0) {
      this.refuse(-fd);
      return;
    }
    try {
      const errno = directory.mounted.isWhole ? 0 : -this.mark(fd);
      if (errno) this.refuse(errno);
      else this.scan(directory, fd, found);
    } finally {
      close(fd);
    }
  }

  /** By its handle, or, where that is not permitted, by its path if that still leads to it. */
  private open(directory: Directory): number {
    const { key, mounted } = directory;
    this.handle.bytes.set(key.subarray(FSID_SIZE));
    const byHandle = openByHandle(mounted!.fd, this.handle.address, O_DIRECTORY);
    if (byHandle >= 0) return byHandle;
    const { path } = this.tree.resolve(directory);
    const fd = path ? openDirectory(-1, path) : byHandle;
    if (fd < 0) return fd;
    this.identify(fd, mounted!.isWhole ? mounted!.fsid : null);
    if (isEqual(this.handles.memory.bytes.subarray(0, this.handles.length), key)) return fd;
    close(fd);
    return -ENOENT;
  }

  /** Where a directory is now that is not in the tree; null: nobody tells. */
  lookUp(directory: Directory): Uint8Array | null {
    const fd = directory.mounted ? this.open(directory) : -ENOENT;
    if (fd < 0) return null;
    try {
      return pathOf(fd);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      return null;
    } finally {
      close(fd);
    }
  }
}

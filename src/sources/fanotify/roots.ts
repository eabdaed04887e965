/** What the user gave: where it is, and the marks that make the kernel tell of it. */
import { readFileSync } from "node:fs";
import { openDirectory, openPath, pathOf } from "../../ffi/directory.ts";
import { SystemError } from "../../ffi/errno.ts";
import { fanotifyMark } from "../../ffi/fanotify.ts";
import { close } from "../../ffi/fd.ts";
import { errnoName } from "../../kernel/errno.ts";
import { FAN_MARK_ADD, FAN_MARK_FILESYSTEM } from "../../kernel/fanotify.ts";
import type { FanotifyEvent } from "../../kernel/fanotify_event.ts";
import { parseMountinfo } from "../../kernel/mountinfo.ts";
import type { Group } from "./group.ts";
import { type Locator, nameOf, parentPath } from "./locator.ts";
import type { Mounted } from "./mounted.ts";
import type { Scanner } from "./scanner.ts";
import { type Directory, FSID_SIZE, isEqual, type Tree } from "./tree.ts";

const EPERM = 1;
const EXDEV = 18;
const ENODEV = 19;
const ENOTDIR = 20;
const ENOSPC = 28;
const EOPNOTSUPP = 95;
/** Why a file system refuses one mark for all of it. */
const NOT_WHOLE = [EPERM, EXDEV, ENODEV, EOPNOTSUPP];
const MOUNTINFO = "/proc/self/mountinfo";
const EACH_MARKED =
  "its directories are marked one by one: DELETE_SELF, MOVE_SELF and FS_ERROR of files are not told, nor that a directory above it is renamed";

/** Errors name what the user typed. */
interface Root {
  readonly given: string;
  /** An fd of the directory, or of the one that the file is in. */
  readonly fd: number;
  /** The file's name; null: it is a directory. */
  readonly file: Uint8Array | null;
}

export class Roots {
  /** What is not told of what is below which paths, in words. */
  readonly limits: string[] = [];
  private readonly roots: Root[] = [];
  private readonly group: Group;
  private readonly tree: Tree;
  private readonly scanner: Scanner;
  private readonly locator: Locator;
  private readonly recursive: boolean;
  private readonly wholeMask: number;

  constructor(
    group: Group,
    tree: Tree,
    scanner: Scanner,
    locator: Locator,
    options: { readonly recursive: boolean; readonly wholeMask: number },
  ) {
    this.group = group;
    this.tree = tree;
    this.scanner = scanner;
    this.locator = locator;
    this.recursive = options.recursive;
    this.wholeMask = options.wholeMask;
  }

  /**
   * Watches what a path leads to now.
   * @param given one character a byte
   * @throws SystemError that names it
   */
  add(given: string): void {
    const root = openRoot(given);
    this.roots.push(root);
    const isWhole = this.enter(root);
    if (!isWhole) this.limits.push(`${printed(given)}: ${EACH_MARKED}`);
    if (this.recursive && !root.file) this.addBelow(pathOf(root.fd));
  }

  /** Watches other file systems that are mounted below a path, those that take one mark for all. */
  private addBelow(path: Uint8Array): void {
    const above = `${Buffer.from(path).toString("latin1").replace(/\/$/, "")}/`;
    for (const { mountPoint, fsType } of parseMountinfo(readFileSync(MOUNTINFO, "latin1"))) {
      if (!mountPoint.startsWith(above) || mountPoint === above) continue;
      const errno = this.addMount(mountPoint);
      if (errno)
        this.limits.push(`${printed(mountPoint)} (${fsType}) is not watched: ${errnoName(errno)}`);
    }
  }

  /** @returns 0, or why not */
  private addMount(mountPoint: string): number {
    try {
      const root = openRoot(mountPoint);
      if (!root.file && this.mountedAt(mountPoint, root.fd).isWhole) {
        this.roots.push(root);
        this.enter(root);
        return 0;
      }
      close(root.fd);
      return EOPNOTSUPP;
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      return error.errno;
    }
  }

  /** Learns all anew, after events were lost. */
  again(): void {
    for (const root of this.roots) this.enter(root);
  }

  /** @returns whether one mark is for its whole file system */
  private enter({ given, fd, file }: Root): boolean {
    const mounted = this.mountedAt(given, fd);
    const directory = this.directoryAt(fd, mounted);
    directory.onTheWay = true;
    if (this.tree.resolve(directory).path === null) this.locator.place(directory, pathOf(fd));
    if (file) directory.files.push(file);
    else directory.watched = this.recursive ? "all" : "children";
    directory.fd = fd;
    this.tree.changed();
    if (!mounted.isWhole) this.mark(given, fd);
    if (!file) this.scanner.scan(directory, fd, () => {});
    return mounted.isWhole;
  }

  /** The path of the directory that an error is about, or of what is watched on its file system. */
  nearest({ view, fid }: FanotifyEvent): Uint8Array | null {
    const directory = this.tree.find(view, fid.key, fid.keyLength);
    if (directory && this.tree.resolve(directory).path) return directory.path;
    const fsid = new Uint8Array(view.buffer, view.byteOffset + fid.key, FSID_SIZE);
    const mounted = this.tree.mounts.find((each) => isEqual(each.fsid, fsid));
    return mounted ? pathOf(mounted.fd) : null;
  }

  private mark(given: string, fd: number): void {
    const errno = -this.scanner.mark(fd);
    const hint = errno === ENOSPC ? "see /proc/sys/fs/fanotify/max_user_marks" : "";
    if (errno) throw new SystemError("fanotify_mark", printed(given), errno, hint);
  }

  private directoryAt(fd: number, mounted: Mounted): Directory {
    this.scanner.identify(fd, mounted);
    const { memory, length } = this.scanner.handles;
    const directory = this.tree.at(memory.view, 0, length);
    directory.mounted = mounted;
    return directory;
  }

  /** The mount that an fd is of; the first time it is marked. */
  private mountedAt(given: string, fd: number): Mounted {
    const { handles } = this.scanner;
    handles.fileSystemOf(fd, printed(given));
    handles.read(fd, printed(given));
    const known = this.tree.mounts.find(({ mountId }) => mountId === handles.mountId);
    if (known) return known;
    const flags = FAN_MARK_ADD | FAN_MARK_FILESYSTEM;
    const errno = -fanotifyMark(this.group.fd, flags, this.wholeMask, fd);
    if (errno && !NOT_WHOLE.includes(errno))
      throw new SystemError("fanotify_mark", printed(given), errno);
    const fsid = handles.memory.bytes.slice(0, FSID_SIZE);
    const mounted = { fd, mountId: handles.mountId, fsid, isWhole: errno === 0 };
    this.tree.mounts.push(mounted);
    return mounted;
  }

  close(): void {
    for (const { fd } of this.roots) close(fd);
  }
}

function openRoot(given: string): Root {
  const found = openPath(Buffer.from(given, "latin1"));
  let path: Uint8Array;
  try {
    path = pathOf(found);
  } finally {
    close(found);
  }
  const fd = openDirectory(-1, path);
  if (fd !== -ENOTDIR) return { given, fd: opened(fd, given), file: null };
  return { given, fd: opened(openDirectory(-1, parentPath(path)), given), file: nameOf(path) };
}

function opened(fd: number, given: string): number {
  if (fd < 0) throw new SystemError("open", printed(given), -fd);
  return fd;
}

/** As a message shows it. */
function printed(given: string): string {
  return Buffer.from(given, "latin1").toString();
}

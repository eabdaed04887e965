/** Removes the marks of paths that are not watched any more: fanotify_mark(2). */
import { fanotifyMark } from "../../ffi/fanotify.ts";
import { close } from "../../ffi/fd.ts";
import { FAN_MARK_FILESYSTEM, FAN_MARK_ONLYDIR, FAN_MARK_REMOVE } from "../../kernel/fanotify.ts";
import { type Directory, type DirectoryTree, isEqual } from "./directory-tree.ts";
import type { MarkMasks } from "./event-masks.ts";
import type { Groups } from "./groups.ts";
import type { PathWalker } from "./path-walker.ts";
import { orElse, type Scanner } from "./scanner.ts";
import type { WatchedMount } from "./watched-mount.ts";

export interface UnmarkerParts {
  readonly groups: Groups;
  readonly tree: DirectoryTree;
  readonly scanner: Scanner;
  readonly walker: PathWalker;
}

/** Whether events of a directory's entries are needed, and not only those of names above a path. */
function needsEntries({ reportsChildren, wanted }: Directory): boolean {
  return reportsChildren || (wanted?.hasRequestedEntries ?? false);
}

/** Whether the filesystem mark is the one that reports when a missing path below appears. */
function isAwaiting({ mount, wanted }: Directory): boolean {
  return mount?.hasFilesystemMark === true && wanted?.hasMissingEntries === true;
}

export class Unmarker {
  private readonly groups: Groups;
  private readonly tree: DirectoryTree;
  private readonly scanner: Scanner;
  private readonly walker: PathWalker;
  private readonly masks: MarkMasks;

  constructor(masks: MarkMasks, { groups, tree, scanner, walker }: UnmarkerParts) {
    this.masks = masks;
    this.groups = groups;
    this.tree = tree;
    this.scanner = scanner;
    this.walker = walker;
  }

  /**
   * Removes the marks that the requested paths do not need, and forgets the directories of others,
   * because no more events will keep them up to date.
   */
  unmark(): void {
    const needed: WatchedMount[] = [];
    for (const directory of this.tree.all()) {
      const isNeeded = needsEntries(this.tree.resolve(directory)) || isAwaiting(directory);
      if (!isNeeded) this.unmarkDirectory(directory);
      else if (directory.mount && !needed.includes(directory.mount)) needed.push(directory.mount);
    }
    // Several mounts of one file system share a mark. One whose events have another id keeps it.
    const unused = this.tree.mounts.filter(
      (mount) =>
        mount.hasFilesystemMark &&
        !this.walker.hasOtherId(mount) &&
        !needed.some(({ fsid }) => isEqual(fsid, mount.fsid)),
    );
    this.tree.evict();
    this.unmarkFileSystems(unused);
  }

  private unmarkDirectory(directory: Directory): void {
    directory.isScanned = false;
    const isAncestor = (directory.wanted?.children.size ?? 0) > 0;
    if (!isAncestor) directory.isMarkedAsAncestor = false;
    if (!directory.mount || directory.mount.hasFilesystemMark) return;
    const { inode, ancestor } = this.masks;
    const mask = isAncestor ? inode & ~ancestor : inode | ancestor;
    const fd = orElse(-1, () => this.scanner.open(directory));
    // A directory that is gone has no mark, and one that was never marked needs none.
    if (fd < 0) return;
    this.groups.mark(directory.mount, FAN_MARK_REMOVE | FAN_MARK_ONLYDIR, mask >>> 0, fd);
    close(fd);
  }

  /** The directories above the remaining paths get marks of their own instead. */
  private unmarkFileSystems(mounts: readonly WatchedMount[]): void {
    const fds = mounts.map((mount) => mount.open());
    for (const mount of mounts) mount.filesystemMark = null;
    if (mounts.length) this.walker.walk(() => {});
    const flags = FAN_MARK_REMOVE | FAN_MARK_FILESYSTEM;
    for (const fd of fds)
      if (fd >= 0) fanotifyMark(this.groups.main.fd, flags, this.masks.filesystem, fd);
    for (const mount of mounts) mount.release();
  }
}

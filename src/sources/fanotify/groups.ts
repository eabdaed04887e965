/**
 * The fanotify groups of a source: one, and another for each file system that the kernel does not
 * let share a group with others: fanotify_mark(2), EXDEV. Such file systems have an id that is not
 * theirs alone: none at all, as FUSE, or one of a subvolume.
 */
import { fanotifyMark } from "../../ffi/fanotify.ts";
import { close } from "../../ffi/fd.ts";
import { EXDEV } from "../../kernel/errno.ts";
import { Group } from "./group.ts";
import type { WatchedMount } from "./watched-mount.ts";

/** A queue of events. */
export interface EventQueue {
  readonly fd: number;
  /** The file system id that its events get; null for the one that they have. */
  readonly fsid: Uint8Array | null;
}

interface OwnGroup extends EventQueue {
  readonly group: Group;
  readonly mount: WatchedMount;
}

export class Groups {
  readonly main: Group;
  private own: OwnGroup[] = [];
  /** All queues. */
  queues: readonly EventQueue[];
  private readonly onAdded: (fd: number) => void;

  /** @param onAdded called with the fd of each group that is added */
  constructor(main: Group, onAdded: (fd: number) => void) {
    this.main = main;
    this.onAdded = onAdded;
    this.queues = [{ fd: main.fd, fsid: null }];
  }

  /** Adds or removes a mark of an object on a mount. @returns 0, or -errno */
  mark(mount: WatchedMount, flags: number, mask: number, fd: number): number {
    const own = this.groupOf(mount)?.group ?? (mount.hasOwnFsid ? this.add(mount) : null);
    const result = fanotifyMark((own ?? this.main).fd, flags, mask, fd);
    if (result !== -EXDEV || own) return result;
    return fanotifyMark(this.add(mount).fd, flags, mask, fd);
  }

  /** Returns the fd of the group that has the marks of a mount. */
  fdFor(mount: WatchedMount): number {
    return (this.groupOf(mount)?.group ?? this.main).fd;
  }

  private groupOf({ fsid }: WatchedMount): OwnGroup | undefined {
    return this.own.find(({ mount }) => Buffer.compare(mount.fsid, fsid) === 0);
  }

  private add(mount: WatchedMount): Group {
    const group = new Group();
    this.own.push({ group, mount, fd: group.fd, fsid: mount.hasOwnFsid ? mount.fsid : null });
    this.update();
    this.onAdded(group.fd);
    return group;
  }

  private update(): void {
    this.queues = [{ fd: this.main.fd, fsid: null }, ...this.own];
  }

  /** The number of events in all queues. */
  queuedEvents(): number {
    return this.own.reduce(
      (sum, { group }) => sum + group.queuedEvents(),
      this.main.queuedEvents(),
    );
  }

  /** Closes the groups of file systems that are not mounted any more. */
  retain(mounts: readonly WatchedMount[]): void {
    const isGone = ({ fsid }: WatchedMount) =>
      !mounts.some((mount) => Buffer.compare(mount.fsid, fsid) === 0);
    for (const { mount, fd } of this.own) if (isGone(mount)) close(fd);
    this.own = this.own.filter(({ mount }) => !isGone(mount));
    this.update();
  }

  close(): void {
    for (const { fd } of this.queues) close(fd);
  }
}

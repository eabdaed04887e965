/**
 * Reports what is found in a directory that was changed before it was marked: fanotify_mark(2). The
 * kernel has reported none of it. What has gone since, or changed twice, cannot be known, so such
 * directories are counted. Two changes leave no trace at all, and are not counted:
 *
 * - a file that was created and removed in the tick of the clock in which its directory was created
 * - a write to a file that was there before, below a directory that was moved here
 */
import { isOpenForWriting } from "../../ffi/lease.ts";
import { type FileTimes, TimesReader } from "../../ffi/statx.ts";
import type { Dirent } from "../../kernel/dirent.ts";
import type { CreateDeduplicator } from "./create-dedup.ts";
import type { Directory } from "./directory-tree.ts";
import type { EventReporter, WatchVisitor } from "./reporter.ts";
import type { EntryVisitor } from "./scanner.ts";

const SELF = new Uint8Array(0);
/** A file that changes as often while it is read is still written: its events will come. */
const MAX_READS = 4;

export class Discovery {
  /** Directories that were changed before they were marked. */
  changedEarly = 0;
  /** What happened before this time has been read from the queue: nanoseconds since 1970. */
  since = 0n;
  private readonly reporter: EventReporter;
  private readonly deduplicator: CreateDeduplicator;
  private readonly times: Pick<TimesReader, "read" | "nameAddress">;
  /** When new directories were created; null if that is unknown. */
  private readonly born = new WeakMap<Directory, bigint | null>();

  constructor(
    reporter: EventReporter,
    deduplicator: CreateDeduplicator,
    times: Discovery["times"] = new TimesReader(),
  ) {
    this.reporter = reporter;
    this.deduplicator = deduplicator;
    this.times = times;
  }

  /** Returns the visitor of the scan of a directory that was created or moved here. */
  visitorFor(top: Directory, visit: WatchVisitor): EntryVisitor {
    let movedAt: bigint | null = null;
    return (directory, fd, entries) => {
      const self = this.times.read(fd, SELF);
      if (!self || directory.mount?.hasFilesystemMark) return;
      if (directory.isNew && !this.isOlderThanParent(directory, self))
        this.visitNew(visit, directory, fd, self, entries);
      else {
        directory.isNew = false;
        // A move changes the ctime of a directory, but not its mtime.
        if (directory === top && self.modified < self.changed) movedAt = self.changed;
        else if (directory === top || (movedAt !== null && self.modified >= movedAt))
          this.changedEarly++;
      }
    };
  }

  /**
   * Returns the visitor of the scan of directories that have become visible, by a mount or its end:
   * what has changed since the queue was read last has happened unseen.
   */
  recentVisitor(visit: WatchVisitor): EntryVisitor {
    return (directory, fd, entries) => {
      const self = this.times.read(fd, SELF);
      if (!self) return;
      const isNew = self.born !== null && self.born >= this.since;
      if (isNew) this.visitNew(visit, directory, fd, self, entries);
      else this.visitOld(visit, directory, fd, self, entries);
    };
  }

  private visitOld(
    visit: WatchVisitor,
    directory: Directory,
    fd: number,
    self: FileTimes,
    entries: readonly Dirent[],
  ): void {
    const { since } = this;
    let isEarly = self.modified >= since;
    for (const { name } of entries) {
      const seen = this.times.read(fd, name);
      if (!seen || seen.changed < since) continue;
      isEarly = true;
      if ((seen.born ?? seen.changed) < since) continue;
      const { found, isWritten } = this.settled(fd, name, seen);
      this.deduplicator.add(directory, name, isWritten ? found.modified : null);
      const wasMoved = false;
      this.reporter.reportDiscovered(visit, directory, name, { ...found, wasMoved, isWritten });
    }
    if (isEarly) this.changedEarly++;
  }

  /** Whether a directory that was found in a new one was moved there. */
  private isOlderThanParent({ parent }: Directory, { born }: FileTimes): boolean {
    const parentBorn = parent && this.born.get(parent);
    return Boolean(born && parentBorn && born < parentBorn);
  }

  private visitNew(
    visit: WatchVisitor,
    directory: Directory,
    fd: number,
    self: FileTimes,
    entries: readonly Dirent[],
  ): void {
    this.born.set(directory, self.born);
    const isUnchanged = self.born !== null && self.modified <= self.born;
    if (entries.length > 0 || !isUnchanged) this.changedEarly++;
    for (const { name } of entries) {
      const seen = this.times.read(fd, name);
      if (!seen) continue;
      const isOlder = this.isOlder(seen, self);
      const { found, isWritten } = isOlder
        ? { found: seen, isWritten: false }
        : this.settled(fd, name, seen);
      this.deduplicator.add(directory, name, isWritten ? found.modified : null);
      const wasMoved = isOlder && (found.isDirectory || found.links === 1);
      this.reporter.reportDiscovered(visit, directory, name, { ...found, wasMoved, isWritten });
    }
  }

  /** Whether a file was created before its directory, and so moved or linked there. */
  private isOlder(found: FileTimes, self: FileTimes): boolean {
    return found.born !== null && self.born !== null && found.born < self.born;
  }

  /**
   * Returns an entry, and whether it is a file that no one has open for writing. A file that is written
   * and closed in between would be reported twice, so it is read until it is the same before and after.
   */
  private settled(
    fd: number,
    name: Uint8Array,
    seen: FileTimes,
  ): { found: FileTimes; isWritten: boolean } {
    let found = seen;
    for (let i = 0; found.size !== null && i < MAX_READS; i++) {
      if (isOpenForWriting(fd, this.times.nameAddress) !== false) break;
      const before = found;
      found = this.times.read(fd, name) ?? before;
      if (found.modified === before.modified && found.size === before.size)
        return { found, isWritten: true };
    }
    return { found, isWritten: false };
  }
}

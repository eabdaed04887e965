/**
 * Processes fanotify(7) events one at a time: updates the directory tree, then reports what
 * matches.
 */
import { Q_OVERFLOW } from "../../events/watch-event.ts";
import * as fan from "../../kernel/fanotify.ts";
import type { CreateDeduplicator } from "./create-dedup.ts";
import type { Directory } from "./directory-tree.ts";
import type { Discovery } from "./discovery.ts";
import type { EventReader } from "./event-reader.ts";
import type { EventScope } from "./event-scope.ts";
import type { FileCache } from "./file-cache.ts";
import type { MountFollower } from "./mount-follower.ts";
import type { NameFollower } from "./name-follower.ts";
import type { NameResolver } from "./name-resolver.ts";
import type { EventReporter, WatchVisitor } from "./reporter.ts";
import type { Scanner } from "./scanner.ts";
import type { TreeUpdater } from "./tree-updater.ts";
import type { WatchRoots } from "./watch-roots.ts";

/** What the steps of an event are delegated to; FanotifySource builds them. */
export interface EventProcessorParts {
  readonly reader: EventReader;
  readonly treeUpdater: TreeUpdater;
  readonly scanner: Scanner;
  readonly roots: WatchRoots;
  readonly follower: NameFollower;
  readonly mounts: MountFollower;
  readonly scope: EventScope;
  readonly fileCache: FileCache;
  readonly nameResolver: NameResolver;
  readonly deduplicator: CreateDeduplicator;
  readonly reporter: EventReporter;
  readonly discovery: Discovery;
}

export class EventProcessor {
  /** How many times the kernel's queue overflowed. */
  overflows = 0;
  /** Events that were not reported because too many were queued. */
  dropped = 0;
  private readonly reader: EventReader;
  private readonly treeUpdater: TreeUpdater;
  private readonly scanner: Scanner;
  private readonly roots: WatchRoots;
  private readonly follower: NameFollower;
  private readonly mounts: MountFollower;
  private readonly scope: EventScope;
  private readonly fileCache: FileCache;
  private readonly nameResolver: NameResolver;
  private readonly deduplicator: CreateDeduplicator;
  private readonly reporter: EventReporter;
  private readonly discovery: Discovery;
  private readonly ourPid = process.pid;

  constructor(parts: EventProcessorParts) {
    this.reader = parts.reader;
    this.treeUpdater = parts.treeUpdater;
    this.scanner = parts.scanner;
    this.roots = parts.roots;
    this.follower = parts.follower;
    this.mounts = parts.mounts;
    this.scope = parts.scope;
    this.fileCache = parts.fileCache;
    this.nameResolver = parts.nameResolver;
    this.deduplicator = parts.deduplicator;
    this.reporter = parts.reporter;
    this.discovery = parts.discovery;
  }

  /** Reports `count` events, and all others that were read with them. */
  process(count: number, visit: WatchVisitor): void {
    const { reader } = this;
    // All events that were queued when directories were scanned have been processed.
    if (count === 0 && reader.isAtEnd) this.deduplicator.clear();
    for (let left = count; left > 0 || !reader.isAtEnd; left--)
      if (!reader.next() || !this.handle(visit)) return;
  }

  /** Updates the tree from `count` events without reporting them. */
  drop(count: number, visit: WatchVisitor): void {
    const { reader } = this;
    for (let left = count; left > 0 && reader.next(); left--) {
      this.dropped++;
      const unscanned = this.updateTree(visit);
      this.follower.settle(() => () => {});
      if (unscanned && !unscanned.isScanned) this.scanner.scanKnown(unscanned, () => {});
    }
    // Dropped events may have moved files, or changed their attributes.
    this.fileCache.clear();
    this.treeUpdater.forgetAttributes();
    this.reporter.reportNote(visit, Q_OVERFLOW);
    this.reportNotes(visit);
  }

  /** Looks the requested paths up, if events may have missed a change; the queue is empty. */
  verify(visit: WatchVisitor): void {
    this.roots.followLinks(this.discovery.recentVisitor(visit));
    this.follower.verify(this.discovery.recentVisitor(visit));
    this.reportNotes(visit);
  }

  /** Follows the mounts that have begun and ended; the events before that have been processed. */
  refreshMounts(visit: WatchVisitor): void {
    this.mounts.refresh(this.discovery.recentVisitor(visit), () => this.reportNotes(visit));
    this.reportNotes(visit);
  }

  /** Reports which requested paths have gone and come back. */
  private reportNotes(visit: WatchVisitor): void {
    if (this.follower.notes.length === 0) return; // as after nearly every event
    for (const { type, path, details } of this.follower.notes.splice(0))
      this.reporter.reportNote(visit, type, path, details);
  }

  /** @returns false if the event has to wait for the one that follows it */
  private handle(visit: WatchVisitor): boolean {
    const { event } = this.reader;
    if (this.mounts.isStale && this.scope.isHidden(event, event.dfid)) this.refreshMounts(visit);
    const unscanned = this.updateTree(visit);
    if (!this.isSelfInflicted() && !this.report(visit)) return false;
    this.reportNotes(visit);
    if (this.follower.hasArrivals) {
      this.follower.settle((directory) => this.discovery.visitorFor(directory, visit));
      this.reportNotes(visit);
    }
    if (unscanned && !unscanned.isScanned)
      this.scanner.scanKnown(unscanned, this.discovery.visitorFor(unscanned, visit));
    this.scanner.markFiles();
    return true;
  }

  /** @returns a directory that has to be scanned */
  private updateTree(visit: WatchVisitor): Directory | null {
    const { event } = this.reader;
    if (event.mask & fan.FAN_Q_OVERFLOW) this.handleOverflow(visit);
    const unscanned = event.mask & fan.FAN_ONDIR ? this.treeUpdater.update(event) : null;
    this.follower.observe(event);
    return unscanned;
  }

  /**
   * Whether the event was caused by this process. A file that is removed while we have it open to
   * read its size is deleted when we close it: such an event is attributed to the process that
   * removed the file, unless its deletion was reported: the kernel reports it again if the name by
   * which we had it open was not the last one.
   */
  private isSelfInflicted(): boolean {
    const { event } = this.reader;
    if (event.pid !== this.ourPid) return false;
    if ((event.mask & fan.FAN_DELETE_SELF) === 0) return true;
    const { mask, dfid } = event;
    const file = dfid.isPresent ? undefined : this.fileCache.get(event);
    if (file?.isDeleted) return true;
    const removed = dfid.isPresent ? this.scope.find(event, dfid) : file;
    event.mask = mask & (fan.FAN_DELETE_SELF | fan.FAN_ONDIR);
    event.pid = removed?.removedBy ?? this.ourPid;
    return event.pid === this.ourPid;
  }

  private report(visit: WatchVisitor): boolean {
    const { event } = this.reader;
    const { mask, dfid, oldDfid, newDfid, fid } = event;
    if (dfid.isPresent || oldDfid.isPresent || newDfid.isPresent) {
      this.nameResolver.observe(event);
      const unreported = this.deduplicator.unreportedMask(event);
      if (mask & fan.FAN_RENAME) this.reporter.reportRename(visit);
      else this.reporter.reportNamed(visit, unreported);
      return true;
    }
    if (mask & fan.FAN_FS_ERROR) this.reporter.reportError(visit, this.roots.nearestPath(event));
    else if (fid.isPresent) return this.reportNameless(visit);
    return true;
  }

  /** @returns false if the name is not known yet */
  private reportNameless(visit: WatchVisitor): boolean {
    const resolution = this.nameResolver.resolve();
    if (resolution === "pending") return false;
    if (resolution !== "unwatched")
      this.reporter.reportByHandle(visit, resolution.directory, resolution.name);
    else this.reporter.reportByLink(visit, this.reader.event.mask);
    if (this.reader.event.mask & fan.FAN_DELETE_SELF) this.fileCache.markDeleted(this.reader.event);
    return true;
  }

  private handleOverflow(visit: WatchVisitor): void {
    this.overflows++;
    this.reporter.reportNote(visit, Q_OVERFLOW);
    this.fileCache.clear();
    this.deduplicator.clear();
    this.roots.rebuild(() => {});
  }
}

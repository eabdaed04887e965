/**
 * Reports changes of files from fanotify(7), each with its path at the time of the event. The events
 * update the directory tree one by one, so the tree is always in step with the current event.
 */

import type { PollableSource } from "../../core/source.ts";
import type { Loss } from "../../events/loss.ts";
import type { WatchEvent } from "../../events/watch-event.ts";
import { clockNanoseconds } from "../../ffi/clock.ts";
import { close, Epoll } from "../../ffi/fd.ts";
import { errnoName } from "../../kernel/errno.ts";
import { CLOCK_REALTIME } from "../../kernel/time.ts";
import { UnsupportedError } from "../proc-connector/errors.ts";
import { CreateDeduplicator } from "./create-dedup.ts";
import { DirectoryTree } from "./directory-tree.ts";
import { Discovery } from "./discovery.ts";
import { markMasks } from "./event-masks.ts";
import { EventProcessor } from "./event-processor.ts";
import { EventReader } from "./event-reader.ts";
import { EventScope } from "./event-scope.ts";
import { FileCache } from "./file-cache.ts";
import { Group } from "./group.ts";
import { Groups } from "./groups.ts";
import { MountFollower } from "./mount-follower.ts";
import { NameFollower } from "./name-follower.ts";
import { NameResolver } from "./name-resolver.ts";
import { PathResolver } from "./path-resolver.ts";
import { PathWalker } from "./path-walker.ts";
import { EventReporter, type ReporterOptions, type WatchVisitor } from "./reporter.ts";
import { Scanner } from "./scanner.ts";
import { TreeUpdater } from "./tree-updater.ts";
import { Unmarker } from "./unmarker.ts";
import { WatchRoots, type WatchRootsOptions } from "./watch-roots.ts";

/** By how much the times of files may be behind the clock, in nanoseconds. */
const CLOCK_TICK = 10_000_000n;

/** In events; each takes about 107 bytes of kernel memory. */
export const DEFAULT_MAX_QUEUED = 1 << 20;

export interface WatchOptions extends ReporterOptions, WatchRootsOptions {
  /** One character per byte. */
  readonly paths: readonly string[];
  /** Whether to watch what is mounted below the paths too (default: true). */
  readonly mountsBelow?: boolean;
  /** If more events are queued, the oldest are dropped and counted. */
  readonly maxQueued?: number;
  /** Called after each read of the kernel's queue, before its events are reported. */
  readonly onRead?: () => void;
  /** Returns the time of the events that were just read: nanoseconds since 1970. */
  readonly now?: () => bigint;
}

/** The object graph: every part gets the parts that it uses. */
function buildParts(groups: Groups, options: WatchOptions, onRead: () => void) {
  const masks = markMasks(options.types, groups.main.reportsTargetFid);
  const reader = new EventReader(groups, onRead);
  const tree = new DirectoryTree();
  const scope = new EventScope(tree);
  const fileCache = new FileCache();
  const scanner = new Scanner(groups, tree, masks.inode);
  const pathResolver = new PathResolver(tree, scanner);
  const walker = new PathWalker(masks, { groups, tree, scanner });
  const unmarker = new Unmarker(masks, { groups, tree, scanner, walker });
  const follower = new NameFollower(tree, walker, unmarker);
  const { recursive, mountsBelow = true } = options;
  const mounts = new MountFollower(recursive && mountsBelow, { tree, scanner, walker, follower });
  const roots = new WatchRoots(options, {
    ...{ tree, scanner, walker, follower, mounts, unmarker },
  });
  const treeUpdater = new TreeUpdater(tree, scanner);
  const nameResolver = new NameResolver(reader, tree, fileCache);
  const deduplicator = new CreateDeduplicator(tree);
  const reporter = new EventReporter(options, { reader, tree, scope, pathResolver, fileCache });
  const discovery = new Discovery(reporter, deduplicator);
  const steps = {
    ...{ treeUpdater, scanner, roots, follower, mounts, nameResolver, deduplicator, reporter },
    discovery,
  };
  const processor = new EventProcessor({ reader, scope, fileCache, ...steps });
  return { reader, tree, fileCache, processor, ...steps };
}

export class FanotifySource implements PollableSource<WatchEvent> {
  private readonly group = new Group();
  /** Readable if there are events, or mounts have changed. */
  private readonly ready = new Epoll();
  private readonly groups = new Groups(this.group, (fd) => this.ready.add(fd));
  private readonly parts: ReturnType<typeof buildParts>;
  private readonly maxQueued: number;
  private readonly onRead: () => void;
  private readonly now: () => bigint;

  /** @throws UnsupportedError; SystemError that names the path */
  constructor(options: WatchOptions) {
    const { group } = this;
    if (options.types.has("RENAME") && !group.reportsTargetFid) {
      this.close();
      throw new UnsupportedError(
        "RENAME needs Linux 5.17; use MOVED_FROM and MOVED_TO on older kernels",
      );
    }
    const { maxQueued = DEFAULT_MAX_QUEUED, onRead = () => {} } = options;
    this.maxQueued = maxQueued;
    this.onRead = onRead;
    this.now = options.now ?? (() => clockNanoseconds(CLOCK_REALTIME));
    this.parts = buildParts(this.groups, options, () => this.handleRead());
    this.parts.discovery.since = clockNanoseconds(CLOCK_REALTIME) - CLOCK_TICK;
    const { table } = this.parts.mounts;
    this.ready.add(group.fd);
    if (table) this.ready.addExceptional(table.fd);
    try {
      for (const path of options.paths) this.add(path);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get fd(): number {
    return this.ready.fd;
  }

  /** Whether events have the pid of the process: needs CAP_SYS_ADMIN. */
  get reportsPids(): boolean {
    return this.group.isPrivileged;
  }

  /**
   * Watches one more path.
   * @param path one character per byte
   * @throws SystemError that names the path
   */
  add(path: string): void {
    this.parts.roots.add(path);
  }

  /**
   * Watches a path, as soon as it exists.
   * @param path one character per byte
   * @throws SystemError that names the path
   */
  addPending(path: string): void {
    this.parts.roots.addPending(path);
  }

  /** Stops watching a path. @param path as it was added */
  remove(path: string): void {
    const { roots, fileCache } = this.parts;
    roots.remove(path);
    // It may have files of directories that are not kept up to date any more.
    fileCache.clear();
  }

  /** Whether something has a path that was added, as far as the events tell. */
  exists(path: string): boolean {
    return this.parts.roots.exists(path);
  }

  /** The number of events that wait in the kernel's queue, and at how many the oldest are dropped. */
  get queue(): { readonly pending: number; readonly max: number } {
    return { pending: this.groups.queuedEvents(), max: this.maxQueued };
  }

  /** Whether all events that were queued at the last drain have been reported: one may wait. */
  get isCaughtUp(): boolean {
    return this.parts.reader.isAtEnd;
  }

  /** Messages that say what cannot be reported here; empty without limitations. */
  get limitations(): string[] {
    const { roots, mounts } = this.parts;
    return [...this.group.limitations, ...roots.limitations, ...mounts.limitations];
  }

  drain(visit: WatchVisitor): void {
    const { processor, tree, discovery } = this.parts;
    const begun = clockNanoseconds(CLOCK_REALTIME);
    const queued = this.groups.queuedEvents();
    const excess = Math.max(0, queued - this.maxQueued);
    try {
      if (excess > 0) processor.drop(excess, visit);
      processor.process(queued - excess, visit);
      this.parts.reporter.setTime(this.now());
      if (this.parts.mounts.check()) processor.refreshMounts(visit);
      if (this.groups.queuedEvents() === 0) processor.verify(visit);
    } finally {
      discovery.since = begun - CLOCK_TICK;
      for (const mount of tree.mounts) mount.release();
    }
  }

  /** Reports all queued events, also one that waits for the event with its name. */
  finish(visit: WatchVisitor): void {
    const { nameResolver } = this.parts;
    nameResolver.isFinishing = true;
    this.drain(visit);
    nameResolver.isFinishing = false;
  }

  private handleRead(): void {
    this.parts.reporter.setTime(this.now());
    this.parts.mounts.check();
    this.onRead();
  }

  losses(): Loss[] {
    const { processor, scanner, mounts, reader, discovery, tree } = this.parts;
    const unwatched = Map.groupBy(mounts.failures.values(), (errno) => errno);
    const failures = [...scanner.failures].map(([errno, count]) => ({
      what: `directories not watched (${errnoName(errno)})`,
      count,
    }));
    const all: Loss[] = [
      {
        what: "times events were lost",
        count: processor.overflows,
        reason: "the kernel's queue overflowed; see /proc/sys/fs/fanotify/max_queued_events",
      },
      {
        what: "events dropped",
        count: processor.dropped,
        reason: `more than ${this.maxQueued} were queued`,
        remedy: { kind: "larger-buffer" },
      },
      {
        what: "new directories that were changed before they were watched",
        count: discovery.changedEarly,
        reason: "what was found in them is reported, but events may be missing",
      },
      { what: "malformed reads", count: reader.malformed },
      ...failures,
      ...[...tree.inodes.failures].map(([errno, count]) => ({
        what: `files watched by their paths only (${errnoName(errno)})`,
        count,
        reason: "changes through other hard links are not reported",
      })),
      ...[...unwatched].map(([errno, { length }]) => ({
        what: `mounts not watched (${errnoName(errno)})`,
        count: length,
      })),
    ];
    return all.filter(({ count }) => count > 0);
  }

  close(): void {
    this.groups.close();
    close(this.ready.fd);
    this.parts?.mounts.table?.close();
  }
}

/**
 * Changes of files as the kernel tells of them, each with its path as it was then: fanotify(7). The
 * tree of directories follows the events, so that it is always as old as they are.
 */

import type { PollableSource } from "../../core/source.ts";
import type { Loss } from "../../events/loss.ts";
import type { WatchEvent } from "../../events/watch-event.ts";
import { clockNanoseconds } from "../../ffi/clock.ts";
import { close } from "../../ffi/fd.ts";
import { errnoName } from "../../kernel/errno.ts";
import { CLOCK_REALTIME } from "../../kernel/time.ts";
import { UnsupportedError } from "../proc-connector/errors.ts";
import { DirectoryTree } from "./directory-tree.ts";
import { markMasks } from "./event-masks.ts";
import { EventProcessor } from "./event-processor.ts";
import { EventReader } from "./event-reader.ts";
import { Group } from "./group.ts";
import type { ReporterOptions, WatchVisitor } from "./reporter.ts";
import { Scanner } from "./scanner.ts";
import { WatchRoots } from "./watch-roots.ts";

const BILLION = 1_000_000_000n;
/** About 107 bytes of the kernel's memory each. */
export const DEFAULT_MAX_QUEUED = 1 << 20;

export interface WatchOptions extends ReporterOptions {
  /** One character a byte. Symbolic links are followed once, now. */
  readonly paths: readonly string[];
  /** Whether all below them is watched, or only they and what is directly in them. */
  readonly recursive: boolean;
  /** When so many events wait to be read, the oldest are left out, and counted. */
  readonly maxQueued?: number;
  /** Called after each read of the kernel's queue, before its events are told. */
  readonly onRead?: () => void;
}

export class FanotifySource implements PollableSource<WatchEvent> {
  private readonly group = new Group();
  private readonly tree: DirectoryTree;
  private readonly reader = new EventReader(this.group.fd, () => this.handleRead());
  private readonly scanner: Scanner;
  private readonly roots: WatchRoots;
  private readonly processor: EventProcessor;
  private readonly maxQueued: number;
  private readonly onRead: () => void;

  /** @throws NotSupported; SystemError, that names the path which it is about */
  constructor(options: WatchOptions) {
    const { group } = this;
    if (options.types.has("RENAME") && !group.reportsTargetFid) {
      this.close();
      throw new UnsupportedError(
        "RENAME needs Linux 5.17; MOVED_FROM and MOVED_TO are told before it",
      );
    }
    const { recursive, maxQueued = DEFAULT_MAX_QUEUED, onRead = () => {} } = options;
    this.maxQueued = maxQueued;
    this.onRead = onRead;
    const masks = markMasks(options.types, group.reportsTargetFid);
    this.tree = new DirectoryTree(recursive);
    this.scanner = new Scanner(group, this.tree, masks.inode);
    this.roots = new WatchRoots(group, this.tree, this.scanner, { recursive, masks });
    this.processor = new EventProcessor(this.reader, this.tree, this.scanner, this.roots, options);
    try {
      for (const path of options.paths) this.roots.add(path);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get fd(): number {
    return this.group.fd;
  }

  /** Whether the kernel says who did it. */
  get reportsPids(): boolean {
    return this.group.isPrivileged;
  }

  /**
   * Watches one more path.
   * @param path one character a byte
   * @throws SystemError that names it
   */
  add(path: string): void {
    this.roots.add(path);
  }

  /**
   * Watches a path that is not there from when it appears.
   * @param path one character a byte
   * @throws SystemError that names it, where the directory is not there that it is to appear in
   */
  addPending(path: string): void {
    this.roots.addPending(path);
  }

  /** What cannot be had here, in words; empty when nothing is missing. */
  get limitations(): string[] {
    return [...this.group.limitations, ...this.roots.limitations];
  }

  drain(visit: WatchVisitor): void {
    const waiting = this.group.queuedEvents();
    const leftOut = Math.max(0, waiting - this.maxQueued);
    try {
      if (leftOut > 0) this.processor.drop(leftOut, visit);
      this.processor.process(waiting - leftOut, visit);
    } finally {
      for (const mounted of this.tree.mounts) mounted.release();
    }
  }

  private handleRead(): void {
    const now = clockNanoseconds(CLOCK_REALTIME);
    this.processor.reporter.event.time.seconds = Number(now / BILLION);
    this.processor.reporter.event.time.nanoseconds = Number(now % BILLION);
    this.onRead();
  }

  losses(): Loss[] {
    const refused = [...this.scanner.failures].map(([errno, count]) => ({
      what: `directories not watched (${errnoName(errno)})`,
      count,
    }));
    const all: Loss[] = [
      {
        what: "times events were lost",
        count: this.processor.overflows,
        reason: "the kernel's queue was full; see /proc/sys/fs/fanotify/max_queued_events",
      },
      {
        what: "events dropped",
        count: this.processor.dropped,
        reason: `more than ${this.maxQueued} were queued`,
        remedy: { kind: "larger-buffer" },
      },
      {
        what: "watched directories moved or removed unseen",
        count: this.processor.treeUpdater.lost + this.roots.lost,
      },
      { what: "malformed reads", count: this.reader.malformed },
      ...refused,
    ];
    return all.filter(({ count }) => count > 0);
  }

  close(): void {
    close(this.group.fd);
  }
}

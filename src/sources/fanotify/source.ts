/**
 * Reports changes of files from fanotify(7), each with its path at the time of the event. The events
 * update the directory tree one by one, so the tree is always in step with the current event.
 */

import type { Source } from "../../core/source.ts";
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
/** In events; each takes about 107 bytes of kernel memory. */
export const DEFAULT_MAX_QUEUED = 1 << 20;

export interface WatchOptions extends ReporterOptions {
  /** One character per byte. Symbolic links are resolved once, when the path is added. */
  readonly paths: readonly string[];
  /** Whether to watch everything below the paths, or only the paths and their direct entries. */
  readonly recursive: boolean;
  /** If more events are queued, the oldest are dropped and counted. */
  readonly maxQueued?: number;
  /** Called after each read of the kernel's queue, before its events are reported. */
  readonly onRead?: () => void;
}

export class FanotifySource implements Source<WatchEvent> {
  private readonly group = new Group();
  private readonly tree: DirectoryTree;
  private readonly reader = new EventReader(this.group.fd, () => this.handleRead());
  private readonly scanner: Scanner;
  private readonly roots: WatchRoots;
  private readonly processor: EventProcessor;
  private readonly maxQueued: number;
  private readonly onRead: () => void;

  /** @throws UnsupportedError; SystemError that names the path */
  constructor(options: WatchOptions) {
    const { group } = this;
    if (options.types.has("RENAME") && !group.reportsTargetFid) {
      this.close();
      throw new UnsupportedError(
        "RENAME needs Linux 5.17; use MOVED_FROM and MOVED_TO on older kernels",
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
    this.roots.add(path);
  }

  /**
   * Watches a path that does not exist yet.
   * @param path one character per byte
   * @throws SystemError that names the path, if its parent directory does not exist
   */
  addPending(path: string): void {
    this.roots.addPending(path);
  }

  /** Messages that say what cannot be reported here; empty without limitations. */
  get limitations(): string[] {
    return [...this.group.limitations, ...this.roots.limitations];
  }

  drain(visit: WatchVisitor): void {
    const queued = this.group.queuedEvents();
    const excess = Math.max(0, queued - this.maxQueued);
    try {
      if (excess > 0) this.processor.drop(excess, visit);
      this.processor.process(queued - excess, visit);
    } finally {
      for (const mount of this.tree.mounts) mount.release();
    }
  }

  private handleRead(): void {
    const now = clockNanoseconds(CLOCK_REALTIME);
    this.processor.reporter.event.time.seconds = Number(now / BILLION);
    this.processor.reporter.event.time.nanoseconds = Number(now % BILLION);
    this.onRead();
  }

  losses(): Loss[] {
    const failures = [...this.scanner.failures].map(([errno, count]) => ({
      what: `directories not watched (${errnoName(errno)})`,
      count,
    }));
    const all: Loss[] = [
      {
        what: "times events were lost",
        count: this.processor.overflows,
        hint: "the kernel's queue overflowed; see /proc/sys/fs/fanotify/max_queued_events",
      },
      {
        what: "events dropped",
        count: this.processor.dropped,
        hint: `more than ${this.maxQueued} were queued; try a larger --buffer`,
      },
      {
        what: "watched directories lost by a move or removal",
        count: this.processor.treeUpdater.lost + this.roots.lost,
      },
      { what: "malformed reads", count: this.reader.malformed },
      ...failures,
    ];
    return all.filter(({ count }) => count > 0);
  }

  close(): void {
    close(this.group.fd);
  }
}

/**
 * Changes of files as the kernel tells of them, each with its path as it was then: fanotify(7). The
 * tree of directories follows the events, so that it is always as old as they are.
 */

import type { Loss, Source } from "../../core/source.ts";
import type { WatchEvent } from "../../events/watch-event.ts";
import { clock } from "../../ffi/clock.ts";
import { close } from "../../ffi/fd.ts";
import { errnoName } from "../../kernel/errno.ts";
import { CLOCK_REALTIME } from "../../kernel/time.ts";
import { NotSupported } from "../proc-connector/errors.ts";
import { Tree } from "./directory-tree.ts";
import { masksFor } from "./event-masks.ts";
import { Course } from "./event-processor.ts";
import { Reader } from "./event-reader.ts";
import { Group } from "./group.ts";
import type { TellerOptions, Visit } from "./reporter.ts";
import { Scanner } from "./scanner.ts";
import { Roots } from "./watch-roots.ts";

const BILLION = 1_000_000_000n;
/** About 107 bytes of the kernel's memory each. */
export const DEFAULT_MOST_WAITING = 1 << 20;

export interface WatchOptions extends TellerOptions {
  /** One character a byte. Symbolic links are followed once, now. */
  readonly paths: readonly string[];
  /** Whether all below them is watched, or only they and what is directly in them. */
  readonly recursive: boolean;
  /** When so many events wait to be read, the oldest are left out, and counted. */
  readonly mostWaiting?: number;
  /** Called after each read of the kernel's queue, before its events are told. */
  readonly wasRead?: () => void;
}

export class FanotifySource implements Source<WatchEvent> {
  private readonly group = new Group();
  private readonly tree: Tree;
  private readonly reader = new Reader(this.group.fd, () => this.beRead());
  private readonly scanner: Scanner;
  private readonly roots: Roots;
  private readonly course: Course;
  private readonly mostWaiting: number;
  private readonly wasRead: () => void;

  /** @throws NotSupported; SystemError, that names the path which it is about */
  constructor(options: WatchOptions) {
    const { group } = this;
    if (options.types.has("RENAME") && !group.hasTargets) {
      this.close();
      throw new NotSupported("RENAME needs Linux 5.17; MOVED_FROM and MOVED_TO are told before it");
    }
    const { recursive, mostWaiting = DEFAULT_MOST_WAITING, wasRead = () => {} } = options;
    this.mostWaiting = mostWaiting;
    this.wasRead = wasRead;
    const masks = masksFor(options.types, group.hasTargets);
    this.tree = new Tree(recursive);
    this.scanner = new Scanner(group, this.tree, masks.inode);
    this.roots = new Roots(group, this.tree, this.scanner, { recursive, masks });
    this.course = new Course(this.reader, this.tree, this.scanner, this.roots, options);
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
  get tellsPids(): boolean {
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
  await(path: string): void {
    this.roots.await(path);
  }

  /** What cannot be had here, in words; empty when nothing is missing. */
  get limits(): string[] {
    return [...this.group.limits, ...this.roots.limits];
  }

  drain(visit: Visit): void {
    const waiting = this.group.waiting();
    const leftOut = Math.max(0, waiting - this.mostWaiting);
    try {
      if (leftOut > 0) this.course.leaveOut(leftOut, visit);
      this.course.tell(waiting - leftOut, visit);
    } finally {
      for (const mounted of this.tree.mounts) mounted.release();
    }
  }

  private beRead(): void {
    const now = clock(CLOCK_REALTIME);
    this.course.teller.event.time.seconds = Number(now / BILLION);
    this.course.teller.event.time.nanoseconds = Number(now % BILLION);
    this.wasRead();
  }

  losses(): Loss[] {
    const refused = [...this.scanner.refused].map(([errno, count]) => ({
      what: `directories not watched (${errnoName(errno)})`,
      count,
    }));
    const all: Loss[] = [
      {
        what: "times events were lost",
        count: this.course.overflows,
        hint: "the kernel's queue was full; see /proc/sys/fs/fanotify/max_queued_events",
      },
      {
        what: "events left out",
        count: this.course.leftOut,
        hint: `more than ${this.mostWaiting} waited; try a larger --buffer`,
      },
      {
        what: "watched directories moved or removed unseen",
        count: this.course.follower.outOfSight + this.roots.lost,
      },
      { what: "reads not understood", count: this.reader.malformed },
      ...refused,
    ];
    return all.filter(({ count }) => count > 0);
  }

  close(): void {
    close(this.group.fd);
  }
}

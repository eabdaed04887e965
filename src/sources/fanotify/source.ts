/**
 * Changes of files as the kernel tells of them, each with its path as it was then: fanotify(7). The
 * tree of directories follows the events, so that it is always as old as they are.
 */
import { Q_OVERFLOW, type WatchEvent } from "../../events/watch.ts";
import { clock } from "../../ffi/clock.ts";
import { close } from "../../ffi/fd.ts";
import { DT_DIR, type Entry } from "../../kernel/dirent.ts";
import { errnoName } from "../../kernel/errno.ts";
import * as fan from "../../kernel/fanotify.ts";
import { CLOCK_REALTIME } from "../../kernel/time.ts";
import { NotSupported } from "../connector-errors.ts";
import type { Loss, Source } from "../source.ts";
import { Appeared } from "./appeared.ts";
import { Files } from "./files.ts";
import { Follower } from "./follower.ts";
import { Group } from "./group.ts";
import { Locator } from "./locator.ts";
import { Nameless } from "./nameless.ts";
import { Reader } from "./reader.ts";
import { Roots } from "./roots.ts";
import { Scanner } from "./scanner.ts";
import { Teller, type TellerOptions, type Visit } from "./teller.ts";
import { type Directory, Tree } from "./tree.ts";
import { masksFor } from "./types.ts";

const BILLION = 1_000_000_000n;
/** About 107 bytes of the kernel's memory each. */
export const DEFAULT_MOST_WAITING = 1 << 20;
/** How many events are taken between two looks at how many wait. */
const MEASURE_EVERY = 1 << 16;

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
  private readonly files = new Files();
  private readonly reader = new Reader(this.group.fd, () => this.beRead());
  private readonly scanner: Scanner;
  private readonly roots: Roots;
  private readonly follower: Follower;
  private readonly nameless: Nameless;
  private readonly appeared: Appeared;
  private readonly teller: Teller;
  private readonly mostWaiting: number;
  private readonly wasRead: () => void;
  private overflows = 0;
  private leftOut = 0;

  /** @throws NotSupported; SystemError, that names the path which it is about */
  constructor(options: WatchOptions) {
    const { group } = this;
    const tree = new Tree(options.recursive);
    this.tree = tree;
    this.nameless = new Nameless(this.reader, tree, this.files);
    this.appeared = new Appeared(tree);
    this.mostWaiting = options.mostWaiting ?? DEFAULT_MOST_WAITING;
    this.wasRead = options.wasRead ?? (() => {});
    if (options.types.has("RENAME") && !group.hasTargets)
      throw new NotSupported("RENAME needs Linux 5.17; MOVED_FROM and MOVED_TO are told before it");
    const masks = masksFor(options.types, group.hasTargets);
    this.scanner = new Scanner(group, tree, masks.inode);
    const locator = new Locator(tree, this.scanner);
    this.follower = new Follower(tree, this.scanner, locator);
    this.teller = new Teller(options, this.reader, tree, locator, this.files);
    this.roots = new Roots(group, tree, this.scanner, locator, {
      recursive: options.recursive,
      masks,
    });
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
    try {
      this.takeAll(visit);
    } finally {
      for (const mounted of this.tree.mounts) mounted.release();
    }
  }

  private takeAll(visit: Visit): void {
    for (let left = this.group.waiting(); left > 0; left = this.group.waiting()) {
      if (left > this.mostWaiting) this.leaveOut(left - this.mostWaiting, visit);
      for (let taken = 0; taken < MEASURE_EVERY; taken++) {
        if (!this.reader.next()) {
          this.appeared.caughtUp();
          return;
        }
        if (!this.take(visit)) return;
      }
    }
  }

  private beRead(): void {
    const now = clock(CLOCK_REALTIME);
    this.teller.event.time.seconds = Number(now / BILLION);
    this.teller.event.time.nanoseconds = Number(now % BILLION);
    this.wasRead();
  }

  /** Follows events without telling of them. */
  private leaveOut(count: number, visit: Visit): void {
    for (let left = count; left > 0 && this.reader.next(); left--) {
      this.leftOut++;
      const appeared = this.follower.follow(this.reader.event);
      if (appeared) this.scanner.scanKnown(appeared, () => {});
    }
    this.teller.general(visit, Q_OVERFLOW, null);
  }

  /** @returns false where the event has to wait for what follows it */
  private take(visit: Visit): boolean {
    const { event } = this.reader;
    if (event.mask & fan.FAN_Q_OVERFLOW) this.overflowed(visit);
    const appeared = event.mask & fan.FAN_ONDIR ? this.follower.follow(event) : null;
    if (!this.isOurs() && !this.tell(visit)) return false;
    if (appeared) this.read(appeared, visit);
    return true;
  }

  /**
   * Whether we did it ourselves. What somebody removed while we looked at its size is deleted only
   * when we let go of it: then that is told, as done by whom it was removed.
   */
  private isOurs(): boolean {
    const { event } = this.reader;
    if (event.pid !== process.pid) return false;
    if ((event.mask & fan.FAN_DELETE_SELF) === 0) return true;
    const { view, mask, dfid } = event;
    const removed = dfid.present
      ? this.tree.find(view, dfid.key, dfid.keyLength)
      : this.files.get(event);
    event.mask = mask & (fan.FAN_DELETE_SELF | fan.FAN_ONDIR);
    event.pid = removed?.removedBy ?? 0;
    return event.pid === 0 || event.pid === process.pid;
  }

  private tell(visit: Visit): boolean {
    const { event } = this.reader;
    const { mask, dfid, oldDfid, newDfid, fid } = event;
    if (dfid.present || oldDfid.present || newDfid.present) {
      this.nameless.saw(event);
      const rest = this.appeared.rest(event);
      if (mask & fan.FAN_RENAME) this.teller.rename(visit);
      else this.teller.named(visit, rest);
      return true;
    }
    if (!fid.present) return true;
    if (mask & fan.FAN_FS_ERROR) {
      this.teller.general(visit, "FS_ERROR", this.roots.nearest(event));
      return true;
    }
    const place = this.nameless.find();
    if (place !== "elsewhere" && place !== "later")
      this.teller.of(visit, place.directory, place.name);
    return place !== "later";
  }

  /** Marks and reads a directory that is there all at once, and what is in it. */
  private read(directory: Directory, visit: Visit): void {
    const found = (parent: Directory, { name, type }: Entry) => {
      if (!parent.isNew) return;
      this.appeared.note(parent, name);
      this.teller.found(visit, parent, name, type === DT_DIR);
    };
    this.scanner.scanKnown(directory, found);
  }

  private overflowed(visit: Visit): void {
    this.overflows++;
    this.teller.general(visit, Q_OVERFLOW, null);
    this.files.clear();
    this.appeared.caughtUp();
    this.roots.again();
  }

  losses(): Loss[] {
    const refused = [...this.scanner.refused].map(([errno, count]) => ({
      what: `directories not watched (${errnoName(errno)})`,
      count,
    }));
    const all: Loss[] = [
      {
        what: "times events were lost",
        count: this.overflows,
        hint: "the kernel's queue was full; see /proc/sys/fs/fanotify/max_queued_events",
      },
      {
        what: "events left out",
        count: this.leftOut,
        hint: `more than ${this.mostWaiting} waited; try a larger --buffer`,
      },
      {
        what: "watched directories moved or removed unseen",
        count: this.follower.outOfSight + this.roots.lost,
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

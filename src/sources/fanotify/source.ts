/**
 * Changes of files as the kernel tells of them, each with its path as it was then: fanotify(7). The
 * tree of directories follows the events, so that it is always as old as they are.
 */
import { type Doer, Q_OVERFLOW, WatchEvent, type WatchType } from "../../events/watch.ts";
import { clock } from "../../ffi/clock.ts";
import { close, readAvailable } from "../../ffi/fd.ts";
import { allocate } from "../../ffi/memory.ts";
import { sizeAt } from "../../ffi/statx.ts";
import * as fan from "../../kernel/fanotify.ts";
import { FanotifyEvent, type FidRecord, UnknownVersion } from "../../kernel/fanotify_event.ts";
import { Truncated } from "../../kernel/netlink.ts";
import { CLOCK_REALTIME } from "../../kernel/time.ts";
import { NotSupported } from "../connector-errors.ts";
import type { Loss, Source } from "../source.ts";
import { Group } from "./group.ts";
import { PathBuffer } from "./path-buffer.ts";
import { Roots } from "./roots.ts";
import { Scanner } from "./scanner.ts";
import { type Directory, Tree } from "./tree.ts";
import { bitsOf, IN_ORDER, KNOWN_BITS } from "./types.ts";

const READ_SIZE = 256 << 10;
const DOT = 0x2e;
const BILLION = 1_000_000_000n;

export interface WatchOptions {
  /** One character a byte. Symbolic links are followed once, now. */
  readonly paths: readonly string[];
  /** Whether all below them is watched, or only they and what is directly in them. */
  readonly recursive: boolean;
  readonly types: ReadonlySet<WatchType>;
  /** Who a process is that did something just now. */
  readonly doer: (pid: number) => Doer;
  /** Whether `size` and `change` are wanted. */
  readonly sizes: boolean;
  /** Events that may wait to be read; those before are left out then, and counted. */
  readonly mostWaiting: number;
}

export class FanotifySource implements Source<WatchEvent> {
  /** What cannot be had here, in words; empty when nothing is missing. */
  readonly limits: readonly string[];
  private readonly group = new Group();
  private readonly tree = new Tree();
  private readonly scanner: Scanner;
  private readonly roots: Roots;
  private readonly options: WatchOptions;
  /** Bits of the events that are told of. */
  private readonly wanted: number;
  private readonly buffer = allocate(READ_SIZE);
  private readonly raw = new FanotifyEvent();
  private readonly event = new WatchEvent();
  private readonly path = new PathBuffer();
  private readonly oldPath = new PathBuffer();
  private overflows = 0;
  private malformed = 0;

  /** @throws NotSupported; SystemError, that names the path which it is about */
  constructor(options: WatchOptions) {
    this.options = options;
    this.wanted = bitsOf(options.types);
    if (options.types.has("RENAME") && !this.group.hasTargets)
      throw new NotSupported("RENAME needs Linux 5.17; MOVED_FROM and MOVED_TO are there before");
    const { whole, inode } = this.masks();
    this.scanner = new Scanner(this.group, this.tree, inode);
    this.roots = new Roots(this.group, this.tree, this.scanner, {
      recursive: options.recursive,
      wholeMask: whole,
    });
    try {
      for (const path of options.paths) this.roots.add(path);
    } catch (error) {
      this.close();
      throw error;
    }
    this.limits = [];
  }

  get fd(): number {
    return this.group.fd;
  }

  /** What is asked of the kernel: what is wanted, and what the tree is kept by. */
  private masks(): { whole: number; inode: number } {
    const names = this.group.hasTargets ? fan.FAN_RENAME : fan.FAN_MOVED_FROM | fan.FAN_MOVED_TO;
    const whole = this.wanted | fan.FAN_CREATE | fan.FAN_DELETE | names | fan.FAN_ONDIR;
    const inode = (whole & ~fan.FAN_FS_ERROR) | fan.FAN_MOVE_SELF | fan.FAN_EVENT_ON_CHILD;
    return { whole: whole >>> 0, inode: inode >>> 0 };
  }

  drain(visit: (event: WatchEvent) => void): void {
    for (let left = this.group.waiting(); left > 0; ) {
      const length = readAvailable(this.group.fd, this.buffer);
      if (length === 0) return;
      this.setTime();
      left -= this.drainRead(length, visit);
    }
  }

  /** @returns how many events there were */
  private drainRead(length: number, visit: (event: WatchEvent) => void): number {
    const { raw, buffer } = this;
    let count = 0;
    try {
      for (let at = 0; at < length; count++) {
        at = raw.moveTo(buffer.view, at, length);
        this.take(visit);
      }
    } catch (error) {
      if (!(error instanceof Truncated || error instanceof UnknownVersion)) throw error;
      this.malformed++;
    }
    return count;
  }

  private setTime(): void {
    const now = clock(CLOCK_REALTIME);
    this.event.time.seconds = Number(now / BILLION);
    this.event.time.nanoseconds = Number(now % BILLION);
  }

  private take(visit: (event: WatchEvent) => void): void {
    const { raw } = this;
    if (raw.mask & fan.FAN_ONDIR) this.follow();
    if (raw.pid === process.pid) return;
    if (raw.mask & fan.FAN_Q_OVERFLOW) this.overflowed(visit);
    else if (raw.mask & fan.FAN_RENAME) this.tellRename(visit);
    else if (raw.dfid.present) this.tellNamed(visit);
  }

  // ---- the tree ----

  private directoryOf(record: FidRecord): Directory | undefined {
    return this.tree.find(this.raw.view, record.key, record.keyLength);
  }

  private place(of: FidRecord): Directory {
    return this.tree.at(this.raw.view, of.key, of.keyLength);
  }

  private nameOf({ name, nameLength }: FidRecord): Uint8Array {
    return this.buffer.bytes.slice(name, name + nameLength);
  }

  /** Follows a directory that was made, moved or removed. */
  private follow(): void {
    const { raw, tree } = this;
    if (!raw.fid.present) return;
    if (raw.mask & fan.FAN_RENAME) {
      if (!raw.newDfid.present) return;
      const moved = this.place(raw.fid);
      tree.place(moved, this.place(raw.newDfid), this.nameOf(raw.newDfid));
      if (tree.resolve(moved).wantsChildren) this.scanner.scanKnown(moved, () => {});
      return;
    }
    if (raw.mask & fan.FAN_CREATE) {
      const made = this.place(raw.fid);
      tree.place(made, this.place(raw.dfid), this.nameOf(raw.dfid));
      made.isScanned = made.mounted?.isWhole ?? false;
      if (tree.resolve(made).wantsChildren) this.scanner.scanKnown(made, () => {});
    }
    if (raw.mask & fan.FAN_DELETE) {
      const removed = this.directoryOf(raw.fid);
      if (removed) removed.isGone = true;
    }
  }

  // ---- telling ----

  /** Whether an event is wanted of what a record names. */
  private isWanted(directory: Directory | undefined, record: FidRecord): directory is Directory {
    if (!directory || this.tree.resolve(directory).path === null) return false;
    if (this.isItself(record)) return directory.wantsSelf;
    return directory.wantsChildren || this.isFile(directory, record);
  }

  private isItself({ name, nameLength }: FidRecord): boolean {
    return nameLength === 0 || (nameLength === 1 && this.buffer.bytes[name] === DOT);
  }

  /** Whether it names a file that the user gave. */
  private isFile({ files }: Directory, { name, nameLength }: FidRecord): boolean {
    const { bytes } = this.buffer;
    return files.some(
      (file) => file.length === nameLength && file.every((byte, i) => byte === bytes[name + i]),
    );
  }

  private tellNamed(visit: (event: WatchEvent) => void): void {
    const { raw } = this;
    const directory = this.directoryOf(raw.dfid);
    if (!this.isWanted(directory, raw.dfid)) return;
    this.writePath(directory, raw.dfid);
    this.event.oldPath.length = 0;
    this.tell(visit);
  }

  private writePath(directory: Directory, record: FidRecord): void {
    const length = this.isItself(record) ? 0 : record.nameLength;
    const { bytes } = this.buffer;
    this.path.write(this.event.path, directory.path!, bytes, record.name, length);
  }

  private tellRename(visit: (event: WatchEvent) => void): void {
    const { raw, event } = this;
    const [from, to] = [raw.oldDfid, raw.newDfid].map((record) =>
      record.present ? this.directoryOf(record) : undefined,
    );
    const fromWanted = this.isWanted(from, raw.oldDfid);
    const toWanted = this.isWanted(to, raw.newDfid);
    if (!fromWanted && !toWanted) return;
    event.path.length = event.oldPath.length = 0;
    if (to?.path) this.writePath(to, raw.newDfid);
    if (from?.path) {
      const { bytes } = this.buffer;
      this.oldPath.write(event.oldPath, from.path, bytes, raw.oldDfid.name, raw.oldDfid.nameLength);
    }
    this.tell(visit);
  }

  /** Tells of each type that is wanted. */
  private tell(visit: (event: WatchEvent) => void): void {
    const { raw, event, options } = this;
    if ((raw.mask & this.wanted) === 0) return;
    event.isDirectory = (raw.mask & fan.FAN_ONDIR) !== 0;
    event.unknownBits = (raw.mask & ~KNOWN_BITS) >>> 0;
    event.who = options.doer(raw.pid);
    event.user = "";
    event.error = raw.error;
    event.size = options.sizes && !event.isDirectory ? sizeAt(this.path.address) : null;
    event.change = null;
    for (const [type, bit] of IN_ORDER) {
      if ((raw.mask & this.wanted & bit) === 0) continue;
      event.type = type;
      visit(event);
    }
  }

  private overflowed(visit: (event: WatchEvent) => void): void {
    this.overflows++;
    this.event.type = Q_OVERFLOW;
    this.event.path.length = this.event.oldPath.length = 0;
    visit(this.event);
    this.roots.again();
  }

  losses(): Loss[] {
    const all: Loss[] = [
      { what: "times the kernel's queue was full and events were lost", count: this.overflows },
      { what: "events not understood", count: this.malformed },
    ];
    return all.filter(({ count }) => count > 0);
  }

  close(): void {
    close(this.group.fd);
    this.roots.close();
  }
}

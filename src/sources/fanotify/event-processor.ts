/** Takes the events of a group one by one: the tree follows each, and what is wanted is told. */
import { Q_OVERFLOW } from "../../events/watch-event.ts";
import { DT_DIR, type Entry } from "../../kernel/dirent.ts";
import * as fan from "../../kernel/fanotify.ts";
import { Appeared } from "./create-dedup.ts";
import type { Directory, Tree } from "./directory-tree.ts";
import type { Reader } from "./event-reader.ts";
import { Files } from "./file-cache.ts";
import { Nameless } from "./name-resolver.ts";
import { Locator } from "./path-resolver.ts";
import { Teller, type TellerOptions, type Visit } from "./reporter.ts";
import type { Scanner } from "./scanner.ts";
import { Follower } from "./tree-updater.ts";
import type { Roots } from "./watch-roots.ts";

export class Course {
  /** How often the kernel's queue was full. */
  overflows = 0;
  /** Events that were not told since too many waited. */
  leftOut = 0;
  readonly teller: Teller;
  readonly follower: Follower;
  private readonly reader: Reader;
  private readonly tree: Tree;
  private readonly scanner: Scanner;
  private readonly roots: Roots;
  private readonly files = new Files();
  private readonly nameless: Nameless;
  private readonly appeared: Appeared;
  private readonly ourPid = process.pid;

  constructor(reader: Reader, tree: Tree, scanner: Scanner, roots: Roots, options: TellerOptions) {
    this.reader = reader;
    this.tree = tree;
    this.scanner = scanner;
    this.roots = roots;
    const locator = new Locator(tree, scanner);
    this.follower = new Follower(tree, scanner, locator);
    this.teller = new Teller(options, reader, tree, locator, this.files);
    this.nameless = new Nameless(reader, tree, this.files);
    this.appeared = new Appeared(tree);
  }

  /** Tells of so many events, and of all others that were read with them. */
  tell(count: number, visit: Visit): void {
    const { reader } = this;
    // What was there when directories were read has been taken.
    if (count === 0 && reader.isAtEnd) this.appeared.caughtUp();
    for (let left = count; left > 0 || !reader.isAtEnd; left--)
      if (!reader.next() || !this.take(visit)) return;
  }

  /** Follows so many events without telling of them. */
  leaveOut(count: number, visit: Visit): void {
    const { reader } = this;
    for (let left = count; left > 0 && reader.next(); left--) {
      this.leftOut++;
      const appeared = this.follow(visit);
      if (appeared) this.scanner.scanKnown(appeared, () => {});
    }
    // Where files are now that were told of before is not known.
    this.files.clear();
    this.teller.general(visit, Q_OVERFLOW, null);
  }

  /** @returns false where the event has to wait for what follows it */
  private take(visit: Visit): boolean {
    const appeared = this.follow(visit);
    if (!this.isOurs() && !this.tellOne(visit)) return false;
    if (appeared) this.read(appeared, visit);
    return true;
  }

  /** @returns a directory that has to be read */
  private follow(visit: Visit): Directory | null {
    const { event } = this.reader;
    if (event.mask & fan.FAN_Q_OVERFLOW) this.overflowed(visit);
    return event.mask & fan.FAN_ONDIR ? this.follower.follow(event) : null;
  }

  /**
   * Whether we did it ourselves. What somebody removed while we looked at its size is deleted only
   * when we let go of it: then the event becomes theirs who removed it.
   */
  private isOurs(): boolean {
    const { event } = this.reader;
    if (event.pid !== this.ourPid) return false;
    if ((event.mask & fan.FAN_DELETE_SELF) === 0) return true;
    const { view, mask, dfid } = event;
    const removed = dfid.present
      ? this.tree.find(view, dfid.key, dfid.keyLength)
      : this.files.get(event);
    event.mask = mask & (fan.FAN_DELETE_SELF | fan.FAN_ONDIR);
    event.pid = removed?.removedBy ?? this.ourPid;
    return event.pid === this.ourPid;
  }

  private tellOne(visit: Visit): boolean {
    const { event } = this.reader;
    const { mask, dfid, oldDfid, newDfid, fid } = event;
    if (dfid.present || oldDfid.present || newDfid.present) {
      this.nameless.saw(event);
      const rest = this.appeared.rest(event);
      if (mask & fan.FAN_RENAME) this.teller.rename(visit);
      else this.teller.named(visit, rest);
      return true;
    }
    if (mask & fan.FAN_FS_ERROR) this.teller.general(visit, "FS_ERROR", this.roots.nearest(event));
    else if (fid.present) return this.tellNameless(visit);
    return true;
  }

  private tellNameless(visit: Visit): boolean {
    const place = this.nameless.find();
    if (place === "later") return false;
    if (place !== "elsewhere") this.teller.of(visit, place.directory, place.name);
    return true;
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
}

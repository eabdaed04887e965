/** Keeps the tree of directories as the events say that they were made, moved and removed. */
import * as fan from "../../kernel/fanotify.ts";
import type { FanotifyEvent, FidRecord } from "../../kernel/fanotify-event.ts";
import type { Directory, Tree } from "./directory-tree.ts";
import { nameOf } from "./event-scope.ts";
import type { Locator } from "./path-resolver.ts";
import type { Scanner } from "./scanner.ts";

export class Follower {
  /** Directories that lead to what the user gave and were moved to nobody knows where. */
  outOfSight = 0;
  private readonly tree: Tree;
  private readonly scanner: Scanner;
  private readonly locator: Locator;

  constructor(tree: Tree, scanner: Scanner, locator: Locator) {
    this.tree = tree;
    this.scanner = scanner;
    this.locator = locator;
  }

  /**
   * Takes in an event about a directory.
   * @returns a directory that has to be read now: it has appeared where all is wanted
   */
  follow(event: FanotifyEvent): Directory | null {
    const { mask, dfid, newDfid } = event;
    if (mask & fan.FAN_RENAME) return this.appeared(this.moved(event, newDfid));
    const made = mask & fan.FAN_CREATE ? this.made(event) : null;
    if (mask & fan.FAN_DELETE) this.removed(event);
    if (!event.fid.present && mask & fan.FAN_MOVED_TO)
      return this.appeared(this.moved(event, dfid));
    return this.appeared(made);
  }

  private appeared(directory: Directory | null): Directory | null {
    if (!directory || directory.isScanned || directory.isGone) return null;
    return this.tree.resolve(directory).wantsChildren ? directory : null;
  }

  private at({ view }: FanotifyEvent, { key, keyLength }: FidRecord): Directory {
    return this.tree.at(view, key, keyLength);
  }

  /** The directory that an event is about; where the kernel does not say, what has its name now. */
  private target(event: FanotifyEvent, parent: Directory, name: Uint8Array): Directory | null {
    if (event.fid.present) return this.at(event, event.fid);
    return this.scanner.named(parent, name);
  }

  private made(event: FanotifyEvent): Directory | null {
    const parent = this.at(event, event.dfid);
    const name = nameOf(event, event.dfid);
    const made = this.target(event, parent, name);
    if (!made) return null;
    this.tree.place(made, parent, name);
    // With one mark for all nothing can have been made in it that did not tell of itself.
    const isWhole = made.mounted?.isWhole ?? false;
    made.isScanned ||= isWhole;
    made.isNew = !isWhole;
    return made;
  }

  private moved(event: FanotifyEvent, to: FidRecord): Directory | null {
    if (!to.present) return this.left(event);
    const parent = this.at(event, to);
    const name = nameOf(event, to);
    const moved = this.target(event, parent, name);
    // Where it is mounted a directory stays, wherever it is moved on its file system.
    if (!moved || moved.base) return null;
    this.tree.place(moved, parent, name);
    if (moved.onTheWay && !this.locator.pathOf(moved)) this.outOfSight++;
    return moved;
  }

  /** It was moved to where nothing is watched. */
  private left({ view, fid }: FanotifyEvent): null {
    const moved = this.tree.find(view, fid.key, fid.keyLength);
    if (moved?.onTheWay) this.outOfSight++;
    if (moved) this.tree.lose(moved);
    return null;
  }

  private removed({ view, pid, fid }: FanotifyEvent): void {
    const removed = fid.present ? this.tree.find(view, fid.key, fid.keyLength) : null;
    if (!removed) return;
    removed.isGone = true;
    removed.removedBy = pid;
  }
}

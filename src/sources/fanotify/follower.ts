/** Keeps the tree of directories as the events say that they were made, moved and removed. */
import * as fan from "../../kernel/fanotify.ts";
import type { FanotifyEvent, FidRecord } from "../../kernel/fanotify_event.ts";
import type { Locator } from "./locator.ts";
import type { Scanner } from "./scanner.ts";
import { isItself, nameOf } from "./scope.ts";
import type { Directory, Tree } from "./tree.ts";

export class Follower {
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
    if (mask & fan.FAN_MOVE_SELF && isItself(event.view, dfid)) this.movedItself(event);
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
    const name = nameOf(event.view, event.dfid);
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
    const name = nameOf(event.view, to);
    const moved = this.target(event, parent, name);
    if (!moved) return null;
    const before = this.tree.resolve(moved).path;
    this.tree.place(moved, parent, name);
    if (moved.onTheWay && this.tree.resolve(moved).path === null) this.find(moved, before);
    return moved;
  }

  /** It was moved to where nothing is watched. */
  private left(event: FanotifyEvent): null {
    const { view, fid } = event;
    const moved = this.tree.find(view, fid.key, fid.keyLength);
    if (moved) this.tree.lose(moved);
    if (moved?.onTheWay) this.movedItself(event);
    return null;
  }

  /** What leads to what the user gave was moved to a directory of which nothing is known. */
  private find(moved: Directory, before: Uint8Array | null): void {
    if (!this.locator.pathOf(moved) && before) this.tree.placeAt(moved, before);
  }

  /** What the user gave was moved, and nobody says where to: its own fd does. */
  private movedItself(event: FanotifyEvent): void {
    const { view, dfid, fid } = event;
    const record = dfid.present ? dfid : fid;
    const moved = this.tree.find(view, record.key, record.keyLength);
    if (!moved?.mounted || moved.mounted.isWhole || moved.watched === "no") return;
    const path = this.scanner.lookUp(moved);
    if (path) this.tree.placeAt(moved, path);
  }

  private removed({ view, pid, fid }: FanotifyEvent): void {
    const removed = fid.present ? this.tree.find(view, fid.key, fid.keyLength) : null;
    if (!removed) return;
    removed.isGone = true;
    removed.removedBy = pid;
  }
}

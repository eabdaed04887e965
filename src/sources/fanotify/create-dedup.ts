/**
 * Where every directory has a mark of its own, things are made in a new directory before it has
 * one. They are found by reading it; the kernel may tell of those that were made in between, too.
 */
import * as fan from "../../kernel/fanotify.ts";
import type { FanotifyEvent } from "../../kernel/fanotify-event.ts";
import type { Directory, Tree } from "./directory-tree.ts";
import { nameOf } from "./event-scope.ts";

const GOES = fan.FAN_DELETE | fan.FAN_MOVED_FROM | fan.FAN_RENAME;

export class Appeared {
  private readonly tree: Tree;
  private readonly found = new Map<Directory, Set<string>>();

  constructor(tree: Tree) {
    this.tree = tree;
  }

  /** Takes in what was found in a directory. */
  note(directory: Directory, name: Uint8Array): void {
    const names = this.found.get(directory) ?? new Set();
    this.found.set(directory, names.add(Buffer.from(name).toString("latin1")));
  }

  /** The bits of an event that were not told yet. */
  rest(event: FanotifyEvent): number {
    const { mask, view, dfid, oldDfid } = event;
    const record = mask & fan.FAN_RENAME ? oldDfid : dfid;
    if (this.found.size === 0 || !record.present || (mask & (GOES | fan.FAN_CREATE)) === 0)
      return mask;
    const directory = this.tree.find(view, record.key, record.keyLength);
    const names = directory && this.found.get(directory);
    const wasFound = names?.delete(Buffer.from(nameOf(event, record)).toString("latin1"));
    return wasFound ? mask & ~fan.FAN_CREATE : mask;
  }

  /** Nothing more can come of what was there when the directories were read. */
  caughtUp(): void {
    this.found.clear();
  }
}

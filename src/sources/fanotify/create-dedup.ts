/**
 * Where every directory has a mark of its own, things are made in a new directory before it has
 * one. They are found by reading it; the kernel may tell of those that were made in between, too.
 */
import * as fan from "../../kernel/fanotify.ts";
import type { FanotifyEvent } from "../../kernel/fanotify-event.ts";
import type { Directory, DirectoryTree } from "./directory-tree.ts";
import { recordName } from "./event-scope.ts";

const NAME_REMOVALS = fan.FAN_DELETE | fan.FAN_MOVED_FROM | fan.FAN_RENAME;

export class CreateDeduplicator {
  private readonly tree: DirectoryTree;
  private readonly discovered = new Map<Directory, Set<string>>();

  constructor(tree: DirectoryTree) {
    this.tree = tree;
  }

  /** Takes in what was found in a directory. */
  add(directory: Directory, name: Uint8Array): void {
    const names = this.discovered.get(directory) ?? new Set();
    this.discovered.set(directory, names.add(Buffer.from(name).toString("latin1")));
  }

  /** The bits of an event that were not told yet. */
  unreportedMask(event: FanotifyEvent): number {
    const { mask, view, dfid, oldDfid } = event;
    const record = mask & fan.FAN_RENAME ? oldDfid : dfid;
    if (
      this.discovered.size === 0 ||
      !record.isPresent ||
      (mask & (NAME_REMOVALS | fan.FAN_CREATE)) === 0
    )
      return mask;
    const directory = this.tree.find(view, record.keyStart, record.keyLength);
    const names = directory && this.discovered.get(directory);
    const wasFound = names?.delete(Buffer.from(recordName(event, record)).toString("latin1"));
    return wasFound ? mask & ~fan.FAN_CREATE : mask;
  }

  /** Nothing more can come of what was there when the directories were read. */
  clear(): void {
    this.discovered.clear();
  }
}

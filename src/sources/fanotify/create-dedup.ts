/**
 * Removes duplicate CREATE events. Without a filesystem mark (fanotify_mark(2)), entries can be
 * created in a new directory before it has a mark of its own. The scanner discovers them by reading
 * the directory, and the kernel may report those that were created after the mark as well.
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

  /** Records an entry that the scanner discovered and reported. */
  add(directory: Directory, name: Uint8Array): void {
    const names = this.discovered.get(directory) ?? new Set();
    this.discovered.set(directory, names.add(Buffer.from(name).toString("latin1")));
  }

  /** Returns the event's mask without a FAN_CREATE that was already reported. */
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
    const wasDiscovered = names?.delete(Buffer.from(recordName(event, record)).toString("latin1"));
    return wasDiscovered ? mask & ~fan.FAN_CREATE : mask;
  }

  /** Forgets all entries, once the events that were queued during the scans have been read. */
  clear(): void {
    this.discovered.clear();
  }
}

/**
 * Removes duplicate CREATE and CLOSE_WRITE events. Without a filesystem mark (fanotify_mark(2)),
 * entries can be created in a new directory before it has a mark of its own. The scanner discovers
 * them by reading the directory, and the kernel may report what happened after the mark as well.
 */
import { TimesReader } from "../../ffi/statx.ts";
import * as fan from "../../kernel/fanotify.ts";
import type { FanotifyEvent } from "../../kernel/fanotify-event.ts";
import { AT_FDCWD } from "../../kernel/fcntl.ts";
import { type Directory, type DirectoryTree, joinName } from "./directory-tree.ts";
import { recordName } from "./event-scope.ts";

const NAME_REMOVALS = fan.FAN_DELETE | fan.FAN_MOVED_FROM | fan.FAN_RENAME;
const REPORTED = fan.FAN_CREATE | fan.FAN_CLOSE_WRITE;

interface Discovered {
  isCreated: boolean;
  /** When it was modified last, if it was reported as written; null otherwise. */
  modified: bigint | null;
}

export class CreateDeduplicator {
  private readonly tree: DirectoryTree;
  private readonly discovered = new Map<Directory, Map<string, Discovered>>();
  private readonly times = new TimesReader();

  constructor(tree: DirectoryTree) {
    this.tree = tree;
  }

  /**
   * Records an entry that the scanner discovered and reported.
   * @param modified when it was modified last, if it was reported as written
   */
  add(directory: Directory, name: Uint8Array, modified: bigint | null = null): void {
    const names = this.discovered.get(directory) ?? new Map<string, Discovered>();
    names.set(Buffer.from(name).toString("latin1"), { isCreated: true, modified });
    this.discovered.set(directory, names);
  }

  /** Returns the event's mask without what was already reported. */
  unreportedMask(event: FanotifyEvent): number {
    const { mask, view, dfid, oldDfid } = event;
    const record = mask & fan.FAN_RENAME ? oldDfid : dfid;
    if (
      this.discovered.size === 0 ||
      !record.isPresent ||
      (mask & (NAME_REMOVALS | REPORTED)) === 0
    )
      return mask;
    const directory = this.tree.find(view, record.keyStart, record.keyLength);
    const names = directory && this.discovered.get(directory);
    const name = recordName(event, record);
    const key = Buffer.from(name).toString("latin1");
    const entry = names?.get(key);
    if (!names || !entry) return mask;
    if (mask & NAME_REMOVALS) names.delete(key);
    return mask & ~this.duplicates(mask, entry, directory, name);
  }

  /** Returns the types that were reported. A file is written again if it was modified since. */
  private duplicates(
    mask: number,
    entry: Discovered,
    directory: Directory,
    name: Uint8Array,
  ): number {
    let duplicates = 0;
    if (mask & fan.FAN_CREATE && entry.isCreated) {
      duplicates |= fan.FAN_CREATE;
      entry.isCreated = false;
    }
    if (mask & fan.FAN_CLOSE_WRITE && entry.modified !== null) {
      const path = joinName(this.tree.resolve(directory).path, name);
      const modified = path ? this.times.read(AT_FDCWD, path)?.modified : undefined;
      if (modified === entry.modified) duplicates |= fan.FAN_CLOSE_WRITE;
      entry.modified = null;
    }
    return duplicates;
  }

  /** Forgets all entries, once the events that were queued during the scans have been read. */
  clear(): void {
    this.discovered.clear();
  }
}

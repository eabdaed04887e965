/** Decides which events are within the requested paths. */
import { FAN_MOVE_SELF } from "../../kernel/fanotify.ts";
import type { FanotifyEvent, FidRecord } from "../../kernel/fanotify-event.ts";
import type { WantedPath } from "./directory.ts";
import type { Directory, DirectoryTree } from "./directory-tree.ts";

const DOT = 0x2e;

/** Returns a copy of a record's name. */
export function recordName(
  { bytes }: FanotifyEvent,
  { nameStart, nameLength }: FidRecord,
): Uint8Array {
  return bytes.slice(nameStart, nameStart + nameLength);
}

/** Whether a record is about the directory itself, not about an entry: its name is empty or ".". */
export function isSelf({ bytes }: FanotifyEvent, { nameStart, nameLength }: FidRecord): boolean {
  return nameLength === 0 || (nameLength === 1 && bytes[nameStart] === DOT);
}

export class EventScope {
  private readonly tree: DirectoryTree;

  constructor(tree: DirectoryTree) {
    this.tree = tree;
  }

  find(
    { view }: FanotifyEvent,
    { isPresent, keyStart, keyLength }: FidRecord,
  ): Directory | undefined {
    return isPresent ? this.tree.find(view, keyStart, keyLength) : undefined;
  }

  /** Whether a mount hides the directory of a record, as far as known. */
  isHidden(event: FanotifyEvent, record: FidRecord): boolean {
    const directory = this.find(event, record);
    return directory !== undefined && this.tree.resolve(directory).isHidden;
  }

  /** Returns the directory of a record, if the event is to be reported for it. */
  matchingDirectory(event: FanotifyEvent, record: FidRecord): Directory | null {
    const directory = this.find(event, record);
    if (!directory || this.tree.resolve(directory).path === null) return null;
    const matches = isSelf(event, record)
      ? directory.reportsSelf || (directory.hasLeft && (event.mask & FAN_MOVE_SELF) !== 0)
      : directory.reportsChildren || this.isWatchedEntry(directory, event, record);
    return matches ? directory : null;
  }

  /** Whether an entry of an unwatched directory is itself a requested path. */
  private isWatchedEntry(directory: Directory, event: FanotifyEvent, record: FidRecord): boolean {
    return this.requestedEntry(directory, event, record) !== null;
  }

  /** Returns the requested path that an entry of a directory has; null if it has none. */
  requestedEntry(
    { wanted }: Directory,
    event: FanotifyEvent,
    record: FidRecord,
  ): WantedPath | null {
    if (!wanted || wanted.children.size === 0) return null;
    const entry = wanted.child(recordName(event, record));
    return entry?.isRequested ? entry : null;
  }

  /** Whether events of a name in a directory are to be reported. */
  matchesName(directory: Directory, name: Uint8Array): boolean {
    const { path, reportsChildren, wanted } = this.tree.resolve(directory);
    if (path === null) return false;
    return reportsChildren || (wanted?.child(name)?.isRequested ?? false);
  }
}

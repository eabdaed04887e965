/** Which events are of what the user gave. */
import { FAN_ONDIR } from "../../kernel/fanotify.ts";
import type { FanotifyEvent, FidRecord } from "../../kernel/fanotify-event.ts";
import { type Directory, type DirectoryTree, isEqual } from "./directory-tree.ts";

const DOT = 0x2e;

/** The name that a record has, copied. */
export function recordName(
  { bytes }: FanotifyEvent,
  { nameStart, nameLength }: FidRecord,
): Uint8Array {
  return bytes.slice(nameStart, nameStart + nameLength);
}

/** Whether a record is of a directory itself, not of something in it. */
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

  /** The directory that a record names, if what the record says of it is wanted. */
  matchingDirectory(event: FanotifyEvent, record: FidRecord): Directory | null {
    const directory = this.find(event, record);
    if (!directory || this.tree.resolve(directory).path === null) return null;
    const wanted = isSelf(event, record)
      ? directory.reportsSelf
      : directory.reportsChildren || this.isWatchedEntry(directory, event, record);
    return wanted ? directory : null;
  }

  /** Whether an entry of a directory that is not wanted is what the user gave. */
  private isWatchedEntry(directory: Directory, event: FanotifyEvent, record: FidRecord): boolean {
    if (!directory.isAncestorOfWatched) return false;
    if (event.mask & FAN_ONDIR) {
      const child = this.find(event, event.fid);
      if (child && child.scope !== "no") return true;
    }
    return (
      directory.watchedFiles.length > 0 && this.matchesName(directory, recordName(event, record))
    );
  }

  matchesName(directory: Directory, name: Uint8Array): boolean {
    if (this.tree.resolve(directory).path === null) return false;
    return directory.reportsChildren || directory.watchedFiles.some((file) => isEqual(file, name));
  }
}

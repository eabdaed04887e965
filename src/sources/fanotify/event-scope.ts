/** Which events are of what the user gave. */
import { FAN_ONDIR } from "../../kernel/fanotify.ts";
import type { FanotifyEvent, FidRecord } from "../../kernel/fanotify-event.ts";
import { type Directory, isEqual, type Tree } from "./directory-tree.ts";

const DOT = 0x2e;

/** The name that a record has, copied. */
export function nameOf({ bytes }: FanotifyEvent, { name, nameLength }: FidRecord): Uint8Array {
  return bytes.slice(name, name + nameLength);
}

/** Whether a record is of a directory itself, not of something in it. */
export function isItself({ bytes }: FanotifyEvent, { name, nameLength }: FidRecord): boolean {
  return nameLength === 0 || (nameLength === 1 && bytes[name] === DOT);
}

export class Scope {
  private readonly tree: Tree;

  constructor(tree: Tree) {
    this.tree = tree;
  }

  find({ view }: FanotifyEvent, { present, key, keyLength }: FidRecord): Directory | undefined {
    return present ? this.tree.find(view, key, keyLength) : undefined;
  }

  /** The directory that a record names, if what the record says of it is wanted. */
  wanted(event: FanotifyEvent, record: FidRecord): Directory | null {
    const directory = this.find(event, record);
    if (!directory || this.tree.resolve(directory).path === null) return null;
    const wanted = isItself(event, record)
      ? directory.wantsSelf
      : directory.wantsChildren || this.isGiven(directory, event, record);
    return wanted ? directory : null;
  }

  /** Whether an entry of a directory that is not wanted is what the user gave. */
  private isGiven(directory: Directory, event: FanotifyEvent, record: FidRecord): boolean {
    if (!directory.onTheWay) return false;
    if (event.mask & FAN_ONDIR) {
      const child = this.find(event, event.fid);
      if (child && child.watched !== "no") return true;
    }
    return directory.files.length > 0 && this.isWantedName(directory, nameOf(event, record));
  }

  isWantedName(directory: Directory, name: Uint8Array): boolean {
    if (this.tree.resolve(directory).path === null) return false;
    return directory.wantsChildren || directory.files.some((file) => isEqual(file, name));
  }
}

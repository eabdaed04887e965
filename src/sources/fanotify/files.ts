/**
 * What is remembered of files: where they are, for events that name only the file, and how large
 * they were.
 */
import * as fan from "../../kernel/fanotify.ts";
import type { FanotifyEvent, FidRecord } from "../../kernel/fanotify_event.ts";
import { HandleTable } from "./handle-table.ts";
import { nameOf } from "./scope.ts";
import type { Directory } from "./tree.ts";

/** A name in a directory. */
export interface Place {
  readonly directory: Directory;
  readonly name: Uint8Array;
}

export interface FileRecord {
  /** Null: it was moved to where nothing is watched. */
  directory: Directory | null;
  name: Uint8Array;
  /** Bytes when it was last looked at; null: never. */
  size: number | null;
  /** Who took a name of it away last: a pid, 0 if nobody did. */
  removedBy: number;
}

/** Twice so many are remembered at most: those that events told of last. */
const MOST = 65_536;

export class Files {
  private current = new HandleTable<FileRecord>();
  private previous = new HandleTable<FileRecord>();

  get(view: DataView, at: number, length: number): FileRecord | undefined {
    const found = this.current.get(view, at, length);
    if (found) return found;
    const old = this.previous.get(view, at, length);
    if (old) this.set(view, at, length, old);
    return old;
  }

  private set(view: DataView, at: number, length: number, record: FileRecord): void {
    if (this.current.size >= MOST) {
      this.previous = this.current;
      this.current = new HandleTable();
    }
    this.current.set(view, at, length, record);
  }

  /** Takes in that a file is in a directory, under the name that a record has. */
  saw({ view, mask, pid, fid }: FanotifyEvent, directory: Directory, record: FidRecord): void {
    if (!fid.present || mask & fan.FAN_ONDIR) return;
    let known = this.get(view, fid.key, fid.keyLength);
    if (!known) {
      known = { directory, name: nameOf(view, record), size: null, removedBy: 0 };
      this.set(view, fid.key, fid.keyLength, known);
    } else if ((mask & fan.FAN_MOVED_FROM) === 0 && !isAt(known, view, directory, record)) {
      known.directory = directory;
      known.name = nameOf(view, record);
    }
    if (mask & fan.FAN_DELETE) known.removedBy = pid;
  }

  /** Takes in that a file was moved to where nothing is watched. */
  left({ view, fid }: FanotifyEvent): void {
    const known = this.get(view, fid.key, fid.keyLength);
    if (known) known.directory = null;
  }

  /** Takes in where a file is whose events do not say it. */
  learn({ view, mask, pid, fid }: FanotifyEvent, { directory, name }: Place): void {
    const known = this.get(view, fid.key, fid.keyLength);
    const removedBy = mask & fan.FAN_ATTRIB ? pid : (known?.removedBy ?? 0);
    const record = { directory, name, size: known?.size ?? null, removedBy };
    if (known) Object.assign(known, record);
    else this.set(view, fid.key, fid.keyLength, record);
  }

  clear(): void {
    this.current = new HandleTable();
    this.previous = new HandleTable();
  }
}

function isAt(known: FileRecord, view: DataView, directory: Directory, record: FidRecord): boolean {
  if (known.directory !== directory || known.name.length !== record.nameLength) return false;
  for (let i = 0; i < record.nameLength; i++)
    if (view.getUint8(record.name + i) !== known.name[i]) return false;
  return true;
}

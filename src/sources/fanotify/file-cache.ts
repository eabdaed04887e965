/**
 * Caches the location and size of files by their handles. Events with FAN_REPORT_FID but without
 * a name (FAN_ATTRIB, FAN_DELETE_SELF, FAN_MOVE_SELF of files) get their path from here.
 */
import type { FileAttributes } from "../../events/watch-event.ts";
import * as fan from "../../kernel/fanotify.ts";
import type { FanotifyEvent, FidRecord } from "../../kernel/fanotify-event.ts";
import type { Directory } from "./directory-tree.ts";
import { doubled, HandleMap } from "./handle-map.ts";

/** A name in a directory. */
export interface FileLocation {
  readonly directory: Directory;
  readonly name: Uint8Array;
}

export interface CachedFile {
  /** Null if the file was moved to an unwatched directory. */
  directory: Directory | null;
  /** Offset of its name in the names of the generation. */
  name: number;
  nameLength: number;
  /** Bytes when it was last read; null if it never was. */
  size: number | null;
  /** As they were when they were last read; null if they were not, or may have changed unseen. */
  attributes: FileAttributes | null;
  /** Pid of the process that last removed a name of it; 0 if that is in another pid namespace. */
  removedBy: number | null;
  /** Whether its deletion was reported. */
  isDeleted: boolean;
  /** Whether its last event removed a name of it, or the file itself. */
  isGone: boolean;
}

/** Max files of a generation; there are two generations. */
const MAX_FILES = 65_536;
const MAX_NAME_BYTES = MAX_FILES * 64;
/** Files that are gone are forgotten after this many new ones at least. */
const MIN_PURGE = 8192;
/** The last files are kept also if they are gone: more of their events may follow. */
const KEPT_GONE = 1024;

/** Files of events that were read at about the same time. */
class Generation {
  readonly table = new HandleMap<CachedFile>();
  names = new Uint8Array(4096);
  private end = 0;
  private purgeAt = MIN_PURGE;

  /** Stores the name of a file. */
  setName(record: CachedFile, bytes: Uint8Array, start: number, length: number): void {
    while (this.end + length > this.names.length) this.names = doubled(this.names);
    record.name = this.end;
    record.nameLength = length;
    for (let i = 0; i < length; i++) this.names[this.end++] = bytes[start + i];
  }

  hasName(record: CachedFile, bytes: Uint8Array, start: number, length: number): boolean {
    if (record.nameLength !== length) return false;
    for (let i = 0; i < length; i++)
      if (this.names[record.name + i] !== bytes[start + i]) return false;
    return true;
  }

  /** Forgets files that are gone, if that may be worth it: each has a new handle. */
  purge(): void {
    const { table, names, purgeAt } = this;
    if (table.size < purgeAt) return;
    const firstKept = table.size - KEPT_GONE;
    let index = 0;
    this.names = new Uint8Array(names.length);
    this.end = 0;
    table.retain((record) => {
      if (index++ < firstKept && record.isGone) return false;
      this.setName(record, names, record.name, record.nameLength);
      return true;
    });
    this.purgeAt = Math.max(MIN_PURGE, 2 * table.size);
  }

  /** Whether the next new file starts another generation. */
  get isFull(): boolean {
    return this.table.size >= MAX_FILES || this.end >= MAX_NAME_BYTES;
  }
}

export class FileCache {
  private current = new Generation();
  private previous = new Generation();

  /** Returns the cached entry of an event's file. An entry of the previous generation is renewed. */
  get({ view, fid }: FanotifyEvent): CachedFile | undefined {
    const known = this.current.table.get(view, fid.keyStart, fid.keyLength);
    if (known) return known;
    const { previous } = this;
    const old = previous.table.get(view, fid.keyStart, fid.keyLength);
    if (!old) return undefined;
    const record = { ...old };
    this.add(view, fid, record);
    this.current.setName(record, previous.names, old.name, old.nameLength);
    return record;
  }

  private add(view: DataView, { keyStart, keyLength }: FidRecord, record: CachedFile): void {
    this.current.purge();
    if (this.current.isFull) {
      this.previous = this.current;
      this.current = new Generation();
    }
    this.current.table.set(view, keyStart, keyLength, record);
  }

  private create({ view, fid }: FanotifyEvent): CachedFile {
    // Written out: this is done for each new file, and a spread takes long.
    const record: CachedFile = {
      directory: null,
      name: 0,
      nameLength: 0,
      size: null,
      attributes: null,
      removedBy: null,
      isDeleted: false,
      isGone: false,
    };
    this.add(view, fid, record);
    return record;
  }

  /** Stores the location of an event's file: a directory and the name in a record. */
  observe(event: FanotifyEvent, directory: Directory, { nameStart, nameLength }: FidRecord): void {
    const { mask, bytes, fid } = event;
    if (!fid.isPresent || mask & fan.FAN_ONDIR) return;
    const known = this.get(event);
    const record = known ?? this.create(event);
    if (!known || (mask & fan.FAN_MOVED_FROM) === 0)
      this.setLocation(record, directory, bytes, nameStart, nameLength);
    record.isGone = (mask & fan.FAN_DELETE) !== 0;
    if (record.isGone) record.removedBy = event.pid;
    if (mask & fan.FAN_CREATE) record.isDeleted = false;
  }

  private setLocation(
    record: CachedFile,
    directory: Directory,
    bytes: Uint8Array,
    start: number,
    length: number,
  ): void {
    record.directory = directory;
    if (!this.current.hasName(record, bytes, start, length))
      this.current.setName(record, bytes, start, length);
  }

  /** Notes that an event's file was moved to an unwatched directory. */
  markMovedAway(event: FanotifyEvent): void {
    const known = this.get(event);
    if (!known) return;
    known.directory = null;
    known.attributes = null;
  }

  /** Notes that an event's file may have other attributes: it was changed by a name out of scope. */
  forgetAttributes(event: FanotifyEvent): void {
    const known = event.fid.isPresent ? this.get(event) : undefined;
    if (known) known.attributes = null;
  }

  /** Notes that the deletion of an event's file was reported. */
  markDeleted(event: FanotifyEvent): void {
    const known = this.get(event);
    if (known) known.isDeleted = known.isGone = true;
  }

  /** Stores the location of an event's file that was resolved from other events. */
  update(event: FanotifyEvent, { directory, name }: FileLocation): void {
    const record = this.get(event) ?? this.create(event);
    this.setLocation(record, directory, name, 0, name.length);
    if (event.mask & fan.FAN_ATTRIB) record.removedBy = event.pid;
  }

  /** Returns the location of an event's file; null if it is unknown or not watched. */
  locationOf(event: FanotifyEvent): FileLocation | null {
    const known = this.get(event);
    if (!known?.directory) return null;
    const { name, nameLength, directory } = known;
    return { directory, name: this.current.names.slice(name, name + nameLength) };
  }

  clear(): void {
    this.current = new Generation();
    this.previous = new Generation();
  }
}

/**
 * What is remembered of files: where they are, for events that name only the file, and how large
 * they were.
 */
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
  /** Null: it was moved to where nothing is watched. */
  directory: Directory | null;
  /** Where its name stands among the names of its generation. */
  name: number;
  nameLength: number;
  /** Bytes when it was last looked at; null: never. */
  size: number | null;
  /** Who took a name of it away last: a pid, 0 if it is in another pid namespace; null: nobody. */
  removedBy: number | null;
}

/** So many files are remembered by each generation, of which there are two. */
const MAX_FILES = 65_536;

/** Files that events told of at about the same time. */
class Generation {
  readonly table = new HandleMap<CachedFile>();
  names = new Uint8Array(4096);
  private end = 0;

  /** Keeps a name. */
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

  /** Whether it is to be forgotten when another one has come. */
  get isFull(): boolean {
    return this.table.size >= MAX_FILES || this.end >= MAX_FILES * 64;
  }
}

export class FileCache {
  private current = new Generation();
  private previous = new Generation();

  /** What is remembered of the file that an event is about. */
  get({ view, fid }: FanotifyEvent): CachedFile | undefined {
    const found = this.current.table.get(view, fid.keyStart, fid.keyLength);
    if (found) return found;
    const { previous } = this;
    const old = previous.table.get(view, fid.keyStart, fid.keyLength);
    if (!old) return undefined;
    const record = { ...old };
    this.add(view, fid, record);
    this.current.setName(record, previous.names, old.name, old.nameLength);
    return record;
  }

  private add(view: DataView, { keyStart, keyLength }: FidRecord, record: CachedFile): void {
    if (this.current.isFull) {
      this.previous = this.current;
      this.current = new Generation();
    }
    this.current.table.set(view, keyStart, keyLength, record);
  }

  private create({ view, fid }: FanotifyEvent): CachedFile {
    const record = { directory: null, name: 0, nameLength: 0, size: null, removedBy: null };
    this.add(view, fid, record);
    return record;
  }

  /** Takes in that a file is in a directory, under the name that a record has. */
  observe(event: FanotifyEvent, directory: Directory, { nameStart, nameLength }: FidRecord): void {
    const { mask, bytes, fid } = event;
    if (!fid.isPresent || mask & fan.FAN_ONDIR) return;
    const known = this.get(event);
    const record = known ?? this.create(event);
    if (!known || (mask & fan.FAN_MOVED_FROM) === 0)
      this.setLocation(record, directory, bytes, nameStart, nameLength);
    if (mask & fan.FAN_DELETE) record.removedBy = event.pid;
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

  /** Takes in that a file was moved to where nothing is watched. */
  markMovedAway(event: FanotifyEvent): void {
    const known = this.get(event);
    if (known) known.directory = null;
  }

  /** Takes in where a file is whose events do not say it. */
  update(event: FanotifyEvent, { directory, name }: FileLocation): void {
    const record = this.get(event) ?? this.create(event);
    this.setLocation(record, directory, name, 0, name.length);
    if (event.mask & fan.FAN_ATTRIB) record.removedBy = event.pid;
  }

  /** Where a file is; null: it is not known, or nobody wants to know. */
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

/** Reports each kernel event once per event type, with paths, sizes and the process. */
import { userName } from "../../attribution/procfs.ts";
import {
  effectiveUid,
  otherRealUid,
  type ProcessInfo,
  UNKNOWN_PROCESS,
} from "../../events/process-info.ts";
import {
  type NoteDetails,
  type NoteType,
  WatchEvent,
  type WatchType,
} from "../../events/watch-event.ts";
import type { FileStat } from "../../ffi/statx.ts";
import * as fan from "../../kernel/fanotify.ts";
import type { FidRecord } from "../../kernel/fanotify-event.ts";
import type { ByteSlice } from "../../text/byte-slice.ts";
import { type Directory, type DirectoryTree, FSID_SIZE } from "./directory-tree.ts";
import { EVENT_BITS, eventMask, REPORT_ORDER } from "./event-masks.ts";
import type { EventReader } from "./event-reader.ts";
import { type EventScope, isSelf } from "./event-scope.ts";
import type { CachedFile, FileCache } from "./file-cache.ts";
import { type AttributeHolder, FileStatReader, updateAttributes, updateSize } from "./file-stat.ts";
import { MoveCookies } from "./move-cookies.ts";
import { PathBuffer } from "./path-buffer.ts";
import type { PathResolver } from "./path-resolver.ts";
import { FILE_EVENTS } from "./watched-inodes.ts";

export type WatchVisitor = (event: WatchEvent) => void;

const WRITES = fan.FAN_CREATE | fan.FAN_MODIFY | fan.FAN_CLOSE_WRITE;
const ATTRIBUTE_EVENTS = fan.FAN_CREATE | fan.FAN_ATTRIB;
const DELETIONS = fan.FAN_DELETE | fan.FAN_DELETE_SELF;
const NANOSECONDS = 1_000_000_000n;

export interface ReporterOptions {
  readonly types: ReadonlySet<WatchType>;
  /** Looks up the process that caused an event. */
  readonly lookup: (pid: number) => ProcessInfo;
  /** Whether to report sizes, modes and owners. */
  readonly sizes: boolean;
}

/** What is known of a file that was found in a new directory. */
export interface DiscoveredFile {
  readonly isDirectory: boolean;
  /** Bytes; null if it is not a regular file. */
  readonly size: number | null;
  /** Whether it is older than the directory. */
  readonly wasMoved: boolean;
  /** Whether it was opened for writing, and closed. */
  readonly isWritten: boolean;
}

export interface ReporterParts {
  readonly reader: EventReader;
  readonly tree: DirectoryTree;
  readonly scope: EventScope;
  readonly pathResolver: PathResolver;
  readonly fileCache: FileCache;
}

export class EventReporter {
  /** The event that visitors borrow; reused for every report. */
  private readonly event = new WatchEvent();
  private readonly options: ReporterOptions;
  /** Bits of all reported types. */
  private readonly reportedMask: number;
  /** The reported types in report order, and the bit of each. */
  private readonly types: readonly WatchType[];
  private readonly bits: readonly number[];
  private readonly reader: EventReader;
  private readonly tree: DirectoryTree;
  private readonly scope: EventScope;
  private readonly pathResolver: PathResolver;
  private readonly fileCache: FileCache;
  private readonly path = new PathBuffer();
  private readonly oldPath = new PathBuffer();
  private readonly linkPath = new PathBuffer();
  /** Where the file of the event is. */
  private statPath = this.path;
  private readonly moveCookies = new MoveCookies();
  private readonly statReader = new FileStatReader();
  /** The directory of the event's file, for `openFile`. */
  private fileDirectory: Directory | null = null;
  private readonly openFile = () => this.open(this.fileDirectory!);
  /** The process whose users the event has. */
  private userProcess = UNKNOWN_PROCESS;

  constructor(options: ReporterOptions, parts: ReporterParts) {
    this.options = options;
    this.reportedMask = eventMask(options.types);
    this.types = REPORT_ORDER.filter((type) => options.types.has(type));
    this.bits = this.types.map((type) => EVENT_BITS[type]);
    this.reader = parts.reader;
    this.tree = parts.tree;
    this.scope = parts.scope;
    this.pathResolver = parts.pathResolver;
    this.fileCache = parts.fileCache;
  }

  /** Sets the time of the events that follow: nanoseconds since 1970. */
  setTime(time: bigint): void {
    this.event.time.seconds = Number(time / NANOSECONDS);
    this.event.time.nanoseconds = Number(time % NANOSECONDS);
  }

  /** Reports an event that has a directory and a name. */
  reportNamed(visit: WatchVisitor, mask: number): void {
    const { event: raw } = this.reader;
    const cookie = this.moveCookies.of(raw);
    const directory = this.scope.matchingDirectory(raw, raw.dfid);
    if (!directory) {
      const isReported = this.reportByLink(visit, mask);
      if (!isReported && raw.mask & fan.FAN_ATTRIB) this.forgetAttributes();
      return;
    }
    this.fileCache.observe(raw, directory, raw.dfid);
    const wanted = this.scope.requestedEntry(directory, raw, raw.dfid);
    if (wanted) this.tree.inodes.observe(wanted, raw);
    if ((mask & this.reportedMask) === 0) return;
    this.writePath(this.path, this.event.path, raw.dfid, directory.path);
    this.event.oldPath.length = 0;
    this.event.cookie = cookie;
    this.emit(visit, mask, directory);
    this.event.cookie = 0;
  }

  /**
   * Reports an event of a requested file that has another name.
   * @returns false if the event is not one
   */
  reportByLink(visit: WatchVisitor, mask: number): boolean {
    const { event: raw, bytes } = this.reader;
    const wanted = this.tree.inodes.find(raw);
    const reported = mask & this.reportedMask & FILE_EVENTS;
    if (!wanted || reported === 0) return false;
    const { event } = this;
    const { nameStart, nameLength } = raw.dfid;
    const linkDirectory = this.pathOf(raw.dfid);
    if (linkDirectory) this.linkPath.write(event.link, linkDirectory, bytes, nameStart, nameLength);
    this.path.write(event.path, wanted.path, bytes, 0, 0);
    event.oldPath.length = 0;
    if (linkDirectory) this.statPath = this.linkPath;
    this.emit(visit, reported, wanted.parent!.directory!);
    this.statPath = this.path;
    event.link.length = 0;
    return true;
  }

  /** Reports a FAN_RENAME, which has both names. */
  reportRename(visit: WatchVisitor): void {
    const { event } = this;
    const { event: raw } = this.reader;
    const from = this.scope.matchingDirectory(raw, raw.oldDfid);
    const to = this.scope.matchingDirectory(raw, raw.newDfid);
    const directory = to ?? from;
    const target = to ?? this.scope.find(raw, raw.newDfid);
    if (directory && target) this.fileCache.observe(raw, target, raw.newDfid);
    else this.fileCache.markMovedAway(raw);
    if (!directory) return;
    if ((raw.mask & this.reportedMask) === 0) return;
    this.writePath(this.path, event.path, raw.newDfid, this.pathOf(raw.newDfid));
    this.writePath(this.oldPath, event.oldPath, raw.oldDfid, this.pathOf(raw.oldDfid));
    this.emit(visit, raw.mask, directory);
  }

  private pathOf({ isPresent, keyStart, keyLength }: FidRecord): Uint8Array | null {
    if (!isPresent) return null;
    const directory = this.tree.at(this.reader.event.view, keyStart, keyLength);
    return this.pathResolver.pathOf(directory);
  }

  /** Reports an event that has only a file handle, whose name was resolved. */
  reportByHandle(visit: WatchVisitor, directory: Directory, name: Uint8Array): void {
    const { event: raw } = this.reader;
    if ((raw.mask & this.reportedMask) === 0 || !this.scope.matchesName(directory, name)) return;
    this.path.write(this.event.path, directory.path!, name, 0, name.length);
    this.event.oldPath.length = 0;
    this.emit(visit, raw.mask, directory);
  }

  /** Reports an entry that was found in a new directory, as of the process that created that. */
  reportDiscovered(
    visit: WatchVisitor,
    directory: Directory,
    name: Uint8Array,
    found: DiscoveredFile,
  ): void {
    if (!this.scope.matchesName(directory, name)) return;
    const { event, options } = this;
    this.path.write(event.path, directory.path!, name, 0, name.length);
    event.oldPath.length = 0;
    this.resetEvent();
    this.setProcess(UNKNOWN_PROCESS);
    event.isDirectory = found.isDirectory;
    const creator = options.lookup(directory.createdBy);
    if (creator.pid !== 0) this.setProcess({ ...creator, origin: "directory" });
    if (options.sizes) event.size = found.size;
    event.change = found.wasMoved ? null : event.size;
    const types: WatchType[] = [found.wasMoved ? "MOVED_TO" : "CREATE"];
    if (found.isWritten) types.push("CLOSE_WRITE");
    for (const type of types) {
      if (!options.types.has(type)) continue;
      event.type = type;
      visit(event);
    }
  }

  /** Reports an FS_ERROR, which has no file. */
  reportError(visit: WatchVisitor, path: Uint8Array | null): void {
    this.resetEvent();
    this.event.error = this.reader.event.error;
    this.visitGlobal(visit, "FS_ERROR", path);
  }

  /**
   * Reports a note, at the time that was set last.
   * @param path what it is about; null for everything that is watched
   * @param details what it adds
   */
  reportNote(
    visit: WatchVisitor,
    type: NoteType,
    path: Uint8Array | null = null,
    details: NoteDetails | null = null,
  ): void {
    this.resetEvent();
    this.event.details = details;
    this.visitGlobal(visit, type, path);
    this.event.details = null;
  }

  private visitGlobal(
    visit: WatchVisitor,
    type: NoteType | "FS_ERROR",
    path: Uint8Array | null,
  ): void {
    const { event } = this;
    this.setProcess(UNKNOWN_PROCESS);
    event.path.length = event.oldPath.length = 0;
    if (path) this.path.write(event.path, path, path, 0, 0);
    event.isDirectory = path !== null;
    event.type = type;
    visit(event);
  }

  /** Sets the process and its users, which are mostly those of the event before. */
  private setProcess(info: ProcessInfo): void {
    const { event } = this;
    event.processInfo = info;
    if (info === this.userProcess) return;
    this.userProcess = info;
    event.user = userName(effectiveUid(info));
    event.realUser = userName(otherRealUid(info) ?? -1);
  }

  private resetEvent(): void {
    const { event } = this;
    event.size = event.change = event.oldSize = event.error = null;
    event.attributes = event.oldAttributes = null;
    event.openFile = null;
  }

  private writePath(
    to: PathBuffer,
    slice: ByteSlice,
    record: FidRecord,
    directory: Uint8Array | null,
  ) {
    const { bytes, event } = this.reader;
    const length = isSelf(event, record) ? 0 : record.nameLength;
    if (directory) to.write(slice, directory, bytes, record.nameStart, length);
    else slice.length = 0;
  }

  private emit(visit: WatchVisitor, mask: number, directory: Directory): void {
    const { event, options } = this;
    const { event: raw } = this.reader;
    this.resetEvent();
    event.isDirectory = (mask & fan.FAN_ONDIR) !== 0;
    event.error = raw.error;
    this.setProcess(options.lookup(raw.pid));
    if (options.sizes && event.isDirectory) this.readDirectory(mask, directory);
    else if (options.sizes) this.readFile(mask, directory);
    if (mask & fan.FAN_CLOSE_WRITE && !event.isDirectory && raw.fid.isPresent) {
      this.fileDirectory = directory;
      event.openFile = this.openFile;
    }
    const { types, bits } = this;
    for (let i = 0; i < types.length; i++) {
      if ((mask & bits[i]) === 0) continue;
      event.type = types[i];
      visit(event);
    }
  }

  /** Reads mode and owner of a directory that is created or whose attributes change. */
  private readDirectory(mask: number, directory: Directory): void {
    if ((mask & ATTRIBUTE_EVENTS) === 0) return;
    const { event: raw } = this.reader;
    const record = raw.fid.isPresent ? raw.fid : raw.dfid;
    if (!raw.fid.isPresent && !isSelf(raw, raw.dfid)) return;
    const stat = this.statOf(record, directory);
    const subject = this.scope.find(raw, record);
    if (stat.exists && subject) this.setAttributes(subject, stat);
  }

  /** The attributes of a file or directory that is known change out of scope. */
  private forgetAttributes(): void {
    const { event: raw } = this.reader;
    if ((raw.mask & fan.FAN_ONDIR) === 0) this.fileCache.forgetAttributes(raw);
    const directory = this.scope.find(raw, raw.fid.isPresent ? raw.fid : raw.dfid);
    if (directory) directory.attributes = null;
  }

  private setAttributes(holder: AttributeHolder, stat: FileStat): void {
    this.event.oldAttributes = updateAttributes(holder, stat);
    this.event.attributes = holder.attributes;
  }

  private statOf(record: FidRecord, { mount }: Directory): FileStat {
    const handle = record.isPresent ? this.reader.addressOf(record.keyStart + FSID_SIZE) : null;
    return this.statReader.read(mount!, handle, this.statPath.address);
  }

  private readFile(mask: number, directory: Directory): void {
    const { event } = this;
    const { event: raw } = this.reader;
    const record = raw.fid.isPresent ? this.fileCache.get(raw) : undefined;
    const before = record?.size ?? null;
    // Only writes change the size, and they have events of their own.
    const keepsSize = before !== null && (mask & WRITES) === 0;
    const isDeleted = (mask & DELETIONS) !== 0;
    if (isDeleted || keepsSize) {
      event.size = isDeleted ? null : before;
      event.change = event.size === null ? null : 0;
      event.oldSize = before;
    }
    if (isDeleted || (keepsSize && (mask & fan.FAN_ATTRIB) === 0)) return;
    const stat = this.statOf(raw.fid, directory);
    if (!keepsSize) this.setSize(record, stat, mask);
    if (record && stat.exists) this.setAttributes(record, stat);
    // Another name of the file may be where its changes are not seen.
    if (stat.links > 1 && !directory.mount!.hasFilesystemMark) event.oldAttributes = null;
  }

  private open({ mount }: Directory): number {
    const { bytes, event } = this.reader;
    const { keyStart, keyLength } = event.fid;
    const start = keyStart + FSID_SIZE;
    const key = bytes.subarray(start, keyStart + keyLength);
    const { path } = this.event;
    const name = path.bytes.subarray(path.start, path.start + path.length);
    return this.statReader.open(mount!, this.reader.addressOf(start), name, key);
  }

  private setSize(record: CachedFile | undefined, stat: FileStat, mask: number): void {
    const { event } = this;
    event.size = stat.size;
    if (!record) return;
    event.change = updateSize(record, stat, (mask & fan.FAN_CREATE) !== 0);
    event.oldSize = event.change === null ? null : stat.size! - event.change;
  }
}

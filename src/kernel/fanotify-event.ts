/**
 * Events as a fanotify group sends them: a struct fanotify_event_metadata and information records
 * behind it, read in place. fanotify(7), include/uapi/linux/fanotify.h.
 */
import { TraceError } from "../errors.ts";
import * as fan from "./fanotify.ts";
import { TruncatedError } from "./truncated-error.ts";

const { FANOTIFY_METADATA, FANOTIFY_INFO, FANOTIFY_INFO_FID, FILE_HANDLE } = fan;
const HANDLE_BYTES = FANOTIFY_INFO_FID.handle + FILE_HANDLE.handle_bytes;
const F_HANDLE = FANOTIFY_INFO_FID.handle + FILE_HANDLE.f_handle;

/** Records of directories, each with the name of an entry. */
const TYPES_WITH_NAME = new Set<number>([
  fan.FAN_EVENT_INFO_TYPE_DFID_NAME,
  fan.FAN_EVENT_INFO_TYPE_OLD_DFID_NAME,
  fan.FAN_EVENT_INFO_TYPE_NEW_DFID_NAME,
]);

/** Events as another version of the kernel's interface would lay them out. */
export class UnknownVersionError extends TraceError {
  override readonly name = "UnknownVersionError";
  override readonly code = "UNKNOWN_VERSION";
  constructor(version: number) {
    super(`fanotify_event_metadata: version ${version}, needs ${fan.FANOTIFY_METADATA_VERSION}`);
  }
}

/** Where a file or directory, and a name in that directory, stand in an event's bytes. */
export class FidRecord {
  /** Where the file system's id and the handle begin: they identify a file. 0: there is none. */
  keyStart = 0;
  keyLength = 0;
  /** Of the name, if the record has one. "." stands for the directory itself. */
  nameStart = 0;
  nameLength = 0;

  get isPresent(): boolean {
    return this.keyStart !== 0;
  }
}

/** A record that is none of those that are known. */
export interface UnknownRecord {
  readonly type: number;
  readonly at: number;
  readonly end: number;
}

/** A lent view of one event. */
export class FanotifyEvent {
  view: DataView = new DataView(new ArrayBuffer(0));
  /** The same memory. */
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  end = 0;
  /** The lower 32 bits of FAN_* bits. */
  mask = 0;
  /** The upper 32 bits, which have no names yet. */
  upperMask = 0;
  pid = 0;
  /** What it is about. */
  readonly fid = new FidRecord();
  /** The directory that it is in, with the name, or which it is itself, with the name ".". */
  readonly dfid = new FidRecord();
  /** Of a FAN_RENAME: where from, where to. */
  readonly oldDfid = new FidRecord();
  readonly newDfid = new FidRecord();
  /** errno of a FAN_FS_ERROR; null: there is none. */
  error: number | null = null;
  /** How often that came since it was last read. */
  errorCount = 0;
  pidfd: number | null = null;
  readonly unknownRecords: UnknownRecord[] = [];

  /**
   * Moves to the event at `at` of `view[0, end)`.
   * @returns where the next begins, always further on
   * @throws Truncated, UnknownVersion
   */
  moveTo(view: DataView, at: number, end: number): number {
    const size = fan.FANOTIFY_METADATA_SIZE;
    if (end - at < size) throw new TruncatedError("fanotify_event_metadata", end - at, size);
    const length = view.getUint32(at + FANOTIFY_METADATA.event_len, true);
    if (length < size) throw new TruncatedError("fanotify_event_metadata", length, size);
    if (length > end - at) throw new TruncatedError("fanotify event", end - at, length);
    const version = view.getUint8(at + FANOTIFY_METADATA.vers);
    if (version !== fan.FANOTIFY_METADATA_VERSION) throw new UnknownVersionError(version);
    const records = view.getUint16(at + FANOTIFY_METADATA.metadata_len, true);
    if (records < size || records > length)
      throw new TruncatedError("fanotify_event_metadata", records, size);
    if (this.view !== view) {
      this.view = view;
      this.bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    }
    this.at = at;
    this.end = at + length;
    this.mask = view.getUint32(at + FANOTIFY_METADATA.mask, true);
    this.upperMask = view.getUint32(at + FANOTIFY_METADATA.mask + 4, true);
    this.pid = view.getInt32(at + FANOTIFY_METADATA.pid, true);
    this.readRecords(at + records);
    return this.end;
  }

  private readRecords(from: number): void {
    this.fid.keyStart = this.dfid.keyStart = this.oldDfid.keyStart = this.newDfid.keyStart = 0;
    this.error = this.pidfd = null;
    this.unknownRecords.length = 0;
    const { view, end } = this;
    for (let at = from; at < end; ) {
      if (end - at < fan.FANOTIFY_INFO_SIZE)
        throw new TruncatedError("fanotify_event_info_header", end - at, fan.FANOTIFY_INFO_SIZE);
      const length = view.getUint16(at + FANOTIFY_INFO.len, true);
      if (length < fan.FANOTIFY_INFO_SIZE)
        throw new TruncatedError("fanotify_event_info_header", length, fan.FANOTIFY_INFO_SIZE);
      if (length > end - at)
        throw new TruncatedError("fanotify information record", end - at, length);
      this.readRecord(view.getUint8(at + FANOTIFY_INFO.info_type), at, at + length);
      at += length;
    }
  }

  private readRecord(type: number, at: number, end: number): void {
    const { view } = this;
    const fid = this.fidForType(type);
    if (fid) {
      this.readFid(fid, at, end, TYPES_WITH_NAME.has(type));
    } else if (type === fan.FAN_EVENT_INFO_TYPE_PIDFD) {
      requireSize("fanotify_event_info_pidfd", end - at, fan.FANOTIFY_INFO_PIDFD_SIZE);
      this.pidfd = view.getInt32(at + fan.FANOTIFY_INFO_PIDFD.pidfd, true);
    } else if (type === fan.FAN_EVENT_INFO_TYPE_ERROR) {
      requireSize("fanotify_event_info_error", end - at, fan.FANOTIFY_INFO_ERROR_SIZE);
      this.error = view.getInt32(at + fan.FANOTIFY_INFO_ERROR.error, true);
      this.errorCount = view.getUint32(at + fan.FANOTIFY_INFO_ERROR.error_count, true);
    } else this.unknownRecords.push({ type, at, end });
  }

  private fidForType(type: number): FidRecord | null {
    if (type === fan.FAN_EVENT_INFO_TYPE_FID) return this.fid;
    if (type === fan.FAN_EVENT_INFO_TYPE_DFID_NAME) return this.dfid;
    if (type === fan.FAN_EVENT_INFO_TYPE_DFID) return this.dfid;
    if (type === fan.FAN_EVENT_INFO_TYPE_OLD_DFID_NAME) return this.oldDfid;
    return type === fan.FAN_EVENT_INFO_TYPE_NEW_DFID_NAME ? this.newDfid : null;
  }

  private readFid(into: FidRecord, at: number, end: number, named: boolean): void {
    requireSize("fanotify_event_info_fid", end - at, F_HANDLE);
    const bytes = this.view.getUint32(at + HANDLE_BYTES, true);
    requireSize("file_handle", end - at - F_HANDLE, bytes);
    into.keyStart = at + FANOTIFY_INFO_FID.fsid;
    into.keyLength = F_HANDLE - FANOTIFY_INFO_FID.fsid + bytes;
    into.nameStart = at + F_HANDLE + bytes;
    into.nameLength = named ? this.nameLength(into.nameStart, end) : 0;
  }

  /** A name is ended by NUL, and the record filled with more up to a multiple of four bytes. */
  private nameLength(start: number, end: number): number {
    let to = end;
    while (to > start && this.view.getUint8(to - 1) === 0) to--;
    requireSize("name of a fanotify event", end - start, to - start + 1);
    return to - start;
  }
}

function requireSize(what: string, have: number, size: number): void {
  if (have < size) throw new TruncatedError(what, have, size);
}

/**
 * The events within `view[at, end)`, in order, each lent until the next is asked for. Always ends:
 * each takes at least its metadata.
 * @param event is what is lent
 * @throws Truncated, UnknownVersion
 */
export function* fanotifyEvents(
  view: DataView,
  at: number,
  end: number,
  event = new FanotifyEvent(),
): Generator<FanotifyEvent, void> {
  while (at < end) {
    at = event.moveTo(view, at, end);
    yield event;
  }
}

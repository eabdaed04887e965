/**
 * Parses fanotify events in place: a struct fanotify_event_metadata followed by information
 * records. fanotify(7), include/uapi/linux/fanotify.h.
 */
import { TraceError } from "../errors.ts";
import * as fan from "./fanotify.ts";
import { TruncatedError } from "./truncated-error.ts";

const { FANOTIFY_METADATA, FANOTIFY_INFO, FANOTIFY_INFO_FID, FILE_HANDLE } = fan;
const HANDLE_BYTES = FANOTIFY_INFO_FID.handle + FILE_HANDLE.handle_bytes;
const F_HANDLE = FANOTIFY_INFO_FID.handle + FILE_HANDLE.f_handle;

/** Types of records that hold a directory's handle and the name of an entry. */
const TYPES_WITH_NAME = new Set<number>([
  fan.FAN_EVENT_INFO_TYPE_DFID_NAME,
  fan.FAN_EVENT_INFO_TYPE_OLD_DFID_NAME,
  fan.FAN_EVENT_INFO_TYPE_NEW_DFID_NAME,
]);

/** The kernel uses another version of the event format. */
export class UnknownVersionError extends TraceError {
  override readonly name = "UnknownVersionError";
  override readonly code = "UNKNOWN_VERSION";
  constructor(version: number) {
    super(`fanotify_event_metadata: version ${version}, needs ${fan.FANOTIFY_METADATA_VERSION}`);
  }
}

/** Offsets in an event's bytes of a file's identity and of a name in that directory. */
export class FidRecord {
  /** Offset of the file system id and the handle, which identify a file. 0: no such record. */
  keyStart = 0;
  keyLength = 0;
  /** The name, if the record has one. "." is the directory itself. */
  nameStart = 0;
  nameLength = 0;

  get isPresent(): boolean {
    return this.keyStart !== 0;
  }
}

/** A record of an unknown type. */
export interface UnknownRecord {
  readonly type: number;
  readonly at: number;
  readonly end: number;
}

/** A borrowed view of one event: moving it to the next event overwrites its fields. */
export class FanotifyEvent {
  view: DataView = new DataView(new ArrayBuffer(0));
  /** The same memory. */
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  end = 0;
  /** The lower 32 bits of the mask: FAN_*. */
  mask = 0;
  /** The upper 32 bits, which are unassigned. */
  upperMask = 0;
  pid = 0;
  /** The object of the event. */
  readonly fid = new FidRecord();
  /** The parent directory and the object's name, or the directory itself with the name ".". */
  readonly dfid = new FidRecord();
  /** Source and target of a FAN_RENAME. */
  readonly oldDfid = new FidRecord();
  readonly newDfid = new FidRecord();
  /** errno of a FAN_FS_ERROR, otherwise null. */
  error: number | null = null;
  /** Number of errors since the last FAN_FS_ERROR was read. */
  errorCount = 0;
  pidfd: number | null = null;
  readonly unknownRecords: UnknownRecord[] = [];

  /**
   * Moves to the event at `at` of `view[0, end)`.
   * @returns the offset of the next event, always greater than `at`
   * @throws TruncatedError, UnknownVersionError
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

  private readRecords(start: number): void {
    this.fid.keyStart = this.dfid.keyStart = this.oldDfid.keyStart = this.newDfid.keyStart = 0;
    this.error = this.pidfd = null;
    this.unknownRecords.length = 0;
    const { view, end } = this;
    for (let at = start; at < end; ) {
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

  private readFid(fid: FidRecord, at: number, end: number, hasName: boolean): void {
    requireSize("fanotify_event_info_fid", end - at, F_HANDLE);
    const bytes = this.view.getUint32(at + HANDLE_BYTES, true);
    requireSize("file_handle", end - at - F_HANDLE, bytes);
    fid.keyStart = at + FANOTIFY_INFO_FID.fsid;
    fid.keyLength = F_HANDLE - FANOTIFY_INFO_FID.fsid + bytes;
    fid.nameStart = at + F_HANDLE + bytes;
    fid.nameLength = hasName ? this.nameLength(fid.nameStart, end) : 0;
  }

  /** Returns the length without the NUL and the padding to a multiple of four bytes. */
  private nameLength(start: number, end: number): number {
    let nameEnd = end;
    while (nameEnd > start && this.view.getUint8(nameEnd - 1) === 0) nameEnd--;
    requireSize("name of a fanotify event", end - start, nameEnd - start + 1);
    return nameEnd - start;
  }
}

function requireSize(what: string, have: number, size: number): void {
  if (have < size) throw new TruncatedError(what, have, size);
}

/**
 * Yields the events within `view[at, end)` in order. Always ends: each event has at least its
 * metadata's size.
 * @param event the view that is moved and yielded each time
 * @throws TruncatedError, UnknownVersionError
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

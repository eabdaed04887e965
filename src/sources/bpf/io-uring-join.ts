/**
 * Joins the two records of an io_uring request (bpf/interface.h): the submission has the name, the
 * completion that follows has the outcome and the same id. Submissions are copied until then.
 */
import {
  BadRecordError,
  EVENT,
  EVENT_URING_OVERFLOW,
  type EventRecord,
  NOTE_BASE,
  NOTE_CQE_SKIP,
  NOTE_PATH,
  NOTE_PATH_CUT,
  NOTE_RETURN_UNKNOWN,
} from "../../events/event-record.ts";

/** Max submissions without a completion; the oldest is evicted, and counted as missing, for a new one. */
const MAX_PENDING = 16384;
/** Fields that are taken from the completion: offset and size. */
const OUTCOME_FIELDS = [
  [EVENT.time, 8],
  [EVENT.ino, 8],
  [EVENT.ret, 8],
  [EVENT.dev, 4],
  [EVENT.i_mode, 2],
] as const;

const PATH_FLAGS = NOTE_PATH | NOTE_PATH_CUT;

interface Submission {
  /** The record without arguments. */
  readonly bytes: Uint8Array;
  readonly ring: number | bigint;
  readonly userData: number | bigint;
}

export class UringJoin {
  private readonly pending = new Map<number | bigint, Submission>();
  private readonly joined: EventRecord;
  private evicted = 0;
  private unmatched = 0;

  /** @param joined the view that is moved to each joined event, over memory of MAX_EVENT_SIZE */
  constructor(joined: EventRecord) {
    this.joined = joined;
  }

  /** Requests without a known outcome: completions without a submission, and the reverse. */
  get missing(): number {
    return this.evicted + this.unmatched + this.pending.size;
  }

  /**
   * Stores a copy of a submission.
   * @throws BadRecordError if it has arguments, which no request has
   */
  submit(record: EventRecord): void {
    if (record.argvLength > 0) throw new BadRecordError("a request with arguments");
    if (this.pending.size >= MAX_PENDING) this.evictOldest();
    this.pending.set(record.u64(EVENT.id), {
      bytes: record.bytes.slice(record.at, record.argvStart),
      ring: record.u64(EVENT.ring),
      userData: record.u64(EVENT.user_data),
    });
  }

  private evictOldest(): void {
    for (const id of this.pending.keys()) {
      this.pending.delete(id);
      this.evicted++;
      return;
    }
  }

  /** Returns the joined event of a completion; null if its submission is unknown. */
  complete(completion: EventRecord): EventRecord | null {
    const id = completion.u64(EVENT.id);
    const submission = this.pending.get(id);
    if (!submission) {
      this.unmatched++;
      return null;
    }
    this.pending.delete(id);
    return this.join(submission, completion);
  }

  /**
   * Returns the joined event of a completion that found the completion queue full. It is identified
   * by ring and user_data. Requests that are not recorded overflow too, so an unknown one is no loss.
   */
  completeOverflowed(completion: EventRecord): EventRecord | null {
    const ring = completion.u64(EVENT.id);
    const userData = completion.u64(EVENT.user_data);
    for (const [id, submission] of this.pending) {
      if (submission.ring !== ring || submission.userData !== userData) continue;
      this.pending.delete(id);
      return this.join(submission, completion);
    }
    return null;
  }

  /**
   * Visits, at the end, the requests with IOSQE_CQE_SKIP_SUCCESS: without a completion they have
   * succeeded. The outcome of all others that are pending stays unknown.
   */
  finish(visit: (event: EventRecord) => void): void {
    for (const [id, submission] of this.pending) {
      const record = this.load(submission.bytes);
      if (!(record.notes & NOTE_CQE_SKIP)) continue;
      record.view.setUint32(EVENT.notes, record.notes | NOTE_RETURN_UNKNOWN, true);
      this.pending.delete(id);
      visit(record);
    }
  }

  private load(bytes: Uint8Array): EventRecord {
    this.joined.bytes.set(bytes);
    const { view } = this.joined;
    // A submission has user_data in the place of the inode.
    view.setBigUint64(EVENT.ino, view.getBigUint64(EVENT.ino2, true), true);
    view.setBigUint64(EVENT.ino2, 0n, true);
    view.setBigUint64(EVENT.ret, 0n, true);
    this.joined.moveTo(0, bytes.length);
    return this.joined;
  }

  /** Returns the submission with the completion's outcome and, where it has one, its path. */
  private join(submission: Submission, completion: EventRecord): EventRecord {
    const { bytes } = submission;
    const record = this.load(bytes);
    const { dev, iMode, ino } = record;
    for (const [field, size] of OUTCOME_FIELDS)
      record.bytes.set(
        completion.bytes.subarray(completion.at + field, completion.at + field + size),
        field,
      );
    if (completion.type === EVENT_URING_OVERFLOW) record.view.setBigUint64(EVENT.ino, 0n, true);
    // Of a link to the file of an fd, the submission determined the file.
    if (iMode !== 0 && record.ret === 0) {
      record.view.setBigUint64(EVENT.ino, BigInt(ino), true);
      record.view.setUint32(EVENT.dev, dev, true);
      record.view.setUint16(EVENT.i_mode, iMode, true);
    }
    if (completion.notes & PATH_FLAGS) this.replacePath(record, bytes, completion);
    record.view.setUint32(EVENT.notes, record.notes | completion.notes, true);
    return record;
  }

  /** Replaces the path of the name's base directory, and its mount, with the completion's path. */
  private replacePath(record: EventRecord, submitted: Uint8Array, completion: EventRecord): void {
    const { pathStart, path2Start, rootStart, root2Start } = record;
    const path = completion.bytes.subarray(completion.pathStart, completion.path2Start);
    const root = completion.bytes.subarray(completion.rootStart, completion.root2Start);
    const path2 = submitted.subarray(path2Start, rootStart);
    const rest = submitted.subarray(root2Start);
    let at = pathStart;
    for (const part of [path, path2, root, rest]) {
      record.bytes.set(part, at);
      at += part.length;
    }
    record.view.setUint16(EVENT.path_len, path.length, true);
    record.view.setUint16(EVENT.root_len, root.length, true);
    record.view.setUint16(EVENT.mount_len, completion.mountLength, true);
    record.view.setUint32(EVENT.mount_dev, completion.mountDev, true);
    record.view.setUint32(EVENT.notes, record.notes & ~(PATH_FLAGS | NOTE_BASE), true);
    record.moveTo(0, at);
  }
}

/**
 * Joins what io_uring tells in two parts: a submission has the name, its outcome comes later under
 * the same id. Submissions are copied and kept until then.
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

/** A submission is forgotten, and counted as lost, when so many newer ones wait for an outcome. */
const MAX_PENDING = 16384;
/** Fields that the outcome knows and the submission does not. */
const OUTCOME_FIELDS = [
  [EVENT.time, 8],
  [EVENT.ino, 8],
  [EVENT.ret, 8],
  [EVENT.dev, 4],
  [EVENT.i_mode, 2],
] as const;

const PATH_FLAGS = NOTE_PATH | NOTE_PATH_CUT;

interface Submission {
  /** The record: header and name. */
  readonly bytes: Uint8Array;
  readonly ring: number | bigint;
  readonly userData: number | bigint;
}

export class UringJoin {
  private readonly pending = new Map<number | bigint, Submission>();
  private readonly joined: EventRecord;
  private evicted = 0;
  private unmatched = 0;

  /** @param joined the view that is moved to each whole event, over memory for the largest */
  constructor(joined: EventRecord) {
    this.joined = joined;
  }

  /** How many outcomes have no submission, or will never come. */
  get missing(): number {
    return this.evicted + this.unmatched + this.pending.size;
  }

  /** @throws BadRecord if it has arguments, which no request has */
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

  /** The outcome under the submission's id. Returns the whole event, or null if there is none. */
  complete(outcome: EventRecord): EventRecord | null {
    const id = outcome.u64(EVENT.id);
    const submission = this.pending.get(id);
    if (!submission) {
      this.unmatched++;
      return null;
    }
    this.pending.delete(id);
    return this.join(submission, outcome);
  }

  /**
   * The outcome that found the completion queue full: known by ring and user_data. Other requests
   * than opens overflow too, so none of ours is no loss.
   */
  completeOverflowed(outcome: EventRecord): EventRecord | null {
    const ring = outcome.u64(EVENT.id);
    const userData = outcome.u64(EVENT.user_data);
    for (const [id, submission] of this.pending) {
      if (submission.ring !== ring || submission.userData !== userData) continue;
      this.pending.delete(id);
      return this.join(submission, outcome);
    }
    return null;
  }

  /**
   * At the end: requests that asked for no word on success and got none have succeeded. What is
   * left after them has no outcome.
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
    this.joined.view.setBigUint64(EVENT.ino, 0n, true);
    this.joined.view.setBigUint64(EVENT.ret, 0n, true);
    this.joined.moveTo(0, bytes.length);
    return this.joined;
  }

  /** The submission with its outcome, and with the path that the kernel found in the end. */
  private join(submission: Submission, outcome: EventRecord): EventRecord {
    const { bytes } = submission;
    const record = this.load(bytes);
    for (const [field, size] of OUTCOME_FIELDS)
      record.bytes.set(
        outcome.bytes.subarray(outcome.at + field, outcome.at + field + size),
        field,
      );
    if (outcome.type === EVENT_URING_OVERFLOW) record.view.setBigUint64(EVENT.ino, 0n, true);
    if (outcome.notes & PATH_FLAGS) this.replacePath(record, bytes, outcome);
    record.view.setUint32(EVENT.notes, record.notes | outcome.notes, true);
    return record;
  }

  /** Puts the outcome's path in the place of the one that the name starts from. */
  private replacePath(record: EventRecord, submitted: Uint8Array, outcome: EventRecord): void {
    const { pathStart, path2Start } = record;
    const path = outcome.bytes.subarray(outcome.pathStart, outcome.path2Start);
    record.bytes.set(path, pathStart);
    record.bytes.set(submitted.subarray(path2Start), pathStart + path.length);
    record.view.setUint16(EVENT.path_len, path.length, true);
    record.view.setUint32(EVENT.notes, record.notes & ~(PATH_FLAGS | NOTE_BASE), true);
    record.moveTo(0, submitted.length - (path2Start - pathStart) + path.length);
  }
}

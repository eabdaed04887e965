/**
 * A log that outlives a full disk. What cannot be written is dropped and counted, and the writing is
 * tried again with each flush; a note in the log then says how many events are missing.
 */
import type { Output } from "../../core/sink.ts";
import { NOTE_MARK } from "../../events/watch-columns.ts";
import { NOT_WRITTEN, WatchEvent } from "../../events/watch-event.ts";
import { SystemError } from "../../ffi/errno.ts";
import { noteLine } from "../formats/note-line.ts";
import { timeOf } from "./log-notes.ts";

/** How often a note alone is tried: it may fit where the events do not. */
const NOTE_INTERVAL_MS = 1000;
/** How long nothing must have failed before the log is said to be written again. */
const RECOVERY_MS = 1000;
const NEWLINE = 0x0a;

/** Receives what there is to be said of the log. */
export interface LogReports {
  /** The log cannot be written any more. */
  onFailure(error: Error): void;
  /** It can be written again. @param lost events that were dropped @param since milliseconds since 1970 */
  onRecovery(lost: number, since: number): void;
}

/** Counts the events and the notes in whole lines. */
export function countLines(bytes: Uint8Array, length: number): { events: number; notes: number } {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, length);
  const count = { events: 0, notes: 0 };
  for (let start = 0; start < length; ) {
    const end = text.indexOf(NEWLINE, start) + 1 || length;
    if (text.subarray(start, end).includes(NOTE_MARK)) count.notes++;
    else count.events++;
    start = end;
  }
  return count;
}

/** Whether an error is a failed system call: of ours, or one of node:fs. */
function isCallFailure(error: unknown): error is Error & { readonly code: string } {
  return error instanceof SystemError || (error as NodeJS.ErrnoException).syscall !== undefined;
}

export class LastingLog implements Output {
  /** Number of events that were dropped. */
  lost = 0;
  private readonly log: Output;
  private readonly reports: LogReports;
  private readonly header: () => Uint8Array;
  private readonly now: () => number;
  /** The time when writing first failed; null while it succeeds. */
  private failedAt: number | null = null;
  private lastFailedAt = 0;
  /** Whether events could be written since. */
  private succeeded = false;
  private lostBefore = 0;
  /** Of the dropped events, those that no note has counted yet. */
  private unnoted = { count: 0, since: 0, reason: "" };
  /** Whether notes were dropped too. */
  private lostNotes = false;
  private noteTriedAt = Number.NEGATIVE_INFINITY;

  /**
   * @param header returns notes that are written again if some were dropped
   * @param now milliseconds since 1970
   */
  constructor(log: Output, reports: LogReports, header: () => Uint8Array, now = () => Date.now()) {
    this.log = log;
    this.reports = reports;
    this.header = header;
    this.now = now;
  }

  write(bytes: Uint8Array, length: number): void {
    const lines = bytes.subarray(0, length);
    const all = this.hasUnnoted ? Buffer.concat([this.pendingNotes(), lines]) : lines;
    try {
      this.log.write(all, all.length);
    } catch (error) {
      if (!isCallFailure(error)) throw error;
      this.drop(error, countLines(bytes, length));
      return;
    }
    this.forget();
    this.succeeded = true;
    this.recover();
  }

  private get hasUnnoted(): boolean {
    return this.unnoted.count > 0 || this.lostNotes;
  }

  private forget(): void {
    this.unnoted.count = 0;
    this.lostNotes = false;
  }

  /** Tries to write a note of what was dropped, if something was. Call it often. */
  retry(): void {
    this.recover();
    const now = this.now();
    if (!this.hasUnnoted || now - this.noteTriedAt < NOTE_INTERVAL_MS) return;
    this.noteTriedAt = now;
    const lines = this.pendingNotes();
    try {
      this.log.write(lines, lines.length);
      this.forget();
    } catch (error) {
      if (!isCallFailure(error)) throw error;
    }
  }

  private drop(
    error: Error & { readonly code: string },
    { events, notes }: { events: number; notes: number },
  ): void {
    if (this.failedAt === null) {
      this.failedAt = this.now();
      this.lostBefore = this.lost;
      this.reports.onFailure(error);
    }
    this.lastFailedAt = this.now();
    this.succeeded = false;
    if (this.unnoted.count === 0) this.unnoted.since = this.now();
    this.unnoted.reason = error.code;
    this.unnoted.count += events;
    this.lost += events;
    this.lostNotes ||= notes > 0;
    this.retry();
  }

  /** Reports the end of a failure. On a nearly full disk some lines fit and others do not. */
  private recover(): void {
    if (this.failedAt === null || !this.succeeded) return;
    if (this.now() - this.lastFailedAt < RECOVERY_MS) return;
    const since = this.failedAt;
    this.failedAt = null;
    this.reports.onRecovery(this.lost - this.lostBefore, since);
  }

  /** Returns the notes of what was dropped. */
  private pendingNotes(): Uint8Array {
    const lines = [
      this.unnoted.count > 0 ? this.note() : new Uint8Array(0),
      this.lostNotes ? this.header() : new Uint8Array(0),
    ];
    return Buffer.concat(lines);
  }

  private note(): Uint8Array {
    const event = new WatchEvent();
    event.type = NOT_WRITTEN;
    Object.assign(event.time, timeOf(this.now()));
    event.details = { ...this.unnoted };
    return noteLine(event);
  }
}

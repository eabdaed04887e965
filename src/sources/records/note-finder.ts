/**
 * Reads the notes of a history: when which paths were watched, and where its times go back. They are
 * found by their bytes, without parsing the lines between them, and mostly without reading those.
 */
import { NOTE_MARK } from "../../events/watch-columns.ts";
import {
  isLogNote,
  NOT_WRITTEN,
  type NoteDetails,
  type NoteType,
} from "../../events/watch-event.ts";
import type { Range } from "../../storage/note-index.ts";
import { sliceToLatin1 } from "../../text/latin1.ts";
import type { HistoryFile } from "./history-file.ts";
import { HistoryLineParser } from "./history-line-parser.ts";
import { MAX_LINE_BYTES } from "./line-reader.ts";
import { noteRanges } from "./note-ranges.ts";

const LINE_FEED = 0x0a;

/** A line of a log note. */
export interface LogNote {
  readonly type: NoteType;
  /** Seconds since 1970. */
  readonly time: number;
  /** One character per byte; "" for none. */
  readonly path: string;
  readonly pid: number;
  readonly details: NoteDetails;
  readonly file: HistoryFile;
  /** Where its line begins and ends. */
  readonly start: number;
  readonly end: number;
  /** The last event between the note before and this one; null if there is none. */
  readonly before: Sign | null;
  /** The time of the line before in the file; null if there is none. */
  readonly timeBefore: number | null;
}

/** An event, as a sign that somebody watched. */
export interface Sign {
  readonly time: number;
  /** One character per byte; "" for none. */
  readonly path: string;
}

/** Events that could not be written. Times are in seconds since 1970. */
export interface Unwritten {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

export interface FileNotes {
  readonly notes: readonly LogNote[];
  /** The last event after the last note; null if there is none. */
  readonly last: Sign | null;
  readonly unwritten: readonly Unwritten[];
}

/** Finds the notes of a file. */
export class NoteFinder {
  private readonly buffer = Buffer.allocUnsafe(MAX_LINE_BYTES);
  private readonly parser = new HistoryLineParser();
  private notes: LogNote[] = [];
  private unwritten: Unwritten[] = [];
  /** The last event after the last note, in what was read before. */
  private last: Sign | null = null;

  private readonly rangesOf: (file: HistoryFile) => readonly Range[];

  /** @param rangesOf returns the parts of a file that have its notes */
  constructor(rangesOf = noteRanges) {
    this.rangesOf = rangesOf;
  }

  read(file: HistoryFile): FileNotes {
    this.notes = [];
    this.unwritten = [];
    this.last = null;
    for (const { from, to } of this.rangesOf(file)) this.readRange(file, from, to);
    return { notes: this.notes, last: this.last, unwritten: this.unwritten };
  }

  /** Finds the notes in a part of a file, which consists of whole lines. */
  private readRange(file: HistoryFile, from: number, to: number): void {
    for (let position = from; position < to; ) {
      const length = file.read(this.buffer.subarray(0, to - position), position);
      if (length === 0) break;
      const isLast = position + length >= to;
      const whole = isLast ? length : this.buffer.lastIndexOf(LINE_FEED, length - 1) + 1;
      const end = whole || length; // a line longer than the buffer is none of ours
      this.findIn(file, position, end);
      this.last = this.signBefore(position, end);
      position += end;
    }
  }

  /** Finds the notes in `buffer[0, end)`, which is at `position` in the file. */
  private findIn(file: HistoryFile, position: number, end: number): void {
    const bytes = this.buffer.subarray(0, end);
    for (let at = bytes.indexOf(NOTE_MARK); at >= 0; ) {
      const start = bytes.lastIndexOf(LINE_FEED, at) + 1;
      const next = bytes.indexOf(LINE_FEED, at);
      const stop = next < 0 ? end : next;
      const before = this.signBefore(position, start);
      const timeBefore = before?.time ?? this.notes.at(-1)?.time ?? null;
      const note = this.parseNote(start, stop);
      if (note) {
        const lineAt = { file, start: position + start, end: position + stop + 1 };
        this.notes.push({ ...note, before, timeBefore, ...lineAt });
        this.last = null;
      }
      at = bytes.indexOf(NOTE_MARK, stop);
    }
  }

  private parseNote(start: number, end: number) {
    if (!this.parser.parse(this.buffer, start, end)) return null;
    const { type, details, processInfo } = this.parser.event;
    if (type === NOT_WRITTEN) this.noteUnwritten(details ?? {});
    if (!isLogNote(type) || !details) return null;
    return { type: type as NoteType, ...this.sign(), pid: processInfo.pid, details };
  }

  private noteUnwritten({ since, count }: NoteDetails): void {
    const to = this.sign().time;
    const from = Math.min(Number(since) / 1000 || to, to);
    this.unwritten.push({ from, to, count: Number(count) || 1 });
  }

  private sign(): Sign {
    const { time, path } = this.parser.event;
    return { time: time.seconds + time.nanoseconds / 1e9, path: sliceToLatin1(path) };
  }

  /** Returns the last event before `buffer[end]` and after the last note. */
  private signBefore(position: number, end: number): Sign | null {
    const note = this.notes.at(-1);
    for (let stop = end; stop > 0; ) {
      if (note?.end === position + stop) return null;
      const hasNewline = this.buffer[stop - 1] === LINE_FEED;
      const start = stop < 2 ? 0 : this.buffer.lastIndexOf(LINE_FEED, stop - 2) + 1;
      if (this.parser.parse(this.buffer, start, hasNewline ? stop - 1 : stop)) return this.sign();
      stop = start;
    }
    return this.last;
  }
}

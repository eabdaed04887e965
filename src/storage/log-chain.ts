/**
 * The chain of hashes of a log that we append to: hash-chain.ts. Others can append too, so each write
 * begins with what they wrote. All functions are called while the log is locked.
 */
import { closeSync, fstatSync, readSync } from "node:fs";
import { NOTE_MARK } from "../events/watch-columns.ts";
import { O_NOFOLLOW } from "../ffi/machine.ts";
import { O_NONBLOCK, O_RDONLY } from "../kernel/fcntl.ts";
import { anchorOfLine, LineHash, NO_HASH, type SegmentDetails, typeOfLine } from "./hash-chain.ts";
import { LONGEST_INDEX, NoteIndex } from "./note-index.ts";

const NEWLINE = 0x0a;
/** A segment is ended when it has so many bytes. */
const SEGMENT_BYTES = 16 << 20;
/** How much of a log is searched for the end of its last segment. */
const SEARCH_BYTES = 3 * SEGMENT_BYTES;
const CHUNK = 1 << 20;

/** Returns the bytes `[from, to)` of a file: fewer if it was truncated. */
function readRange(fd: number, from: number, to: number): Buffer {
  const bytes = Buffer.allocUnsafe(to - from);
  let done = 0;
  for (let count = 1; count > 0 && done < bytes.length; done += count)
    count = readSync(fd, bytes, done, bytes.length - done, from + done);
  return bytes.subarray(0, done);
}

/** The files of a log. */
export interface LogFiles {
  /** The log, open for reading. */
  readonly fd: number;
  /** Opens FILE.1. @throws Error of node:fs if there is none */
  openRotated(flags: number): number;
}

export class LogChain {
  /** Builds the line of a SEGMENT, with its newline. */
  private readonly lineOf: (details: SegmentDetails) => Uint8Array;
  private readonly hash = new LineHash();
  private readonly notes = new NoteIndex();
  private segment = 1;
  /** Bytes of the segment so far. */
  private bytes = 0;
  private previous = NO_HASH;
  /** The file and how much of it is in the chain; null before the first write. */
  private file: string | null = null;
  private offset = 0;
  private readonly sealLength: number;
  /** Whether lines of others are to be ended as a segment of their own, or the chain begins. */
  private lateDue = false;

  constructor(lineOf: (details: SegmentDetails) => Uint8Array) {
    this.lineOf = lineOf;
    const details = { bytes: Number.MAX_SAFE_INTEGER, previous: NO_HASH, hash: NO_HASH, late: 1 };
    const segment = Number.MAX_SAFE_INTEGER;
    this.sealLength = lineOf({ segment, ...details, notes: LONGEST_INDEX }).length;
  }

  /** How many bytes to leave for the end of the segment. */
  get reserved(): number {
    return this.sealLength;
  }

  /** Whether a segment is to be ended before the next line. */
  get isDue(): boolean {
    return this.lateDue || this.bytes >= SEGMENT_BYTES;
  }

  /** Whether the segment has lines. */
  get hasLines(): boolean {
    return this.bytes > 0;
  }

  /** Forgets where the chain is, because lines were written without it. */
  lose(): void {
    this.file = "";
  }

  /** Adds what others have written. Call it before each write. @throws Error of node:fs */
  sync(files: LogFiles): void {
    const { dev, ino, size } = fstatSync(files.fd);
    const file = `${dev}:${ino}`;
    if (file === this.file) {
      // Truncated by a program that has copied it, such as logrotate.
      if (size < this.offset) this.offset = 0;
    } else if (this.file && size === 0) this.offset = 0;
    else this.resume(files, size);
    this.file = file;
    if (size > this.offset) this.addFile(files.fd, this.offset, size);
    this.offset = size;
  }

  /** Goes on from the last anchor of the log, of which nothing is known. */
  private resume(files: LogFiles, size: number): void {
    const isFirst = this.file === null;
    this.hash.hex = NO_HASH;
    this.offset = 0;
    this.begin(1);
    const start = this.findAnchor(files.fd, size);
    if (start !== null) {
      this.offset = start;
    } else if (!this.resumeRotated(files) && size > 0 && !isChainStart(files.fd, size)) {
      // Lines of an earlier version: the chain begins behind them.
      this.segment = 0;
      this.offset = size;
      this.lateDue = true;
      return;
    }
    this.lateDue = isFirst && size > this.offset;
  }

  /** Goes on from the last anchor of FILE.1. @returns false if there is none */
  private resumeRotated(files: LogFiles): boolean {
    let fd: number;
    try {
      fd = files.openRotated(O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    } catch {
      return false;
    }
    try {
      const { size } = fstatSync(fd);
      const start = this.findAnchor(fd, size);
      if (start !== null) this.addFile(fd, start, size);
      return start !== null;
    } finally {
      closeSync(fd);
    }
  }

  /** Finds the last anchor of a file, and goes on from it. @returns its end; null if there is none */
  private findAnchor(fd: number, size: number): number | null {
    const limit = Math.max(0, size - SEARCH_BYTES);
    for (let end = size; end > limit; ) {
      const from = Math.max(limit, end - CHUNK);
      // A line that begins in the part can end behind it.
      const bytes = readRange(fd, from, Math.min(size, end + CHUNK));
      const found = this.lastAnchor(bytes, end - from, from === 0);
      if (found !== null) return from + found;
      end = from;
    }
    return null;
  }

  /** @returns the end of the last anchor that begins before `before` */
  private lastAnchor(bytes: Buffer, before: number, isStart: boolean): number | null {
    let start = bytes.lastIndexOf(NEWLINE, before - 1) + 1;
    for (;;) {
      const newline = bytes.indexOf(NEWLINE, start);
      if (newline >= 0 && (start > 0 || isStart) && this.pass(bytes, start, newline))
        return newline + 1;
      if (start < 2) return null;
      start = bytes.lastIndexOf(NEWLINE, start - 2) + 1;
    }
  }

  private pass(bytes: Uint8Array, start: number, end: number): boolean {
    const anchor = anchorOfLine(bytes, start, end);
    if (!anchor) return false;
    this.hash.pass(anchor, bytes, start, end);
    const { segment } = anchor.details;
    this.begin(anchor.type === "CLEANED" ? segment : segment + 1);
    return true;
  }

  private begin(segment: number): void {
    this.segment = segment;
    this.bytes = 0;
    this.notes.clear();
    this.previous = this.hash.hex;
  }

  /** Adds lines of a file that others wrote. */
  private addFile(fd: number, from: number, to: number): void {
    let rest = Buffer.alloc(0);
    for (let at = from; at < to; at += CHUNK) {
      const bytes = Buffer.concat([rest, readRange(fd, at, Math.min(to, at + CHUNK))]);
      const end = bytes.lastIndexOf(NEWLINE) + 1;
      this.addLines(bytes, end, true);
      rest = Buffer.from(bytes.subarray(end));
    }
    if (rest.length > 0)
      this.addLines(Buffer.concat([rest, Buffer.of(NEWLINE)]), rest.length + 1, true);
  }

  private addLines(bytes: Uint8Array, length: number, areForeign: boolean): void {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, length);
    let mark = text.indexOf(NOTE_MARK);
    for (let start = 0; start < length; ) {
      const end = bytes.indexOf(NEWLINE, start);
      if (
        !areForeign ||
        typeOfLine(bytes, start, end) !== "SEGMENT" ||
        !this.pass(bytes, start, end)
      ) {
        this.hash.add(bytes, start, end);
        const from = this.bytes;
        this.bytes += end + 1 - start;
        if (mark >= 0 && mark < end) this.notes.add(from, this.bytes);
      }
      start = end + 1;
      if (mark >= 0 && mark < start) mark = text.indexOf(NOTE_MARK, start);
    }
  }

  /** Adds whole lines that we have written. */
  add(bytes: Uint8Array, length: number): void {
    this.addLines(bytes, length, false);
    this.offset += length;
  }

  /** Returns the line that ends the segment. Call ended() when it is written. */
  end(): Uint8Array {
    const { segment, bytes, previous, hash } = this;
    const { text } = this.notes;
    return this.lineOf({
      ...{ segment, bytes, previous, hash: hash.hex },
      ...(this.lateDue && segment > 0 ? { late: 1 } : {}),
      ...(text === undefined ? {} : { notes: text }),
    });
  }

  ended(line: Uint8Array): void {
    this.hash.add(line, 0, line.length - 1);
    this.offset += line.length;
    this.lateDue = false;
    this.begin(this.segment + 1);
  }
}

/** Whether a log has a chain from its first line on: later versions begin with a note. */
function isChainStart(fd: number, size: number): boolean {
  const bytes = readRange(fd, 0, Math.min(size, 128));
  return size <= SEARCH_BYTES && typeOfLine(bytes, 0, bytes.length) === "WATCH_START";
}

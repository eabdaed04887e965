/**
 * The structure of all formats: a document is a frame around events, an event is a list of cells.
 *
 * The output gets whole events only. An event whose encoding fails is removed, so that the document
 * can still be closed properly.
 */

import type { Output, Sink } from "../../core/sink.ts";
import type { FileDigest } from "../../events/file-digest.ts";
import { lacking, type RunHeader, type RunTrailer } from "../../events/run-info.ts";
import { Literal } from "./byte-buffer.ts";
import type { Encoder } from "./encoder.ts";

/** Flush at this many bytes; the cost per event of one write(2) of this size is negligible. */
const FLUSH_AT = 64 * 1024;

/** Initial capacity: the bytes before a flush, and an event with two names that need most escapes. */
export const CAPACITY = 2 * FLUSH_AT;

/** How many of the last flushes can be taken back: some kilobytes, if each is of one event. */
const MAX_TAIL = 64;

/** One column of a format: the text before its value, and how to write the value. */
export interface Cell<E, T extends Encoder = Encoder> {
  /** ASCII: a comma, a key. */
  readonly before: string;
  write(encoder: T, event: E): void;
}

/** The fixed text around events, in ASCII. */
export interface Frame {
  /** Starts the document. */
  readonly open: string;
  /** Precedes the first event. */
  readonly first: string;
  /** Precedes every other event. */
  readonly between: string;
  /** Follows every event. */
  readonly after: string;
  /** Ends the document after at least one event. */
  readonly close: string;
  /** Ends a document without events. */
  readonly closeEmpty: string;
}

/** The text of a run in its document. */
export interface RunText {
  /** Returns the text that starts the document, instead of that of the frame. */
  header(header: RunHeader): string;
  /** Returns the text of digests, which follows the events. */
  digests(all: readonly FileDigest[]): string;
  /** Returns the text that follows the document. */
  result(result: RunTrailer): string;
}

export class DocumentSink<E, T extends Encoder = Encoder> implements Sink<E> {
  /** Number of events that the output has accepted. */
  delivered = 0;
  private encoded = 0;
  /** The last flushes, which make room for the end of the document if they are taken back. */
  private readonly tail: { readonly bytes: number; readonly events: number }[] = [];
  private opened = false;
  private closed = false;
  private readonly encoder: T;
  private readonly output: Output;
  private readonly frame: { -readonly [part in keyof Frame]: Literal };
  private readonly runText: RunText | null;
  private readonly prefixes: readonly Literal[];
  private readonly writes: readonly Cell<E, T>["write"][];

  /** @param runText null for a format without a place for the run */
  constructor(
    output: Output,
    frame: Frame,
    cells: readonly Cell<E, T>[],
    encoder: T,
    runText: RunText | null = null,
  ) {
    this.runText = runText;
    this.output = output;
    this.encoder = encoder;
    this.prefixes = cells.map((cell) => new Literal(cell.before));
    this.writes = cells.map((cell) => cell.write);
    this.frame = {
      open: new Literal(frame.open),
      first: new Literal(frame.first),
      between: new Literal(frame.between),
      after: new Literal(frame.after),
      close: new Literal(frame.close),
      closeEmpty: new Literal(frame.closeEmpty),
    };
    this.encoder.literal(this.frame.open);
  }

  begin(header: RunHeader): void {
    if (!this.runText) return;
    // A part of the frame, which is written again if its first write fails.
    this.frame.open = new Literal(this.runText.header(header));
    this.encoder.length = 0;
    this.encoder.literal(this.frame.open);
  }

  /** One function, because the JIT compiler would optimize the inner one again in each format. */
  write(event: E): void {
    const { encoder, frame, prefixes, writes } = this;
    const lengthBefore = encoder.length;
    try {
      encoder.literal(this.isEmpty ? frame.first : frame.between);
      for (let i = 0; i < writes.length; i++) {
        encoder.literal(prefixes[i]);
        writes[i](encoder, event);
      }
      encoder.literal(frame.after);
    } catch (error) {
      encoder.length = lengthBefore;
      throw error;
    }
    this.encoded++;
    if (encoder.length >= FLUSH_AT) this.flush();
  }

  /** If the output throws, the events of this flush are lost; `delivered` does not count them. */
  flush(): void {
    const { encoder, encoded: events, frame, opened } = this;
    const bytes = encoder.length - (opened ? 0 : frame.open.length);
    this.encoded = 0;
    try {
      encoder.drainTo(this.output);
    } catch (error) {
      if (!opened) encoder.literal(frame.open);
      throw error;
    }
    this.opened = true;
    this.delivered += events;
    if (bytes === 0) return;
    // What follows the events cannot be taken back.
    if (events === 0) this.tail.length = 0;
    else if (this.tail.push({ bytes, events }) > MAX_TAIL) this.tail.shift();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    const end = () => this.encoder.literal(this.isEmpty ? this.frame.closeEmpty : this.frame.close);
    this.flushAfter(end, () => this.retract());
  }

  digests(all: readonly FileDigest[]): void {
    const { runText } = this;
    if (runText && all.length > 0) this.flushAfter(() => this.text(runText.digests(all)));
  }

  /** If there is no room for the result, events make room, and the result says so. */
  conclude(result: RunTrailer): void {
    const { runText, delivered } = this;
    if (!runText) return;
    const write = () => this.text(runText.result(lacking(result, delivered - this.delivered)));
    this.flushAfter(write, () => this.retract());
  }

  private text(text: string): void {
    this.encoder.literal(new Literal(text));
  }

  /** Takes the last flush of events back. Returns false if that is not possible. */
  private retract(): boolean {
    const last = this.tail.pop();
    if (!last || !this.output.retract?.(last.bytes)) return false;
    this.delivered -= last.events;
    return true;
  }

  /**
   * Flushes after `write`. The events may not fit, but the few bytes of `write` alone may.
   * @param makeRoom makes some room for them; returns false if it cannot
   */
  private flushAfter(write: () => void, makeRoom = () => false): void {
    write();
    try {
      this.flush();
    } catch (error) {
      do write();
      while (!this.tryFlush() && makeRoom());
      throw error;
    }
  }

  private tryFlush(): boolean {
    try {
      this.flush();
      return true;
    } catch {
      return false;
    }
  }

  private get isEmpty(): boolean {
    return this.delivered + this.encoded === 0;
  }
}

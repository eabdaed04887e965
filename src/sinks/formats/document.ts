/**
 * The structure of all formats: a document is a frame around events, an event is a list of cells.
 *
 * The output gets whole events only. An event whose encoding fails is removed, so that the document
 * can still be closed properly.
 */

import type { Output, Sink } from "../../core/sink.ts";
import type { FileDigest } from "../../events/file-digest.ts";
import type { RunHeader, RunTrailer } from "../../events/run-info.ts";
import { Literal } from "./byte-buffer.ts";
import type { Encoder } from "./encoder.ts";

/** Flush at this many bytes; the cost per event of one write(2) of this size is negligible. */
const FLUSH_AT = 64 * 1024;

/** Initial capacity: the bytes before a flush, and an event with two names that need most escapes. */
export const CAPACITY = 2 * FLUSH_AT;

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
  /** Bytes of the last event that was encoded, and of the last that the output has accepted. */
  private lastEncoded = 0;
  private lastDelivered = 0;
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
    this.lastEncoded = encoder.length - lengthBefore;
    if (encoder.length >= FLUSH_AT) this.flush();
  }

  /** If the output throws, the events of this flush are lost; `delivered` does not count them. */
  flush(): void {
    const encoded = this.encoded;
    this.encoded = 0;
    try {
      this.encoder.drainTo(this.output);
    } catch (error) {
      if (!this.opened) this.encoder.literal(this.frame.open);
      throw error;
    }
    this.opened = true;
    this.delivered += encoded;
    if (encoded > 0) this.lastDelivered = this.lastEncoded;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    const end = () => this.encoder.literal(this.isEmpty ? this.frame.closeEmpty : this.frame.close);
    this.flushAfter(end, () => this.retractLast());
  }

  /** Removes the last event, in whose place there is room for the end of the document. */
  private retractLast(): boolean {
    if (this.frame.close.length === 0 || this.lastDelivered === 0) return false;
    if (!this.output.retract?.(this.lastDelivered)) return false;
    this.lastDelivered = 0;
    this.delivered--;
    return true;
  }

  digests(all: readonly FileDigest[]): void {
    if (this.runText && all.length > 0) this.writeAfter(this.runText.digests(all));
  }

  conclude(result: RunTrailer): void {
    if (this.runText) this.writeAfter(this.runText.result(result));
  }

  private writeAfter(text: string): void {
    const literal = new Literal(text);
    this.flushAfter(() => this.encoder.literal(literal));
  }

  /**
   * Flushes after `write`. The events may not fit, but the few bytes of `write` alone may.
   * @param makeRoom makes room for them; returns false if it cannot
   */
  private flushAfter(write: () => void, makeRoom = () => false): void {
    write();
    try {
      this.flush();
    } catch (error) {
      write();
      if (!this.tryFlush() && makeRoom()) {
        write();
        this.tryFlush();
      }
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

/**
 * Record files (run.trace): the kernel's records as they come, without formatting. The format is
 * that of src/sources/records/record-format.ts, which reads it.
 */
import type { Output, Sink } from "../../core/sink.ts";
import { EVENT } from "../../events/event-record.ts";
import { type FileDigest, toRecordedDigest } from "../../events/file-digest.ts";
import type { FileEvent } from "../../events/file-event.ts";
import type { RunHeader, RunTrailer } from "../../events/run-info.ts";
import {
  BLOCK,
  encodeBlock,
  FILE_MAGIC,
  FILE_MAGIC_SIZE,
  FORMAT_VERSION,
} from "../../sources/records/record-format.ts";
import type { SinkOptions } from "./format.ts";

/** Content of a block that is full enough to be written: bytes. */
const BLOCK_SIZE = 512 << 10;
/** Digests in a block: their paths make a few MiB of JSON at most. */
const MAX_DIGESTS = 500;
/** Time after which a block is written although it is small, so that a killed trace loses little. */
const MAX_BLOCK_AGE_MS = 1000;
/** A record is preceded by its length and ends on a multiple of eight bytes. */
const LENGTH_SIZE = 8;

/** Opens a sink that writes a record file. It holds whole events, not columns. */
export function recordFile({ output }: SinkOptions<FileEvent>): RecordFileWriter {
  return new RecordFileWriter(output, () => performance.now());
}

export class RecordFileWriter implements Sink<FileEvent> {
  delivered = 0;
  private readonly output: Output;
  private readonly now: () => number;
  private content = new Uint8Array(2 * BLOCK_SIZE);
  private words = new Uint32Array(this.content.buffer);
  private view = new DataView(this.content.buffer);
  /** The memory that records were last copied from, as words. */
  private source: Uint32Array = this.words;
  private length = 0;
  private count = 0;
  private blockStart = 0;
  /** Bytes of the file so far. */
  private position = 0;
  /** Times of the block's earliest and latest record, rounded, and where the records begin. */
  private firstTime = Infinity;
  private lastTime = -1;
  private firstAt = 0;
  private lastAt = 0;

  /** @param now a clock in milliseconds */
  constructor(output: Output, now: () => number) {
    this.output = output;
    this.now = now;
  }

  /** Begins the file with its header, before the first event. */
  begin(header: RunHeader): void {
    const magic = new Uint8Array(FILE_MAGIC_SIZE);
    new DataView(magic.buffer).setBigUint64(0, FILE_MAGIC, true);
    this.append(magic);
    this.writeJson(BLOCK.header, { format: FORMAT_VERSION, ...header });
  }

  write(event: FileEvent): void {
    const { bytes, at, end } = event.record;
    const size = end - at;
    const needed = LENGTH_SIZE + ((size + 7) & ~7);
    if (this.length + needed > this.content.length) this.grow(needed);
    if (this.count === 0) this.blockStart = this.now();
    this.view.setUint32(this.length, size, true);
    const start = this.length + LENGTH_SIZE;
    this.copy(bytes, at, size, start);
    this.noteTime(start);
    this.length += needed;
    this.count++;
    if (this.length >= BLOCK_SIZE) this.writeBlock();
  }

  /** @param start where a record begins in the block */
  private noteTime(start: number): void {
    const at = start + EVENT.time;
    const time = this.view.getUint32(at + 4, true) * 2 ** 32 + this.view.getUint32(at, true);
    if (time < this.firstTime) {
      this.firstTime = time;
      this.firstAt = at;
    }
    if (time > this.lastTime) {
      this.lastTime = time;
      this.lastAt = at;
    }
  }

  /** Copies by words: that costs a third of set() and makes no object per event. */
  private copy(bytes: Uint8Array, at: number, size: number, to: number): void {
    if (((bytes.byteOffset + at) & 3) !== 0) {
      this.content.set(bytes.subarray(at, at + size), to);
      return;
    }
    const { words } = this;
    const source = this.wordsOf(bytes);
    const whole = size >> 2;
    let from = (bytes.byteOffset + at) >> 2;
    let into = to >> 2;
    for (const last = from + whole; from < last; ) words[into++] = source[from++];
    for (let i = whole << 2; i < size; i++) this.content[to + i] = bytes[at + i];
  }

  private wordsOf({ buffer }: Uint8Array): Uint32Array {
    if (this.source.buffer !== buffer)
      this.source = new Uint32Array(buffer, 0, buffer.byteLength >> 2);
    return this.source;
  }

  private grow(needed: number): void {
    const larger = new Uint8Array(Math.max(2 * this.content.length, this.length + needed + 8) & ~7);
    larger.set(this.content.subarray(0, this.length));
    this.content = larger;
    this.words = new Uint32Array(larger.buffer);
    this.view = new DataView(larger.buffer);
  }

  private writeBlock(): void {
    const { count, length } = this;
    const content = this.content.subarray(0, length);
    const times = {
      firstTime: this.view.getBigUint64(this.firstAt, true),
      lastTime: this.view.getBigUint64(this.lastAt, true),
    };
    this.length = 0;
    this.count = 0;
    this.firstTime = Infinity;
    this.lastTime = -1;
    this.block(BLOCK.events, content, count, times);
    this.delivered += count;
  }

  private writeJson(type: number, value: unknown): void {
    const content = new TextEncoder().encode(JSON.stringify(value));
    this.block(type, content, 0, { firstTime: 0n, lastTime: 0n });
  }

  private block(
    type: number,
    content: Uint8Array,
    count: number,
    times: { firstTime: bigint; lastTime: bigint },
  ): void {
    this.append(encodeBlock({ type, count, ...times }, content, this.position));
  }

  private append(bytes: Uint8Array): void {
    this.output.write(bytes, bytes.length);
    this.position += bytes.length;
  }

  /** Writes what has waited long enough. */
  flush(): void {
    if (this.count > 0 && this.now() - this.blockStart >= MAX_BLOCK_AGE_MS) this.writeBlock();
  }

  close(): void {
    if (this.count > 0) this.writeBlock();
  }

  digests(all: readonly FileDigest[]): void {
    for (let at = 0; at < all.length; at += MAX_DIGESTS)
      this.writeJson(BLOCK.digests, {
        digests: all.slice(at, at + MAX_DIGESTS).map((digest) => toRecordedDigest(digest)),
      });
  }

  /** Ends the file; without this it is the record of a run that was cut off. */
  conclude(trailer: RunTrailer): void {
    this.writeJson(BLOCK.trailer, trailer);
  }
}

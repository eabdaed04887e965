/**
 * Record files (run.trace): the kernel's records as they come, without formatting. The format is
 * that of src/sources/records/record-format.ts, which reads it.
 */
import type { Output, Sink } from "../../core/sink.ts";
import { type FileDigest, toRecordedDigest } from "../../events/file-digest.ts";
import type { FileEvent } from "../../events/file-event.ts";
import type { RunHeader, RunTrailer } from "../../events/run-info.ts";
import type { MachineFiles } from "../../model/known-files.ts";
import { NoteTaker } from "../../model/note-taker.ts";
import { type PathNote, toRecordedNote } from "../../model/path-notes.ts";
import { EventPacker } from "../../sources/records/packed-events.ts";
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
/** Characters of the paths in a block of notes. */
const MAX_NOTES_SIZE = 1 << 20;
/** Time after which a block is written although it is small, so that a killed trace loses little. */
const MAX_BLOCK_AGE_MS = 1000;

/** Opens a sink that writes a record file. It holds whole events, not columns. */
export function recordFile({ output, machine }: SinkOptions<FileEvent>): RecordFileWriter {
  return new RecordFileWriter(output, () => performance.now(), { machine });
}

interface WriterOptions {
  /** Where the run takes place; without it, no notes are taken of paths. */
  readonly machine?: MachineFiles;
  /** As for EventPacker. */
  readonly wholeRecords?: number;
}

export class RecordFileWriter implements Sink<FileEvent> {
  delivered = 0;
  private readonly output: Output;
  private readonly now: () => number;
  private readonly packer: EventPacker;
  private readonly machine: MachineFiles | undefined;
  private readonly noteTaker: NoteTaker | null;
  /** By path: notes for the events that are not written yet. */
  private readonly notes = new Map<string, PathNote>();
  private notesSize = 0;
  private blockStart = 0;
  /** Bytes of the file so far. */
  private position = 0;

  /** @param now a clock in milliseconds */
  constructor(output: Output, now: () => number, { machine, wholeRecords }: WriterOptions = {}) {
    this.packer = new EventPacker(2 * BLOCK_SIZE, wholeRecords);
    this.machine = machine;
    this.noteTaker = machine ? new NoteTaker(machine, (note) => this.addNote(note)) : null;
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
    const { packer } = this;
    this.noteTaker?.take(event);
    if (packer.count === 0) this.blockStart = this.now();
    packer.add(event.record);
    if (packer.size >= BLOCK_SIZE) this.writeBlock();
  }

  /** Notes are in front of the events that they are for. */
  private addNote(note: PathNote): void {
    if (this.notes.has(note.path) || this.notesSize > MAX_NOTES_SIZE) this.writeBlock();
    this.notes.set(note.path, note);
    this.notesSize += note.path.length + (note.type === "link" ? note.target.length : 0);
  }

  private writeNotes(): void {
    if (this.notes.size === 0) return;
    const notes = Array.from(this.notes.values(), toRecordedNote);
    this.writeJson(BLOCK.notes, { mntns: this.machine?.mntns, notes });
    this.notes.clear();
    this.notesSize = 0;
  }

  private writeBlock(): void {
    this.writeNotes();
    if (this.packer.count === 0) return;
    const { content, ...info } = this.packer.take();
    this.block({ type: BLOCK.events, ...info }, content);
    this.delivered += info.count;
  }

  private writeJson(type: number, value: unknown): void {
    const content = new TextEncoder().encode(JSON.stringify(value));
    this.block({ type, count: 0, firstTime: 0n, lastTime: 0n }, content);
  }

  private block(info: Parameters<typeof encodeBlock>[0], content: Uint8Array): void {
    this.append(encodeBlock(info, content, this.position));
  }

  private append(bytes: Uint8Array): void {
    this.output.write(bytes, bytes.length);
    this.position += bytes.length;
  }

  /** Writes what has waited long enough. */
  flush(): void {
    if (this.packer.count > 0 && this.now() - this.blockStart >= MAX_BLOCK_AGE_MS)
      this.writeBlock();
  }

  close(): void {
    if (this.packer.count > 0) this.writeBlock();
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

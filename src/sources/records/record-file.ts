/**
 * Reads record files (run.trace) block by block, and visits their events as if they came from the
 * kernel. Nothing in a file is trusted: sizes and checksums are checked, and a record that could
 * not have come from the kernel is counted as damaged.
 */
import type { BlockingSource } from "../../core/source.ts";
import type { Time } from "../../events/column.ts";
import { BadRecordError, EVENT, EventRecord } from "../../events/event-record.ts";
import { CALL_NAMES } from "../../events/file-calls.ts";
import { type FileDigest, fromRecordedDigest } from "../../events/file-digest.ts";
import { FileEvent } from "../../events/file-event.ts";
import type { Loss } from "../../events/loss.ts";
import type { RunHeader, RunTrailer } from "../../events/run-info.ts";
import { type Arch, archOf } from "../../kernel/fcntl.ts";
import { fromRecordedNote, NotedFiles } from "../../model/path-notes.ts";
import { InputFile } from "../../storage/input.ts";
import { FILE_KIND_SIZE, fileKind, notExpected } from "./file-kind.ts";
import { EventUnpacker } from "./packed-events.ts";
import {
  BLOCK,
  BLOCK_HEADER_SIZE,
  type BlockInfo,
  decodeBlock,
  decodeBlockAhead,
  FILE_MAGIC_SIZE,
  FORMAT_VERSION,
  isRecordFile,
  parseBlockHeader,
  RecordFormatError,
  releaseContent,
  type StoredBlock,
} from "./record-format.ts";
import { missingEvents, parseTrailer } from "./run-trailer.ts";

const LENGTH_SIZE = 8;

/** A block with its content. */
interface Block {
  readonly info: BlockInfo;
  readonly bytes: Uint8Array;
}

export class RecordFile implements BlockingSource<FileEvent> {
  /** Version of the file's format. */
  readonly format: number;
  readonly header: RunHeader;
  /** Null until the end was read, and for a run that was cut off. */
  trailer: RunTrailer | null = null;
  /** The digests of files, which follow the events: as far as it was read. */
  readonly digests: FileDigest[] = [];
  /** What the machine said of paths, as far as it was read. */
  readonly machine = new NotedFiles();
  /** Whether the whole file was read, or all that can be read of it. */
  isDone = false;
  private readonly input: InputFile;
  private readonly memories: Uint8Array[] = [new Uint8Array(0), new Uint8Array(0)];
  private position = FILE_MAGIC_SIZE;
  private damage: RecordFormatError | null = null;
  private badRecords = 0;
  /** Events of format 1 that were visited so far. */
  private unpackedCount = 0;
  private readonly callIndex: Uint8Array;
  private unpacker: EventUnpacker | null = null;
  /** The view of its record. */
  private unpacked: FileEvent | null = null;

  /**
   * Reads the header of a file.
   * @param path "-" for standard input
   * @param input the file, if it is open
   * @throws RecordFormatError that names the file; InputError if it cannot be read
   */
  constructor(path: string, input = new InputFile(path)) {
    this.input = input;
    try {
      const start = input.peek(FILE_KIND_SIZE);
      if (!isRecordFile(start))
        throw new RecordFormatError(notExpected("a record file of trace", fileKind(start)));
      input.read(FILE_MAGIC_SIZE);
      const content = this.nextBlock();
      if (content?.info.type !== BLOCK.header)
        throw new RecordFormatError("ends before its header");
      const { format, header } = parseHeader(content.bytes);
      this.format = format;
      this.header = header;
      this.callIndex = callIndex(this.header.calls);
    } catch (error) {
      input.close();
      if (error instanceof RecordFormatError)
        throw new RecordFormatError(`${input.name}: ${error.message}`, { cause: error });
      throw error;
    }
  }

  /** The architecture on which it was recorded. */
  get arch(): Arch {
    return archOf(String(this.header.machine));
  }

  /** Events that were read so far. */
  get eventCount(): number {
    return this.unpackedCount + (this.unpacker?.count ?? 0);
  }

  /** Whether it is the file of an fd. */
  isFile(fd: number): boolean {
    return this.input.isFile(fd);
  }

  /**
   * Returns the next block as it is stored, or null at the end of the file. Its bytes are borrowed until
   * the second one after it.
   * @throws RecordFormatError if the file is damaged there or cut off within the block
   */
  private nextStored(): StoredBlock | null {
    const { position } = this;
    const header = this.input.read(BLOCK_HEADER_SIZE);
    if (header.length === 0) return null;
    if (header.length < BLOCK_HEADER_SIZE)
      throw new RecordFormatError(`ends within a block at byte ${position}`);
    const info = parseBlockHeader(header, position);
    const stored = this.input.read(info.storedSize, this.memoryOf(info.storedSize));
    if (stored.length < info.storedSize)
      throw new RecordFormatError(`ends within a block at byte ${position}`);
    this.position = position + BLOCK_HEADER_SIZE + info.storedSize;
    return { header, info, stored, position };
  }

  /** Returns memory for a stored block: one of two in turn. */
  private memoryOf(size: number): Uint8Array {
    this.memories.reverse();
    if (this.memories[0].length < size) this.memories[0] = new Uint8Array(size);
    return this.memories[0];
  }

  private nextBlock(): Block | null {
    const block = this.nextStored();
    return block && { info: block.info, bytes: decodeBlock(block) };
  }

  private async nextBlockAhead(): Promise<Block | null> {
    const block = this.nextStored();
    return block && { info: block.info, bytes: await decodeBlockAhead(block) };
  }

  /** Visits all events in the order in which they were recorded. The event is borrowed. */
  run(visit: (event: FileEvent) => void): void {
    while (!this.isDone) this.step(visit);
  }

  /** As run; while a block is visited, another thread decompresses the next one. */
  async runAhead(visit: (event: FileEvent) => void): Promise<void> {
    for (let next = this.nextBlockAhead(); !this.isDone; ) {
      try {
        const block = await next;
        if (block !== null) next = this.nextBlockAhead();
        // Nothing may wait for it any more, if a visit fails.
        next.catch(() => {});
        this.take(block, visit);
      } catch (error) {
        this.endDamaged(error);
      }
    }
  }

  /** Visits the events of the next block. */
  step(visit: (event: FileEvent) => void): void {
    try {
      this.take(this.nextBlock(), visit);
    } catch (error) {
      this.endDamaged(error);
    }
  }

  private take(block: Block | null, visit: (event: FileEvent) => void): void {
    if (block === null) this.isDone = true;
    else if (block.info.type === BLOCK.events) {
      this.visitBlock(block.bytes, visit);
      releaseContent(block.info, block.bytes);
    } else if (block.info.type === BLOCK.unpackedEvents) this.visitUnpacked(block.bytes, visit);
    else if (block.info.type === BLOCK.notes) this.addNotes(block.bytes);
    else if (block.info.type === BLOCK.digests) this.addDigests(block.bytes);
    else if (block.info.type === BLOCK.trailer) this.trailer = trailerOf(block.bytes);
  }

  /** Ends with what was read before a damage. */
  private endDamaged(error: unknown): void {
    if (!(error instanceof RecordFormatError)) throw error;
    this.damage = error;
    this.isDone = true;
  }

  /** Reads no further. */
  finish(): void {
    this.isDone = true;
  }

  private visitBlock(bytes: Uint8Array, visit: (event: FileEvent) => void): void {
    this.unpacker ??= new EventUnpacker(this.callIndex);
    this.unpacked ??= this.eventOf(this.unpacker.record);
    const { unpacked } = this;
    try {
      this.unpacker.run(bytes, () => visit(unpacked));
    } catch (error) {
      if (!(error instanceof BadRecordError)) throw error;
      throw new RecordFormatError("has a damaged record", { cause: error });
    }
  }

  private eventOf(record: EventRecord): FileEvent {
    return new FileEvent(record, this.header.bootTime as Time, this.arch);
  }

  /** Visits a block of format 1. */
  private visitUnpacked(bytes: Uint8Array, visit: (event: FileEvent) => void): void {
    const record = new EventRecord(bytes);
    const event = this.eventOf(record);
    const { view } = record;
    for (let at = 0; at + LENGTH_SIZE <= bytes.length; ) {
      const length = view.getUint32(at, true);
      try {
        record.moveTo(at + LENGTH_SIZE, length);
      } catch (error) {
        if (!(error instanceof BadRecordError)) throw error;
        this.badRecords++;
        return;
      }
      bytes[record.at + EVENT.call] = this.callIndex[record.call];
      this.unpackedCount++;
      visit(event);
      at += LENGTH_SIZE + ((length + 7) & ~7);
    }
  }

  private addDigests(bytes: Uint8Array): void {
    const { digests } = parseJson(bytes);
    if (!Array.isArray(digests)) throw new RecordFormatError("has a bad block of digests");
    for (const each of digests) {
      const digest = fromRecordedDigest(each);
      if (digest) this.digests.push(digest);
      else this.badRecords++;
    }
  }

  private addNotes(bytes: Uint8Array): void {
    const { mntns, notes } = parseJson(bytes);
    if (typeof mntns === "string") this.machine.mntns = mntns;
    if (!Array.isArray(notes)) throw new RecordFormatError("has a bad block of notes");
    for (const each of notes) {
      const note = fromRecordedNote(each);
      if (note) this.machine.add(note);
      else this.badRecords++;
    }
  }

  /** Everything that is missing from the record, as far as it was read. */
  losses(): Loss[] {
    const losses: Loss[] = [...(this.trailer?.losses ?? [])];
    if (this.damage)
      losses.push({ what: `unreadable part of the record (${this.damage.message})`, count: 1 });
    else if (this.isDone && !this.trailer)
      losses.push({ what: "recording ended without its trailer", count: 1 });
    if (this.badRecords) losses.push({ what: "damaged records", count: this.badRecords });
    if (this.trailer) losses.push(...missingEvents(this.trailer, this.eventCount));
    return losses;
  }

  close(): void {
    this.input.close();
  }
}

/** Translates the numbers of calls in a record to today's: another version may have others. */
function callIndex(names: readonly string[]): Uint8Array {
  const index = new Uint8Array(256);
  for (const [call, name] of names.entries())
    if (call < index.length)
      index[call] = Math.max(0, (CALL_NAMES as readonly string[]).indexOf(name));
  return index;
}

function parseJson(bytes: Uint8Array): Record<string, unknown> {
  try {
    const value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {}
  throw new RecordFormatError("has a header, notes, digests or a trailer that are not JSON");
}

const isStrings = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((each) => typeof each === "string");

function parseHeader(bytes: Uint8Array): { format: number; header: RunHeader } {
  const { format, ...header } = parseJson(bytes);
  const { calls, command, events, bootTime } = header;
  if (typeof format !== "number") throw new RecordFormatError("has no format version");
  if (format > FORMAT_VERSION)
    throw new RecordFormatError(
      `has format ${format}; this version of trace reads up to ${FORMAT_VERSION}`,
    );
  const time = bootTime as Time | undefined;
  const isTime = Number.isSafeInteger(time?.seconds) && Number.isSafeInteger(time?.nanoseconds);
  if (!isStrings(calls) || !isStrings(command) || !isStrings(events) || !isTime)
    throw new RecordFormatError("has an incomplete header");
  return { format, header: header as unknown as RunHeader };
}

function trailerOf(bytes: Uint8Array): RunTrailer {
  const trailer = parseTrailer(parseJson(bytes));
  if (trailer) return trailer;
  throw new RecordFormatError("has an incomplete trailer");
}

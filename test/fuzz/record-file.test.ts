/**
 * Record files with bits flipped, bytes changed, cut off or made up. A file is read up to its
 * damage or refused; a changed one is never read as whole; memory stays bounded by the block size
 * whatever a file claims. See rounds.ts.
 */

import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EVENT_SYSCALL } from "../../src/events/event-record.ts";
import { RecordFileWriter } from "../../src/sinks/formats/record.ts";
import { EventPacker } from "../../src/sources/records/packed-events.ts";
import { RecordFile } from "../../src/sources/records/record-file.ts";
import {
  BLOCK,
  BLOCK_HEADER_SIZE,
  encodeBlock,
  FILE_MAGIC_SIZE,
  MAX_BLOCK_SIZE,
  RecordFormatError,
} from "../../src/sources/records/record-format.ts";
import { cellsOf, eventOf, FIXTURES, fixture, recordOf } from "../fixtures/fixtures.ts";
import { RUN_HEADER } from "../fixtures/run-header.ts";
import type { Random } from "../random.ts";
import { Collected } from "../sinks/collected.ts";
import { ROUNDS, rounds } from "./rounds.ts";

const records = FIXTURES.map((name) => recordOf(fixture(name))).filter(
  ({ type }) => type === EVENT_SYSCALL,
);

/** A whole file of several blocks. */
function wholeFile(): { bytes: Uint8Array; blocks: number[] } {
  const output = new Collected();
  let now = 0;
  const machine = { symlinkTarget: (path: string) => `${path}.link`, isDirectory: () => true };
  const writer = new RecordFileWriter(output, () => now, { machine });
  const blocks: number[] = [];
  const next = (work: () => void) => {
    blocks.push(output.bytes.length);
    work();
  };
  writer.begin(RUN_HEADER);
  blocks.push(FILE_MAGIC_SIZE);
  for (const record of records) {
    now += 2000;
    writer.write(eventOf(record));
    now += 2000;
    next(() => writer.flush());
  }
  writer.close();
  const ended = "2026-11-29T20:00:01.000Z";
  next(() =>
    writer.conclude({ ended, status: 0, events: records.length, complete: true, losses: [] }),
  );
  return { bytes: output.bytes, blocks };
}

const { bytes: WHOLE, blocks: BLOCKS } = wholeFile();

const directory = mkdtempSync(join(tmpdir(), "trace-test-"));
afterAll(() => rmSync(directory, { recursive: true }));

interface Read {
  readonly events: readonly string[];
  readonly isWhole: boolean;
}

/** Reads a file to its end; null if it is refused. Any other error is a failure. */
function read(bytes: Uint8Array): Read | null {
  const path = join(directory, "run.trace");
  writeFileSync(path, bytes);
  let file: RecordFile;
  try {
    file = new RecordFile(path);
  } catch (error) {
    if (error instanceof RecordFormatError) return null;
    throw error;
  }
  try {
    const events: string[] = [];
    file.run((event) => events.push(JSON.stringify(cellsOf(event))));
    return { events, isWhole: file.trailer !== null && file.losses().length === 0 };
  } finally {
    file.close();
  }
}

const GOOD = read(WHOLE)!;

test("the file that is changed below is whole", () => {
  expect(GOOD.isWhole).toBe(true);
  expect(GOOD.events.length).toBe(records.length);
  expect(records.length).toBeGreaterThan(5);
});

/** Whether the events are the first ones of the good file, or all of them. */
const isPrefix = (events: readonly string[]) =>
  events.every((event, i) => event === GOOD.events[i]);

describe("a record file", () => {
  test("with a change anywhere is read up to it, and never as whole", () => {
    let partly = 0;
    rounds(800, (random) => {
      const bytes = random.below(2) ? random.changed(WHOLE) : flipped(random);
      const found = read(bytes);
      if (found && found.events.length > 0) partly++;
      if (Buffer.compare(bytes, WHOLE) === 0 || found === null) return;
      if (found.isWhole && !isLonger(bytes)) throw new Error("a changed file is whole");
      if (!isPrefix(found.events)) throw new Error("other events than were recorded");
    });
    expect(partly).toBeGreaterThan(50 * ROUNDS);
  });

  test("that is cut anywhere is read up to the cut, and never as whole", () => {
    rounds(500, (random) => {
      const found = read(WHOLE.subarray(0, random.below(WHOLE.length)));
      if (found === null) return;
      if (found.isWhole) throw new Error("a file that was cut is whole");
      if (!isPrefix(found.events)) throw new Error("other events than were recorded");
    });
  });

  test("with blocks in another order, twice or missing is never whole", () => {
    const ends = [...BLOCKS.slice(1), WHOLE.length];
    const parts = BLOCKS.map((at, i) => WHOLE.subarray(at, ends[i]));
    rounds(1000, (random) => {
      const shuffled = Array.from({ length: parts.length }, () => random.pick(parts));
      const found = read(Buffer.concat([WHOLE.subarray(0, FILE_MAGIC_SIZE), ...shuffled]));
      if (found?.isWhole && !found.events.every((event, i) => event === GOOD.events[i]))
        throw new Error("other events than were recorded");
      if (found?.isWhole && found.events.length < records.length)
        throw new Error("a file without some blocks is whole");
    });
  });

  test("whose blocks are valid, but not their content, is read or refused", () => {
    let events = 0;
    rounds(1000, (random) => {
      const found = read(madeUp(random));
      events += found?.events.length ?? 0;
    });
    expect(events).toBeGreaterThan(50 * ROUNDS);
  });

  test("of random bytes is refused or has no events", () => {
    rounds(1000, (random) => {
      const magic = WHOLE.subarray(0, random.pick([0, FILE_MAGIC_SIZE, FILE_MAGIC_SIZE + 4]));
      const found = read(Buffer.concat([magic, random.bytes(random.below(300))]));
      expect(found).toBeNull();
    });
  });
});

/** Something may follow the trailer: another block, which is skipped or is damage. */
const isLonger = (bytes: Uint8Array) =>
  bytes.length > WHOLE.length && Buffer.compare(bytes.subarray(0, WHOLE.length), WHOLE) === 0;

function flipped(random: Random): Uint8Array {
  const bytes = Uint8Array.from(WHOLE);
  bytes[random.below(bytes.length)] ^= 1 << random.below(8);
  return bytes;
}

/** A file whose checksums hold: its blocks have changed content, and sizes of their own. */
function madeUp(random: Random): Uint8Array {
  const parts: Uint8Array[] = [WHOLE.subarray(0, FILE_MAGIC_SIZE)];
  let position = FILE_MAGIC_SIZE;
  const add = (type: number, content: Uint8Array) => {
    const times = { firstTime: 0n, lastTime: 0n };
    const block = encodeBlock({ type, count: random.below(3), ...times }, content, position);
    parts.push(block);
    position += block.length;
  };
  const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const header = json({ format: 2, ...RUN_HEADER });
  add(BLOCK.header, random.below(4) ? header : random.changed(header));
  for (let i = random.below(3); i >= 0; i--) {
    const isPacked = random.below(2) === 0;
    const content = isPacked ? packed() : new Uint8Array(Buffer.concat(records.map(framed)));
    const type = isPacked ? BLOCK.events : BLOCK.unpackedEvents;
    add(random.pick([type, type, 4, 0, -1 >>> 0]), random.changed(content));
  }
  const trailer = json(
    random.pick([{}, null, [], { losses: [null], events: 1 }, { losses: [], events: "x" }]),
  );
  if (random.below(2)) add(BLOCK.trailer, trailer);
  return Buffer.concat(parts);
}

/** The content of a block of events. */
function packed(): Uint8Array {
  const packer = new EventPacker(1024, 0);
  for (const record of records) packer.add(record);
  return packer.take().content;
}

/** A record as blocks of format 1 have it. */
function framed({ bytes, at, end }: (typeof records)[number]): Uint8Array {
  const frame = new Uint8Array(8 + ((end - at + 7) & ~7));
  new DataView(frame.buffer).setUint32(0, end - at, true);
  frame.set(bytes.subarray(at, end), 8);
  return frame;
}

test("sizes that a block claims allocate no more than the largest block", () => {
  rounds(50, (random) => {
    const bytes = Uint8Array.from(WHOLE);
    const view = new DataView(bytes.buffer);
    const block = random.pick(BLOCKS);
    const huge = random.pick([0x7fffffff, 0xffffffff, MAX_BLOCK_SIZE + 1, MAX_BLOCK_SIZE]);
    view.setUint32(block + random.pick([16, 20]), huge, true);
    const before = process.memoryUsage().rss;
    const found = read(bytes);
    if (found?.isWhole) throw new Error("a block of an impossible size is whole");
    const grown = process.memoryUsage().rss - before;
    if (grown > 8 * MAX_BLOCK_SIZE) throw new Error(`${grown} bytes more memory`);
  });
});

/** A block with a valid checksum whose zstd frame, and the size that it claims, are changed. */
function forged(random: Random, position: number): Uint8Array {
  const zeros = new Uint8Array(random.pick([1000, 100_000, 1 << 20]));
  const times = { firstTime: 0n, lastTime: 0n };
  const block = encodeBlock({ type: BLOCK.events, count: 0, ...times }, zeros, position);
  const frame = block.subarray(BLOCK_HEADER_SIZE);
  // The frame's own size follows its descriptor; a change there can claim gigabytes.
  const at = random.pick([4, 5, 6, 7, 8, random.below(frame.length)]);
  frame[at] = random.pick([0, 0x20, 0x80, 0xa0, 0xe0, 0xff, random.below(256)]);
  const view = new DataView(block.buffer, block.byteOffset);
  if (random.below(2)) view.setUint32(20, random.pick([0, 1, MAX_BLOCK_SIZE]), true);
  view.setUint32(
    4,
    Bun.hash.crc32(frame, Bun.hash.crc32(block.subarray(8, BLOCK_HEADER_SIZE))),
    true,
  );
  return block;
}

test("a zstd frame that claims another size is damage, and allocates no more than a block", () => {
  const start = WHOLE.subarray(0, BLOCKS[1]);
  rounds(300, (random) => {
    const before = process.memoryUsage().rss;
    const found = read(Buffer.concat([start, forged(random, start.length)]));
    if (found?.isWhole) throw new Error("a file without a trailer is whole");
    if (found && found.events.length > 0) throw new Error("zeros are no events");
    const grown = process.memoryUsage().rss - before;
    if (grown > 8 * MAX_BLOCK_SIZE) throw new Error(`${grown} bytes more memory`);
  });
});

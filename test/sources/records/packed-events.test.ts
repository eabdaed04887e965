/** Packed events: every byte of a record comes back, also of one that repeats another; bad content is refused. */
import { describe, expect, test } from "bun:test";
import {
  BadRecordError,
  EVENT,
  EVENT_SYSCALL,
  EventRecord,
} from "../../../src/events/event-record.ts";
import { SLOT_WORDS, SLOTS } from "../../../src/events/recent-records.ts";
import { EventPacker, EventUnpacker } from "../../../src/sources/records/packed-events.ts";
import { buildRecord, components } from "../../fixtures/builders.ts";
import { Random } from "../../random.ts";

const SAME_CALLS = Uint8Array.from({ length: 256 }, (_, call) => call);
const LONGEST_KEPT = SLOT_WORDS * 4;

/** A record at an odd or even place of larger memory, followed by other bytes. */
function placed(record: EventRecord, random: Random): EventRecord {
  const before = random.below(9);
  const memory = random.bytes(before + record.end - record.at + random.below(9));
  memory.set(record.bytes.subarray(record.at, record.end), before);
  const moved = new EventRecord(memory);
  moved.moveTo(before, record.end - record.at);
  return moved;
}

function randomRecord(random: Random, time: number): EventRecord {
  const name = random.pick(["a", "b.h", "include/c.h", "", "x".repeat(random.below(400))]);
  const record = buildRecord(
    EVENT_SYSCALL,
    {
      time: BigInt(time) << BigInt(random.below(30)),
      call: random.below(4),
      tgid: 10 + random.below(3),
      ret: random.pick([-2, 0, 3, 4]),
      flags: random.pick([0, 0, 0x241]),
      ino: random.pick([0, 7, 2n ** 63n]),
      notes: random.below(2),
      ino2: random.below(2),
    },
    { name, path: components(random.pick(["", "/w", "/w/d"])), argv: random.pick(["", "sh\0"]) },
  );
  record.bytes.set(Buffer.from(random.pick(["sh", "cc1", "make"])), EVENT.comm);
  return placed(record, random);
}

const bytesOf = ({ bytes, at, end }: EventRecord) => Buffer.from(bytes.slice(at, end));

/** Packs records into one block each time that `count` of them are there. */
function packed(records: readonly EventRecord[], count: number): Uint8Array[] {
  const packer = new EventPacker(1024, 0);
  const blocks: Uint8Array[] = [];
  for (const record of records) {
    packer.add(record);
    if (packer.count === count) blocks.push(packer.take().content.slice());
  }
  if (packer.count) blocks.push(packer.take().content.slice());
  return blocks;
}

function unpacked(blocks: readonly Uint8Array[], calls = SAME_CALLS): Buffer[] {
  const unpacker = new EventUnpacker(calls);
  const records: Buffer[] = [];
  for (const block of blocks) unpacker.run(block, () => records.push(bytesOf(unpacker.record)));
  return records;
}

test("records come back byte for byte, over many blocks", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = new Random(seed);
    const records = Array.from({ length: 300 }, (_, i) => randomRecord(random, i));
    const blocks = packed(records, 1 + random.below(100));
    expect(unpacked(blocks)).toEqual(records.map(bytesOf));
  }
});

test("a repeat takes as many words as differ, and two", () => {
  const record = (time: number, tgid: number) =>
    buildRecord(EVENT_SYSCALL, { time, tgid }, { name: "include/stdio.h" });
  const [first, second, third] = packed([record(1, 10), record(2, 10), record(3, 11)], 1);
  expect(first.length).toBe(2 * 4 + 176 + 16);
  expect(second.length).toBe((2 + 1) * 4);
  expect(third.length).toBe((2 + 2) * 4);
});

test("a record that is too long for a slot, or that many others replaced, is stored whole", () => {
  const named = (name: string) => buildRecord(EVENT_SYSCALL, {}, { name });
  const fits = "x".repeat(LONGEST_KEPT - 176);
  expect(packed([named(fits), named(fits)], 1)[1].length).toBe(8);
  const long = `${fits}x`;
  expect(packed([named(long), named(long)], 1)[1].length).toBe(8 + LONGEST_KEPT + 4);
  const packer = new EventPacker(1024, 0);
  packer.add(named("first"));
  const other = named("000000");
  for (let i = 0; i < 4 * SLOTS; i++) {
    other.bytes.set(Buffer.from(String(i).padStart(6, "0")), other.nameStart);
    packer.add(other);
  }
  packer.take();
  packer.add(named("first"));
  expect(packer.size).toBeGreaterThan(176);
});

test("times of a block are those of its earliest and latest record", () => {
  const packer = new EventPacker(1024, 0);
  for (const time of [2n ** 50n + 1n, 2n ** 50n, 2n ** 50n + 3n])
    packer.add(buildRecord(EVENT_SYSCALL, { time }));
  expect(packer.take()).toMatchObject({
    count: 3,
    firstTime: 2n ** 50n,
    lastTime: 2n ** 50n + 3n,
  });
});

test("repeats of a record that is not wanted are counted, and visited when it is another", () => {
  const record = (time: number, ino: number, name: string) =>
    buildRecord(EVENT_SYSCALL, { time, ino }, { name });
  const [other, changed] = [record(3, 0, "b"), record(5, 1, "a")];
  const again = [record(6, 1, "a"), record(7, 1, "a")];
  const records = [record(1, 0, "a"), record(2, 0, "a"), other, record(4, 0, "a"), changed];
  const unpacker = new EventUnpacker(SAME_CALLS);
  const visited: Buffer[] = [];
  const blocks = packed([...records, ...again], 4);
  for (const block of blocks)
    unpacker.run(block, () => {
      visited.push(bytesOf(unpacker.record));
      unpacker.record.isUnwanted = unpacker.record.bytes[unpacker.record.nameStart] === 0x61;
      if (unpacker.record.u32(EVENT.time) === 5) unpacker.record.isUnwanted = false;
    });
  expect(visited).toEqual([records[0], other, changed, again[0]].map(bytesOf));
  expect(unpacker.count).toBe(7);
});

test("numbers of calls are translated once", () => {
  const calls = Uint8Array.from(SAME_CALLS, (call) => (call + 1) % 256);
  const records = [5, 5, 6, 5].map((call, time) => buildRecord(EVENT_SYSCALL, { call, time }));
  const read = unpacked(packed(records, 10), calls);
  expect(read.map((bytes) => bytes[EVENT.call])).toEqual([6, 6, 7, 6]);
});

test("records of a slot have the same number if they do the same", () => {
  const record = (fields: Parameters<typeof buildRecord>[1], name = "a") =>
    buildRecord(EVENT_SYSCALL, fields, { name });
  const records = [
    record({ ret: 3, time: 1 }),
    record({ ret: 4, time: 2, tgid: 9 }),
    record({ ret: 4, ino: 5 }),
    record({ ret: 4, ino: 5, time: 4 }),
    record({ ret: -2 }),
    record({ ret: -13 }),
  ];
  const unpacker = new EventUnpacker(SAME_CALLS);
  const seen: string[] = [];
  for (const block of packed(records, 10))
    unpacker.run(block, () => seen.push(`${unpacker.record.slot}/${unpacker.record.identity}`));
  expect(seen[1]).toBe(seen[0]);
  expect(seen[3]).toBe(seen[2]);
  expect(new Set(seen).size).toBe(4);
});

describe("bad content", () => {
  const random = new Random(7);
  const records = Array.from({ length: 12 }, (_, i) => randomRecord(random, i));
  const [content] = packed(records, 1000);
  const good = records.map(bytesOf);

  /** Returns the records before the damage. */
  function read(bytes: Uint8Array): Buffer[] {
    const unpacker = new EventUnpacker(SAME_CALLS);
    const found: Buffer[] = [];
    try {
      unpacker.run(bytes, () => found.push(bytesOf(unpacker.record)));
    } catch (error) {
      expect(error).toBeInstanceOf(BadRecordError);
    }
    return found;
  }

  test("that is cut anywhere is read up to the cut", () => {
    for (let length = 0; length < content.length; length += 5) {
      const found = read(content.subarray(0, length));
      expect(found.every((bytes, i) => bytes.equals(good[i]))).toBe(true);
      expect(found.length).toBeLessThan(good.length);
    }
  });

  test("with changed words is read or refused", () => {
    for (let i = 0; i < 300; i++) read(random.changed(content));
  });

  test("that repeats a record which is not there is refused", () => {
    const words = (...values: number[]) => new Uint8Array(Uint32Array.from(values).buffer);
    const bad = [
      words(0x80000000, 0),
      words(0x8000ffff, 0),
      words(176, SLOTS, ...Array(44).fill(0)),
      words(388, 0, ...Array(97).fill(0)),
      words(100, 0, ...Array(25).fill(0)),
      words(0x7fffffff, 0),
    ];
    for (const each of bad)
      expect(() => new EventUnpacker(SAME_CALLS).run(each, () => {})).toThrow(BadRecordError);
  });
});

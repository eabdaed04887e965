/** Records of a real kernel (test/fixtures): their values, and truncation at every byte. */
import { describe, expect, test } from "bun:test";
import {
  BadRecordError,
  EVENT,
  EVENT_SIZE,
  EVENT_URING_OVERFLOW,
  EventRecord,
  MAX_EVENT_SIZE,
} from "../../src/events/event-record.ts";
import { UringJoin } from "../../src/sources/bpf/io-uring-join.ts";
import {
  type Cells,
  cellsOf,
  eventOf,
  expectedOf,
  FIXTURES,
  fixture,
  recordOf,
} from "../fixtures/fixtures.ts";

/** Columns whose values are known only within bounds. */
const BOUNDED = ["time", "wall", "cpu", "max_rss"];

/** The completions of io_uring requests, with their submissions. */
const JOINED: Readonly<Record<string, string>> = {
  "uring-done": "uring-submit",
  "uring-lost": "uring-lost-submit",
};
const SUBMISSIONS = Object.values(JOINED);

/** Returns the event of a fixture, joined with its submission if there is one. */
function cellsOfFixture(name: string): Cells {
  const record = recordOf(fixture(name));
  if (!(name in JOINED)) return cellsOf(eventOf(record));
  const join = new UringJoin(new EventRecord(new Uint8Array(MAX_EVENT_SIZE)));
  join.submit(recordOf(fixture(JOINED[name])));
  const joined =
    record.type === EVENT_URING_OVERFLOW ? join.completeOverflowed(record) : join.complete(record);
  return cellsOf(eventOf(joined!));
}

describe("the record of a real kernel", () => {
  for (const name of FIXTURES.filter((name) => !SUBMISSIONS.includes(name)))
    test(`of ${name} has the values that the program knows in every column`, () => {
      const { cells } = expectedOf(name);
      const found = cellsOfFixture(name);
      for (const column of BOUNDED) expect(cells).not.toHaveProperty(column);
      const exact = Object.entries(found).filter(([column]) => !BOUNDED.includes(column));
      expect(Object.fromEntries(exact)).toEqual(cells as Record<string, string | null>);
    });

  test("has a time while the program ran", () => {
    for (const name of FIXTURES.filter((name) => !SUBMISSIONS.includes(name))) {
      const [before, after] = expectedOf(name).uptime;
      const time = Number(cellsOfFixture(name).time);
      expect(time).toBeGreaterThanOrEqual(before);
      expect(time).toBeLessThanOrEqual(after);
    }
  });

  test("of an exit has times within the program's, and the memory of a small program", () => {
    const { wall, cpu, max_rss } = cellsOfFixture("exit");
    const [before, after] = expectedOf("exit").uptime;
    expect(Number(wall)).toBeGreaterThan(0);
    // The kernel accounts CPU time when a process stops running, so a short one may have none.
    expect(Number(wall)).toBeLessThanOrEqual(after - before);
    expect(Number(cpu)).toBeLessThanOrEqual(Number(wall));
    expect(Number(max_rss)).toBeGreaterThan(50);
    expect(Number(max_rss)).toBeLessThan(20_000);
  });

  test("exists for every type", () => {
    const types = FIXTURES.map((name) => recordOf(fixture(name)).type);
    expect(new Set(types)).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8]));
  });
});

describe("a record that is truncated at any byte", () => {
  for (const name of FIXTURES)
    test(`is rejected: ${name}`, () => {
      const whole = fixture(name);
      for (let length = 0; length < whole.length; length++) {
        // First in memory that ends there, then as the start of longer memory.
        const record = new EventRecord(whole.slice(0, length));
        expect(() => record.moveTo(0, length)).toThrow(BadRecordError);
        expect(() => new EventRecord(whole).moveTo(0, length)).toThrow(BadRecordError);
      }
    });
});

test("a record that claims to extend past the memory is rejected", () => {
  for (const name of FIXTURES) {
    const bytes = fixture(name);
    expect(() => new EventRecord(bytes).moveTo(0, bytes.length + 1)).toThrow(BadRecordError);
    expect(() => new EventRecord(bytes).moveTo(1, bytes.length)).toThrow(BadRecordError);
  }
});

test("a record is read at any offset", () => {
  const name = "rename";
  const bytes = fixture(name);
  const memory = new Uint8Array(bytes.length + 64);
  memory.set(bytes, 64);
  const record = new EventRecord(memory.subarray(8));
  record.moveTo(56, bytes.length);
  expect(cellsOf(eventOf(record))).toEqual(cellsOfFixture(name));
});

test.each([
  ["name_len", 2],
  ["name2_len", 2],
  ["path_len", 2],
  ["path2_len", 2],
  ["cgroup_len", 2],
  ["argv_len", 4],
] as const)("a %s that exceeds the record is rejected", (field, size) => {
  const bytes = fixture("openat");
  const view = new DataView(bytes.buffer);
  const length =
    size === 2 ? view.getUint16(EVENT[field], true) : view.getUint32(EVENT[field], true);
  for (const more of [1, 100, 0xffff - length]) {
    if (size === 2) view.setUint16(EVENT[field], length + more, true);
    else view.setUint32(EVENT[field], 2 ** 32 - more, true);
    expect(() => new EventRecord(bytes).moveTo(0, bytes.length)).toThrow(BadRecordError);
  }
});

test("lengths that the kernel never reports are rejected, however long the record is", () => {
  const limits = {
    name_len: 4095,
    name2_len: 4095,
    path_len: 8192,
    path2_len: 8192,
    cgroup_len: 4096,
  };
  for (const [field, most] of Object.entries(limits)) {
    const bytes = new Uint8Array(EVENT_SIZE + 0x10000);
    const record = new EventRecord(bytes);
    record.view.setUint16(EVENT[field as keyof typeof limits], most, true);
    record.moveTo(0, bytes.length);
    record.view.setUint16(EVENT[field as keyof typeof limits], most + 1, true);
    expect(() => record.moveTo(0, bytes.length)).toThrow(BadRecordError);
  }
});

test("64-bit numbers keep every digit", () => {
  const record = recordOf(fixture("openat"));
  for (const value of [
    0n,
    1n,
    2n ** 32n,
    2n ** 53n - 1n,
    2n ** 53n,
    2n ** 53n + 1n,
    2n ** 64n - 1n,
  ]) {
    record.view.setBigUint64(EVENT.cgid, value, true);
    expect(record.cgid.toString()).toBe(value.toString());
  }
});

/** Reads of a tracee's memory; here mostly of this process's own, by the same system call. */
import { describe, expect, test } from "bun:test";
import { check } from "../../../src/ffi/errno.ts";
import { libc } from "../../../src/ffi/libc.ts";
import { allocate, foreign } from "../../../src/ffi/memory.ts";
import { TraceeMemory } from "../../../src/sources/ptrace/tracee-memory.ts";

const PAGE = 4096;
const PROT_NONE = 0;
const PROT_READ = 1;
const PROT_READ_WRITE = 3;
const MAP_PRIVATE = 0x2;
const MAP_FIXED = 0x10;
const MAP_ANONYMOUS = 0x20;
const NOWHERE = 8;

function map(at: number, size: number, protection: number, how = 0): number {
  const flags = MAP_PRIVATE | MAP_ANONYMOUS | how;
  return check(libc.mmap(at, size, protection, flags, -1, 0), "mmap");
}

/** Maps pages that are followed by an inaccessible one. */
function pages(count: number) {
  const start = map(0, (count + 1) * PAGE, PROT_READ_WRITE);
  map(start + count * PAGE, PAGE, PROT_NONE, MAP_FIXED);
  const { bytes } = foreign(start, count * PAGE);
  return { bytes, start, end: start + count * PAGE };
}

function ownMemory(): TraceeMemory {
  const memory = new TraceeMemory();
  memory.pid = process.pid;
  return memory;
}

function text(string: ReturnType<TraceeMemory["readString"]>) {
  return string && [Buffer.from(string.bytes.subarray(0, string.length)).toString(), string.cut];
}

describe("bytes", () => {
  test("are read up to the last one before an inaccessible page", () => {
    const { bytes, end } = pages(1);
    bytes.set([1, 2, 3, 4], PAGE - 4);
    const read = ownMemory().read(end - 4, 4);
    expect([...read!.bytes.subarray(0, 4)]).toEqual([1, 2, 3, 4]);
    expect(read!.view.getUint32(0, true)).toBe(0x04030201);
  });

  test("are null if a part of them cannot be read", () => {
    const { end } = pages(1);
    expect(ownMemory().read(end - 4, 5)).toBeNull();
  });

  test("may exceed the initial buffer", () => {
    const { bytes, start } = pages(5);
    bytes.fill(7);
    const memory = ownMemory();
    const large = memory.read(start, 5 * PAGE);
    expect(large!.bytes.subarray(0, 5 * PAGE)).toEqual(bytes);
    bytes[0] = 8;
    expect(memory.read(start, 1)!.bytes[0]).toBe(8);
  });

  test("are null for a null pointer, an invalid length, or a process that has ended", () => {
    const { start } = pages(1);
    const memory = ownMemory();
    const refused = [memory.read(0, 1), memory.read(start, -1), memory.read(start, 2 ** 30)];
    memory.pid = Bun.spawnSync(["true"]).pid;
    expect([...refused, memory.read(start, 1)]).toEqual([null, null, null, null]);
  });
});

describe("a string", () => {
  test("ends at its NUL, also at the last byte before an inaccessible page", () => {
    const { bytes, end } = pages(1);
    bytes.set(Buffer.from("name\0"), PAGE - 5);
    expect(text(ownMemory().readString(end - 5, 100))).toEqual(["name", false]);
  });

  test("is null if memory that cannot be read comes before its NUL and the limit", () => {
    const { bytes, end } = pages(1);
    bytes.set(Buffer.from("name"), PAGE - 4);
    const memory = ownMemory();
    expect([4, 100].map((limit) => memory.readString(end - 4, limit))).toEqual([null, null]);
    expect(text(memory.readString(end - 4, 3))).toEqual(["nam", true]);
  });

  test("may span pages", () => {
    const { bytes, start } = pages(3);
    bytes.fill(0x61, PAGE - 2, 2 * PAGE + 3);
    const memory = ownMemory();
    expect(text(memory.readString(start + PAGE - 2, 10_000))).toEqual([
      "a".repeat(PAGE + 5),
      false,
    ]);
    // The next read starts at the beginning of the buffer again.
    expect(memory.read(start + PAGE - 3, 2)!.bytes.subarray(0, 2)).toEqual(
      new Uint8Array([0, 0x61]),
    );
  });

  test("of exactly the limit is whole, a longer one is cut", () => {
    const { bytes, start } = pages(1);
    bytes.set(Buffer.from("12345\0"));
    const memory = ownMemory();
    expect([4, 5, 6, 0].map((limit) => text(memory.readString(start, limit)))).toEqual([
      ["1234", true],
      ["12345", false],
      ["12345", false],
      ["", true],
    ]);
  });

  test("does not end at the NUL of the previous one", () => {
    const { bytes, start, end } = pages(1);
    const memory = ownMemory();
    bytes.set(Buffer.from("123456\0"));
    memory.readString(start, 100);
    bytes.fill(0x62, PAGE - 4);
    expect(text(memory.readString(end - 4, 3))).toEqual(["bbb", true]);
  });

  test("is null for a null pointer, or if its first byte cannot be read", () => {
    const memory = ownMemory();
    const { end } = pages(1);
    expect([0, NOWHERE, end].map((at) => memory.readString(at, 10))).toEqual([null, null, null]);
  });
});

test("the memory of another process is read, not our own", async () => {
  const memory = new TraceeMemory();
  const mine = allocate(8);
  mine.bytes.fill(0x5a);
  const child = Bun.spawn(["sleep", "60"]);
  memory.pid = child.pid;
  const read = memory.read(mine.address, 8)?.bytes.slice(0, 8);
  child.kill();
  await child.exited;
  expect(read).not.toEqual(mine.bytes);
});

test("bytes are written, also where the program may only read, but not where nothing is mapped", () => {
  const { bytes, start } = pages(1);
  expect(ownMemory().write(start + 1, Buffer.from("abc"))).toBe(3);
  expect(Buffer.from(bytes.subarray(0, 5)).toString()).toBe("\0abc\0");
  const constant = map(0, PAGE, PROT_READ);
  expect(ownMemory().write(constant, Buffer.from("xyz"))).toBe(3);
  expect(ownMemory().write(NOWHERE, Buffer.from("xyz"))).toBe(0);
});

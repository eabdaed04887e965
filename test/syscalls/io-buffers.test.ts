/** The data that calls read and write: strace's -e read= and -e write=. */
import { expect, test } from "bun:test";
import { bufferLines, hexDump } from "../../src/sinks/reports/syscalls/hex-dump.ts";
import { ioBuffers } from "../../src/syscalls/io-buffers.ts";
import { BASE, type FixedCall, fixedView } from "./decode/fixed-memory.ts";

const all = { has: (_fd: number): boolean => true };
const dumped = (call: FixedCall, fds = { read: all, write: all }) =>
  ioBuffers(fixedView(call), fds).map(({ heading, bytes }) => [
    heading.trim(),
    Buffer.from(bytes).toString(),
  ]);

/** Two struct iovec of 3 and 4 bytes, the data behind them. */
function vectors(): Uint8Array {
  const memory = Buffer.alloc(39);
  memory.writeBigUInt64LE(BASE + 32n, 0);
  memory.writeBigUInt64LE(3n, 8);
  memory.writeBigUInt64LE(BASE + 35n, 16);
  memory.writeBigUInt64LE(4n, 24);
  memory.write("abcdefg", 32);
  return memory;
}

test("a call that reads shows what it got, one that writes what it was given", () => {
  const memory = Buffer.from("hello");
  expect(dumped({ name: "read", args: [3, BASE, 5], memory, result: 2 })).toEqual([["", "he"]]);
  expect(dumped({ name: "read", args: [3, BASE, 5], memory, result: -5 })).toEqual([]);
  expect(dumped({ name: "write", args: [3, BASE, 5], memory, result: -11 })).toEqual([
    ["", "hello"],
  ]);
  expect(dumped({ name: "close", args: [3], memory, result: 0 })).toEqual([]);
});

test("only the chosen fds are shown", () => {
  const fds = { read: { has: (fd: number): boolean => fd === 4 }, write: all };
  const memory = Buffer.from("hello");
  expect(dumped({ name: "read", args: [3, BASE, 5], memory, result: 2 }, fds)).toEqual([]);
  expect(dumped({ name: "read", args: [4, BASE, 5], memory, result: 2 }, fds)).toHaveLength(1);
});

test("each buffer of a vector is shown, up to the bytes that were read", () => {
  const memory = vectors();
  expect(dumped({ name: "readv", args: [3, BASE, 2], memory, result: 5 })).toEqual([
    ["* 3 bytes in buffer 0", "abc"],
    ["* 2 bytes in buffer 1", "de"],
  ]);
  expect(dumped({ name: "writev", args: [3, BASE, 2], memory, result: 1 })).toHaveLength(2);
  expect(dumped({ name: "writev", args: [3, 5n, 2], memory, result: 1 })).toEqual([]);
});

test("data before a page that cannot be read is shown, and how much is missing", () => {
  const PAGE = 4096;
  const memory = Buffer.alloc(2 * PAGE - Number(BASE % BigInt(PAGE)), "x");
  const call = { name: "write", args: [3, BASE, 3 * PAGE], memory, result: -14 };
  const buffers = ioBuffers(fixedView(call), { read: all, write: all });
  expect(Buffer.from(buffers[0].bytes).toString()).toBe(memory.toString());
  expect(bufferLines(buffers, 7).at(-1)).toBe(" | <Cannot fetch 4096 bytes from pid 7 @0x12000>");
});

test("a dump has 16 bytes a line in two halves, and their ASCII characters", () => {
  expect(hexDump(Buffer.from("0123456789abcdefXY\x1b"))).toEqual([
    " | 00000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  0123456789abcdef |",
    " | 00010  58 59 1b                                          XY.              |",
  ]);
  expect(bufferLines([{ heading: " * none", bytes: new Uint8Array(0), missing: null }], 7)).toEqual(
    [" * none"],
  );
});

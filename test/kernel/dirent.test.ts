/** Directory entries, truncated at every byte. */
import { expect, test } from "bun:test";
import { DT_DIR, parseDirents } from "../../src/kernel/dirent.ts";

/** Encodes a struct linux_dirent64. */
function dirent(name: string, type: number): Buffer {
  const size = (19 + Buffer.byteLength(name) + 1 + 7) & ~7;
  const bytes = Buffer.alloc(size, 0);
  bytes.writeUInt16LE(size, 16);
  bytes[18] = type;
  bytes.write(name, 19);
  return bytes;
}

const entries = [
  [".", 4],
  ["..", 4],
  ["a", 4],
  ["...", 8],
  ["日本", 10],
  ["x".repeat(255), 0],
] as const;
const bytes = new Uint8Array(Buffer.concat(entries.map(([name, type]) => dirent(name, type))));

function read(length: number) {
  return Array.from(parseDirents(bytes, length), ({ name, type }) => [
    Buffer.from(name).toString(),
    type,
  ]);
}

test("every entry except . and .. has its name and type", () => {
  expect(read(bytes.length)).toEqual(entries.slice(2).map(([name, type]) => [name, type]));
  expect(entries[2][1]).toBe(DT_DIR);
});

test("a truncated entry is refused", () => {
  const ends = entries.map(
    (_, i) =>
      Buffer.concat(entries.slice(0, i + 1).map(([name, type]) => dirent(name, type))).length,
  );
  for (let length = 1; length < bytes.length; length++)
    if (ends.includes(length)) expect(() => read(length)).not.toThrow();
    else expect(() => read(length)).toThrow(RangeError);
});

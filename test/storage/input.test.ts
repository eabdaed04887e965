/** Inputs are read from start to end, and are never waited for without a writer. */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InputError, InputFile, readInput } from "../../src/storage/input.ts";

const directory = mkdtempSync(join(tmpdir(), "trace-input-"));
afterAll(() => rmSync(directory, { recursive: true }));
const path = (name: string) => join(directory, name);
const CONTENT = Buffer.from(Array.from({ length: 1 << 20 }, (_, i) => i % 251));
writeFileSync(path("file"), CONTENT);
writeFileSync(path("empty"), "");
mkdirSync(path("directory"));

function makeFifo(name: string): string {
  Bun.spawnSync(["mkfifo", path(name)]);
  return path(name);
}

test("a file is read in parts and as a whole", () => {
  expect(readInput(path("file")).equals(CONTENT)).toBe(true);
  expect(readInput(path("empty")).length).toBe(0);
  const input = new InputFile(path("file"));
  expect(Buffer.from(input.peek(8)).equals(CONTENT.subarray(0, 8))).toBe(true);
  expect(Buffer.from(input.peek(4)).equals(CONTENT.subarray(0, 4))).toBe(true);
  expect(Buffer.from(input.read(3)).equals(CONTENT.subarray(0, 3))).toBe(true);
  expect(Buffer.from(input.peek(8)).equals(CONTENT.subarray(3, 11))).toBe(true);
  expect(input.readAll().equals(CONTENT.subarray(3))).toBe(true);
  expect(input.read(1).length).toBe(0);
  input.close();
});

test("a file that is shorter than what is looked at is read whole", () => {
  writeFileSync(path("short"), "abc");
  const input = new InputFile(path("short"));
  expect(input.peek(8).length).toBe(3);
  expect(input.readAll().toString()).toBe("abc");
  input.close();
});

test("a FIFO with a writer is read to its end, also if the writer pauses", async () => {
  const fifo = makeFifo("slow");
  const writer = Bun.spawn(["sh", "-c", `exec >${fifo}; sleep 0.2; echo one; sleep 0.2; echo two`]);
  // The writer waits in its open until there is a reader.
  await Bun.sleep(100);
  expect(readInput(fifo).toString()).toBe("one\ntwo\n");
  await writer.exited;
});

describe.each([
  ["directory", "is a directory"],
  ["absent", "ENOENT: No such file or directory"],
  ["file/below", "ENOTDIR: Not a directory"],
])("%s", (name, problem) => {
  test(`is refused in one line: ${problem}`, () => {
    const message = `${path(name)}: ${problem}`;
    expect(() => new InputFile(path(name))).toThrow(new InputError(message));
  });
});

test("a FIFO without a writer is refused, not waited for", () => {
  const fifo = makeFifo("idle");
  expect(() => readInput(fifo)).toThrow(`${fifo}: is a FIFO that nothing writes to`);
});

test("a device has no end", () => {
  expect(() => readInput("/dev/zero")).toThrow("/dev/zero: is a device");
});

test("an fd that is not open is refused", () => {
  expect(() => readInput("/dev/fd/987")).toThrow("/dev/fd/987: EBADF");
});

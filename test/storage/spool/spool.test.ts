/** The spool of events that wait to be sent: src/storage/spool. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSpool } from "../../../src/storage/spool/open.ts";
import { SpoolOutput } from "../../../src/storage/spool/output.ts";

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "trace-test-"));
});
afterEach(() => rmSync(parent, { recursive: true }));

const open = () => openSpool(parent, "http://receiver", null);
const directories = () => readdirSync(parent).map((name) => join(parent, name));
const PART = "1777583166309-0123abcd-00000000.part";

function outputTo(spool: ReturnType<typeof open>, maxSize = 1 << 20) {
  let sealed = 0;
  const limits = { maxSize, removed: () => 0, maxAge: () => 0, onSealed: () => sealed++ };
  const output = new SpoolOutput(spool, limits);
  const write = (text: string) => output.write(Buffer.from(text), Buffer.byteLength(text));
  return { output, write, sealed: () => sealed };
}

test("lines are in a file at once, and complete when it is old enough", () => {
  const spool = open();
  const { output, write, sealed } = outputTo(spool);
  write("a\nb\n");
  write("c\n");
  expect(spool.list()).toEqual([]);
  expect(readdirSync(spool.path)).toEqual([expect.stringMatching(/\.part$/)]);
  output.poll();
  expect(sealed()).toBe(1);
  const [file] = spool.list();
  expect(file).toMatchObject({ events: 3, size: 6 });
  expect(spool.read(file.name)?.toString()).toBe("a\nb\nc\n");
  spool.remove(file.name);
  expect(spool.list()).toEqual([]);
  spool.close();
});

test("what is beyond the limit is refused as a whole", () => {
  const spool = open();
  const { output, write } = outputTo(spool, 8);
  write("12345\n");
  expect(() => write("6\n7\n")).toThrow("EDQUOT");
  output.seal();
  expect(spool.list()).toMatchObject([{ events: 1, size: 6 }]);
  spool.close();
});

test("the file of a killed writer is completed without the line that was cut", () => {
  const first = open();
  writeFileSync(join(first.path, PART), '{"a":1}\n{"b":2}\n{"c":');
  writeFileSync(join(first.path, PART.replace("-00000000", "-00000001")), '{"only":');
  first.close();
  const spool = open();
  expect(spool.list()).toMatchObject([{ events: 2, size: 16 }]);
  expect(readdirSync(spool.path).length).toBe(1);
  spool.close();
});

test("a second process has a spool of its own, which the next one takes over", () => {
  const [first, second] = [open(), open()];
  expect(directories().length).toBe(2);
  for (const [index, spool] of [first, second].entries()) {
    const { output, write } = outputTo(spool);
    write(`${index}\n`);
    output.seal();
    spool.close();
  }
  const next = open();
  expect(next.list().map(({ name }) => next.read(name)?.toString())).toEqual(
    expect.arrayContaining(["0\n", "1\n"]),
  );
  expect(outputTo(next).output).toMatchObject({ lines: 2, size: 4 });
  next.close();
});

test("links, other names and other files are neither read nor counted", () => {
  const spool = open();
  const secret = join(parent, "secret");
  writeFileSync(secret, "secret\n");
  const name = (number: number) => `177758316630${number}-0123abcd-00000000-1.ndjson`;
  symlinkSync(secret, join(spool.path, name(1)));
  linkSync(secret, join(spool.path, name(2)));
  mkdirSync(join(spool.path, name(3)));
  symlinkSync(secret, join(spool.path, PART));
  writeFileSync(join(spool.path, "other"), "x");
  expect(spool.list()).toEqual([]);
  expect(spool.read(name(2))).toBe(null);
  expect(() => spool.read(name(1))).toThrow("ELOOP");
  spool.close();
  const again = open();
  expect(again.list()).toEqual([]);
  again.close();
});

test("a directory that others can open, or a link to one, is refused", () => {
  const spool = open();
  spool.close();
  chmodSync(spool.path, 0o755);
  expect(open).toThrow("can be opened by others");
  const real = `${spool.path}-real`;
  mkdirSync(real, { mode: 0o700 });
  rmSync(spool.path, { recursive: true });
  symlinkSync(real, spool.path);
  expect(open).toThrow(/ELOOP|ENOTDIR/);
  expect(readdirSync(real)).toEqual([]);
});

import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SystemError } from "../../src/ffi/errno.ts";
import { tryLock } from "../../src/storage/file-lock.ts";
import { LogFile, LogFileError, type LogOptions } from "../../src/storage/log-file.ts";

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "trace-log-"));
  path = join(directory, "log");
});
afterEach(() => rmSync(directory, { recursive: true }));

const open = (options: Partial<LogOptions> = {}) =>
  new LogFile({ path, user: null, maxBackups: 2, ...options });
const write = (log: LogFile, text: string) => log.write(Buffer.from(text), Buffer.byteLength(text));
const files = () =>
  Object.fromEntries(
    readdirSync(directory)
      .sort()
      .map((name) => [name, readFileSync(join(directory, name), "utf8")]),
  );

describe("lines", () => {
  test("are appended to what is there", () => {
    writeFileSync(path, "a\n");
    write(open(), "b\nc\n");
    expect(files()).toEqual({ log: "a\nb\nc\n" });
  });

  test("stand apart from one that a crash cut short", () => {
    writeFileSync(path, "a\nb");
    write(open(), "c\n");
    expect(files()).toEqual({ log: "a\nb\nc\n" });
  });

  test("of two writers stand one after the other", () => {
    const [one, other] = [open({ maxSize: 6 }), open({ maxSize: 6 })];
    write(one, "a\nb\n");
    write(other, "c\nd\n");
    write(one, "e\n");
    expect(files()).toEqual({ log: "d\ne\n", "log.1": "a\nb\nc\n" });
  });
});

test("a new log is for nobody else to open, one that is there stays as it is", () => {
  open({ path: `${path}.new` });
  expect(statSync(`${path}.new`).mode & 0o777).toBe(0o600);
  writeFileSync(path, "", { mode: 0o644 });
  open();
  expect(statSync(path).mode & 0o777).toBe(0o644);
});

describe("a file that has grown", () => {
  test("becomes the first of the old ones, of which so many stay", () => {
    const log = open({ maxSize: 6 });
    for (const line of ["1a", "1b", "2a", "2b", "3a", "3b", "4a"]) write(log, `${line}\n`);
    expect(files()).toEqual({ log: "4a\n", "log.1": "3a\n3b\n", "log.2": "2a\n2b\n" });
  });

  test("is never longer than it may be, however much comes at once", () => {
    const log = open({ maxSize: 7, maxBackups: 9 });
    write(log, "aa\nbb\ncc\ndd\nee\n");
    expect(files()).toEqual({ log: "ee\n", "log.1": "cc\ndd\n", "log.2": "aa\nbb\n" });
  });

  test("has a line alone that is longer than any may be", () => {
    const log = open({ maxSize: 4 });
    write(log, "a\nlonger\nb\nc\n");
    expect(files()).toEqual({ log: "b\nc\n", "log.1": "longer\n", "log.2": "a\n" });
  });

  test("counts what was there before", () => {
    writeFileSync(path, "1234\n");
    write(open({ maxSize: 6 }), "a\n");
    expect(files()).toEqual({ log: "a\n", "log.1": "1234\n" });
  });

  test("keeps one old file at least", () => {
    const log = open({ maxSize: 2, maxBackups: 1 });
    write(log, "a\nb\nc\n");
    expect(files()).toEqual({ log: "c\n", "log.1": "b\n" });
  });

  test("is a file: a device does not grow", () => {
    expect(() => open({ path: "/dev/null", maxSize: 9 })).toThrow(
      new LogFileError("/dev/null is not a regular file and cannot be rotated"),
    );
    write(open({ path: "/dev/null" }), "a\n");
  });

  test("is not moved where that is refused, and keeps its lines", () => {
    const log = open({ maxSize: 2 });
    write(log, "a\n");
    rmSync(directory, { recursive: true });
    expect(() => write(log, "b\n")).toThrow(SystemError);
    expect(existsSync(directory)).toBe(false);
    directory = mkdtempSync(join(tmpdir(), "trace-log-"));
  });
});

describe("a file that somebody has put another in the place of", () => {
  test("is left, and that one is gone on with", () => {
    const log = open();
    write(log, "a\n");
    renameSync(path, `${path}.old`);
    write(log, "b\n");
    writeFileSync(`${path}.new`, "0\n");
    renameSync(`${path}.new`, path);
    write(log, "c\n");
    expect(files()).toEqual({ log: "0\nc\n", "log.old": "a\n" });
  });

  test("is not kept locked", () => {
    const log = open();
    write(log, "a\n");
    const fd = openSync(path, "r");
    expect(tryLock(fd, path)).toBe(true);
    closeSync(fd);
  });

  test("is not rotated while somebody is at work in the directory", () => {
    const log = open({ maxSize: 3 });
    const lock = openSync(directory, "r");
    expect(tryLock(lock, directory)).toBe(true);
    write(log, "a\nb\nc\n");
    expect(files()).toEqual({ log: "a\nb\nc\n" });
    closeSync(lock);
    write(log, "d\n");
    expect(files()).toEqual({ log: "d\n", "log.1": "a\nb\nc\n" });
  });
});

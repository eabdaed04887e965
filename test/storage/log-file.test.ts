import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
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
/** The log and its rotated files by name. The lock file is there while a log that others can read is open. */
const files = () =>
  Object.fromEntries(
    readdirSync(directory)
      .filter((name) => name !== "log.lock")
      .sort()
      .map((name) => [name, readFileSync(join(directory, name), "utf8")]),
  );

describe("lines", () => {
  test("are appended to an existing file", () => {
    writeFileSync(path, "a\n");
    write(open(), "b\nc\n");
    expect(files()).toEqual({ log: "a\nb\nc\n" });
  });

  test("do not continue a line that a crash truncated", () => {
    writeFileSync(path, "a\nb");
    write(open(), "c\n");
    expect(files()).toEqual({ log: "a\nb\nc\n" });
  });

  test("of two writers are not mixed", () => {
    const [one, other] = [open({ maxSize: 6 }), open({ maxSize: 6 })];
    write(one, "a\nb\n");
    write(other, "c\nd\n");
    write(one, "e\n");
    expect(files()).toEqual({ log: "d\ne\n", "log.1": "a\nb\nc\n" });
  });
});

test("a new log is private, an existing one keeps its mode", () => {
  open({ path: `${path}.new` });
  expect(statSync(`${path}.new`).mode & 0o777).toBe(0o600);
  writeFileSync(path, "", { mode: 0o644 });
  open();
  expect(statSync(path).mode & 0o777).toBe(0o644);
});

describe("a full file", () => {
  test("becomes the first of the backups, of which maxBackups are kept", () => {
    const log = open({ maxSize: 6 });
    for (const line of ["1a", "1b", "2a", "2b", "3a", "3b", "4a"]) write(log, `${line}\n`);
    expect(files()).toEqual({ log: "4a\n", "log.1": "3a\n3b\n", "log.2": "2a\n2b\n" });
  });

  test("does not exceed maxSize, however much is written at once", () => {
    const log = open({ maxSize: 7, maxBackups: 9 });
    write(log, "aa\nbb\ncc\ndd\nee\n");
    expect(files()).toEqual({ log: "ee\n", "log.1": "cc\ndd\n", "log.2": "aa\nbb\n" });
  });

  test("contains a line longer than maxSize alone", () => {
    const log = open({ maxSize: 4 });
    write(log, "a\nlonger\nb\nc\n");
    expect(files()).toEqual({ log: "b\nc\n", "log.1": "longer\n", "log.2": "a\n" });
  });

  test("includes the existing bytes in its size", () => {
    writeFileSync(path, "1234\n");
    write(open({ maxSize: 6 }), "a\n");
    expect(files()).toEqual({ log: "a\n", "log.1": "1234\n" });
  });

  test("leaves at least one backup", () => {
    const log = open({ maxSize: 2, maxBackups: 1 });
    write(log, "a\nb\nc\n");
    expect(files()).toEqual({ log: "c\n", "log.1": "b\n" });
  });

  test("must be a regular file", () => {
    expect(() => open({ path: "/dev/null", maxSize: 9 })).toThrow(
      new LogFileError("/dev/null is not a regular file and cannot be rotated"),
    );
    write(open({ path: "/dev/null" }), "a\n");
  });

  test("is an error if it cannot be renamed", () => {
    const log = open({ maxSize: 2 });
    write(log, "a\n");
    rmSync(directory, { recursive: true });
    expect(() => write(log, "b\n")).toThrow(SystemError);
    expect(existsSync(directory)).toBe(false);
    directory = mkdtempSync(join(tmpdir(), "trace-log-"));
  });
});

describe("a file that another process uses", () => {
  test("is closed once it is replaced, and the new one is continued", () => {
    const log = open();
    write(log, "a\n");
    renameSync(path, `${path}.old`);
    write(log, "b\n");
    writeFileSync(`${path}.new`, "0\n");
    renameSync(`${path}.new`, path);
    write(log, "c\n");
    expect(files()).toEqual({ log: "0\nc\n", "log.old": "a\n" });
  });

  test("is locked during writes only", () => {
    const log = open();
    write(log, "a\n");
    const fd = openSync(path, "r");
    expect(tryLock(fd, path)).toBe(true);
    closeSync(fd);
  });

  test("is rotated although another process locks the directory", () => {
    const log = open({ maxSize: 3 });
    const lock = openSync(directory, "r");
    expect(tryLock(lock, directory)).toBe(true);
    write(log, "a\nb\nc\n");
    expect(files()).toEqual({ log: "c\n", "log.1": "b\n", "log.2": "a\n" });
    expect(log.problems()).toEqual([]);
    closeSync(lock);
  });

  test("is rotated although another process locks it, if others may read it", () => {
    writeFileSync(path, "", { mode: 0o644 });
    const lock = openSync(path, "r");
    expect(tryLock(lock, path)).toBe(true);
    const log = open({ maxSize: 3 });
    write(log, "a\nb\n");
    expect(files()).toEqual({ log: "b\n", "log.1": "a\n" });
    expect(statSync(`${path}.lock`).mode & 0o777).toBe(0o600);
    log.close();
    expect(existsSync(`${path}.lock`)).toBe(false);
    expect(log.problems()).toEqual([]);
    closeSync(lock);
  });

  test("is written to but not rotated if neither it nor its lock file can be locked, and says so", () => {
    writeFileSync(path, "", { mode: 0o644 });
    writeFileSync(`${path}.lock`, "", { mode: 0o644 });
    const lock = openSync(path, "r");
    expect(tryLock(lock, path)).toBe(true);
    const warnings: string[] = [];
    const log = open({ maxSize: 3, warn: (problem) => warnings.push(problem) });
    const reason = `another process holds its lock, and ${path}.lock cannot be used instead`;
    write(log, "a\nb\n");
    write(log, "c\n");
    expect(files().log).toBe("a\nb\nc\n");
    expect(warnings).toEqual([
      `${path} is written to without its lock: ${reason}`,
      `${path} is not rotated: ${reason}`,
    ]);
    expect(log.problems()).toEqual([
      `${path} was not rotated 2 times: ${reason}`,
      `${path} was written to 2 times without its lock: ${reason}`,
    ]);
    closeSync(lock);
    write(log, "d\n");
    expect(files().log).toBe("d\n");
  });

  test("keeps its old files when it cannot be renamed repeatedly", () => {
    const log = open({ maxSize: 2, maxBackups: 3 });
    write(log, "a\nb\nc\n");
    mkdirSync(`${path}.3`); // a file cannot replace it
    for (const line of ["d\n", "e\n"]) write(log, line);
    rmdirSync(`${path}.3`);
    expect(files()).toEqual({ log: "c\nd\ne\n", "log.1": "b\n", "log.2": "a\n" });
    expect(log.problems()).toEqual([expect.stringContaining("was not rotated 2 times: rename(")]);
  });
});

import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RotatedError, truncateHead as truncate } from "../../src/storage/truncate-head.ts";
import { atPlace } from "../../src/storage/trusted-path.ts";

let cwd: string;
let path: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "trace-test-"));
  path = join(cwd, "log");
});
afterEach(() => rmSync(cwd, { recursive: true }));

function truncateHead(path: string, start: number, removeIfEmpty: boolean): void {
  atPlace(path, null, (place) => {
    const log = { ...place, path, user: null };
    truncate(log, log, start, removeIfEmpty);
  });
}

describe("a log without a writer", () => {
  test("keeps the bytes from the offset on, and its mode", () => {
    writeFileSync(path, "one\ntwo\n", { mode: 0o640 });
    truncateHead(path, 4, false);
    expect(readFileSync(path, "utf8")).toBe("two\n");
    expect(statSync(path).mode & 0o7777).toBe(0o640);
    expect(readdirSync(cwd)).toEqual(["log"]);
  });

  test("can become empty", () => {
    writeFileSync(path, "one\n");
    truncateHead(path, 4, false);
    expect(readFileSync(path, "utf8")).toBe("");
  });

  test("is truncated despite the leftover of a process that was killed", () => {
    writeFileSync(path, "one\ntwo\n");
    writeFileSync(`${path}.clean`, "half");
    truncateHead(path, 4, false);
    expect(readFileSync(path, "utf8")).toBe("two\n");
  });
});

test("symbolic links in place of the log or the temporary file are not followed", () => {
  const target = join(cwd, "target");
  writeFileSync(target, "one\ntwo\n");
  symlinkSync(target, path);
  expect(() => truncateHead(path, 4, false)).toThrow("ELOOP");
  rmSync(path);
  writeFileSync(path, "one\ntwo\n");
  symlinkSync(target, `${path}.clean`);
  truncateHead(path, 4, false);
  expect(readFileSync(target, "utf8")).toBe("one\ntwo\n");
  expect(readFileSync(path, "utf8")).toBe("two\n");
});

test("a failure leaves the log unchanged", () => {
  writeFileSync(path, "one\ntwo\n");
  mkdirSync(`${path}.clean`);
  expect(() => truncateHead(path, 4, false)).toThrow();
  expect(readFileSync(path, "utf8")).toBe("one\ntwo\n");
});

test("a log that is rotated while it is copied is left unchanged", async () => {
  writeFileSync(path, "one\ntwo\n", { mode: 0o600 });
  const rotate =
    "echo locked; until [ -e log.clean ]; do sleep 0.01; done; mv log log.1; echo >log";
  const other = Bun.spawn(["flock", "log", "sh", "-c", rotate], { cwd, stdout: "pipe" });
  await other.stdout.getReader().read();
  expect(() => truncateHead(path, 4, false)).toThrow(
    new RotatedError(`${path}: was just rotated; try again`),
  );
  expect(await other.exited).toBe(0);
  expect(readdirSync(cwd).sort()).toEqual(["log", "log.1"]);
  expect(readFileSync(path, "utf8")).toBe("\n");
  expect(readFileSync(`${path}.1`, "utf8")).toBe("one\ntwo\n");
});

test("an empty log is removed if permitted", () => {
  writeFileSync(path, "one\n");
  truncateHead(path, 3, true);
  expect(readFileSync(path, "utf8")).toBe("\n");
  truncateHead(path, 1, true);
  expect(readdirSync(cwd)).toEqual([]);
});

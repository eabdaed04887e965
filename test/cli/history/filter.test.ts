import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../../../src/cli/errors.ts";
import {
  type HistoryFilterArgs,
  parseHistoryFilter,
  parseSpan,
} from "../../../src/cli/history/filter.ts";
import { pathPatterns } from "../../../src/cli/options/path-patterns.ts";
import { eventOf, type Made } from "../../sources/records/builders.ts";

const given = (args: HistoryFilterArgs) => ({
  ...args,
  patterns: pathPatterns(args.path === undefined ? [] : [`--path=${args.path}`]),
});
const accepts = (args: HistoryFilterArgs, event: Made) =>
  parseHistoryFilter(given(args))(eventOf(event));

test("a path matches a file, or a directory with everything in it", () => {
  const within = (path: string, of: string) => accepts({ path: of }, { path });
  expect(within("/etc", "/etc")).toBe(true);
  expect(within("/etc/a/b", "/etc")).toBe(true);
  expect(within("/etc/a", "/etc/")).toBe(true);
  expect(within("/etcetera", "/etc")).toBe(false);
  expect(within("/et", "/etc")).toBe(false);
  expect(within("/a/etc", "/etc")).toBe(false);
  expect(within("/a", "/")).toBe(true);
  expect(within("/a/c/d", "/a/./b//../c")).toBe(true);
  expect(within(`${process.cwd()}/src`, ".")).toBe(true);
});

test("a renamed file matches by its old and its new directory", () => {
  const made = { path: "/new/a", oldPath: "/old/a" };
  expect(["/old", "/new", "/other"].map((path) => accepts({ path }, made))).toEqual([
    true,
    true,
    false,
  ]);
});

test("a path through a symbolic link also matches its target", () => {
  const directory = mkdtempSync(join(tmpdir(), "trace-test-"));
  symlinkSync("/usr/bin", join(directory, "link"));
  expect(accepts({ path: join(directory, "link") }, { path: "/usr/bin/env" })).toBe(true);
  rmSync(directory, { recursive: true });
});

test("an event has to match every given type, name, user and pid", () => {
  const made: Made = {
    type: "DELETE",
    user: "alice",
    who: { comm: "r\u00c3\u00a9m", pid: 12, uid: 1000 },
  };
  const chosen: [HistoryFilterArgs, boolean][] = [
    [{}, true],
    [{ type: "create,delete" }, true],
    [{ type: "CREATE" }, false],
    [{ comm: "rém" }, true],
    [{ comm: "re" }, false],
    [{ user: "alice" }, true],
    [{ user: "0" }, false],
    [{ user: "bob" }, false],
    [{ pid: "11,12" }, true],
    [{ pid: "1" }, false],
    [{ type: "DELETE", pid: "1" }, false],
  ];
  for (const [args, expected] of chosen)
    expect([args, accepts(args, made)]).toEqual([args, expected]);
});

test("notes are left out by filters of processes, and those of logs always, unless named", () => {
  const who = { pid: 7, comm: "trace", uid: 0 };
  const shown = (args: HistoryFilterArgs) =>
    (["CREATE", "Q_OVERFLOW", "WATCH_START"] as const).filter((type) =>
      accepts(args, { type, path: "/a", user: "root", who }),
    );
  expect(shown({})).toEqual(["CREATE", "Q_OVERFLOW"]);
  expect(shown({ path: "/a" })).toEqual(["CREATE", "Q_OVERFLOW"]);
  for (const args of [{ user: "root" }, { pid: "7" }, { comm: "trace" }])
    expect(shown(args)).toEqual(["CREATE"]);
  expect(shown({ type: "watch_start,q_overflow", pid: "7" })).toEqual([
    "Q_OVERFLOW",
    "WATCH_START",
  ]);
  expect(shown({ type: "WATCH_START", path: "/b" })).toEqual([]);
});

test.each<HistoryFilterArgs>([{ type: "CREAT" }, { pid: "x" }, { comm: "" }, { path: "" }])(
  "%j is a usage error",
  (args) => {
    expect(() => parseHistoryFilter(given(args))).toThrow(UsageError);
  },
);

test("a user may be a number", () => {
  expect(accepts({ user: "0" }, { user: "root" })).toBe(true);
  expect(accepts({ user: "4000000000" }, { user: "4000000000" })).toBe(true);
});

test("a time span ends after it begins", () => {
  expect(parseSpan({}, 0)).toEqual({ since: null, until: null });
  expect(() => parseSpan({ since: "1h", until: "2h" }, 1e12)).toThrow(
    new UsageError("--until 2h: must be after --since 1h"),
  );
});

/** The rules by which a summary classifies files as inputs, outputs or neither. */
import { describe, expect, test } from "bun:test";
import { Run } from "../../../../src/model/run.ts";
import type { RunEvent } from "../../../../src/model/run-event.ts";
import {
  buildReport,
  type Report,
  type ReportEntry,
} from "../../../../src/sinks/reports/summary/report.ts";
import { RUN_EVENT } from "../../../model/run-event.ts";

const O_RDONLY = 0;
const O_WRONLY = 1;
const O_RDWR = 2;
const O_CREAT_TRUNC = 0o1100;
const ENOENT = -2;

const BASE_EVENT: RunEvent = {
  ...RUN_EVENT,
  pid: 7,
  comm: "cc",
  followed: false,
  followed2: false,
};

const read = (path: string) => ({ path, flags: O_RDONLY });
const write = (path: string) => ({ path, flags: O_WRONLY });
const create = (path: string) => ({ path, flags: O_WRONLY | O_CREAT_TRUNC, created: true });
const rename = (path: string, path2: string) => ({ event: "rename", path, path2 });
const unlink = (path: string) => ({ event: "unlink", path });

function reportOf(...events: readonly Partial<RunEvent>[]): Report {
  const activity = new Run();
  for (const event of events) activity.add({ ...BASE_EVENT, ...event });
  return buildReport(activity);
}

const paths = (entries: readonly ReportEntry[]) => entries.map(({ path }) => path);

/** Returns the lists of files, by path. */
function lists(...events: readonly Partial<RunEvent>[]) {
  const { inputs, outputs, removed, temporary } = reportOf(...events);
  return { in: paths(inputs), out: paths(outputs), removed: paths(removed), temporary };
}

test("a look-up that fails is not found, unless it fails after the file was found", () => {
  const failed = (event: string, path: string, result: number) => ({ event, path, result });
  const { probes } = reportOf(
    failed("stat", "/absent", ENOENT),
    failed("stat", "/handle", -75), // EOVERFLOW
    failed("watch", "/denied", -13),
    failed("watch", "/limit", -28), // ENOSPC
    failed("list", "/file", -20),
    { event: "stat", result: -9 }, // EBADF: fstatfs(2)
  );
  expect(paths(probes)).toEqual(["/absent", "/denied"]);
});

describe("listed directories", () => {
  const list = (path: string, result: number) => ({ event: "list", path, result, fileType: "dir" });
  const listed = (...events: Partial<RunEvent>[]) =>
    reportOf(...events).listed.map(({ path, times }) => `${path} ${times}`);

  test("are counted by the ends of their listings, a part of one as one", () => {
    expect(listed(list("/d", 48), list("/d", 0), list("/d", 48), list("/d", 0))).toEqual(["/d/ 2"]);
    expect(listed(list("/d", 48), list("/", 48), list("/", 0))).toEqual(["/ 1", "/d/ 1"]);
  });

  test("existed before: a new one is none, a renamed one has its old path", () => {
    const mkdir = { event: "mkdir", path: "/new" };
    expect(listed(mkdir, list("/new", 0), rename("/d", "/e"), list("/e", 0))).toEqual(["/d/ 1"]);
  });

  test("are listed also after they were removed", () => {
    expect(listed(list("/d", 0), { event: "rmdir", path: "/d" })).toEqual(["/d/ 1"]);
  });
});

describe("files without a name", () => {
  const O_TMPFILE = 0o20200000;
  const nameless = { flags: O_RDWR | O_TMPFILE, id: "1:5" };
  const link = (name: string, path2: string, id: string | null) => ({
    ...{ event: "link", name, path: name === "" ? null : name, path2, id },
  });

  test("are temporary until a link names them", () => {
    expect(lists(nameless)).toEqual({ in: [], out: [], removed: [], temporary: 1 });
    for (const name of ["/proc/self/fd/3", "/dev/fd/3", "/proc/17/fd/3", ""])
      expect(lists(nameless, link(name, "/a", "1:5"))).toEqual({
        in: [],
        out: ["/a"],
        removed: [],
        temporary: 0,
      });
  });

  test("are the same file by any of their names, and no input", () => {
    const events = [nameless, link("/proc/self/fd/3", "/a", "1:5"), link("/a", "/b", null)];
    expect(lists(...events, { ...read("/b"), id: "1:5" }, rename("/a", "/c"))).toEqual({
      in: [],
      out: ["/b", "/c"],
      removed: [],
      temporary: 0,
    });
  });

  test("a name of an fd is no path, whatever its file", () => {
    expect(lists(link("/proc/self/fd/3", "/a", null), read("/a"))).toEqual({
      in: [],
      out: ["/a"],
      removed: [],
      temporary: 0,
    });
    expect(lists({ ...read("/a"), id: "1:6" }, link("/dev/fd/3", "/b", "1:6"), read("/b"))).toEqual(
      { in: ["/a"], out: ["/b"], removed: [], temporary: 0 },
    );
  });
});

describe("inputs and outputs", () => {
  test("a file that is only read is an input", () => {
    expect(lists(read("/a"), read("/a"))).toEqual({
      in: ["/a"],
      out: [],
      removed: [],
      temporary: 0,
    });
  });

  test("a file that the command wrote before reading it is no input", () => {
    expect(lists(create("/a"), read("/a"))).toMatchObject({ in: [], out: ["/a"] });
  });

  test("a file that is read and then written is both", () => {
    expect(lists(read("/a"), write("/a"))).toMatchObject({ in: ["/a"], out: ["/a"] });
  });

  test("a file that is opened for both is both, unless it is new or truncated", () => {
    expect(lists({ path: "/a", flags: O_RDWR })).toMatchObject({ in: ["/a"], out: ["/a"] });
    expect(lists({ path: "/a", flags: O_RDWR | O_CREAT_TRUNC })).toMatchObject({
      in: [],
      out: ["/a"],
    });
  });

  test("a directory that is opened is no input", () => {
    expect(lists({ ...read("/d"), fileType: "dir" })).toMatchObject({ in: [] });
  });

  test("a created directory is an output unless a file in it is one", () => {
    const mkdir = (path: string) => ({ event: "mkdir", path });
    expect(lists(mkdir("/d"), mkdir("/e"), create("/e/f")).out).toEqual(["/d/", "/e/f"]);
  });

  test("links are outputs under their second name", () => {
    expect(
      lists(
        { event: "symlink", path2: "/s", name: "target" },
        { event: "link", path: "/a", path2: "/l" },
      ).out,
    ).toEqual(["/l", "/s"]);
  });
});

describe("files that are removed", () => {
  test("a file that was created and removed is only counted", () => {
    expect(lists(create("/t"), unlink("/t"))).toEqual({
      in: [],
      out: [],
      removed: [],
      temporary: 1,
    });
  });

  test("a removed file that existed before is reported, and remains an input if it was read", () => {
    expect(lists(read("/a"), unlink("/a"))).toEqual({
      in: ["/a"],
      out: [],
      removed: ["/a"],
      temporary: 0,
    });
  });

  test("a file that is removed and created again is an output", () => {
    expect(lists(unlink("/a"), create("/a"))).toMatchObject({ out: ["/a"], removed: [] });
  });
});

describe("renames", () => {
  test("a temporary file that is renamed is an output under its last name", () => {
    expect(lists(create("/a.tmp"), rename("/a.tmp", "/a"))).toEqual({
      in: [],
      out: ["/a"],
      removed: [],
      temporary: 0,
    });
  });

  test("a renamed file that existed before is removed under its old name", () => {
    expect(lists(rename("/old", "/new"))).toMatchObject({ out: ["/new"], removed: ["/old"] });
  });

  test("renaming a directory moves the files written in it", () => {
    expect(lists({ event: "mkdir", path: "/d" }, create("/d/f"), rename("/d", "/e")).out).toEqual([
      "/e/f",
    ]);
  });

  test("an exchange keeps both", () => {
    const exchange = { ...rename("/a", "/b"), flags: 2 };
    expect(lists(create("/a"), exchange).out).toEqual(["/a", "/b"]);
  });
});

test("a failed call changes nothing, and a failed lookup is reported with its error", () => {
  const report = reportOf(
    { ...create("/a"), result: ENOENT },
    { event: "stat", path: "/b", result: ENOENT },
    { event: "stat", path: "/b", result: ENOENT },
    { ...unlink("/c"), result: ENOENT },
  );
  expect(paths(report.outputs)).toEqual([]);
  expect(report.probes.map(({ path, errno, times }) => [path, errno, times])).toEqual([
    ["/a", "ENOENT", 1],
    ["/b", "ENOENT", 2],
  ]);
});

test("a readlink of a file that is no link, and an interrupted open, are no failed lookups", () => {
  const report = reportOf(
    { event: "readlink", path: "/a", result: -22 },
    { ...read("/b"), result: -512 },
  );
  expect(report.probes).toEqual([]);
  expect(report.inputs).toEqual([]);
});

test("a program in a file without a name is shown as one", () => {
  const report = reportOf({ event: "exec", name: "", path: null, argv: ["x"] });
  expect(paths(report.programs)).toEqual(["(a file without a name)"]);
});

test("what the kernel reads at an exec is an input if it was there before", () => {
  const report = reportOf(
    { event: "exec", path: "/bin/sh" },
    { event: "interp", path: "/d/../script" },
    { event: "interp", path: "/lib/ld.so", id: "1:2" },
    { ...write("/made"), created: true },
    { event: "interp", path: "/made" },
    { event: "interp", path: "memfd:x", id: "1:3" },
    { event: "interp", name: "a", path: null },
  );
  expect(paths(report.inputs)).toEqual(["/lib/ld.so", "/script"]);
  expect(paths(report.programs)).toEqual(["/bin/sh"]);
});

test("programs, hosts and processes are counted with the first process", () => {
  const report = reportOf(
    { event: "exec", path: "/bin/ls", argv: ["ls", "-l"], pid: 1, comm: "ls" },
    { event: "exec", path: "/bin/ls", argv: ["ls"], pid: 2, comm: "ls" },
    { event: "fork", result: 2 },
    { event: "connect", name: "192.0.2.1:80", result: -115 },
    { event: "connect", name: "192.0.2.2:80", result: -111 },
    { event: "bind", name: "[::]:80" },
  );
  expect(report.processes).toBe(2);
  expect(report.programs).toEqual([
    { path: "/bin/ls", times: 2, pid: 1, comm: "ls", argv: ["ls", "-l"] },
  ]);
  expect(paths(report.hosts)).toEqual(["192.0.2.1:80"]);
  expect(report.probes.map(({ path, errno }) => [path, errno])).toEqual([
    ["192.0.2.2:80", "ECONNREFUSED"],
  ]);
  expect(paths(report.listened)).toEqual(["[::]:80"]);
});

/** What a summary makes of events: the rules by which a file is an input, an output or neither. */
import { describe, expect, test } from "bun:test";
import { SummaryAccumulator } from "../../../../src/sinks/reports/summary/accumulator.ts";
import {
  buildReport,
  type Report,
  type ReportEntry,
} from "../../../../src/sinks/reports/summary/report.ts";
import type { SummaryEvent } from "../../../../src/sinks/reports/summary/summary-event.ts";

const O_RDONLY = 0;
const O_WRONLY = 1;
const O_RDWR = 2;
const O_CREAT_TRUNC = 0o1100;
const ENOENT = -2;

const NOTHING: SummaryEvent = {
  event: "open",
  pid: 7,
  comm: "cc",
  flags: 0,
  name: "",
  path: null,
  path2: null,
  result: 0,
  created: false,
  fileType: "file",
  id: null,
  argv: null,
};

const read = (path: string) => ({ path, flags: O_RDONLY });
const write = (path: string) => ({ path, flags: O_WRONLY });
const create = (path: string) => ({ path, flags: O_WRONLY | O_CREAT_TRUNC, created: true });
const rename = (path: string, path2: string) => ({ event: "rename", path, path2 });
const unlink = (path: string) => ({ event: "unlink", path });

function reportOf(...facts: readonly Partial<SummaryEvent>[]): Report {
  const activity = new SummaryAccumulator();
  for (const fact of facts) activity.add({ ...NOTHING, ...fact });
  return buildReport(activity);
}

const paths = (entries: readonly ReportEntry[]) => entries.map(({ path }) => path);

/** The lists of files, by their paths. */
function lists(...facts: readonly Partial<SummaryEvent>[]) {
  const { inputs, outputs, removed, temporary } = reportOf(...facts);
  return { in: paths(inputs), out: paths(outputs), removed: paths(removed), temporary };
}

describe("inputs and outputs", () => {
  test("what is only read is an input", () => {
    expect(lists(read("/a"), read("/a"))).toEqual({
      in: ["/a"],
      out: [],
      removed: [],
      temporary: 0,
    });
  });

  test("what the command wrote before it read it is no input", () => {
    expect(lists(create("/a"), read("/a"))).toMatchObject({ in: [], out: ["/a"] });
  });

  test("what is read and then written is both", () => {
    expect(lists(read("/a"), write("/a"))).toMatchObject({ in: ["/a"], out: ["/a"] });
  });

  test("what is opened for both is both, but for one that is new or emptied", () => {
    expect(lists({ path: "/a", flags: O_RDWR })).toMatchObject({ in: ["/a"], out: ["/a"] });
    expect(lists({ path: "/a", flags: O_RDWR | O_CREAT_TRUNC })).toMatchObject({
      in: [],
      out: ["/a"],
    });
  });

  test("a directory that is listed is no input", () => {
    expect(lists({ ...read("/d"), fileType: "dir" })).toMatchObject({ in: [] });
  });

  test("a directory that was made is an output where nothing in it is", () => {
    const mkdir = (path: string) => ({ event: "mkdir", path });
    expect(lists(mkdir("/d"), mkdir("/e"), create("/e/f")).out).toEqual(["/d/", "/e/f"]);
  });

  test("links are outputs by their second name", () => {
    expect(
      lists(
        { event: "symlink", path2: "/s", name: "target" },
        { event: "link", path: "/a", path2: "/l" },
      ).out,
    ).toEqual(["/l", "/s"]);
  });
});

describe("files that go away", () => {
  test("what was made and removed is only counted", () => {
    expect(lists(create("/t"), unlink("/t"))).toEqual({
      in: [],
      out: [],
      removed: [],
      temporary: 1,
    });
  });

  test("what was there before and is removed is told, and what was read of it stays an input", () => {
    expect(lists(read("/a"), unlink("/a"))).toEqual({
      in: ["/a"],
      out: [],
      removed: ["/a"],
      temporary: 0,
    });
  });

  test("what is removed and made again is an output", () => {
    expect(lists(unlink("/a"), create("/a"))).toMatchObject({ out: ["/a"], removed: [] });
  });
});

describe("renames", () => {
  test("a temporary file that is renamed into place is an output under its last name", () => {
    expect(lists(create("/a.tmp"), rename("/a.tmp", "/a"))).toEqual({
      in: [],
      out: ["/a"],
      removed: [],
      temporary: 0,
    });
  });

  test("what was there before is gone under its old name", () => {
    expect(lists(rename("/old", "/new"))).toMatchObject({ out: ["/new"], removed: ["/old"] });
  });

  test("a directory takes what was written in it along", () => {
    expect(lists({ event: "mkdir", path: "/d" }, create("/d/f"), rename("/d", "/e")).out).toEqual([
      "/e/f",
    ]);
  });

  test("an exchange leaves both", () => {
    const exchange = { ...rename("/a", "/b"), flags: 2 };
    expect(lists(create("/a"), exchange).out).toEqual(["/a", "/b"]);
  });
});

test("what failed changes nothing, and a look in vain is told with its error", () => {
  const found = reportOf(
    { ...create("/a"), result: ENOENT },
    { event: "stat", path: "/b", result: ENOENT },
    { event: "stat", path: "/b", result: ENOENT },
    { ...unlink("/c"), result: ENOENT },
  );
  expect(paths(found.outputs)).toEqual([]);
  expect(found.probes.map(({ path, errno, times }) => [path, errno, times])).toEqual([
    ["/a", "ENOENT", 1],
    ["/b", "ENOENT", 2],
  ]);
});

test("a readlink of what is no link, and an interrupted open, are no looks in vain", () => {
  const found = reportOf(
    { event: "readlink", path: "/a", result: -22 },
    { ...read("/b"), result: -512 },
  );
  expect(found.probes).toEqual([]);
  expect(found.inputs).toEqual([]);
});

test("programs, hosts and processes are counted with who was first", () => {
  const found = reportOf(
    { event: "exec", path: "/bin/ls", argv: ["ls", "-l"], pid: 1, comm: "ls" },
    { event: "exec", path: "/bin/ls", argv: ["ls"], pid: 2, comm: "ls" },
    { event: "fork", result: 2 },
    { event: "connect", name: "192.0.2.1:80", result: -115 },
    { event: "connect", name: "192.0.2.2:80", result: -111 },
    { event: "bind", name: "[::]:80" },
  );
  expect(found.processes).toBe(2);
  expect(found.programs).toEqual([
    { path: "/bin/ls", times: 2, pid: 1, comm: "ls", argv: ["ls", "-l"] },
  ]);
  expect(paths(found.hosts)).toEqual(["192.0.2.1:80"]);
  expect(found.probes.map(({ path, errno }) => [path, errno])).toEqual([
    ["192.0.2.2:80", "ECONNREFUSED"],
  ]);
  expect(paths(found.listened)).toEqual(["[::]:80"]);
});

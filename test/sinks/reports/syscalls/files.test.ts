import { expect, test } from "bun:test";
import type { SyscallEvent } from "../../../../src/events/syscall-event.ts";
import { json } from "../../../../src/sinks/formats/json.ts";
import {
  type FileActivity,
  FileActivitySink,
  type FileOrder,
} from "../../../../src/sinks/reports/syscalls/files.ts";
import {
  FILE_ACTIVITY_COLUMNS,
  writeFilesTable,
} from "../../../../src/sinks/reports/syscalls/files-table.ts";
import { integer, pointer } from "../../../../src/syscalls/value.ts";
import { formatSize } from "../../../../src/text/byte-size.ts";
import { call, fd, from, named, socketAddress, text } from "../../../syscalls/builders.ts";
import { Collected } from "../../collected.ts";

function filesOf(events: readonly SyscallEvent[], order: FileOrder = "bytes") {
  let files: readonly FileActivity[] = [];
  const sink = new FileActivitySink(order, (all) => {
    files = all;
  });
  for (const event of events) sink.syscallExited(event);
  sink.close();
  return files;
}

const DATA = text("x");
const read = (path: string, result: number) =>
  call("read", [fd(3, path), DATA, integer(99)], { result });
const write = (path: string, result: number) =>
  call("pwrite64", [fd(3, path), DATA, integer(99), integer(0)], { result });
const open = (path: string, made = {}) =>
  call("openat", [from("/"), text(path), named("O_RDONLY")], made);

test("calls on a file are counted by action, with bytes and errors", () => {
  const [file, ...others] = filesOf([
    open("/f", { result: 3, resultPath: "/f" }),
    open("/f", { result: -13 }),
    read("/f", 10),
    read("/f", 5),
    write("/f", 7),
    call("close", [fd(3, "/f")]),
  ]);
  expect(others).toEqual([]);
  expect(file).toMatchObject({ path: "/f", calls: 6, failed: 1, read: 15, written: 7 });
  expect(Array.from(file.actions, ([what, { calls }]) => `${what} ${calls}`)).toEqual([
    "open 2",
    "read 2",
    "write 1",
    "close 1",
  ]);
  expect(file.actions.get("open")!.errors).toEqual(new Map([["EACCES", 1]]));
});

test("opening a link counts for its target", () => {
  const files = filesOf([open("/link", { result: 3, resultPath: "/f" })]);
  expect(files.map(({ path }) => path)).toEqual(["/f"]);
});

test("bytes copied between files count for both", () => {
  const [a, b] = filesOf(
    [call("copy_file_range", [fd(3, "/a"), pointer(0n), fd(4, "/b")], { result: 100 })],
    "path",
  );
  expect([a.read, a.written, b.read, b.written]).toEqual([100, 0, 0, 100]);
});

test("a socket has its peer", () => {
  const address = socketAddress("192.0.2.1", 80);
  const [socket] = filesOf([
    call("connect", [fd(3, "socket:[1]"), address, integer(16)], { result: -115 }),
  ]);
  expect(socket).toMatchObject({ path: "socket:[1]", address: "192.0.2.1:80", failed: 1 });
});

test("files are ordered by bytes, calls or path", () => {
  const events = [read("/a", 1), read("/b", 9), read("/c", 1), write("/c", 1), read("/c", 0)];
  const paths = (order: FileOrder) => filesOf(events, order).map(({ path }) => path);
  expect(paths("bytes")).toEqual(["/b", "/c", "/a"]);
  expect(paths("calls")).toEqual(["/c", "/a", "/b"]);
  expect(paths("path")).toEqual(["/a", "/b", "/c"]);
});

test("the table shows sizes, and names without control characters", () => {
  const output = new Collected();
  const files = filesOf([read("/a\x1b[2J\xff", 1500), open("/b", { result: -2 })]);
  writeFilesTable(output, files);
  expect(output.text.split("\n")).toEqual([
    "    read   written    calls  file: what was done",
    "  1.5 kB         -        1  /a\\x1b[2J\\xff: read 1",
    "       -         -        1  /b: open 1 (1 ENOENT)",
    "",
  ]);
});

test("the columns have the same data", () => {
  const output = new Collected();
  const sink = json({ columns: FILE_ACTIVITY_COLUMNS, output, terminal: false });
  for (const file of filesOf([read("/f", 3), open("/f", { result: -2 })])) sink.write(file);
  sink.close();
  expect(JSON.parse(output.text)).toEqual([
    {
      ...{ path: "/f", address: null, read: 3, written: 0, calls: 2, failed: 1 },
      done: { read: 1, open: 1 },
      errors: { ENOENT: 1 },
    },
  ]);
});

test("sizes have a unit", () => {
  expect([0, 999, 1000, 15_400, 154_000, 2.5e9].map(formatSize)).toEqual([
    ...["0 B", "999 B", "1.0 kB", "15.4 kB", "154 kB", "2.5 GB"],
  ]);
});

/** Joins submissions and completions of io_uring requests, in every order that the kernel can send. */
import { expect, test } from "bun:test";
import * as abi from "../../../src/events/event-record.ts";
import { UringJoin } from "../../../src/sources/bpf/io-uring-join.ts";
import { buildRecord, components, type Parts } from "../../fixtures/builders.ts";
import { type Cells, cellsOf, eventOf } from "../../fixtures/fixtures.ts";

const OPENAT = 18;

/** A join, with functions that feed it records and return the cells of joined events. */
function setUp() {
  const join = new UringJoin(new abi.EventRecord(new Uint8Array(abi.MAX_EVENT_SIZE)));
  const cells = (record: abi.EventRecord | null): Cells | null =>
    record && cellsOf(eventOf(record));
  return {
    join,
    submit: (id: number, fields: Parameters<typeof buildRecord>[1] = {}, parts: Parts = {}) =>
      join.submit(
        buildRecord(
          abi.EVENT_URING_SUBMIT,
          { id, abi: abi.ABI_IO_URING, nr: OPENAT, time: 1, ...fields },
          { name: `name ${id}`, ...parts },
        ),
      ),
    complete: (id: number, fields: Parameters<typeof buildRecord>[1] = {}, parts: Parts = {}) =>
      cells(
        join.complete(buildRecord(abi.EVENT_URING_COMPLETE, { id, time: 2e9, ...fields }, parts)),
      ),
    overflow: (ring: number, user_data: number, fields: Parameters<typeof buildRecord>[1] = {}) =>
      cells(
        join.completeOverflowed(
          buildRecord(abi.EVENT_URING_OVERFLOW, { id: ring, user_data, ...fields }),
        ),
      ),
    finish: () => {
      const finished: Cells[] = [];
      join.finish((record) => finished.push(cellsOf(eventOf(record))));
      return finished;
    },
  };
}

test("completions in any order are joined with their submissions, each once", () => {
  const { join, submit, complete } = setUp();
  for (const id of [1, 2, 3]) submit(id, { flags: id * 64 });
  for (const id of [2, 3, 1]) {
    const cells = complete(id, { ret: id + 10 });
    expect(cells).toMatchObject({
      filename: `name ${id}`,
      flags: String(id * 64),
      return: String(id + 10),
      op: "IORING_OP_OPENAT",
      time: "2.000000000",
    });
  }
  expect(join.missing).toBe(0);
  expect(complete(1)).toBeNull();
  expect(join.missing).toBe(1);
});

test("a link has the file that its submission determined, if it succeeds", () => {
  const { submit, complete, finish } = setUp();
  const file = { nr: 39, user_data: 99, ino2: 7, dev: 0x100002, i_mode: 0o100600 };
  for (const id of [1, 2]) submit(id, file);
  expect(complete(1)).toMatchObject({ dev: "258", ino: "7", ftype: "file" });
  expect(complete(2, { ret: -17 })).toMatchObject({ dev: null, ino: null, ftype: null });
  submit(3, { ...file, notes: abi.NOTE_CQE_SKIP });
  expect(finish()).toMatchObject([{ ino: "7", ftype: "file" }]);
});

test("a completion without a submission is counted as missing", () => {
  const { join, complete } = setUp();
  expect(complete(7)).toBeNull();
  expect(complete(8)).toBeNull();
  expect(join.missing).toBe(2);
});

test("ids that differ beyond the precision of a double are distinct", () => {
  const { submit, complete } = setUp();
  const large = 2n ** 63n;
  submit(0, { id: large }, { name: "even" });
  submit(0, { id: large + 1n }, { name: "odd" });
  expect(complete(0, { id: large + 1n })?.filename).toBe("odd");
  expect(complete(0, { id: large })?.filename).toBe("even");
});

test("a submission is copied, so its memory can be reused", () => {
  const { join, complete } = setUp();
  const record = buildRecord(abi.EVENT_URING_SUBMIT, { id: 1 }, { name: "kept" });
  join.submit(record);
  record.bytes.fill(0xff);
  expect(complete(1)?.filename).toBe("kept");
});

test("a joined event has no leftovers of the event before", () => {
  const { submit, complete } = setUp();
  const path = components("/a/long/path/that/was/here/before");
  submit(1, { notes: abi.NOTE_PATH | abi.NOTE_BASE }, { name: "a long name", path });
  complete(1, { ret: 5, ino: 99, dev: 99, i_mode: 0o100600, notes: abi.NOTE_PATH }, { path });
  submit(2, {}, { name: "b" });
  expect(complete(2, { ret: -2 })).toMatchObject({
    filename: "b",
    return: "-2",
    path: null,
    ino: null,
    dev: null,
    ftype: null,
    cgroup: "/",
    note: null,
  });
});

test("the path of the opened file replaces that of the name's base directory", () => {
  const { submit, complete } = setUp();
  const parts = { name: "file", path: components("/start"), cgroup: components("/some/cgroup") };
  submit(1, { notes: abi.NOTE_PATH | abi.NOTE_BASE | abi.NOTE_SQPOLL }, parts);
  submit(2, { notes: abi.NOTE_PATH | abi.NOTE_BASE }, parts);
  const opened = { ret: 5, ino: 12, dev: (8 << 20) | 1, i_mode: 0o100600, notes: abi.NOTE_PATH };
  expect(complete(1, opened, { path: components("/where/it/really/led") })).toMatchObject({
    path: "/where/it/really/led",
    cgroup: "/some/cgroup",
    ino: "12",
    dev: "2049",
    ftype: "file",
    note: "sqpoll",
  });
  expect(complete(2, { ret: -2 })).toMatchObject({ path: "/start/file", cgroup: "/some/cgroup" });
});

test("a second name and its path are retained when the first path is replaced", () => {
  const { submit, complete } = setUp();
  const parts = {
    name: "one",
    name2: "two",
    path: components("/base"),
    path2: components("/other/base"),
    cgroup: components("/group"),
  };
  const notes = abi.NOTE_PATH | abi.NOTE_PATH2 | abi.NOTE_BASE;
  for (const path of ["/x", "/a/much/longer/path/than/before"]) {
    submit(1, { nr: 35, notes }, parts);
    expect(complete(1, { notes: abi.NOTE_PATH }, { path: components(path) })).toMatchObject({
      filename: "one",
      fname2: "two",
      path,
      path2: "/other/base/two",
      cgroup: "/group",
    });
  }
});

test("the longest possible names and paths fit", () => {
  const { submit, complete } = setUp();
  const path = components(`/${"p".repeat(255)}`.repeat(32));
  const name = "n".repeat(4095);
  submit(
    1,
    { nr: 35, notes: abi.NOTE_PATH | abi.NOTE_PATH2 | abi.NOTE_BASE },
    { name, name2: name, path, path2: path, cgroup: components(`/${"c".repeat(255)}`.repeat(16)) },
  );
  const cells = complete(1, { notes: abi.NOTE_PATH }, { path });
  expect(cells?.path).toBe(`/${"p".repeat(255)}`.repeat(32));
  expect(cells?.path2).toBe(`${cells?.path}/${name}`);
  expect(cells?.fname2).toBe(name);
  expect(cells?.cgroup?.length).toBe(4096);
});

test("a completion that overflowed the queue is identified by its ring and user data", () => {
  const { join, submit, overflow } = setUp();
  submit(1, { ring: 0xa000, user_data: 5 });
  submit(2, { ring: 0xb000, user_data: 5 });
  submit(3, { ring: 0xb000, user_data: 6 });
  expect(overflow(0xb000, 5, { ret: 9 })).toMatchObject({ filename: "name 2", return: "9" });
  expect(overflow(0xb000, 5)).toBeNull();
  expect(overflow(0xa000, 6)).toBeNull();
  expect(join.missing).toBe(2); // the two that are pending; the other completions were of unrecorded requests
  expect(overflow(0xa000, 5)?.filename).toBe("name 1");
  expect(overflow(0xb000, 6)?.filename).toBe("name 3");
  expect(join.missing).toBe(0);
});

test("of several requests with the same user data, the oldest is joined", () => {
  const { submit, overflow } = setUp();
  for (const id of [1, 2]) submit(id, { ring: 0xa000, user_data: 0 });
  expect(overflow(0xa000, 0)?.filename).toBe("name 1");
  expect(overflow(0xa000, 0)?.filename).toBe("name 2");
});

test("the user data of a submission are never reported as an inode", () => {
  const { submit, overflow, complete } = setUp();
  for (const id of [1, 2]) submit(id, { ring: 0xa000, user_data: id, i_mode: 0o100600 });
  expect(overflow(0xa000, 1, { i_mode: 0o100600 })?.ino).toBe("0");
  expect(complete(2, { i_mode: 0o100600 })?.ino).toBe("0");
});

test("at the end, requests without a completion on success have succeeded, and others are missing", () => {
  const { join, submit, finish } = setUp();
  submit(1, { notes: abi.NOTE_CQE_SKIP, ring: 0xffff_8000_0000_0000n, user_data: 77 });
  submit(2);
  submit(3, { notes: abi.NOTE_CQE_SKIP });
  const finished = finish();
  expect(finished.map((cells) => cells.filename)).toEqual(["name 1", "name 3"]);
  for (const cells of finished)
    expect(cells).toMatchObject({ return: null, note: "cqe-skip", ino: null });
  expect(join.missing).toBe(1);
  expect(finish()).toEqual([]);
});

test("the oldest of too many pending submissions is evicted, and counted once", () => {
  const { join, submit, complete } = setUp();
  for (let id = 1; id <= 16384; id++) submit(id);
  expect(complete(1)).not.toBeNull();
  submit(1);
  submit(16385);
  expect(join.missing).toBe(16385);
  expect(complete(2)).toBeNull(); // it was the oldest: 1 had been submitted again
  expect(complete(1)).not.toBeNull();
  expect(complete(16385)).not.toBeNull();
  for (let id = 3; id <= 16384; id++) complete(id);
  expect(join.missing).toBe(2); // the evicted submission, and its completion
});

test("a request with arguments is a malformed record", () => {
  const { join } = setUp();
  const record = buildRecord(abi.EVENT_URING_SUBMIT, { id: 1 }, { name: "n", argv: "x\0" });
  expect(() => join.submit(record)).toThrow(abi.BadRecordError);
  expect(join.missing).toBe(0);
});

/** Records of the ptrace source, read back like those of the eBPF programs. */
import { describe, expect, test } from "bun:test";
import { readFileSync, statSync } from "node:fs";
import * as abi from "../../../src/events/event-record.ts";
import { pathComponents, RecordWriter } from "../../../src/sources/ptrace/record-writer.ts";
import { cellsOf, eventOf } from "../../fixtures/fixtures.ts";

const AT_FDCWD = -100;

function newRecord(): RecordWriter {
  const writer = new RecordWriter();
  writer.begin(abi.EVENT_SYSCALL, 5n);
  return writer;
}

/** Encodes st_dev as the C library does: gnu_dev_makedev(3). */
const statDev = (major: number, minor: number) =>
  ((minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)) >>> 0;

describe("a device", () => {
  test.each([
    [0, 0x2a],
    [8, 1],
    [0, 256],
    [259, 0x12345],
    [0xfff, 0xfffff],
  ])("of major %i and minor %i has the kernel's encoding", (major, minor) => {
    const writer = newRecord();
    writer.inode({ dev: statDev(major, minor), ino: 1n, mode: 0o100644 });
    expect(writer.finish().dev).toBe(((major << 20) | minor) >>> 0);
  });

  test("of a real file has its major and minor number", () => {
    const { dev, ino, mode } = statSync("/proc/self/status", { bigint: true });
    const writer = newRecord();
    writer.inode({ dev: Number(dev), ino, mode: Number(mode) });
    const record = writer.finish();
    const mounts = readFileSync("/proc/self/mountinfo", "latin1");
    expect(mounts).toContain(` ${record.dev >>> 20}:${record.dev & 0xfffff} `);
    expect([BigInt(record.ino), record.iMode]).toEqual([ino, Number(mode)]);
  });
});

describe("the parts of a record", () => {
  test("are read back, each with its length", () => {
    const writer = newRecord();
    writer.argv(Buffer.from("a\0b\0"));
    writer.cgroup("/system.slice/x");
    writer.path2("/other", true);
    writer.path("/usr/bin", true);
    writer.name2(Buffer.from("two"));
    writer.name(Buffer.from("the name"));
    const record = writer.finish();
    const { nameLength, name2Length, pathLength, path2Length, cgroupLength, argvLength } = record;
    const lengths = [nameLength, name2Length, pathLength, path2Length, cgroupLength, argvLength];
    let at = abi.EVENT_SIZE;
    const parts = lengths.map((length) => {
      at += length;
      return Buffer.from(record.bytes.subarray(at - length, at)).toString();
    });
    expect(parts).toEqual([
      "the name",
      "two",
      "bin\0usr\0",
      "other\0",
      "x\0system.slice\0",
      "a\0b\0",
    ]);
    expect(record.end).toBe(at);
    expect(cellsOf(eventOf(record)).path).toBe("/usr/bin/the name");
  });

  test("do not remain in the next record", () => {
    const writer = newRecord();
    writer.name(Buffer.from("name"));
    writer.path("/tmp", false);
    writer.task(1, 2, Buffer.from("comm"), Buffer.from("leader"), { ppid: 3, uid: 4, gid: 5 });
    writer.finish();
    writer.begin(abi.EVENT_EXIT, 6n);
    const record = writer.finish();
    expect(record.end).toBe(abi.EVENT_SIZE);
    expect([record.notes, record.tgid, record.uid, record.bytes[abi.EVENT.comm]]).toEqual([
      0, 0, 0, 0,
    ]);
    expect(record.type).toBe(abi.EVENT_EXIT);
  });

  test("have notes: a path is that of the file, or of the directory of its name", () => {
    const writer = newRecord();
    writer.path("/tmp", false);
    expect(writer.finish().notes).toBe(abi.NOTE_PATH);
    writer.begin(abi.EVENT_SYSCALL, 5n);
    writer.addNotes(abi.NOTE_CREATED);
    writer.path("/tmp", true);
    writer.path2("/tmp", true);
    expect(writer.finish().notes).toBe(
      abi.NOTE_CREATED | abi.NOTE_PATH | abi.NOTE_BASE | abi.NOTE_PATH2,
    );
    writer.begin(abi.EVENT_SYSCALL, 5n);
    writer.path2("/tmp", false);
    expect(writer.finish().notes).toBe(abi.NOTE_PATH2 | abi.NOTE_TARGET2);
    writer.begin(abi.EVENT_SYSCALL, 5n);
    writer.path(null, true);
    expect(writer.finish().notes).toBe(0);
  });
});

test("names are relative to the working directory by default", () => {
  const record = newRecord().finish();
  expect([record.dfd, record.dfd2]).toEqual([AT_FDCWD, AT_FDCWD]);
});

test("a comm of sixteen bytes is truncated to fifteen and a NUL", () => {
  const writer = newRecord();
  const long = Buffer.from("0123456789abcdefX");
  writer.task(1, 2, long, long, null);
  const { bytes } = writer.finish();
  const { comm, leader_comm } = abi.EVENT;
  const at = (offset: number) => Buffer.from(bytes.subarray(offset, offset + 16)).toString();
  expect([at(comm), at(leader_comm)]).toEqual(["0123456789abcde\0", "0123456789abcde\0"]);
});

test("a negative result keeps its sign", () => {
  const writer = newRecord();
  writer.result(-2);
  expect(writer.finish().ret).toBe(-2);
});

test("a path is encoded leaf first, one byte per character, and the root is empty", () => {
  const text = (path: string) => Buffer.from(pathComponents(path)).toString("latin1");
  expect(["/", "/usr/bin", "/\xff/b"].map(text)).toEqual(["", "bin\0usr\0", "b\0\xff\0"]);
});

/** The numbers of records, as the ptrace source writes them. */
import { describe, expect, test } from "bun:test";
import * as abi from "../../../src/events/event-record.ts";
import { pathComponents, RecordWriter } from "../../../src/sources/ptrace/record-writer.ts";

const { EVENT, STDIO } = abi;

function written(fill: (writer: RecordWriter) => void): abi.EventRecord {
  const writer = new RecordWriter();
  writer.begin(abi.EVENT_SYSCALL, 0x1_0000_0005n);
  fill(writer);
  return writer.finish();
}
const u32 = ({ view }: abi.EventRecord, field: number) => view.getUint32(field, true);
const u16 = ({ view }: abi.EventRecord, field: number) => view.getUint16(field, true);
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
/** The variable parts, behind one another. */
const parts = (record: abi.EventRecord) => record.bytes.subarray(abi.EVENT_SIZE, record.end);

const FILE = { major: 0x103, minor: 0x45, ino: 7n, mode: 0o100600 };
const DEVICE = (0x103 << 20) | 0x45;

test("a record has its type and time, and nothing of the one before", () => {
  const writer = new RecordWriter();
  writer.begin(abi.EVENT_SYSCALL, 1n);
  writer.u32(EVENT.uid, 9);
  writer.name(Buffer.from("old"));
  writer.begin(abi.EVENT_EXIT, 0x1_0000_0005n);
  const record = writer.finish();
  expect(record.view.getBigUint64(EVENT.time, true)).toBe(0x1_0000_0005n);
  expect(record.view.getUint8(EVENT.type)).toBe(abi.EVENT_EXIT);
  expect([u32(record, EVENT.uid), record.end]).toEqual([0, abi.EVENT_SIZE]);
  for (const field of [EVENT.dfd, EVENT.dfd2]) expect(record.view.getInt32(field, true)).toBe(-100);
});

test("a task has its numbers and names, and its owner if that is known", () => {
  const ids = { ppid: 3, uid: 4, gid: 5 };
  const name = Buffer.from("a name of 20 letters");
  const record = written((writer) => writer.task(1, 2, name, Buffer.from("leader"), ids));
  const fields = [EVENT.tgid, EVENT.tid, EVENT.ppid, EVENT.uid, EVENT.gid];
  expect(fields.map((field) => u32(record, field))).toEqual([1, 2, 3, 4, 5]);
  expect(text(record.bytes.subarray(EVENT.comm, EVENT.comm + 16))).toBe("a name of 20 le\0");
  expect(text(record.bytes.subarray(EVENT.leader_comm, EVENT.leader_comm + 7))).toBe("leader\0");
  const unknown = written((writer) => writer.task(1, 2, name, name, null));
  expect(fields.map((field) => u32(unknown, field))).toEqual([1, 2, 0, 0, 0]);
});

test("a call has its index, number and ABI", () => {
  const record = written((writer) => writer.call(3, 0x1234, 2));
  const { view } = record;
  const numbers = [view.getUint8(EVENT.call), u16(record, EVENT.nr), view.getUint8(EVENT.abi)];
  expect(numbers).toEqual([3, 0x1234, 2]);
});

test("files have their device, inode and type", () => {
  const record = written((writer) => {
    writer.file(FILE as never);
    writer.replacedFile({ ...FILE, minor: 0x46, ino: 8n } as never);
  });
  expect([u32(record, EVENT.dev), u32(record, EVENT.dev2)]).toEqual([DEVICE, DEVICE + 1]);
  expect(record.view.getBigUint64(EVENT.ino, true)).toBe(7n);
  expect(record.view.getBigUint64(EVENT.ino2, true)).toBe(8n);
  expect(u16(record, EVENT.i_mode)).toBe(FILE.mode);
  const none = written((writer) => {
    writer.inode(null);
    writer.file(null);
    writer.replacedFile(null);
    writer.path(null, false);
    writer.path2(null, false);
    writer.mount(null, false);
  });
  expect([u32(none, EVENT.dev), u32(none, EVENT.notes), none.end]).toEqual([0, 0, abi.EVENT_SIZE]);
});

test("a program without a directory has its name alone", () => {
  const record = written((writer) => writer.programName("memfd:x/y"));
  expect([text(parts(record)), u16(record, EVENT.path_len)]).toEqual(["memfd:x/y\0", 10]);
});

describe("a mount", () => {
  const place = { inside: "/a/b", root: "/mnt/x", major: 0x103, minor: 0x45 } as never;

  test("has its device, its root and how much of the path is inside, for each path", () => {
    for (const second of [false, true]) {
      const record = written((writer) => writer.mount(place, second));
      const [length, device] = second
        ? [EVENT.mount2_len, EVENT.mount2_dev]
        : [EVENT.mount_len, EVENT.mount_dev];
      expect([u16(record, length), u32(record, device)]).toEqual([4, DEVICE]);
      expect(text(parts(record))).toBe("x\0mnt\0");
      expect(u16(record, second ? EVENT.root2_len : EVENT.root_len)).toBe(6);
      expect(u16(record, second ? EVENT.root_len : EVENT.root2_len)).toBe(0);
    }
  });

  test("that is detached has the path inside it only", () => {
    const record = written((writer) => writer.detached(place));
    expect(text(parts(record))).toBe("b\0a\0x\0mnt\0");
    expect([u16(record, EVENT.path_len), u16(record, EVENT.mount_len)]).toEqual([4, 4]);
  });

  test("is left out if its root is too long for a record", () => {
    const rootOf = (length: number) => ({ inside: "/", root: `/${"r".repeat(length)}` }) as never;
    const longest = abi.ROOT_BYTES - 1;
    const [fits, tooLong] = [longest, longest + 1].map((length) =>
      written((writer) => writer.mount(rootOf(length), false)),
    );
    expect(u16(fits, EVENT.root_len)).toBe(pathComponents(`/${"r".repeat(longest)}`).length);
    expect([u16(tooLong, EVENT.root_len), u16(tooLong, EVENT.mount_len)]).toEqual([0, 0]);
  });
});

test("standard streams have their device, inode, type, and whether they are pipes", () => {
  const stream = (ino: bigint, isPipe: boolean) => ({
    ...{ ino, dev: 0x803, mode: 0o10600, isPipe },
  });
  const record = written((writer) => writer.stdio([stream(1n, false), null, stream(3n, true)]));
  const bytes = parts(record).slice();
  expect(u16(record, EVENT.stdio_len)).toBe(3 * abi.STDIO_SIZE);
  const streams = [0, 1, 2].map((fd) => {
    const view = new DataView(bytes.buffer, fd * abi.STDIO_SIZE, abi.STDIO_SIZE);
    return [
      Number(view.getBigUint64(STDIO.ino, true)),
      view.getUint32(STDIO.dev, true),
      view.getUint16(STDIO.i_mode, true),
      view.getUint16(STDIO.pipefs, true),
    ];
  });
  const device = (8 << 20) | 3;
  expect(streams).toEqual([
    [1, device, 0o10600, 0],
    [0, 0, 0, 0],
    [3, device, 0o10600, 1],
  ]);
});

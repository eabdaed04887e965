/** Rings of our own, as the kernel makes them. */

import { afterAll, describe, expect, test } from "bun:test";
import { fstatSync } from "node:fs";
import { check } from "../../../../src/ffi/errno.ts";
import { close } from "../../../../src/ffi/fd.ts";
import { libc } from "../../../../src/ffi/libc.ts";
import { SYS } from "../../../../src/ffi/machine.ts";
import { allocate } from "../../../../src/ffi/memory.ts";
import * as uring from "../../../../src/kernel/io-uring.ts";
import { BorrowedRing } from "../../../../src/sources/ptrace/uring/borrowed-ring.ts";
import {
  parseRingLayout,
  ringsSize,
  sqesSize,
} from "../../../../src/sources/ptrace/uring/layout.ts";
import { readHeads, visitSubmissions } from "../../../../src/sources/ptrace/uring/queues.ts";
import { parseRegisteredFile, RingFiles } from "../../../../src/sources/ptrace/uring/ring-file.ts";
import { parseRingMaps, ringAddresses } from "../../../../src/sources/ptrace/uring/ring-maps.ts";
import { RingMemory } from "../../../../src/sources/ptrace/uring/ring-memory.ts";

const ENTRIES = 4;
const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const us = { tid: process.pid, tgid: process.pid };

const params = allocate(uring.IO_URING_PARAMS_SIZE);
const fd = check(
  libc.syscall(SYS.io_uring_setup, ENTRIES, params.address, 0, 0, 0, 0),
  "io_uring_setup",
);
const layout = parseRingLayout(params.view)!;
const inode = String(fstatSync(fd).ino);
const ring = { inode, layout };
afterAll(() => close(fd));

test("the layout is that of the kernel", () => {
  expect(layout).toMatchObject({ sqEntries: ENTRIES, cqEntries: 2 * ENTRIES, flags: 0 });
});

test("a ring is known by its file", () => {
  const files = new RingFiles();
  expect(files.identify(us.tid, us.tgid, fd)).toBe(inode);
  expect(files.identify(us.tid, us.tgid, 999_999)).toBeNull();
  // Rings had the inode of epoll instances before Linux 5.16.
  const epoll = libc.epoll_create1(0);
  for (let i = 0; i < 2; i++) expect(files.identify(us.tid, 7, epoll)).toBe(`7:${epoll}`);
  expect(files.identify(us.tid, us.tgid, 999_999)).toBeNull();
  close(epoll);
});

describe("a ring", () => {
  test("that is not mapped is read by its fd", () => {
    const opened = new RingMemory().open(ring, { ...us, fd });
    expect(opened?.heads).toEqual({ sqHead: 0, sqTail: 0, cqHead: 0, cqTail: 0 });
    opened?.close();
    expect(new RingMemory().open(ring, { ...us, fd: null })).toBeNull();
    expect(new RingMemory().open(ring, { ...us, fd: 999_999 })).toBeNull();
  });

  test("is not read beyond its end, whatever its layout claims", () => {
    const large = { ...layout, sqEntries: 32768, cqEntries: 65536, cqes: 320, array: 1 << 21 };
    const borrowed = BorrowedRing.open(us.tid, us.tgid, fd, large);
    if (!borrowed) return; // older kernels refuse the mapping
    expect(borrowed.read("rings", 1 << 20, 4096)).toBeNull();
    expect(borrowed.read("rings", 1 << 30, 8)).toBeNull();
    expect(visitSubmissions(large, borrowed.read, 0, 32768, () => {})).toBe(false);
    borrowed.close();
  });

  test("that is mapped is read at its address, and wherever it is mapped later", () => {
    const map = (size: number, offset: number) =>
      check(libc.mmap(0, size, PROT_READ_WRITE, MAP_SHARED, fd, BigInt(offset)), "mmap");
    const rings = map(ringsSize(layout), uring.IORING_OFF_CQ_RING);
    expect(ringAddresses(us.tid, inode)).toBeNull();
    const sqes = map(sqesSize(layout), uring.IORING_OFF_SQES);
    expect(ringAddresses(us.tid, inode)).toEqual({ rings, sqes });
    const memory = new RingMemory();
    const opened = memory.open(ring, { ...us, fd: null });
    // Before Linux 6.10 the mapping cannot be read.
    if (opened) expect(readHeads(layout, opened.read)).toEqual(opened.heads);
    // An unmapped ring is not read at its old address.
    libc.syscall(SYS.munmap, rings, ringsSize(layout), 0, 0, 0, 0);
    const again = map(ringsSize(layout), uring.IORING_OFF_SQ_RING);
    expect(memory.open(ring, { ...us, fd: null })?.heads).toEqual(opened?.heads);
    memory.forget(us.tgid);
    libc.syscall(SYS.munmap, again, ringsSize(layout), 0, 0, 0, 0);
    libc.syscall(SYS.munmap, sqes, sqesSize(layout), 0, 0, 0, 0);
    expect(memory.open(ring, { ...us, fd: null })).toBeNull();
  });
});

test("the mappings of rings are found among others", () => {
  const maps = `\
555555554000-555555556000 r--p 00000000 fd:00 77 /usr/bin/cat
7f1000000000-7f1000001000 rw-s 00000000 00:0e 31 anon_inode:[io_uring]
7f1000002000-7f1000003000 rw-s 10000000 00:0e 31 anon_inode:[io_uring]
7f1000004000-7f1000005000 rw-s 08000000 00:0e 32 anon_inode:[io_uring]
7f1000006000-7f1000007000 rw-s 80000000 00:0e 32 anon_inode:[io_uring]
`;
  expect([...parseRingMaps(maps)]).toEqual([
    ["31", { rings: 0x7f1000000000, sqes: 0x7f1000002000 }],
    ["32", { rings: 0x7f1000004000, sqes: 0 }],
  ]);
});

test("registered files are read from the fdinfo of the ring", () => {
  const fdinfo = `\
SqMask:\t0x3
UserFiles:\t12
    0: /tmp/we\\040ird\\012name\\040(deleted)
    2: socket:[4711]
   10: /etc/passwd
UserBufs:\t0
`;
  expect(parseRegisteredFile(fdinfo, 0)).toBe("/tmp/we ird\nname");
  expect(parseRegisteredFile(fdinfo, 1)).toBeNull();
  expect(parseRegisteredFile(fdinfo, 2)).toBeNull();
  expect(parseRegisteredFile(fdinfo, 10)).toBe("/etc/passwd");
});

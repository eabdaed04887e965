import { expect, test } from "bun:test";
import { parseRingMaps } from "../../../../src/sources/ptrace/uring/ring-maps.ts";

const MAPS = `
555500000000-555500001000 rw-p 00000000 08:01 77 /tmp/anon_inode:[io_uring]
7f0000000000-7f0000001000 rw-s 10000000 00:0f 2081 anon_inode:[io_uring]
7f0000001000-7f0000002000 rw-s 00000000 00:0f 2081 anon_inode:[io_uring]
7f0000003000-7f0000004000 rw-s 08000000 00:0f 2082 anon_inode:[io_uring]
7f0000005000-7f0000006000 ---s 10000000 00:0f 2082 anon_inode:[io_uring]
7f0000007000-7f0000008000 rw-s 80000000 00:0f 2081 anon_inode:[io_uring]
7f0000009000-7f000000a000 rw-s 00000000 00:0f 2083 anon_inode:[eventpoll]
`;

test("the regions of each ring are found by their offsets, if they can be read", () => {
  expect([...parseRingMaps(MAPS)]).toEqual([
    ["2081", { rings: 0x7f0000001000, sqes: 0x7f0000000000 }],
    ["2082", { rings: 0x7f0000003000, sqes: 0 }],
  ]);
});

import { describe, expect, test } from "bun:test";
import { closeSync, openSync } from "node:fs";
import { parseRegisteredFile, RingFiles } from "../../../../src/sources/ptrace/uring/ring-file.ts";

const FDINFO = `pos:	0
SqMask:	0x7
    1: /not/a/file
UserFiles:	4
    0: /etc/hosts
    1: <none>
    2: /tmp/with\\040space\\134and\\012line
    3: /tmp/gone (deleted)
   12: /twelve
UserBufs:	0
`;

test.each([
  [0, "/etc/hosts"],
  [1, null],
  [2, "/tmp/with space\\and\nline"],
  [3, "/tmp/gone"],
  [12, "/twelve"],
  [4, null],
])("slot %i of a ring's files", (slot, path) => {
  expect(parseRegisteredFile(FDINFO, slot)).toBe(path);
});

describe("a file", () => {
  test("is known by its inode, wherever its fd goes", () => {
    const [first, second] = [openSync("/etc/hosts", "r"), openSync("/etc/hosts", "r")];
    try {
      const files = new RingFiles();
      const identity = files.identify(process.pid, process.pid, first);
      expect(identity).toMatch(/^\d+$/);
      expect(files.identify(process.pid, process.pid, second)).toBe(identity);
    } finally {
      closeSync(first);
      closeSync(second);
    }
  });

  test("has no identity without an fd", () => {
    expect(new RingFiles().identify(process.pid, process.pid, 99999)).toBeNull();
  });
});

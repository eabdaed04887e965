/** Types of files by mode. */
import { expect, test } from "bun:test";
import { lstatSync } from "node:fs";
import { fileType } from "../../src/kernel/stat.ts";

test("a file's type follows from its mode", () => {
  const kinds = ["/etc/passwd", "/etc", "/dev/null", "/proc/self/exe"];
  expect(kinds.map((path) => fileType(lstatSync(path).mode))).toEqual([
    "file",
    "dir",
    "char",
    "link",
  ]);
  expect([0o010644, 0o060660, 0o140755, 0o600].map(fileType)).toEqual([
    "fifo",
    "block",
    "socket",
    "anon",
  ]);
});

import { expect, test } from "bun:test";
import { formatSize } from "../../src/text/byte-size.ts";

test("a size has one decimal below 100 of its unit, in powers of 1000", () => {
  expect([0, 832, 999, 1000, 1500, 99_900, 120e6, 3e15].map(formatSize)).toEqual([
    ...["0 B", "832 B", "999 B", "1.0 kB", "1.5 kB", "99.9 kB", "120 MB", "3000 TB"],
  ]);
});

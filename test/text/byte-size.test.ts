import { expect, test } from "bun:test";
import { formatBinarySize, formatSize } from "../../src/text/byte-size.ts";

test("a size has one decimal below 100 of its unit, in powers of 1000", () => {
  expect([0, 832, 999, 1000, 1500, 99_900, 120e6, 3e15].map(formatSize)).toEqual([
    ...["0 B", "832 B", "999 B", "1.0 kB", "1.5 kB", "99.9 kB", "120 MB", "3000 TB"],
  ]);
});

test("a binary size is in whole units, also above 32 bits", () => {
  expect([4096, 1 << 19, (1 << 20) - 1, 1 << 20, 2 ** 33].map(formatBinarySize)).toEqual([
    ...["4K", "512K", "1023K", "1M", "8192M"],
  ]);
});

import { describe, expect, test } from "bun:test";
import { UsageError } from "../../../src/cli/errors.ts";
import { parseBuffer, parseSize, sizeOption } from "../../../src/cli/options/size.ts";
import { errorOf } from "./error-of.ts";

describe("the size of a buffer", () => {
  test.each([
    ["64K", 2 ** 16],
    ["64k", 2 ** 16],
    ["65536", 2 ** 16],
    ["65537", 2 ** 17],
    ["100K", 2 ** 17],
    ["4M", 2 ** 22],
    ["5m", 2 ** 23],
    ["1G", 2 ** 30],
    ["0001G", 2 ** 30],
    ["1073741824", 2 ** 30],
  ])("of %s is %d bytes, a power of two", (text, bytes) => {
    expect(parseBuffer(text)).toBe(bytes);
  });

  test.each(
    [
      "",
      "0",
      "K",
      "63K",
      "65535",
      "1025M",
      "2G",
      "9".repeat(400),
      "4MB",
      "4 M",
      " 4M",
      "4.5M",
    ].concat(["-4M", "+4M", "0x10000", "1e6", "٤M"]),
  )("of %j is an error", (text) => {
    expect(errorOf(() => parseBuffer(text))).toStartWith("--buffer ");
  });
});

describe("a size", () => {
  test.each([
    ["1", 1],
    ["64K", 2 ** 16],
    ["1m", 2 ** 20],
    ["2G", 2 ** 31],
  ])("of %s is %d bytes", (text, bytes) => {
    expect(parseSize("--min-size", text)).toBe(bytes);
  });

  test.each(["", "0", "K", "1T", "1 K", "-1", "1.5M", "9".repeat(20)])(
    "of %p is an error",
    (text) => {
      expect(errorOf(() => parseSize("--min-size", text))).toBe(
        `--min-size ${text}: expected a size like 4096, 64K, 1M or 2G`,
      );
    },
  );
});

test("a newline after a value is an error", () => {
  for (const text of ["4M\n", "1s\n", "csv\n", "pid\n", "open\n"])
    expect(() => parseBuffer(text)).toThrow(UsageError);
});

test("a size is written the way it is typed", () => {
  const sizes = [1 << 16, 1 << 18, 1 << 20, 1 << 24, 2 ** 30, 2 ** 32];
  expect(sizes.map(sizeOption)).toEqual(["64K", "256K", "1M", "16M", "1G", "4G"]);
  for (const size of sizes) expect(parseSize("--buffer", sizeOption(size))).toBe(size);
});

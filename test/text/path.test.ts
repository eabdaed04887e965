import { expect, test } from "bun:test";
import { posix } from "node:path";
import { ByteSlice } from "../../src/text/byte-slice.ts";
import { directoryPrefix, isSliceWithin, isWithin, normalizePath } from "../../src/text/path.ts";
import { Random } from "../random.ts";

test("an absolute path is normalized as node:path does, without a slash at the end", () => {
  const random = new Random(1);
  for (let round = 0; round < 5000; round++) {
    const parts = Array.from({ length: random.below(7) }, () =>
      random.pick(["a", "b\xff", ".", "..", "", "...", ".x"]),
    );
    const path = `/${parts.join("/")}`;
    const expected = posix.normalize(path).replace(/(?<=.)\/$/, "");
    expect([path, normalizePath(path)]).toEqual([path, expected]);
  }
});

test("a relative path is unchanged", () => {
  expect(["", "a/../b", "."].map(normalizePath)).toEqual(["", "a/../b", "."]);
});

const CASES: readonly (readonly [path: string, directory: string, within: boolean])[] = [
  ["/a", "/a", true],
  ["/a/b", "/a", true],
  ["/ab", "/a", false],
  ["/", "/a", false],
  ["/a", "/", true],
  ["/", "/", true],
  ["/a/b\xff/c", "/a/b\xff", true],
  ["/a/b\xfe/c", "/a/b\xff", false],
];

test("a path is within a directory by whole names", () => {
  for (const [path, directory, expected] of CASES) {
    expect([path, directory, isWithin(path, directory)]).toEqual([path, directory, expected]);
    const memory = Buffer.from(`xx${path}/a/b`, "latin1");
    const root = Buffer.from(directory === "/" ? "" : directory, "latin1");
    const slice = new ByteSlice(memory, 2, path.length);
    expect([path, directory, isSliceWithin(slice, root)]).toEqual([path, directory, expected]);
  }
  expect(isSliceWithin(new ByteSlice(), Buffer.from(""))).toBe(false);
});

test("the prefix of a directory ends with one slash", () => {
  expect(["/", "/a", "/a/"].map(directoryPrefix)).toEqual(["/", "/a/", "/a/"]);
});

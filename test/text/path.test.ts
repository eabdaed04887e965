import { expect, test } from "bun:test";
import { posix } from "node:path";
import { ByteSlice } from "../../src/text/byte-slice.ts";
import {
  baseName,
  isPathWithin,
  isWithin,
  normalizePath,
  parentPath,
} from "../../src/text/path.ts";
import { Random } from "../random.ts";

const latin1 = (text: string) => Buffer.from(text, "latin1");

/** Asks both functions, which must agree; the path is in the middle of other bytes. */
function within(path: string, root: string): boolean {
  const bytes = latin1(`/x${path}/y`);
  const answer = isWithin(new ByteSlice(bytes, 2, path.length), latin1(root));
  expect(isPathWithin(path, root)).toBe(answer);
  return answer;
}

test("a path is within itself and its ancestors", () => {
  expect(within("/a/b", "/a/b")).toBe(true);
  expect(within("/a/b", "/a")).toBe(true);
  expect(within("/a/b", "/")).toBe(true);
  expect(within("/", "/")).toBe(true);
});

test("a path is not within a sibling, a descendant or a name that begins alike", () => {
  expect(within("/a/b", "/a/c")).toBe(false);
  expect(within("/a", "/a/b")).toBe(false);
  expect(within("/ab", "/a")).toBe(false);
  expect(within("/", "/a")).toBe(false);
});

test("no path is within anything if it is missing, and any byte may be in a name", () => {
  expect(within("", "/")).toBe(false);
  expect(within("/\xff\xfe/a", "/\xff\xfe")).toBe(true);
  expect(within("/\xff\xfe", "/\xff\xfd")).toBe(false);
  expect(isWithin(new ByteSlice(latin1("/a")), latin1(""))).toBe(true);
});

test("dots and repeated slashes are removed", () => {
  expect(normalizePath("/a/./b//../c")).toBe("/a/c");
  expect(normalizePath("/..//")).toBe("/");
  expect(normalizePath("/.a/b.../..c")).toBe("/.a/b.../..c");
  expect(normalizePath("../a/./b")).toBe("../a/./b");
});

test("a random absolute path is normalized like node:path does, without a final slash", () => {
  const random = new Random(1);
  for (let round = 0; round < 5000; round++) {
    const names = Array.from({ length: 1 + random.below(6) }, () =>
      random.pick(["", ".", "..", "a", "b\xff", ".c"]),
    );
    const path = `/${names.join("/")}`;
    const expected = posix.normalize(path).replace(/(?<=.)\/$/, "");
    expect(normalizePath(path)).toBe(expected);
  }
});

test("a path is split into its parent and its last name", () => {
  for (const [path, parent, name] of [
    ["/a/b", "/a", "b"],
    ["/a", "/", "a"],
  ]) {
    expect(Buffer.from(parentPath(latin1(path))).toString()).toBe(parent);
    expect(Buffer.from(baseName(latin1(path))).toString()).toBe(name);
  }
});

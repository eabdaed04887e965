/** Paths from components, leaf first, and a name. */
import { describe, expect, test } from "bun:test";
import { joinPath } from "../../src/events/join-path.ts";
import { ByteSlice } from "../../src/text/byte-slice.ts";
import { components } from "../fixtures/builders.ts";
import { Random } from "../random.ts";

/** Returns the joined path; other bytes surround those that are read. */
function joined(base: string, name: string | null): string {
  const bytes = Buffer.from(`X\0${components(base)}Y\0`, "latin1");
  const given =
    name === null ? null : new ByteSlice(Buffer.from(`/Z/${name}/Z/`, "latin1"), 3, name.length);
  const into = new ByteSlice(new Uint8Array(12288).fill(0x3f), 0, 0);
  const { bytes: written, length } = joinPath(into, bytes, 2, components(base).length, given);
  return Buffer.from(written.subarray(0, length)).toString("latin1");
}

describe("components alone", () => {
  test.each(["/", "/a", "/a/b/c", "/with space/\xff\xfe", `/${"x".repeat(255)}/y`])(
    "are an absolute path: %s",
    (path) => {
      expect(joined(path, null)).toBe(path);
    },
  );

  test("without a final NUL lose only their last byte", () => {
    const bytes = Buffer.from("leaf\0root", "latin1");
    const into = new ByteSlice(new Uint8Array(64), 0, 0);
    const { length } = joinPath(into, bytes, 0, bytes.length, null);
    expect(Buffer.from(into.bytes.subarray(0, length)).toString()).toBe("/roo/leaf");
  });
});

describe("a name", () => {
  test.each([
    ["/base", "file", "/base/file"],
    ["/base", "dir/file", "/base/dir/file"],
    ["/", "file", "/file"],
    ["/", "/etc/passwd", "/etc/passwd"],
    ["/base", "./file", "/base/file"],
    ["/base", "dir//file/", "/base/dir/file"],
    ["/base", "dir/./file/.", "/base/dir/file"],
    ["/base", "../file", "/file"],
    ["/a/b/c", "..//./../file", "/a/file"],
    ["/a/b", "..", "/a"],
    ["/a/b", "../..", "/"],
    ["/a", "../../../file", "/file"],
    ["/", "..", "/"],
    ["/base", "..file", "/base/..file"],
    ["/base", "../...", "/..."],
    ["/base", "dir/../file", "/base/dir/../file"],
    ["/a/b", "../dir/../../file", "/a/dir/../../file"],
    ["/jail", "/../file", "/jail/file"],
    ["/jail", "/../..", "/jail"],
    ["/jail", "//.././etc/..", "/jail/etc/.."],
    ["/base", "...", "/base/..."],
    ["/base", ".hidden", "/base/.hidden"],
    ["/base", "", "/base"],
    ["/base", ".", "/base"],
    ["/", ".", "/"],
    ["/", "", "/"],
    ["/", "///", "/"],
    ["/base", "\xff\n", "/base/\xff\n"],
  ])("below %s that is %j becomes %j", (base, name, path) => {
    expect(joined(base, name)).toBe(path);
  });
});

describe("any name", () => {
  const random = new Random(7);
  const NAMES = ["a", "bb", ".c", "...", "..d"];
  const base = () =>
    `/${Array.from({ length: random.below(5) }, () => random.pick(NAMES)).join("/")}`;
  const cases = Array.from({ length: 2000 }, () => ({
    base: base(),
    name: random.text([...NAMES, "/", "//", "/./", "/../", "../", "./", ".."], 8),
  }));
  const parts = (path: string) => path.split("/").filter((part) => part !== "" && part !== ".");

  test("has a path without empty components and `.`, which does not start with `..`", () => {
    for (const { base, name } of cases) {
      const path = joined(base, name);
      expect(path).toMatch(/^\/$|^(\/[^/]+)+$/);
      expect(path.split("/")).not.toContain(".");
      expect(path).not.toStartWith("/../");
    }
  });

  test("removes a component of the base for each `..` at its start, and only for those", () => {
    for (const { base, name } of cases) {
      const given = parts(name);
      const first = given.findIndex((part) => part !== "..");
      const leading = first < 0 ? given.length : first;
      const removed = name.startsWith("/") ? 0 : leading;
      const left = parts(base).slice(0, Math.max(0, parts(base).length - removed));
      expect(parts(joined(base, name))).toEqual([...left, ...given.slice(leading)]);
    }
  });
});

test("the longest path of the kernel fits", () => {
  const base = `/${"d".repeat(255)}`.repeat(32);
  const name = "n".repeat(4095);
  expect(joined(base, name)).toBe(`${base}/${name}`);
});

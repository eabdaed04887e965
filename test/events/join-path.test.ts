/** Paths from components, leaf first, and a name. */
import { describe, expect, test } from "bun:test";
import { joinPath } from "../../src/events/join-path.ts";
import { ByteSlice } from "../../src/text/byte-slice.ts";
import { components } from "../fixtures/builders.ts";

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
    ["/base", "../file", "/base/../file"],
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

test("the longest path of the kernel fits", () => {
  const base = `/${"d".repeat(255)}`.repeat(32);
  const name = "n".repeat(4095);
  expect(joined(base, name)).toBe(`${base}/${name}`);
});

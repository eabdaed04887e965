import { afterAll, expect, test } from "bun:test";
import {
  closeSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SystemError } from "../../src/ffi/errno.ts";
import { atPlace, openPlace } from "../../src/storage/trusted-path.ts";

const root = mkdtempSync(join(tmpdir(), "trace-path-"));
afterAll(() => rmSync(root, { recursive: true }));
mkdirSync(join(root, "a/b"), { recursive: true });
writeFileSync(join(root, "file"), "");
symlinkSync("b/..", join(root, "a/self"));
symlinkSync(join(root, "a"), join(root, "absolute"));
symlinkSync("loop", join(root, "loop"));
symlinkSync("file", join(root, "to-file"));
symlinkSync("absent", join(root, "dangling"));

/** Returns the inode of the directory of a path, and the name in it. */
function placeOf(path: string): [number, string] {
  const { directory, name } = openPlace(path, null);
  const { ino } = fstatSync(directory);
  closeSync(directory);
  return [ino, name];
}

const openFds = () => readdirSync("/proc/self/fd").length;

test.each([
  ["a/x", "a", "x"],
  ["a/b/../x", "a", "x"],
  [".//a/./b//x", "a/b", "x"],
  ["a/self/self/b/x", "a/b", "x"],
  ["absolute/self/x", "a", "x"],
  ["a/b/", "a/b", "."],
  ["a/..", "a", ".."],
  ["x", ".", "x"],
])("the directory of %s is %s", (path, directory, name) => {
  expect(placeOf(`${root}/${path}`)).toEqual([statSync(join(root, directory)).ino, name]);
});

test("a relative path starts in the working directory, the root directory is its own parent", () => {
  expect(placeOf("x")).toEqual([statSync(".").ino, "x"]);
  expect(placeOf("/")).toEqual([statSync("/").ino, "."]);
  expect(placeOf("/..")).toEqual([statSync("/").ino, ".."]);
});

test.each([
  ["loop/x", "ELOOP"],
  ["absent/x", "ENOENT"],
  ["dangling/x", "ENOENT"],
  ["file/x", "ENOTDIR"],
  ["to-file/x", "ENOTDIR"],
  [`${"n".repeat(256)}/x`, "ENAMETOOLONG"],
])("%s cannot be opened: %s, and no fd is left open", (name, code) => {
  const path = join(root, name);
  const before = openFds();
  expect(() => openPlace(path, null)).toThrow(SystemError);
  expect(() => openPlace(path, null)).toThrow(`open(${path}): ${code}: `);
  expect(openFds()).toBe(before);
});

test("the directory is closed after the work, also if it fails", () => {
  const before = openFds();
  expect(atPlace(join(root, "a/x"), null, ({ name }) => name)).toBe("x");
  expect(() =>
    atPlace(join(root, "a/x"), null, () => {
      throw new Error("no");
    }),
  ).toThrow("no");
  expect(openFds()).toBe(before);
});

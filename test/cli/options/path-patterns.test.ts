import { expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../../src/cli/errors.ts";
import {
  absolutePatterns,
  parseChosenEvents,
  pathPatterns,
  patternRoots,
} from "../../../src/cli/options/path-patterns.ts";
import { temporaryDirectory } from "../../root/support/harness.ts";

const here = process.cwd();

test("a pattern with a slash starts in the working directory", () => {
  expect(absolutePatterns("src/*.ts")).toEqual([`${here}/src/*.ts`]);
  expect(absolutePatterns("./*.ts")).toEqual([`${here}/*.ts`]);
  expect(absolutePatterns("../x/*")).toEqual([`${join(here, "..")}/x/*`.replace("//", "/")]);
  expect(absolutePatterns("src/", true)).toEqual([`${here}/src`]);
  for (const pattern of [".", "./"]) expect(absolutePatterns(pattern)).toEqual([here]);
  expect(absolutePatterns("..")).toEqual([join(here, "..")]);
});

test("a pattern of a name is one in any directory; --path NAME is one in the working directory", () => {
  for (const pattern of ["*.o", ".git", "node_modules/", "**/x", "**/src/*.c", "re:^/x"])
    expect(absolutePatterns(pattern)).toEqual([pattern]);
  expect(absolutePatterns("*.o", true)).toEqual(["*.o"]);
  expect(absolutePatterns("src", true)).toEqual([`${here}/src`]);
});

test("a pattern from the root stays as it is, normalized", () => {
  expect(absolutePatterns("/*/x")).toEqual(["/*/x"]);
  expect(absolutePatterns("/no/such/../dir/./*.c")).toEqual(["/no/dir/*.c"]);
  expect(absolutePatterns("/")).toEqual(["/"]);
});

test("the directory of a pattern is also meant with its links resolved", () => {
  using directory = temporaryDirectory();
  mkdirSync(join(directory.path, "a[b"));
  symlinkSync("a[b", join(directory.path, "link"));
  expect(absolutePatterns(`${directory.path}/link/*.c`)).toEqual([
    `${directory.path}/link/*.c`,
    `${directory.path}/a\\[b/*.c`,
  ]);
});

test("a pattern that is the name of a file means that file, too", () => {
  using directory = temporaryDirectory();
  const file = join(directory.path, "[id].ts");
  writeFileSync(file, "");
  expect(absolutePatterns(file)).toEqual([file, `${directory.path}/\\[id].ts`]);
});

test("the directories of the matches are known, unless they may be anywhere", () => {
  expect(patternRoots("/no/such/*.c")).toEqual(["/no/such"]);
  expect(patternRoots("/no/such")).toEqual(["/no/such"]);
  expect(patternRoots("x")).toEqual([`${here}/x`]);
  for (const pattern of ["*.c", "**/x/y", "re:x"]) expect(patternRoots(pattern)).toEqual([]);
});

test("--include is a pattern like --exclude, --path one like both", () => {
  const options = ["--path=a", "--include=b", "--exclude=c", "--path=/d"];
  expect(pathPatterns(options)).toEqual({ includes: [`${here}/a`, "/d", "b"], excludes: ["c"] });
});

test("what is said of a choice are the options as given", () => {
  const chosen = parseChosenEvents(["--path=src", "--exclude=*.o", "--exclude=a", "--failed"]);
  expect(chosen?.choice).toEqual({ path: ["src"], exclude: ["*.o", "a"], failed: true });
  expect(parseChosenEvents(["--quiet"])).toBeNull();
});

test.each([["--path="], ["--exclude="], ["--path=a["]])("%s is a usage error", (option) => {
  expect(() => parseChosenEvents([option])).toThrow(UsageError);
});

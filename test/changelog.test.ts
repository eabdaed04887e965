/** CHANGELOG.md has the form of Keep a Changelog. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const SECTIONS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"];
const VERSION = /^## \[(?:Unreleased\]|\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d)$/;

const lines = readFileSync(join(import.meta.dir, "../CHANGELOG.md"), "utf8").split("\n");
const releases = lines
  .join("\n")
  .split(/^(?=## )/m)
  .slice(1);

test("the first line is the title, and the first release is Unreleased", () => {
  expect(lines[0]).toBe("# Changelog");
  expect(releases[0]).toStartWith("## [Unreleased]\n");
});

test("a release has a version with its date, and each kind of change once, in its order", () => {
  for (const release of releases) {
    expect(release.split("\n")[0]).toMatch(VERSION);
    const kinds = Array.from(release.matchAll(/^### (.*)$/gm), ([, kind]) => kind);
    expect(kinds).toEqual(SECTIONS.filter((kind) => kinds.includes(kind)));
  }
});

test("a change is one list item, and none is said twice", () => {
  const changes = releases.flatMap((release) =>
    release.split("\n").filter((line) => line !== "" && !line.startsWith("#")),
  );
  expect(changes.filter((line) => !/^- .*\.$/.test(line))).toEqual([]);
  expect(new Set(changes).size).toBe(changes.length);
});

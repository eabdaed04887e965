import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../../../src/cli/errors.ts";
import {
  absoluteWords,
  excludedPaths,
  namedPaths,
  watchPaths,
} from "../../../src/cli/watch/paths.ts";
import { ByteSlice } from "../../../src/text/byte-slice.ts";

function within<T>(work: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), "trace-test-"));
  try {
    return work(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test("paths are words and the lines of a file; those after an @ are excluded", () => {
  within((directory) => {
    const fromfile = join(directory, "list");
    writeFileSync(fromfile, "/b\n\n@/b/no\n./@c\n/d\xff", "latin1");
    expect(watchPaths({ fromfile }, ["/a", "@/a/no"])).toEqual({
      watched: ["/a", "/b", "./@c", "/d\udcff"],
      excluded: ["/a/no", "/b/no"],
      recursive: false,
    });
  });
});

test("there must be a path, which is the mount of this directory with -c", () => {
  const mount = watchPaths({ "current-mount": true }, []);
  expect(mount.watched[0]).toStartWith("/");
  expect(mount.recursive).toBe(true);
  expect(watchPaths({ "current-mount": true }, ["/a"])).toMatchObject({
    watched: ["/a"],
    recursive: false,
  });
  for (const words of [[], ["@/a"], ["/a", "@"]])
    expect(() => watchPaths({}, words)).toThrow(UsageError);
  expect(() => watchPaths({ fromfile: "/nowhere" }, ["/a"])).toThrow(
    "--fromfile: /nowhere: ENOENT",
  );
});

test("a file with paths names daemons too: without any path, all are meant", () => {
  within((directory) => {
    const fromfile = join(directory, "list");
    writeFileSync(fromfile, "/a\n");
    expect(namedPaths({ fromfile }, [])).toEqual(["/a"]);
    expect(namedPaths({}, ["/b"])).toEqual(["/b"]);
    expect(namedPaths({}, [])).toEqual([]);
    writeFileSync(fromfile, "");
    expect(() => namedPaths({ fromfile }, [])).toThrow(UsageError);
  });
});

test("what is below an excluded path is excluded, unless it is named itself", () => {
  within((directory) => {
    symlinkSync(directory, join(directory, "link"));
    const excluded = [`${directory}/./no/`, `${directory}/link/other`];
    const watched = [directory, join(directory, "no/but"), "/elsewhere"];
    const isExcluded = excludedPaths({ watched, excluded, recursive: true })!;
    const found = ["no", "no/a", "no/but", "no/but/a", "nono", "a", "other/a"].filter((path) =>
      isExcluded(ByteSlice.from(join(directory, path))),
    );
    expect(found).toEqual(["no", "no/a"]);
    expect(excludedPaths({ watched, excluded: [], recursive: true })).toBe(null);
  });
});

test("words are made absolute, those after an @ too", () => {
  const here = process.cwd();
  expect(absoluteWords(["a", "@b", "/c", "@/d"])).toEqual([`${here}/a`, `@${here}/b`, "/c", "@/d"]);
});

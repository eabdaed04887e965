import { describe, expect, test } from "bun:test";
import { PatternError } from "../../src/filters/glob.ts";
import { PathFilter, parsePathPattern } from "../../src/filters/path-filter.ts";
import { ByteSlice } from "../../src/text/byte-slice.ts";
import { Random } from "../random.ts";

/** Returns the paths that a pattern matches. */
const fitting = (pattern: string, paths: readonly string[]) => {
  const found = parsePathPattern(pattern);
  return paths.filter((path) => found(ByteSlice.from(path)));
};

function message(pattern: string): string {
  try {
    parsePathPattern(pattern);
  } catch (error) {
    if (error instanceof PatternError) return error.message;
    throw error;
  }
  return "no error";
}

describe("a glob", () => {
  test("matches whole names, and everything below", () => {
    const paths = ["/x/.git", "/x/.git/index", "/x/a.git", "/x/.gitignore", "/.git/a/b"];
    for (const pattern of [".git", ".git/"])
      expect(fitting(pattern, paths)).toEqual(["/x/.git", "/x/.git/index", "/.git/a/b"]);
  });

  test("has * for any characters including /", () => {
    const paths = ["/x/a.tmp", "/x/.tmp", "/x/a.tmpl", "/x/a.tmp/b", "/x/atmp", "/tmp"];
    expect(fitting("*.tmp", paths)).toEqual(["/x/a.tmp", "/x/.tmp", "/x/a.tmp/b"]);
    expect(fitting("src*.c", ["/src/a.c", "/src/a/b/c.c", "/a.c"])).toEqual([
      "/src/a.c",
      "/src/a/b/c.c",
    ]);
    expect(fitting("*cache*", ["/a/b-cached/c", "/a"])).toEqual(["/a/b-cached/c"]);
  });

  test("that starts with / matches from the start", () => {
    const paths = ["/var/log/a", "/var/log/a/b", "/var/log", "/x/var/log/a", "/var/logs"];
    expect(fitting("/var/log/*", paths)).toEqual(["/var/log/a", "/var/log/a/b"]);
    for (const pattern of ["/var/log", "/var/log/"])
      expect(fitting(pattern, paths)).toEqual(["/var/log/a", "/var/log/a/b", "/var/log"]);
    expect(fitting("/", paths)).toEqual(paths);
  });

  test("has ? for one character of any bytes except /", () => {
    expect(fitting("a?c", ["/abc", "/aéc", "/a😀c", "/a/c", "/ac"])).toEqual([
      "/abc",
      "/aéc",
      "/a😀c",
    ]);
  });

  test("has sets", () => {
    expect(fitting("*.[ch]", ["/a.c", "/a.h", "/a.o", "/a.[ch]"])).toEqual(["/a.c", "/a.h"]);
    expect(fitting("[a-c^]x", ["/ax", "/cx", "/^x", "/dx"])).toEqual(["/ax", "/cx", "/^x"]);
    expect(fitting("a[!b]c", ["/abc", "/axc", "/a/c"])).toEqual(["/axc"]);
    expect(fitting("[]-]x", ["/]x", "/-x", "/x"])).toEqual(["/]x", "/-x"]);
  });

  test("takes a character after \\, and the special characters of regular expressions, literally", () => {
    expect(fitting("\\*", ["/*", "/a"])).toEqual(["/*"]);
    expect(fitting("a.b+(c)|$^{1}", ["/a.b+(c)|$^{1}", "/axb"])).toEqual(["/a.b+(c)|$^{1}"]);
    expect(fitting("[\\w]", ["/\\", "/w", "/a"])).toEqual(["/\\", "/w"]);
  });

  test("resumes if a part matched too early", () => {
    expect(fitting("/*/b*c", ["/a/b/a/bc", "/a/bcc", "/b/c"])).toEqual(["/a/b/a/bc", "/a/bcc"]);
    expect(fitting("*aab", ["/aaab", "/aabaa"])).toEqual(["/aaab"]);
    expect(fitting("a**b", ["/ab", "/axb", "/a"])).toEqual(["/ab", "/axb"]);
  });

  test("matches in bounded time", () => {
    const path = ByteSlice.from(`/${"a/".repeat(2047)}`);
    const found = parsePathPattern(`${"*a".repeat(20)}b`);
    let looks = 0;
    const counted = new Proxy(path.bytes, {
      get(bytes, name) {
        if (/^\d+$/.test(String(name))) looks++;
        return Reflect.get(bytes, name);
      },
    });
    expect(found(new ByteSlice(counted))).toBe(false);
    expect(looks).toBeLessThan(path.length * 100);
  });

  test("has **/ for any number of directories, also none", () => {
    const paths = ["/a/x", "/a/b/x", "/a/b/c/x", "/a/bx", "/b/x"];
    expect(fitting("/a/**/x", paths)).toEqual(["/a/x", "/a/b/x", "/a/b/c/x"]);
    expect(fitting("/**/x", paths)).toEqual(["/a/x", "/a/b/x", "/a/b/c/x", "/b/x"]);
    for (const pattern of ["**/b/x", "**/**/b/x"])
      expect(fitting(pattern, paths)).toEqual(["/a/b/x", "/b/x"]);
    expect(fitting("/a/**", paths)).toEqual(["/a/x", "/a/b/x", "/a/b/c/x", "/a/bx"]);
    expect(fitting("/**/b/**/x", paths)).toEqual(["/a/b/x", "/a/b/c/x", "/b/x"]);
  });

  test("without special characters matches by bytes, also such that are not UTF-8", () => {
    const found = parsePathPattern("/a\udcff");
    const slice = (latin1: string) => new ByteSlice(Buffer.from(latin1, "latin1"));
    expect(["/a\xff", "/a\xff/b", "/a\xfe", "/a\xffb"].map((path) => found(slice(path)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test("matches like a regular expression, whatever form it has", () => {
    const random = new Random(7);
    const word = (characters: string, length: number) =>
      Array.from({ length: random.below(length) }, () => random.pick([...characters])).join("");
    const parts: Record<string, string> = { "*": ".*", "?": "[^/]" };
    const source = (glob: string) =>
      glob
        .replace(/(?<=.)\/$/, "")
        .split("/**/")
        .map((part) => part.replace(/[*?]/g, (character) => parts[character]))
        .join("/(?:.*/)?");
    for (let i = 0; i < 5_000; i++) {
      const pattern = `${word("/", 2)}${word("ab/*?", 6)}`;
      // Where the expression means something else: no name between slashes.
      if (/^$|^\*\*\/|\/\/|^\/$|\/\*\*\/(?:\*\*\/|$)/.test(pattern)) continue;
      const regExp = new RegExp(
        `^${pattern.startsWith("/") ? "" : ".*/"}${source(pattern)}(/.*)?$`,
      );
      const path = `/${word("ab/", 7)}`;
      expect([pattern, path, fitting(pattern, [path]).length]).toEqual([
        pattern,
        path,
        regExp.test(path) ? 1 : 0,
      ]);
    }
  });

  test("matches names with line breaks", () => {
    expect(fitting("a*b", ["/a\n/b"])).toEqual(["/a\n/b"]);
  });
});

describe("a regular expression", () => {
  test("matches anywhere", () => {
    expect(fitting("re:\\.(o|a)$", ["/x.o", "/x.a", "/x.old"])).toEqual(["/x.o", "/x.a"]);
    expect(fitting("re:tmp", ["/atmpb", "/x"])).toEqual(["/atmpb"]);
    expect(fitting("re:^/.$", ["/é", "/ab"])).toEqual(["/é"]);
  });
});

describe("an invalid pattern is shown with a caret under the error:", () => {
  test.each([
    ["", "empty pattern", 0],
    ["a[b", "[ without ]", 1],
    ["a\\", "nothing after \\", 1],
    ["[a-cz-x]", "z-x: no such range", 4],
    ["re:a(b", "( without )", 4],
    ["re:a)b", ") without (", 4],
    ["re:a|*b", "nothing to repeat", 5],
    ["re:+", "nothing to repeat", 3],
    ["re:x[a", "[ without ]", 4],
    ["re:(\\)", "( without )", 3],
    ["re:ab\\", "nothing after \\", 5],
  ])("%s", (pattern, what, at) => {
    expect(message(pattern)).toBe(`${what}\n  ${pattern}\n  ${" ".repeat(at)}^`);
  });

  test("under the start, if only the engine finds the error", () => {
    expect(message("re:a{2,1}")).toMatch(/^.+\n {2}re:a\{2,1\}\n {5}\^$/);
  });

  test("one column per character, whatever the terminal shows", () => {
    expect(message("é\t😀[")).toBe("[ without ]\n  ? ?[\n     ^");
  });
});

describe("a path filter", () => {
  const accepted = (includes: string[], excludes: string[], paths: string[]) => {
    const choice = new PathFilter(includes, excludes);
    return paths.filter((path) => choice.accepts(ByteSlice.from(path)));
  };

  test("accepts paths that match an include and no exclude", () => {
    const paths = ["/x/a.c", "/x/b.h", "/x/c.o", "/x/.git/a.c"];
    expect(accepted([], [], paths)).toEqual(paths);
    expect(accepted(["*.c", "*.h"], [".git"], paths)).toEqual(["/x/a.c", "/x/b.h"]);
    expect(accepted([], ["*.o", "*.h"], paths)).toEqual(["/x/a.c", "/x/.git/a.c"]);
    expect(new PathFilter([], []).acceptsAll).toBe(true);
    expect(new PathFilter([], ["a"]).acceptsAll).toBe(false);
  });

  test("accepts names that are not UTF-8, and slices of longer memory", () => {
    const bytes = Buffer.from("__/x/\xff.c__", "latin1");
    const slice = new ByteSlice(bytes, 2, bytes.length - 4);
    expect(new PathFilter(["*.c"], []).accepts(slice)).toBe(true);
    expect(new PathFilter([], ["/x/?.c"]).accepts(slice)).toBe(false);
  });
});

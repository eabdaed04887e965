import { describe, expect, test } from "bun:test";
import {
  Entry,
  entryText,
  escapeGlob,
  formatEntry,
  parseEntryLine,
} from "../../src/policy/entry.ts";
import { nameText, parseName } from "../../src/policy/names.ts";
import { Random } from "../random.ts";

/** Returns what a line says, as a file that contains it is read. */
function read(line: string): string {
  const parsed = parseEntryLine(line.trim());
  if ("message" in parsed) throw new Error(`${line}: ${parsed.message}`);
  return parsed.text;
}

const PIECES = [..."ab/.#[]*?\\\"' \t\n\r:!-", "\xff", "\xc3\xa9", "\xe2\x80\xae", "home:", "../"];

describe("a line", () => {
  test("has any name, and only that", () => {
    const random = new Random(7);
    for (let round = 0; round < 5000; round++) {
      const length = 1 + random.below(8);
      const rest = Array.from({ length }, () => random.pick(PIECES)).join("");
      const text = entryText({ scope: "", rest });
      const line = formatEntry(text);
      expect(line).not.toMatch(/[\n\r]/);
      expect(read(line)).toBe(text);
      const entry = new Entry(read(line));
      expect(entry.literal).toBe(rest);
      expect(entry.matches({ scope: "", rest })).toBe(true);
      expect(entry.matches({ scope: "", rest: `${rest}x` })).toBe(false);
    }
  });

  test.each([
    ["src/a.c", "src/a.c"],
    ["a b", "a b"],
    [" a", '" a"'],
    ["a ", '"a "'],
    ["#a", '"\\x23a"'],
    ["a #b", '"a \\x23b"'],
    ["[a", "\\[a"],
    ["a\nb", '"a\\nb"'],
    ['"a"', '"\\"a\\""'],
    ["a*", "a\\*"],
    ["\xff", '"\\xff"'],
    ["\xc3\xa9", "\xc3\xa9"],
    ["\xe2\x80\xae", '"\\xe2\\x80\\xae"'],
    ["home:a", "./home:a"],
  ])("for the name %j is %s", (rest, line) => {
    expect(formatEntry(entryText({ scope: "", rest }))).toBe(line);
  });

  test.each([
    ['"a', 'the closing " is missing'],
    ['"a" b', 'unexpected text after the closing "'],
    ['"\\q"', "no such escape"],
    ['"\\x1"', "no such escape"],
  ])("is refused: %s", (line, message) => {
    expect(parseEntryLine(line)).toMatchObject({ message: expect.stringContaining(message) });
  });

  test("may end with a comment", () => {
    expect(parseEntryLine("a/b  # why")).toEqual({ text: "a/b", comment: "  # why" });
    expect(parseEntryLine('"a #b" # why')).toEqual({ text: "a #b", comment: " # why" });
    expect(parseEntryLine("a#b")).toEqual({ text: "a#b", comment: "" });
  });
});

describe("a glob", () => {
  const matches = (text: string, name: string) => new Entry(text).matches(parseName(name));

  test.each([
    ["src/*.c", "src/a.c", true],
    ["src/**", "src/a/b.c", true],
    ["src/*", "src", false],
    ["src/*", "srcs/a", false],
    ["tmp:cc??????.s", "tmp:ccAbCdEf.s", true],
    ["tmp:cc??????.s", "tmp:ccAbC/Ef.s", false],
    ["*", "/etc/passwd", false],
    ["home:*", "home:.bashrc", true],
    ["home:*", ".bashrc", false],
    ["../*", "../../a", false],
    ["\xff/*", "\xff/a", true],
    ["\xff/*", "\xfe/a", false],
    ["a[0-9]", "a5", true],
  ])("%s and %s: %p", (text, name, expected) => {
    expect(matches(text, name)).toBe(expected);
  });

  test("that is escaped matches only itself", () => {
    expect(new Entry(escapeGlob("a*[b]?\\")).literal).toBe("a*[b]?\\");
  });
});

test.each([
  ["dist/a*", "dist", true],
  ["tmp:rustc??????/*", "tmp:rustcAbCdEf", true],
  ["tmp:rustc??????/x/*.o", "tmp:rustcAbCdEf/x", true],
  ["tmp:rustc??????/*", "tmp:rustcAbCdE", false],
  ["tmp:rustc??????/*", "rustcAbCdEf", false],
])("%s needs the directory %s: %p", (text, directory, expected) => {
  const name = parseName(directory);
  expect(new Entry(text).needsDirectory(name, false)).toBe(expected);
  expect(new Entry(text).needsDirectory(name, true)).toBe(expected && text.startsWith("dist"));
});

test.each(["a", "/a", "home:a", "../a", "../../a", "./home:a", "..", ".", "/", "tmp:", "..x"])(
  "the name %s is split and joined",
  (text) => {
    expect(nameText(parseName(text))).toBe(text);
  },
);

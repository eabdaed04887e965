import { expect, test } from "bun:test";
import {
  backslashEscape,
  backslashUnescape,
  escapeStrings,
  toSurrogates,
  unescapeStrings,
} from "../../src/text/backslash-escape.ts";
import { textToLatin1 } from "../../src/text/latin1.ts";
import { surrogateEscape } from "../../src/text/surrogate-escape.ts";
import { Random } from "../random.ts";

test("bytes that are not UTF-8 become \\xHH, a backslash two, and the rest is unchanged", () => {
  expect(backslashEscape("a\xff\xc3\xa9\\x41\n")).toBe("a\\xffé\\\\x41\n");
  expect(backslashEscape("\xed\xa0\x80 \0")).toBe("\\xed\\xa0\\x80 \\x00");
  expect(backslashEscape("plain.txt")).toBe("plain.txt");
});

test("every name is valid text, and comes back byte for byte", () => {
  const random = new Random(3);
  for (let i = 0; i < 2000; i++) {
    const parts = ["\\", "x", "41", "\xff", "\xc3", "\xa9", "\xed\xa0\x80", "\0", "é"];
    const name = Array.from({ length: random.below(6) }, () =>
      random.below(3) ? random.pick(parts) : String.fromCharCode(random.below(256)),
    ).join("");
    const escaped = backslashEscape(name);
    expect(escaped.isWellFormed()).toBe(true);
    expect(escaped).not.toContain("\0");
    expect(backslashUnescape(textToLatin1(escaped))).toBe(name);
    if (!name.includes("\0")) expect(toSurrogates(escaped)).toBe(surrogateEscape(name));
  }
});

test("the strings of a value are escaped, at any depth, and come back", () => {
  const value = { a: ["x\udcff\\", { b: "é", c: 1, d: null }], e: true };
  const escaped = { a: ["x\\xff\\\\", { b: "é", c: 1, d: null }], e: true };
  expect(escapeStrings(value)).toEqual(escaped);
  expect(unescapeStrings(escaped)).toEqual(value);
});

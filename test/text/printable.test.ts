import { expect, test } from "bun:test";
import { LineEncoder } from "../../src/sinks/formats/text/line-encoder.ts";
import { ByteSlice } from "../../src/text/byte-slice.ts";
import { textToLatin1 } from "../../src/text/latin1.ts";
import {
  isUnsafe,
  printable,
  printableJson,
  printableLine,
  printableText,
} from "../../src/text/printable.ts";
import { Collected } from "../sinks/collected.ts";

const UNSAFE = [
  ...[0x00, 0x0a, 0x1b, 0x1f, 0x7f, 0x80, 0x9b, 0x9f, 0xad, 0x61c],
  ...[0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e],
  ...[0x2060, 0x2066, 0x2069, 0xfeff, 0xe0001, 0x34f, 0x3164, 0xfe0f, 0xe0100],
];
const SAFE = [
  0x20, 0x23, 0x3a, 0x7e, 0xa0, 0xe9, 0x300, 0x5d0, 0x200a, 0x2010, 0x2027, 0x202f, 0x65e5, 0x1f600,
];

test("characters that control a terminal, reorder text or are invisible are unsafe", () => {
  expect(UNSAFE.filter((code) => !isUnsafe(code))).toEqual([]);
  expect(SAFE.filter(isUnsafe)).toEqual([]);
});

test("no unsafe character of Unicode is left in a text, and every other is unchanged", () => {
  for (let code = 0; code <= 0x10ffff; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const character = String.fromCodePoint(code);
    if (isUnsafe(code)) expect(printableText(character)).toMatch(/^\\[xu][\x20-\x7e]+$/);
    else if (printableText(character) !== character) expect(character).toBe("unchanged");
  }
});

test("an unsafe character is shown by its code point", () => {
  expect(printableText("a\x1b[31m\u009b\u202eb\u{e0001}")).toBe(
    "a\\x1b[31m\\x9b\\u202eb\\u{e0001}",
  );
  expect(printableText("\u061c\ufeff")).toBe("\\u061c\\ufeff");
  expect(printableText("")).toBe("");
});

test("each byte of a name that is not UTF-8 is shown in hexadecimal", () => {
  expect(printable("caf\xe9")).toBe("caf\\xe9");
  expect(printable(`${textToLatin1("日本\u202e")}\xff`)).toBe("日本\\u202e\\xff");
  // Truncated, overlong, a surrogate, beyond U+10FFFF.
  for (const name of ["\xe2\x82", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80"])
    expect(printable(name)).toBe(
      Array.from(name, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`).join(""),
    );
});

test("JSON is the same with the unsafe characters escaped", () => {
  const value = { "k\u202e": `\x1b\x7f\x9b${String.fromCodePoint(...UNSAFE, ...SAFE)}\ud800` };
  const json = printableJson(JSON.stringify(value, null, 2));
  expect(JSON.parse(json)).toEqual(value);
  const left = Array.from(json, (character) => character.codePointAt(0)!).filter(isUnsafe);
  expect(left.filter((code) => code !== 0x0a)).toEqual([]);
});

test("a name is no command of a CI job's log", () => {
  expect(printable("##[error]x##vso[task.setvariable]")).toBe(
    "\\x23#[error]x\\x23#vso[task.setvariable]",
  );
  for (const name of ["##", "#[x]", "a#b", "## x[", "::error::x"])
    expect(printable(name)).toBe(name);
  expect(printableLine("  ::error file=x::y")).toBe("  \\x3a:error file=x::y");
  expect(printableLine("\u3000::error::y")).toBe("\u3000\\x3a:error::y");
  for (const line of [": :", "a::b", ":b", ""]) expect(printableLine(line)).toBe(line);
});

/** Returns what an encoder writes. */
function written(write: (encoder: LineEncoder) => void): string {
  const encoder = new LineEncoder(64);
  const output = new Collected();
  write(encoder);
  encoder.drainTo(output);
  return output.text;
}

test("a name in text is no command of a CI job's log, wherever it is in its line", () => {
  const [hash, colons] = [ByteSlice.from("x##[error]y"), ByteSlice.from(" ::error::y")];
  expect(written((encoder) => encoder.unquoted(hash))).toBe("x\\x23#[error]y");
  expect(written((encoder) => encoder.name(hash))).toBe('"x\\x23#[error]y"');
  const layout = { start: 0, width: 0, maxWidth: 0, gap: 2, alignRight: false };
  const line = (before: string, name: (encoder: LineEncoder) => void) =>
    written((encoder) => {
      encoder.raw(ByteSlice.from(`first\n${before}`));
      encoder.beginLine();
      encoder.moveTo({ ...layout, start: 3 });
      name(encoder);
    });
  for (const before of ["", " ", "\u3000"]) {
    expect(line(before, (encoder) => encoder.unquoted(colons))).toEndWith(" \\x3a:error::y");
    const bare = ByteSlice.from("::error::y");
    expect(line(before, (encoder) => encoder.name(bare))).toEndWith('"::error::y"');
  }
  expect(line("a", (encoder) => encoder.unquoted(colons))).toEndWith(" ::error::y");
  for (const text of ["a#b", "#", "##", "#!x[", "x::y"]) {
    const slice = ByteSlice.from(text);
    expect(written((encoder) => encoder.name(slice))).toBe(text);
  }
});

test("the formats escape the same characters on a terminal", () => {
  for (const code of [...UNSAFE, ...SAFE]) {
    const name = ByteSlice.from(`x${String.fromCodePoint(code)}y`);
    const isEscaped = (text: string) => /x\\.*y/.test(text);
    expect([code, isEscaped(written((encoder) => encoder.csvVisible(name)))]).toEqual([
      code,
      isUnsafe(code),
    ]);
    const json = (encoder: LineEncoder) => {
      encoder.escapesUnsafe = true;
      encoder.json(name);
    };
    expect([code, isEscaped(written(json))]).toEqual([code, isUnsafe(code)]);
    expect([code, isEscaped(written((encoder) => encoder.unquoted(name)))]).toEqual([
      code,
      isUnsafe(code),
    ]);
  }
});

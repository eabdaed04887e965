import { expect, test } from "bun:test";
import { textToLatin1 } from "../../src/text/latin1.ts";
import {
  escapeBytes,
  surrogateEscape,
  surrogateUnescape,
  unescapeBytes,
} from "../../src/text/surrogate-escape.ts";
import { Random } from "../random.ts";

const unescaped = (text: string) => Buffer.from(unescapeBytes(text));

test("the bytes of any name survive", () => {
  const random = new Random(1);
  for (let round = 0; round < 2000; round++) {
    const bytes = Buffer.from(random.bytes(random.below(12)));
    expect(unescaped(escapeBytes(bytes))).toEqual(bytes);
    const name = bytes.toString("latin1");
    expect(surrogateUnescape(surrogateEscape(name))).toBe(name);
    expect(surrogateEscape(name)).toBe(escapeBytes(bytes));
  }
});

test("valid UTF-8 is unchanged", () => {
  for (const text of ["", "plain", "ö", "a\u{1f600}b", "\ufeffx", "\u{10ffff}"]) {
    expect(escapeBytes(Buffer.from(text))).toBe(text);
    expect(surrogateEscape(textToLatin1(text))).toBe(text);
  }
});

test("each byte that is not valid UTF-8 becomes U+DC00 + byte", () => {
  expect(escapeBytes(Buffer.from("a\xff\x80b", "latin1"))).toBe("a\udcff\udc80b");
  expect(surrogateEscape("caf\xe9")).toBe("caf\udce9");
  // An overlong form, and an encoded surrogate, which must not be mistaken for an escaped byte.
  expect(escapeBytes(Buffer.of(0xe0, 0x80, 0xaf))).toBe("\udce0\udc80\udcaf");
  expect(escapeBytes(Buffer.of(0xed, 0xb3, 0xbf))).toBe("\udced\udcb3\udcbf");
});

test("a low surrogate after a high one is no escaped byte", () => {
  // U+1F480 is D83D DC80.
  expect(unescaped("\u{1f480}")).toEqual(Buffer.from("\u{1f480}"));
  expect(unescaped("\udc80\u{1f480}\udcff")).toEqual(
    Buffer.concat([Buffer.of(0x80), Buffer.from("\u{1f480}"), Buffer.of(0xff)]),
  );
});

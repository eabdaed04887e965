import { expect, test } from "bun:test";
import {
  padToWidth,
  textWidth,
  truncateToWidth,
  utf8Width,
} from "../../src/text/terminal-width.ts";

const WIDTHS: readonly (readonly [text: string, width: number])[] = [
  ["", 0],
  ["plain", 5],
  ["žluť", 4],
  ["e\u0301", 1],
  ["日本", 4],
  ["⚡⌚", 4],
  ["😀", 2],
  ["👨\u200d👩\u200d👧", 2],
  ["x\u200by", 2],
];

test("the width of a text and of its UTF-8 are those of a terminal", () => {
  for (const [text, width] of WIDTHS) {
    expect([text, textWidth(text)]).toEqual([text, width]);
    const bytes = Buffer.from(`日${text}日`);
    expect([text, utf8Width(bytes, 3, bytes.length - 3)]).toEqual([text, width]);
  }
});

test("padding counts columns, and never shortens", () => {
  expect(padToWidth("日本", 6)).toBe("日本  ");
  expect(padToWidth("e\u0301", 2)).toBe("e\u0301 ");
  expect(padToWidth("日本", 3)).toBe("日本");
});

test("a text that is too wide is truncated between characters", () => {
  expect(truncateToWidth("abcdef", 6)).toBe("abcdef");
  expect(truncateToWidth("abcdefg", 6)).toBe("abcde…");
  expect(truncateToWidth("日本語", 5)).toBe("日本…");
  expect(truncateToWidth("a😀😀😀", 4)).toBe("a😀…");
  expect(truncateToWidth("a👨\u200d👩\u200d👧bcd", 4)).toBe("a👨\u200d👩\u200d👧…");
  expect(truncateToWidth(`a${"\u0301".repeat(100_000)}bc`, 2).endsWith("…")).toBe(true);
});

test("a truncated text is never wider than the limit", () => {
  for (const [text] of WIDTHS)
    for (let width = 1; width < 12; width++)
      expect(textWidth(truncateToWidth(text.repeat(5), width))).toBeLessThanOrEqual(width);
});

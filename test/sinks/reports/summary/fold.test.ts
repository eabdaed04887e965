/** Sections of a summary on a terminal. */
import { expect, test } from "bun:test";
import { foldSections } from "../../../../src/sinks/reports/summary/fold.ts";

const sectionsOf = (...counts: readonly number[]) =>
  counts.map((count) => ({
    title: `${count}`,
    total: "",
    rows: Array.from({ length: count }, (_, row) => ({ what: `${row + 1}`, count: "", who: "" })),
  }));

/** The rows of the sections that fit on these lines. */
function shown(lines: number, ...counts: readonly number[]): string[] {
  return foldSections(sectionsOf(...counts), lines).map(({ rows }) =>
    rows.map(({ what }) => what).join(" "),
  );
}

test("sections that fit are not changed", () => {
  const sections = sectionsOf(3, 0, 4);
  expect(foldSections(sections, 10)).toBe(sections);
});

test("the longest sections are shortened first", () => {
  expect(shown(17, 3, 100, 5)).toEqual(["1 2 3", "1 2 3 4 … 96 more lines", "1 2 3 4 5"]);
  expect(shown(13, 3, 100, 90)).toEqual(["1 2 3", "1 2 … 98 more lines", "1 2 … 88 more lines"]);
});

test("a section of one line more than there is room for has that line", () => {
  expect(shown(8, 4, 4)).toEqual(["1 2 … 2 more lines", "1 2 … 2 more lines"]);
  expect(shown(8, 3, 4)).toEqual(["1 2 3", "1 2 … 2 more lines"]);
});

test("two rows are shown however small the screen is", () => {
  expect(shown(1, 9, 2)).toEqual(["1 2 … 7 more lines", "1 2"]);
});

test("the lines fit on any screen that has room for two rows of each", () => {
  for (let lines = 16; lines < 60; lines++) {
    const folded = foldSections(sectionsOf(30, 7, 1, 12), lines);
    const height = folded.reduce((sum, { rows }) => sum + 1 + rows.length, 0);
    expect(height).toBeLessThanOrEqual(lines);
  }
});

import { expect, test } from "bun:test";
import { table, withColours, wrap } from "../../../src/cli/help/layout.ts";

test("a long line is wrapped at spaces", () => {
  expect(wrap("one two three", 8)).toBe("one two\nthree");
  expect(wrap("  one two three", 8)).toBe("  one\n  two\n  three");
  expect(wrap("overlongword and", 8)).toBe("overlongword\nand");
  expect(wrap("short\n\nlines", 8)).toBe("short\n\nlines");
});

test("a line with two columns is wrapped below the second one", () => {
  expect(wrap("  term  one two three four five six seven", 34)).toBe(
    "  term  one two three four five\n        six seven",
  );
});

test("a table has its descriptions beside or below what they describe", () => {
  expect(
    table(
      [
        ["  -a", "one"],
        [`  ${"b".repeat(30)}`, "two"],
      ],
      40,
    ),
  ).toBe(`  -a  one\n  ${"b".repeat(30)}\n      two\n`);
});

test("headings and options are bold in colours", () => {
  const text =
    "About: it.\n\nUsage: x\n\nOutput:\n  -o, --output FILE  file\n      --all[=N]  all\n";
  const plain = withColours(text).replaceAll("\x1b[1m", "<").replaceAll("\x1b[m", ">");
  expect(plain).toBe(
    "About: it.\n\n<Usage:> x\n\n<Output:>\n  <-o, --output> FILE  file\n      <--all>[=N]  all\n",
  );
});

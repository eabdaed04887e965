/** Decoded values as a program gets them. */
import { expect, test } from "bun:test";
import { toPlain, toPlainObject } from "../../src/syscalls/to-plain.ts";
import { array, flags, integer, NULL, pointer, struct, word } from "../../src/syscalls/value.ts";
import { fd, from, text } from "./builders.ts";

test("numbers are numbers, and bigints where they would lose digits", () => {
  expect(toPlain(integer(5n))).toBe(5);
  expect(toPlain(integer(2n ** 53n))).toBe(2n ** 53n);
  expect(toPlain(integer(-1))).toBe(-1);
});

test("an address is a bigint, and NULL is null", () => {
  expect([toPlain(pointer(0x10n)), toPlain(pointer(0n)), toPlain(NULL)]).toEqual([16n, null, null]);
  expect(toPlain(word("0x7ff0 /* 20 vars */"))).toBe(0x7ff0n);
});

test("a bit set says what it has and what has no name", () => {
  const value = toPlain(
    flags(0b1101, [
      ["A", 1],
      ["B", 2],
      ["C", 4],
    ]),
  );
  expect(value).toMatchObject({ value: 13, names: ["A", "C"], rest: 8n });
  expect(String(value)).toBe("A|C|0x8");
  expect([String(flags(0, [])), String(flags(1, [["A", 1]]))]).toEqual(["0x0", "A"]);
});

test("fds, structs and arrays keep what is in them", () => {
  expect(toPlain(fd(3, "/\xff"))).toEqual({ fd: 3, path: "/\udcff" });
  expect(toPlain(from("/tmp"))).toEqual({ fd: -100, path: "/tmp" });
  expect(toPlainObject([["s", struct([["a", array([integer(1), text("x")])]])]])).toEqual({
    s: { a: [1, "x"] },
  });
});

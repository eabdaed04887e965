/** Decoded values as plain values of the library. */
import { expect, test } from "bun:test";
import { toPlain, toPlainObject } from "../../src/syscalls/to-plain.ts";
import {
  array,
  field,
  flags,
  integer,
  macro,
  NULL,
  parts,
  pointer,
  setOf,
  struct,
  symbol,
  type Value,
} from "../../src/syscalls/value.ts";
import { fd, from, text } from "./builders.ts";

test("integers are numbers, or bigints if they would lose digits", () => {
  expect(toPlain(integer(5n))).toBe(5);
  expect(toPlain(integer(2n ** 53n))).toBe(2n ** 53n);
  expect(toPlain(integer(-1))).toBe(-1);
});

test("an address is a bigint, and NULL is null", () => {
  expect([toPlain(pointer(0x10n)), toPlain(pointer(0n)), toPlain(NULL)]).toEqual([16n, null, null]);
  const environment = { kind: "pointer", address: 0x7ff0n, contents: { count: 20, of: "vars" } };
  expect(toPlain(environment as Value)).toBe(0x7ff0n);
});

test("a bit set has its names and the rest without a name", () => {
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

test("composite values are their data, or the text of strace", () => {
  expect(toPlain(integer(80, "htons"))).toBe(80);
  expect(toPlain(integer(-5n, "date"))).toBe(-5);
  expect(toPlain({ kind: "host", family: "inet6", host: "::1" })).toBe("::1");
  expect(toPlain({ kind: "abstract-name", bytes: Buffer.from("a\0\xff", "latin1") })).toBe(
    "@a\\0\udcff",
  );
  expect(toPlain({ kind: "wait-status", status: 0x300 })).toEqual({ exited: 3 });
  expect(toPlain({ kind: "wait-status", status: 0x137f })).toEqual({ stopped: "SIGSTOP" });
  expect(toPlain({ kind: "wait-status", status: 0x86 })).toEqual({ killed: "SIGABRT", core: 1 });
  expect(toPlain(symbol("SIGINT"))).toBe("SIGINT");
  expect(toPlain(macro("makedev", integer(1, "hex"), integer(0, "hex")))).toBe("makedev(0x1, 0)");
  expect([toPlain(parts("CREAT", 8)), toPlain(parts(8n))]).toEqual(["CREAT|0x8", 8n]);
  expect(toPlain(setOf(["INT", "TERM"], true))).toBe("~[INT TERM]");
  expect(toPlain(field("flags", integer(1)))).toBe(1);
});

test("fds, structs and arrays keep their contents", () => {
  expect(toPlain(fd(3, "/\xff"))).toEqual({ fd: 3, path: "/\udcff" });
  expect(toPlain(from("/tmp"))).toEqual({ fd: -100, path: "/tmp" });
  expect(toPlainObject([["s", struct([["a", array([integer(1), text("x")])]])]])).toEqual({
    s: { a: [1, "x"] },
  });
});

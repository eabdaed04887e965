import { expect, test } from "bun:test";
import { ValuesEncoder } from "../../../src/sinks/formats/json-values.ts";
import {
  array,
  integer,
  type NamedArgument,
  NULL,
  pointer,
  struct,
  symbol,
  type Value,
} from "../../../src/syscalls/value.ts";
import { fd, from, named, text } from "../../syscalls/builders.ts";

const writer = new ValuesEncoder();

function json(...values: NamedArgument[]): string {
  const { bytes, start, length } = writer.encode(values);
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString();
}

const one = (value: Value) => JSON.parse(json(["x", value])).x;

test("each kind of value has its JSON type", () => {
  expect(one(integer(-1))).toBe(-1);
  expect(one(integer(0o644, "octal"))).toBe(420);
  expect(one(NULL)).toBe(null);
  expect(one(pointer(0x7fffn))).toBe("0x7fff");
  expect(one(named("O_RDWR|O_CREAT", 66))).toEqual({ flags: ["O_RDWR", "O_CREAT"], value: 66 });
  expect(one(fd(3))).toEqual({ fd: 3 });
  expect(one(from("/w"))).toEqual({ fd: -100, path: "/w" });
  expect(one(array([integer(1), array([])]))).toEqual([1, []]);
  expect(one(struct([["tv_sec", integer(1n)]], true))).toEqual({ tv_sec: 1 });
});

test("composite values are their data", () => {
  expect(one(integer(80, "htons"))).toBe(80);
  expect(one({ kind: "host", family: "inet", host: "127.0.0.1" })).toBe("127.0.0.1");
  expect(one({ kind: "host", family: "inet6", host: "::1" })).toBe("::1");
  expect(one(integer(8192n * 1024n, "kib"))).toBe(8192 * 1024);
  expect(one({ kind: "pointer", address: 0x7ffcn, contents: { count: 35, of: "vars" } })).toBe(
    "0x7ffc",
  );
  expect(one({ kind: "abstract-name", bytes: Buffer.from("dbus") })).toBe("@dbus");
  expect(one({ kind: "wait-status", status: 0x300 })).toEqual({ exited: 3 });
  expect(one({ kind: "wait-status", status: 0x86 })).toEqual({
    killed: "SIGABRT",
    core: 1,
  });
  expect(one(symbol("SIGINT"))).toBe("SIGINT");
});

test("invalid UTF-8 is escaped as in names, and 64-bit numbers keep all their digits", () => {
  expect(json(["buf", text('a"\n\xff\xc3\xa9')])).toBe('{"buf":"a\\"\\n\\udcffé"}');
  expect(json(["n", integer(2n ** 64n - 1n)])).toBe('{"n":18446744073709551615}');
  expect(json(["fd", fd(3, "/\xff")])).toBe('{"fd":{"fd":3,"path":"/\\udcff"}}');
});

test("no values become an empty object", () => {
  expect(json()).toBe("{}");
});

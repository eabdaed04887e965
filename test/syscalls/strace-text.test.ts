import { expect, test } from "bun:test";
import { fdPathText, straceText } from "../../src/syscalls/strace-text.ts";
import {
  field,
  integer,
  macro,
  NULL,
  parts,
  setOf,
  struct,
  symbol,
  type Value,
} from "../../src/syscalls/value.ts";
import { socketAddress } from "./builders.ts";

test("a path of an fd is escaped within its brackets, one character per byte", () => {
  expect(fdPathText("/etc/hosts")).toBe("</etc/hosts>");
  expect(fdPathText('/we<i>rd\n\xff\xc3\xa9"q\\.txt (deleted)')).toBe(
    '</we\\74i\\76rd\\n\\377\\303\\251\\"q\\\\.txt>(deleted)',
  );
});

test("-100 is AT_FDCWD only where an fd is the base directory of a path", () => {
  expect(straceText({ kind: "fd", fd: -100, directory: true })).toBe("AT_FDCWD");
  expect(straceText({ kind: "fd", fd: -100, directory: true, path: "/" })).toBe("AT_FDCWD</>");
  expect(straceText({ kind: "fd", fd: 3, directory: true, path: "/" })).toBe("3</>");
  expect(straceText({ kind: "fd", fd: -100 })).toBe("-100");
});

test("values are written with strace's macros and comments", () => {
  const texts: readonly (readonly [value: Value, text: string])[] = [
    [NULL, "NULL"],
    [integer(80, "htons"), "htons(80)"],
    [integer(8192n * 1024n, "kib"), "8192*1024"],
    [integer(250n, "ticks"), "250 /* 2.50 s */"],
    [integer(0n, "date"), "0"],
    [socketAddress("192.0.2.1", 80), 'sin_port=htons(80), sin_addr=inet_addr("192.0.2.1")}'],
    [socketAddress("::1", 80), 'sin6_port=htons(80), inet_pton(AF_INET6, "::1", &sin6_addr)}'],
    [{ kind: "abstract-name", bytes: Buffer.from("a\0b") }, '@"a\\0b"'],
    [
      { kind: "abstract-name", bytes: Buffer.from('\x1b[31m\n"q\\\xff\x009', "latin1") },
      '@"\\33[31m\\n\\"q\\\\\\377\\09"',
    ],
    [{ kind: "random-bytes", bytes: Buffer.from("a\x01"), cut: true }, '"\\x61\\x01"...'],
    [{ kind: "pointer", address: 16n, contents: { count: 1, of: "vars" } }, "0x10 /* 1 var */"],
    [
      { kind: "pointer", address: 16n, contents: { count: 1, of: "entries" } },
      "0x10 /* 1 entries */",
    ],
    [{ kind: "mode", mode: 0o104755 }, "S_IFREG|S_ISUID|0755"],
    [{ kind: "mode", mode: 0o644 }, "0644"],
    [macro("makedev", integer(1, "hex"), integer(3, "hex")), "makedev(0x1, 0x3)"],
    [parts("PER_LINUX", 0x10), "PER_LINUX|0x10"],
    [setOf([0, 2]), "[0 2]"],
    [setOf(["KILL"], true), "~[KILL]"],
    [{ kind: "mask", value: 1n, width: 8 }, "0x000001"],
    [{ kind: "mask", value: 0n, width: 8 }, "00000000"],
    [{ kind: "change", before: integer(128), after: integer(16), indirect: true }, "[128 => 16]"],
    [field("tls", NULL), "tls=NULL"],
    [field("mask", setOf([]), "struct"), "{mask=[]}"],
    [field("call", symbol("poll"), "resumption"), "<... resuming interrupted poll ...>"],
  ];
  for (const [value, text] of texts) expect(straceText(value)).toEndWith(text);
});

test("a time has its date in the local time zone, to the digits that it has", () => {
  const time = (name: string, seconds: bigint, fraction: bigint): string =>
    straceText({
      ...struct([
        ["tv_sec", integer(seconds)],
        [name, integer(fraction)],
      ]),
      dated: true,
    });
  expect(time("tv_nsec", 1_000_000_000n, 5n)).toMatch(
    /^{tv_sec=1000000000, tv_nsec=5} \/\* 2001-09-0\dT\d\d:\d\d:40\.000000005[+-]\d{4} \*\/$/,
  );
  expect(time("tv_usec", 1_000_000_000n, 5n)).toMatch(/:40\.000005[+-]\d{4} \*\/$/);
  expect(time("tv_usec", 0n, 0n)).toBe("{tv_sec=0, tv_usec=0}");
  expect(time("tv_nsec", 1n, 1_000_000_000n)).toBe("{tv_sec=1, tv_nsec=1000000000}");
});

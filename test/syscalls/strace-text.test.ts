import { expect, test } from "bun:test";
import { fdPathText, straceText } from "../../src/syscalls/strace-text.ts";
import { DEFAULT_STYLE } from "../../src/syscalls/text-style.ts";
import {
  enumValue,
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

test("the style raw shows bytes in network order, and hides the dates of some times only", () => {
  const raw = { ...DEFAULT_STYLE, constants: "raw" } as const;
  expect(straceText(integer(80, "htons"), raw)).toBe('"\\x00\\x50"');
  expect(straceText(integer(1, "htonl"), { ...raw, constants: "verbose" })).toBe(
    '"\\x00\\x00\\x00\\x01" /* htonl(1) */',
  );
  const time = (dated: true | "unless-raw") => ({
    ...struct([
      ["tv_sec", integer(1)],
      ["tv_nsec", integer(0)],
    ]),
    dated,
  });
  expect(straceText(time(true), raw)).toContain("/* 1970");
  expect(straceText(time("unless-raw"), raw)).toBe("{tv_sec=1, tv_nsec=0}");
});

test("the arguments of a macro in a comment are names, or have comments of their own", () => {
  const verbose = { ...DEFAULT_STYLE, constants: "verbose" } as const;
  const of = (inComment?: "names" | "style") =>
    straceText(
      {
        ...macro("X", enumValue(1, [["ONE", 1]]), enumValue(2, [], "X_???")),
        ...{ value: integer(9), ...(inComment ? { inComment } : {}) },
      },
      verbose,
    );
  expect(of()).toBe("9 /* X(ONE, 0x2) */");
  expect(of("names")).toBe("9 /* X(ONE, 0x2 /* X_??? */) */");
  expect(of("style")).toBe("9 /* X(0x1 /* ONE */, 0x2 /* X_??? */) */");
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

/** Synthetic events with columns of every kind, for every format. */
import type { Column, Time } from "../../src/events/column.ts";
import { ByteSlice } from "../../src/text/byte-slice.ts";
import { bytes } from "../sinks/names.ts";

interface Golden {
  time: Time;
  pid: number;
  cgid: number | bigint | null;
  comm: Uint8Array | null;
  kind: ByteSlice | null;
  filename: Uint8Array | null;
  result: number;
}

const slice = (name: Uint8Array | null) => (name === null ? null : new ByteSlice(name));

export const columns: readonly Column<Golden>[] = [
  { name: "time", key: "time", about: "when", kind: "time", of: (e) => e.time },
  { name: "pid", key: "pid", about: "who", kind: "integer", of: (e) => e.pid },
  { name: "cgid", key: "cgid", about: "where", kind: "integer", of: (e) => e.cgid },
  { name: "comm", key: "comm", about: "its name", kind: "bytes", of: (e) => slice(e.comm) },
  { name: "kind", key: "kind", about: "how", kind: "word", of: (e) => e.kind },
  // As in file events, this column's key differs from its name.
  { name: "filename", key: "fname", about: "what", kind: "bytes", of: (e) => slice(e.filename) },
  { name: "return", key: "return", about: "fd or -errno", kind: "integer", of: (e) => e.result },
];

const OPENAT = ByteSlice.from("openat");
const URING = ByteSlice.from("Uring");

const ordinary: Golden = {
  time: { seconds: 1_747_612_800, nanoseconds: 123_456_789 },
  pid: 153187,
  cgid: 530807,
  comm: bytes("main.exe"),
  kind: OPENAT,
  filename: bytes("hello.txt"),
  result: 5,
};

const named = (filename: Uint8Array): Golden => ({ ...ordinary, filename });

export const events: readonly Golden[] = [
  ordinary,
  { ...ordinary, time: { seconds: 0, nanoseconds: 0 }, pid: 0, cgid: 0, result: -2 },
  { ...ordinary, time: { seconds: -1, nanoseconds: 500_000_000 }, pid: 2 ** 32 - 1, kind: URING },
  { ...ordinary, time: { seconds: 2 ** 33, nanoseconds: 999_999_999 }, pid: -(2 ** 31) },
  { ...ordinary, cgid: Number.MAX_SAFE_INTEGER, result: Number.MIN_SAFE_INTEGER },
  { ...ordinary, cgid: 2n ** 64n - 1n },
  { ...ordinary, cgid: -(2n ** 63n) },
  { ...ordinary, cgid: null, comm: null, kind: null, filename: null },
  { ...ordinary, comm: bytes(""), filename: bytes("") },
  { ...ordinary, comm: bytes('a "b", c') },
  named(bytes('"')),
  named(bytes('""quoted""')),
  named(bytes("commas,,and,more")),
  named(bytes("two\nlines\r\nor three\n")),
  named(bytes("back\\slash\\n and \ttab")),
  named(bytes("\x01\x02\x08\x0c\x1f\x7f")),
  named(bytes("\x1b]0;title\x07\x1b[31mred\x1b[0m")),
  named(bytes("NEL \u0085, CSI \u009b31m, no-break\u00a0space")),
  named(bytes("line\u2028separators\u2029")),
  named(bytes("žluťoučký kůň, 日本語, 😀, e\u0301")),
  named(bytes("latin1 caf", 0xe9, ".txt")),
  named(bytes("stray ", 0x80, " ", 0xbf, ", cut ", 0xe2, 0x82, " and ", 0xf0, 0x9f, 0x98)),
  named(bytes("overlong ", 0xc0, 0xaf, " surrogate ", 0xed, 0xa0, 0x80, " and ", 0xed, 0xb0, 0x80)),
  named(bytes("beyond ", 0xf4, 0x90, 0x80, 0x80, " never ", 0xfe, 0xff, " after ", 0xc2)),
  named(bytes("looks like \\xff and \\udcff")),
  named(bytes("/", "d".repeat(4094))),
  named(bytes('"'.repeat(64), "x".repeat(61), 0xff)),
];

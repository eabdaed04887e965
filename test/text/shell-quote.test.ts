/** Splits quoted words with the programs that can do so: Python's shlex, sh and bash. */
import { expect, test } from "bun:test";
import type { Column } from "../../src/events/column.ts";
import { csv } from "../../src/sinks/formats/csv.ts";
import { readCsv } from "../../src/sources/records/csv-reader.ts";
import { ByteSlice } from "../../src/text/byte-slice.ts";
import { shellQuote } from "../../src/text/shell-quote.ts";
import { render } from "../sinks/collected.ts";
import { bytes, randomName, seeded } from "../sinks/names.ts";

type Words = readonly Uint8Array[];

const HOSTILE: readonly Words[] = [
  [bytes("ls"), bytes("-l"), bytes("/tmp/a_b-c.d,e:f@g%h+i=j")],
  [bytes("")],
  [bytes(""), bytes(""), bytes("a"), bytes("")],
  [],
  [bytes(" "), bytes("two words"), bytes("\t"), bytes("trailing ")],
  [bytes("'"), bytes("''"), bytes("it's"), bytes("'\\''"), bytes("\\"), bytes("\\'")],
  [bytes('"'), bytes('say "hi"'), bytes('""'), bytes("\"'")],
  [bytes("\n"), bytes("a\nb"), bytes("\r\n"), bytes("ends\n"), bytes("\n\n")],
  [bytes("$HOME"), bytes("`id`"), bytes("$(id)"), bytes("${x"), bytes("!!"), bytes("#no")],
  [bytes("*"), bytes("?"), bytes("[a]"), bytes("~"), bytes("~root"), bytes("{a,b}"), bytes("a;b")],
  [bytes("a&b"), bytes("a|b"), bytes(">x"), bytes("<x"), bytes("(x)"), bytes("if"), bytes("--")],
  [bytes(0xff), bytes("caf", 0xe9), bytes(0xe2, 0x82), bytes(0xc0, 0xaf), bytes(0xed, 0xa0, 0x80)],
  [
    bytes("žluťoučký"),
    bytes("日本"),
    bytes("😀"),
    bytes("\u0085"),
    bytes("\u2028"),
    bytes("\u00a0"),
  ],
  // The bytes that dash uses internally, and every other byte except NUL.
  [bytes(0x81), bytes(0x88), Uint8Array.from({ length: 255 }, (_, i) => i + 1)],
  Array.from({ length: 255 }, (_, i) => bytes(i + 1)),
  Array.from({ length: 255 }, (_, i) => bytes("a", i + 1, "b")),
  [bytes("x".repeat(100_000)), bytes("'".repeat(1000))],
];

const random = seeded(8);
const lists: readonly Words[] = [
  ...HOSTILE,
  ...Array.from({ length: 200 }, () =>
    Array.from({ length: Math.floor(random() * 6) }, () => randomName(random)),
  ),
];

const quoted = (words: Words) =>
  Buffer.from(shellQuote(words.map((word) => new ByteSlice(word))).bytes);

/** Parses a program's output: `w` and the word for each, `.` after each list, NUL after each. */
function read(command: readonly string[], stdin: Uint8Array): string[][] {
  const { stdout, stderr } = Bun.spawnSync([...command], { stdin });
  expect(stderr.toString()).toBe("");
  const found: string[][] = [[]];
  for (const item of stdout.toString("latin1").split("\0").slice(0, -1))
    if (item === ".") found.push([]);
    else found.at(-1)!.push(item.slice(1));
  return found.slice(0, -1);
}

const expected = lists.map((words) => words.map((word) => Buffer.from(word).toString("latin1")));

test("Python's shlex.split returns the words byte for byte", () => {
  const program = `
import os, shlex, sys
for cell in sys.stdin.buffer.read().split(b"\\0")[:-1]:
    for word in shlex.split(cell.decode("utf8", "surrogateescape")):
        sys.stdout.buffer.write(b"w" + os.fsencode(word) + b"\\0")
    sys.stdout.buffer.write(b".\\0")
`;
  const cells = lists.flatMap((words) => [quoted(words), bytes(0)]);
  expect(read(["python3", "-c", program], Buffer.concat(cells))).toEqual(expected);
});

test.each(["/bin/sh", "bash"])("%s returns the words byte for byte", (shell) => {
  const script = lists.flatMap((words) => [
    bytes("set -- "),
    quoted(words),
    bytes("\n", `for w; do printf 'w%s\\0' "$w"; done; printf '.\\0'\n`),
  ]);
  expect(read(["env", "LC_ALL=C", shell, "-s"], Buffer.concat(script))).toEqual(expected);
});

test("a word is quoted only if necessary", () => {
  const text = (...words: string[]) => quoted(words.map((word) => bytes(word))).toString();
  expect(text("git", "commit", "-m", "it's done")).toBe("git commit -m 'it'\\''s done'");
  expect(text("/usr/bin/env", "A=b", "")).toBe("/usr/bin/env A=b ''");
});

test("the words are read back from a CSV cell, and an empty list differs from none", () => {
  const column: Column<Words | null> = {
    ...{ name: "argv", key: "argv", about: "", kind: "list" },
    of: (words) => words?.map((word) => new ByteSlice(word)) ?? null,
  };
  const rows = readCsv(render(csv, [column], [null, ...lists]));
  expect(rows[0].argv).toBeNull();
  const cells = rows.slice(1).map(({ argv }) => argv!);
  expect(cells.map((cell) => Buffer.from(cell).toString("latin1"))).toEqual(
    lists.map((words) => quoted(words).toString("latin1")),
  );
});

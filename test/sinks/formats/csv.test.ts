import { expect, test } from "bun:test";
import type { Column } from "../../../src/events/column.ts";
import { csv } from "../../../src/sinks/formats/csv.ts";
import { readCsv } from "../../../src/sources/records/csv-reader.ts";
import { ByteSlice } from "../../../src/text/byte-slice.ts";
import { render } from "../collected.ts";
import { bytes, nameColumns, randomName, seeded } from "../names.ts";

const line = (name: Uint8Array, terminal = false) =>
  render(csv, nameColumns.slice(0, 1), [[name, name]], terminal)
    .toString("latin1")
    .slice("comm\n".length);

test("the example of opentrace is printed byte for byte", () => {
  const row = [153187, 530807, "main.exe", "openat", 526914, 436, "hello.txt", 5] as const;
  type Row = typeof row;
  const about = "";
  const integer = (name: string, i: 0 | 1 | 4 | 5 | 7): Column<Row> => {
    return { name, key: name, about, kind: "integer", of: (event) => event[i] };
  };
  const text = (name: string, kind: "bytes" | "word", i: 2 | 3 | 6): Column<Row> => {
    return { name, key: name, about, kind, of: (event) => ByteSlice.from(event[i]) };
  };
  const columns = [
    ...[integer("pid", 0), integer("cgid", 1), text("comm", "bytes", 2), text("kind", "word", 3)],
    ...[
      integer("flags", 4),
      integer("mode", 5),
      text("filename", "bytes", 6),
      integer("return", 7),
    ],
  ];
  expect(render(csv, columns, [row]).toString()).toBe(
    'pid,cgid,comm,kind,flags,mode,filename,return\n153187,530807,"main.exe",openat,526914,436,"hello.txt",5\n',
  );
});

test("a run without events is a header", () => {
  expect(render(csv, nameColumns, []).toString()).toBe("comm,filename\n");
});

test("the first flush writes the header, before any event", () => {
  const written: number[] = [];
  const output = { write: (_: Uint8Array, length: number) => void written.push(length) };
  const sink = csv({ columns: nameColumns, output, terminal: false });
  sink.flush();
  expect(written).toEqual(["comm,filename\n".length]);
});

test("a name is quoted, its quotes are doubled, and all other bytes are unchanged", () => {
  expect(line(bytes(""))).toBe('""\n');
  expect(line(bytes('say "hi"'))).toBe('"say ""hi"""\n');
  expect(line(bytes("a,b\nc\r\n\x1b", 0xff))).toBe('"a,b\nc\r\n\x1b\xff"\n');
});

test("a quote is doubled at every position of a long name", () => {
  for (let at = 0; at < 40; at++) {
    const name = `${"x".repeat(at)}"${"y".repeat(39 - at)}`;
    expect(line(bytes(name))).toBe(`"${name.replace('"', '""')}"\n`);
  }
});

test("on a terminal, control characters and invalid UTF-8 are shown in hexadecimal", () => {
  const shown = (...parts: (string | number)[]) => line(bytes(...parts), true);
  expect(shown("\x1b[31m\n\t\x7f")).toBe('"\\x1b[31m\\x0a\\x09\\x7f"\n');
  expect(shown("\u009b31m")).toBe('"\\xc2\\x9b31m"\n');
  expect(shown(0xff, "a", 0xe2, 0x82)).toBe('"\\xffa\\xe2\\x82"\n');
  expect(shown('é "日本"')).toBe(`"${Buffer.from('é ""日本""').toString("latin1")}"\n`);
});

test("no name can control a terminal or break a line", () => {
  const random = seeded(4);
  const events = Array.from(
    { length: 2000 },
    () => [randomName(random), randomName(random)] as const,
  );
  const text = new TextDecoder("utf-8", { fatal: true }).decode(
    render(csv, nameColumns, events, true),
  );
  expect(text).not.toMatch(/[^\P{Cc}\n]/u);
  expect(text.split("\n").length).toBe(events.length + 2);
});

test("random names are read back byte for byte", () => {
  const random = seeded(5);
  const events = Array.from(
    { length: 2000 },
    () => [randomName(random), randomName(random)] as const,
  );
  const rows = readCsv(render(csv, nameColumns, events));
  expect(rows.length).toBe(events.length);
  rows.forEach(({ comm, filename }, i) => {
    expect(Buffer.from(comm!).equals(events[i][0])).toBe(true);
    expect(Buffer.from(filename!).equals(events[i][1])).toBe(true);
  });
});

import { expect, test } from "bun:test";
import { csv } from "../../../src/sinks/formats/csv.ts";
import { readCsv } from "../../../src/sources/records/csv-reader.ts";
import { columns, events } from "../../golden/events.ts";
import { render } from "../../sinks/collected.ts";

const read = (text: string) => readCsv(Buffer.from(text, "latin1"));

test("a cell has the name of its column", () => {
  const [row] = read('pid,filename\n12,"hello.txt"\n');
  expect(Object.keys(row)).toEqual(["pid", "filename"]);
  expect(Buffer.from(row.pid!).toString()).toBe("12");
  expect(Buffer.from(row.filename!).toString()).toBe("hello.txt");
});

test("a header without events gives no rows", () => {
  expect(read("pid,filename\n")).toEqual([]);
});

test("a missing value is distinct from an empty name", () => {
  const rows = read('pid,filename\n,""\n1,\n,\n');
  expect(rows.map(({ pid }) => pid === null)).toEqual([true, false, true]);
  expect(rows.map(({ filename }) => filename === null)).toEqual([false, true, true]);
  expect(rows[0].filename?.length).toBe(0);
});

test("a file with a single column has its empty lines as rows", () => {
  expect(read('filename\n\n""\n\n').map(({ filename }) => filename === null)).toEqual([
    true,
    false,
    true,
  ]);
});

test("a file with CRLF line ends is read too", () => {
  const [row] = read('pid,filename\r\n12,"a\r\nb\n"\r\n');
  expect(Buffer.from(row.pid!).toString()).toBe("12");
  expect(Buffer.from(row.filename!).toString()).toBe("a\r\nb\n");
});

test("every byte value survives in a name, alone and between others", () => {
  for (let byte = 0; byte < 256; byte++) {
    const character = String.fromCharCode(byte);
    const quoted = byte === 0x22 ? '""' : character;
    const [alone, between] = read(`filename\n"${quoted}"\n"a${quoted}b"\n`);
    expect(Buffer.from(alone.filename!).toString("latin1")).toBe(character);
    expect(Buffer.from(between.filename!).toString("latin1")).toBe(`a${character}b`);
  }
});

test("the golden events are read back byte for byte", () => {
  const rows = readCsv(render(csv, columns, events));
  expect(rows.length).toBe(events.length);
  events.forEach((event, i) => {
    const { pid, cgid, comm, filename } = rows[i];
    expect(String(pid && Buffer.from(pid))).toBe(`${event.pid}`);
    expect(cgid && Buffer.from(cgid).toString()).toBe(event.cgid === null ? null : `${event.cgid}`);
    expect(comm && Buffer.from(comm)).toEqual(event.comm && Buffer.from(event.comm));
    expect(filename && Buffer.from(filename)).toEqual(
      event.filename && Buffer.from(event.filename),
    );
  });
});

test("the rows do not share memory with the file", () => {
  const file = Buffer.from('filename\n"hello"\n');
  const [row] = readCsv(file);
  file.fill(0);
  expect(Buffer.from(row.filename!).toString()).toBe("hello");
});

test("a truncated file is rejected unless it is truncated after a row", () => {
  const file = 'pid,filename\n1,"a ""b"" c"\n2,"d\ne"\n';
  const whole = [file.indexOf("\n") + 1, file.indexOf("2,"), file.length];
  for (let length = 0; length < file.length; length++) {
    if (whole.includes(length)) continue;
    expect(() => read(file.slice(0, length))).toThrow();
  }
});

test("a line with too few or too many cells is rejected", () => {
  expect(() => read("pid,filename\n1\n")).toThrow();
  expect(() => read('pid,filename\n1,"a",2\n')).toThrow();
});

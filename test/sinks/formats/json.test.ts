import { expect, test } from "bun:test";
import type { Column } from "../../../src/events/column.ts";
import { json } from "../../../src/sinks/formats/json.ts";
import { columns as goldenColumns, events as goldenEvents } from "../../golden/events.ts";
import { render } from "../collected.ts";
import { bytes, bytesOfJson, nameColumns, randomName, seeded } from "../names.ts";

const PYTHON = `
import json, os, sys
for event in json.load(sys.stdin):
    print(os.fsencode(event["fname"]).hex())
`;

const string = (name: Uint8Array) =>
  render(json, nameColumns.slice(0, 1), [[name, name]])
    .toString()
    .slice('[\n{"comm":'.length, -"}\n]\n".length);

function randomEvents(seed: number) {
  const random = seeded(seed);
  return Array.from({ length: 2000 }, () => [randomName(random), randomName(random)] as const);
}

test("a run without events is an empty array", () => {
  expect(render(json, nameColumns, []).toString()).toBe("[]\n");
});

test("events are an array, one object per line, with the keys of their columns", () => {
  const events = [
    [bytes("cc"), bytes("a.c")],
    [bytes("ld"), bytes("a.o")],
  ] as const;
  expect(render(json, nameColumns, events).toString()).toBe(
    '[\n{"comm":"cc","fname":"a.c"},\n{"comm":"ld","fname":"a.o"}\n]\n',
  );
});

test("a missing value is null", () => {
  const nothing = { name: "x", about: "", of: () => null };
  const columns: Column<0>[] = [
    { ...nothing, key: "cgid", kind: "integer" },
    { ...nothing, key: "comm", kind: "bytes" },
    { ...nothing, key: "kind", kind: "word" },
  ];
  expect(JSON.parse(render(json, columns, [0]).toString())).toEqual([
    { cgid: null, comm: null, kind: null },
  ]);
});

test("valid UTF-8 is unchanged, except that characters that control a terminal or end a line are escaped", () => {
  expect(string(bytes("日本 😀 é"))).toBe('"日本 😀 é"');
  expect(string(bytes('"\\/'))).toBe('"\\"\\\\/"');
  expect(string(bytes("\b\t\n\f\r\x01\x1f\x7f"))).toBe('"\\b\\t\\n\\f\\r\\u0001\\u001f\\u007f"');
  expect(string(bytes("\u0080\u0085\u009f"))).toBe('"\\u0080\\u0085\\u009f"');
  expect(string(bytes("\u00a0\u2027\u202a"))).toBe('"\u00a0\u2027\u202a"');
  expect(string(bytes("\u2028\u2029"))).toBe('"\\u2028\\u2029"');
});

test("each byte of invalid UTF-8 is a low surrogate", () => {
  expect(string(bytes(0x80, 0xff))).toBe('"\\udc80\\udcff"');
  expect(string(bytes(0xed, 0xa0, 0x80))).toBe('"\\udced\\udca0\\udc80"');
  expect(string(bytes(0xc0, 0xaf, "é", 0xc3))).toBe('"\\udcc0\\udcafé\\udcc3"');
});

test("each special byte is escaped at every position of a long name", () => {
  for (const special of ['"', "\\", "\n", "\x00", "\x7f", "\u0080", "é"]) {
    for (let at = 0; at < 40; at++) {
      const name = `${"x".repeat(at)}${special}${"~".repeat(39 - at)}`;
      const written = string(bytes(name));
      expect(JSON.parse(written)).toBe(name);
      expect(written).not.toMatch(/\p{Cc}/u);
    }
  }
});

test("the golden events are parsed back to their values", () => {
  const parsed = JSON.parse(render(json, goldenColumns, goldenEvents).toString());
  expect(parsed.length).toBe(goldenEvents.length);
  goldenEvents.forEach((event, i) => {
    const { pid, cgid, comm, fname, return: result } = parsed[i];
    expect(pid).toBe(event.pid);
    expect(cgid).toBe(event.cgid === null ? null : Number(event.cgid));
    expect(result).toBe(event.result);
    expect(comm === null ? null : bytesOfJson(comm)).toEqual(event.comm as Buffer | null);
    expect(fname === null ? null : bytesOfJson(fname)).toEqual(event.filename as Buffer | null);
  });
});

test("JSON.parse returns random names byte for byte", () => {
  const events = randomEvents(6);
  const parsed = JSON.parse(render(json, nameColumns, events).toString());
  expect(parsed.length).toBe(events.length);
  events.forEach(([comm, filename], i) => {
    expect(bytesOfJson(parsed[i].comm).equals(comm)).toBe(true);
    expect(bytesOfJson(parsed[i].fname).equals(filename)).toBe(true);
  });
});

test("Python's json.load and os.fsencode return random names byte for byte", () => {
  const events = randomEvents(7);
  const document = render(json, nameColumns, events);
  expect(fsencoded(document)).toEqual(events.map(([, name]) => Buffer.from(name).toString("hex")));
});

/** Returns the names in hexadecimal, by python3 or, if there is none, by our equivalent. */
function fsencoded(document: Buffer): string[] {
  const python = Bun.which("python3");
  if (python === null) {
    const events: { fname: string }[] = JSON.parse(document.toString());
    return events.map((event) => bytesOfJson(event.fname).toString("hex"));
  }
  const { stdout, stderr } = Bun.spawnSync([python, "-X", "utf8", "-c", PYTHON], {
    stdin: document,
  });
  expect(stderr.toString()).toBe("");
  return stdout.toString().split("\n").slice(0, -1);
}

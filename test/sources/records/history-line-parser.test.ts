import { expect, test } from "bun:test";
import type { WatchEvent } from "../../../src/events/watch-event.ts";
import { HistoryLineParser } from "../../../src/sources/records/history-line-parser.ts";
import { linesOf, type Made, written } from "./builders.ts";

const MADE: readonly Made[] = [
  { nanoseconds: 7, size: 12, change: -3 },
  { type: "RENAME", path: "/tmp/new\n", oldPath: '/tmp/o"ld\\', seconds: 1 },
  { path: Buffer.from("/tmp/\xff\x80 é \xc3\xa9", "latin1"), user: "zoë", type: "DELETE" },
  { path: "/\u2028\u0085🌲", who: { argv: [], comm: "\xff(", pid: 0, uid: -1, origin: "proc" } },
  { who: { argv: ["\xfe", "two words", ""] }, user: "" },
  { type: "FS_ERROR", path: "" },
  { type: "DELETE", oldSize: 2 ** 52 },
  {
    type: "ATTRIB",
    attributes: { mode: 0o4755, uid: -1, gid: -1, owner: "zoë", group: "65534" },
    oldAttributes: { mode: 0, uid: -1, gid: -1, owner: "root", group: "root" },
  },
];

const rewritten = (event: WatchEvent) => written([event]).toString("latin1");

const parser = new HistoryLineParser();
const read = (text: string | Buffer) => {
  const bytes = Buffer.from(text);
  return parser.parse(bytes, 0, bytes.length);
};

test("a recorded event is the same when it is read back", () => {
  for (const made of MADE) {
    const recorded = linesOf([made]);
    expect(read(recorded)).toBe(true);
    expect(rewritten(parser.event)).toBe(recorded.toString("latin1"));
  }
});

test("the details of a note are read back; other lines do not have the member", () => {
  const details = { milliseconds: -3_600_500, name: "\xc3\xa9\xff" };
  expect(linesOf([{}]).toString()).not.toContain("details");
  const note = linesOf([{ type: "CLOCK_STEP", path: "", details }]).toString();
  expect(note).toContain(`,"details":{"milliseconds":-3600500,"name":"é\\udcff"}`);
  expect(read(note)).toBe(true);
  expect(parser.event.details).toEqual(details);
  for (const other of ["null", "[1]", '"x"']) {
    read(`{"time":1,"type":"CLOCK_STEP","path":null,"details":${other}}`);
    expect(parser.event.details).toBeNull();
  }
});

test("a line with fewer columns, or from another program, is an event too", () => {
  expect(read(' {"path":"/\\u00e9", "type":"LATER", "time":1777000000.25}')).toBe(true);
  const { event } = parser;
  expect(event.time).toEqual({ seconds: 1_777_000_000, nanoseconds: 250_000_000 });
  expect(event.type as string).toBe("LATER");
  expect(rewritten(event)).toContain(
    ',"path":"/Ã©","old_path":null,"size":null,"change":null,"pid":null,',
  );
  expect([
    event.processInfo.comm,
    event.processInfo.argv,
    event.processInfo.uid,
    event.processInfo.origin,
  ]).toEqual(["", [], -1, "unknown"]);
});

test.each([
  "",
  "null",
  "[]",
  '{"type":"OPEN","path":"/"}',
  '{"time":1,"path":"/"}',
  '{"time":1,"type":"OPEN"}',
  '{"time":"1","type":"OPEN","path":"/"}',
  '{"time":-1,"type":"OPEN","path":"/"}',
  '{"time":1e9,"type":"OPEN","path":"/"}',
  '{"time":99999999999999999999,"type":"OPEN","path":"/"}',
  '{"time":1,"type":null,"path":"/"}',
  '{"time":1,"type":"OPEN","path":["/"]}',
])("%s is not an event", (text) => {
  expect(read(text)).toBe(false);
});

test("members that a line does not have are null", () => {
  read('{"time":1,"type":"OPEN","path":"/","ftype":null}');
  expect(rewritten(parser.event)).toContain('"ftype":null,"ppid":null,"uid":null,');
});

test("users are distinguished in one reused buffer", () => {
  const buffer = Buffer.alloc(1000);
  const users = ["alice", "bobby", "bobby", "", "alice"].map((user) => {
    const recorded = linesOf([{ user }]);
    buffer.set(recorded);
    parser.parse(buffer, 0, recorded.length);
    return parser.event.user;
  });
  expect(users).toEqual(["alice", "bobby", "bobby", "", "alice"]);
});

test("a number that is not a safe integer is ignored", () => {
  expect(read('{"time":1,"type":"OPEN","path":"/","size":1e99,"pid":123456789012345678901}')).toBe(
    true,
  );
  expect([parser.event.size, parser.event.processInfo.pid]).toEqual([null, 0]);
});

test("a truncated line is not an event", () => {
  const recorded = linesOf([MADE[1]]).subarray(0, -1);
  for (let length = 0; length < recorded.length; length++)
    expect(read(recorded.subarray(0, length))).toBe(false);
});

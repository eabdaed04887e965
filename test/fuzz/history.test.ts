/**
 * Histories, random or mutated. Each line is an event or is counted as malformed, each event
 * survives writing and reading, and reading always ends; see rounds.ts.
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openHistory } from "../../src/sources/records/history-file.ts";
import { HistoryLineParser } from "../../src/sources/records/history-line-parser.ts";
import { HistoryReader, type TimeSpan } from "../../src/sources/records/history-reader.ts";
import { JsonScanner } from "../../src/sources/records/json-scanner.ts";
import type { Random } from "../random.ts";
import { linesOf, type Made, written } from "../sources/records/builders.ts";
import { rounds } from "./rounds.ts";

const FIRST = 1_777_000_000;
const MADE: readonly Made[] = [0, 50, 100, 200, 400, 1000].map((seconds) => ({
  seconds: FIRST + seconds,
  path: Buffer.from(`/tmp/\xff "${seconds}\\ é`, "latin1"),
  who: { argv: ["sh", "-c", "a\nb"] },
}));
const CORPUS = linesOf(MADE);

/** Pieces of JSON objects, valid and invalid. */
const PIECES = [
  ...'{}[],:"\\ -+.eE019u\n\u0000é',
  '"time":',
  '"path":"/a"',
  "null",
  "true",
  "fals",
  "\\u00e9",
  "\\ud83d",
  '{"time":1}',
  '["a"]',
];

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

test("the scanner accepts exactly the objects that JSON.parse accepts, with the same members", () => {
  const keys = ["time", "type", "path", "argv"];
  const members = new JsonScanner(keys);
  rounds(20_000, (random) => {
    const objects = ['{"time":1.5,"type":"OPEN","path":"/a\\"b","argv":["x",1e5]}', "{}", ""];
    const object = random.pick(objects);
    const at = random.below(object.length + 1);
    const text = object.slice(0, at) + random.text(PIECES, 4) + object.slice(at + random.below(3));
    const expected = parsed(text);
    const isObject = typeof expected === "object" && expected !== null && !Array.isArray(expected);
    const bytes = Buffer.from(text);
    const isRead = members.scan(bytes, 0, bytes.length);
    if (isRead !== isObject) throw new Error(`${JSON.stringify(text)}: ${isRead}`);
    if (!isObject) return;
    for (const [i, key] of keys.entries()) {
      const [start, end] = [members.starts[i], members.ends[i]];
      const value = start < 0 ? undefined : JSON.parse(bytes.toString("utf8", start, end));
      expect(value).toEqual((expected as Record<string, unknown>)[key]);
    }
  });
});

test("an event is the same after writing and reading it", () => {
  const line = new HistoryLineParser();
  const corpus = MADE.map((made) => linesOf([made]).subarray(0, -1));
  rounds(5000, (random) => {
    const bytes = random.below(8) ? random.changed(random.pick(corpus)) : random.bytes(200);
    if (!line.parse(bytes, 0, bytes.length)) return;
    const once = written([line.event]);
    expect(line.parse(once, 0, once.length)).toBe(true);
    expect(written([line.event]).equals(once)).toBe(true);
  });
});

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "trace-test-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Returns the number of events in a range, and of malformed lines. */
function read(bytes: Uint8Array, span: TimeSpan): { events: number; lost: number } {
  const path = join(directory, "history");
  writeFileSync(path, bytes);
  const history = new HistoryReader(openHistory(path));
  let events = 0;
  history.visit(span, () => events++);
  history.close();
  // Besides, it may not be known when somebody watched.
  const lines = history.losses().filter(({ what }) => /\blines\b/.test(what));
  return { events, lost: lines.reduce((sum, { count }) => sum + count, 0) };
}

function content(random: Random): Buffer {
  return Buffer.concat(
    Array.from({ length: random.below(20) }, () =>
      random.below(3) ? random.changed(CORPUS) : random.bytes(random.below(3000)),
    ),
  );
}

test("every line is an event or is counted", () => {
  rounds(200, (random) => {
    const bytes = content(random);
    const lines = bytes.toString("latin1").split("\n");
    const { events, lost } = read(bytes, { since: null, until: null });
    expect(events + lost).toBe(lines.filter((line) => line !== "").length);
  });
});

test("every range ends, and has no more than all events", () => {
  rounds(200, (random) => {
    const bytes = content(random);
    const from = FIRST + random.below(1200) - 100;
    const time = (seconds: number) => ({ seconds, nanoseconds: random.below(1e9) });
    const { events } = read(bytes, { since: time(from), until: time(from + 300) });
    expect(events).toBeLessThanOrEqual(read(bytes, { since: null, until: null }).events);
  });
});

/** The index of notes in the ends of segments: what is read with it is what is read without it. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { noteLine } from "../../../src/sinks/formats/note-line.ts";
import { noteOf, segmentLine } from "../../../src/sinks/watch/log-notes.ts";
import { HistoryFile } from "../../../src/sources/records/history-file.ts";
import { NoteFinder } from "../../../src/sources/records/note-finder.ts";
import { noteRanges } from "../../../src/sources/records/note-ranges.ts";
import { LogFile } from "../../../src/storage/log-file.ts";

let directory: string;
let path: string;
let time: number;
beforeEach(() => {
  directory = mkdtempSync("/tmp/trace-test-");
  path = join(directory, "log");
  time = 1_700_000_000;
});
afterEach(() => rmSync(directory, { recursive: true }));

const event = () =>
  `{"time":${time++}.000000000,"type":"CREATE","path":"/watched/file${time}","pid":7,"comm":"sh","argv":["sh","-c","true"]}\n`;
const note = (type: "WATCH_START" | "MOUNT", name: string) =>
  Buffer.from(noteLine(noteOf(type, { scope: "entries", name }))).toString();

/** Appends one segment. */
function append(lines: readonly string[], maxSize?: number): void {
  const log = new LogFile({ path, user: null, maxBackups: 9, maxSize, segmentLine });
  const bytes = Buffer.from(lines.join(""));
  log.write(bytes, bytes.length);
  log.close();
}

const events = (count: number) => Array.from({ length: count }, event);

/** Reads the notes of the log, and how many bytes that took. */
function read(rangesOf?: ConstructorParameters<typeof NoteFinder>[0]) {
  const file = new HistoryFile(path);
  let bytesRead = 0;
  const readBytes = file.read.bind(file);
  file.read = (into, position) => {
    const count = readBytes(into, position);
    bytesRead += count;
    return count;
  };
  try {
    const { notes, ...rest } = new NoteFinder(rangesOf).read(file);
    const found = { notes: notes.map(({ file: _, ...each }) => each), ...rest };
    return { found, bytesRead, size: file.size };
  } finally {
    file.close();
  }
}

const readAll = () => read((file) => [{ from: 0, to: file.size }]);

function expectSame(): void {
  expect(read().found).toEqual(readAll().found);
}

/** A log of three segments with notes at their begin, in the middle and nowhere. */
function threeSegments(): void {
  append([note("WATCH_START", "a"), note("WATCH_START", "b"), ...events(4000)]);
  append([...events(2000), note("MOUNT", "c"), ...events(3000), note("WATCH_START", "d")]);
  append(events(5000));
}

test("the notes of a log are found with the index in its segments, reading a part of it", () => {
  threeSegments();
  const { found, bytesRead, size } = read();
  expect(found.notes.map(({ type }) => type)).toEqual([
    ...["WATCH_START", "WATCH_START", "SEGMENT", "WATCH_START", "SEGMENT", "SEGMENT"],
  ] as const);
  expect(found).toEqual(readAll().found);
  expect(bytesRead).toBeLessThan(size / 2);
});

test("lines after the last segment are read too", () => {
  threeSegments();
  writeFileSync(path, [note("WATCH_START", "e"), ...events(50)].join(""), { flag: "a" });
  expect(read().found.notes).toHaveLength(7);
  expectSame();
});

test("the last line may be cut", () => {
  threeSegments();
  for (const text of ['{"time":17', note("WATCH_START", "e").slice(0, -1)]) {
    writeFileSync(path, text, { flag: "a" });
    expectSame();
  }
});

test("a log whose beginning or end was cut off is read as a whole", () => {
  threeSegments();
  const bytes = readFileSync(path);
  for (const from of [0, 1, 500, 100_000, bytes.length - 200_000])
    for (const to of [bytes.length, bytes.length - 1, bytes.length - 300_000]) {
      writeFileSync(path, bytes.subarray(from, to));
      expectSame();
    }
});

test("an index that does not fit the file is not used", () => {
  threeSegments();
  const text = readFileSync(path, "latin1");
  const damaged = [
    text.replace(/"notes":"0-/g, '"notes":"1-'),
    text.replace(/"notes":"0-\d/g, (all) => `${all.slice(0, -1)}9`),
    text.replace(/"notes":"[^"]*"/g, '"notes":"5-3 x"'),
    text.replace(/"notes":"[^"]*"/g, '"notes":7'),
    text.replace(/,"notes":"[^"]*"/g, ""),
    text.replace(/"bytes":(\d)/g, '"bytes":1$1'),
    text.replace(/"previous":"../g, '"previous":"00'),
    // A line was added within a segment.
    text.replace(/\n(?=\{"time":1700003000)/, `\n${note("MOUNT", "x")}${note("WATCH_START", "x")}`),
  ];
  for (const each of damaged) {
    expect(each).not.toBe(text);
    writeFileSync(path, each, "latin1");
    expectSame();
  }
});

test("a segment with many notes far from each other has no index", () => {
  const lines = Array.from({ length: 40 }, (_, i) => [note("MOUNT", `${i}`), ...events(20)]);
  append([...lines.flat(), note("WATCH_START", "z")]);
  append(events(10));
  expect(readFileSync(path, "latin1").match(/"notes":/g)).toHaveLength(1);
  expectSame();
});

test("rotated files have an index each", () => {
  append([note("WATCH_START", "a"), ...events(9000)], 300_000);
  const [own, first] = [path, `${path}.1`];
  for (const each of [own, first, `${path}.2`]) {
    path = each;
    expect(readFileSync(path, "latin1").match(/"notes":/g)).toHaveLength(1);
    expectSame();
  }
  path = own;
});

test("each part begins with a line, and none overlaps another", () => {
  threeSegments();
  const file = new HistoryFile(path);
  let end = 0;
  for (const { from, to } of noteRanges(file)) {
    expect(file.isLineStart(from)).toBe(true);
    expect(from).toBeGreaterThanOrEqual(end);
    end = to;
  }
  expect(end).toBe(file.size);
  file.close();
});

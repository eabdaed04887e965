import { expect, test } from "bun:test";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  HistoryFile,
  openHistory,
  rotationNumbers,
  UnreadableHistoryError,
} from "../../../src/sources/records/history-file.ts";
import { HistoryReader, type TimeSpan } from "../../../src/sources/records/history-reader.ts";
import { LineReader } from "../../../src/sources/records/line-reader.ts";
import { TimeSearch } from "../../../src/sources/records/time-search.ts";
import { rounds } from "../../fuzz/rounds.ts";
import { linesOf } from "./builders.ts";

const FIRST = 1_777_000_000;

function inDirectory<T>(work: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), "trace-test-"));
  try {
    return work(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Lines of events at these seconds after FIRST; the path tells which. */
const at = (...seconds: number[]) =>
  linesOf(seconds.map((each) => ({ seconds: FIRST + each, path: `/${each}` })));

const time = (seconds: number) => ({ seconds: FIRST + seconds, nanoseconds: 0 });
const span = (since: number | null, until: number | null): TimeSpan => ({
  since: since === null ? null : time(since),
  until: until === null ? null : time(until),
});

/** The paths of the events of a span, and what was lost. */
function read(path: string, of: TimeSpan = span(null, null)) {
  const history = new HistoryReader(openHistory(path));
  const paths: string[] = [];
  history.visit(of, ({ path }) =>
    paths.push(Buffer.from(path.bytes.subarray(path.start, path.start + path.length)).toString()),
  );
  history.close();
  return { paths, losses: history.losses().map(({ what, count }) => `${count} ${what}`) };
}

/** The same of a file with this content. */
const readBytes = (content: string | Buffer, of?: TimeSpan) =>
  inDirectory((directory) => {
    const path = join(directory, "history");
    writeFileSync(path, content);
    return read(path, of);
  });

test("of a span of time the first moment belongs to it and the last does not", () => {
  const lines = at(0, 100, 200, 300, 400);
  expect(readBytes(lines, span(100, 300)).paths).toEqual(["/100", "/200"]);
  expect(readBytes(lines, span(101, null)).paths).toEqual(["/200", "/300", "/400"]);
  expect(readBytes(lines, span(null, 1)).paths).toEqual(["/0"]);
  expect(readBytes(lines, span(401, null)).paths).toEqual([]);
  expect(readBytes(lines)).toEqual({ paths: ["/0", "/100", "/200", "/300", "/400"], losses: [] });
});

test("the search finds each place, whatever the lines' lengths", () => {
  rounds(30, (random) => {
    const times: number[] = [];
    for (let last = 0; times.length < 1 + random.below(200); ) {
      last += random.below(3);
      times.push(last);
    }
    const events = times.map((each) => ({
      seconds: FIRST + each,
      path: `/${"x".repeat(random.pick([1, 50, 4000, 70_000]))}`,
    }));
    inDirectory((directory) => {
      const path = join(directory, "history");
      const lines = events.map((event) => linesOf([event]));
      // What is longer than the search reads at a time may stand anywhere.
      const starts = lines.map((_, i) => Buffer.concat(lines.slice(0, i)).length);
      writeFileSync(path, Buffer.concat(lines));
      const file = new HistoryFile(path);
      const search = new TimeSearch();
      for (const wanted of [0, 1, random.below(200), 1000]) {
        const found = search.position(file, time(wanted));
        const first = times.findIndex((each) => each >= wanted);
        const start = first < 0 ? file.size : starts[first];
        // Before it only lines that are too long to be probed.
        const between = lines.filter((_, i) => starts[i] >= found && starts[i] < start);
        expect(found).toBeLessThanOrEqual(start);
        expect(between.filter(({ length }) => length < 65_536)).toEqual([]);
      }
      file.close();
    });
  });
});

test("the search reads a few dozen pieces of a file of any size", () => {
  inDirectory((directory) => {
    const path = join(directory, "history");
    writeFileSync(path, at(...Array.from({ length: 20_000 }, (_, i) => i)));
    const file = new HistoryFile(path);
    let reads = 0;
    const counted = Object.create(file, {
      read: {
        value: (into: Uint8Array, position: number) => {
          reads++;
          return file.read(into, position);
        },
      },
    }) as HistoryFile;
    new TimeSearch().position(counted, time(12_345));
    expect(reads).toBeGreaterThan(10);
    expect(reads).toBeLessThan(100);
    file.close();
  });
});

test("a torn line at the end and lines that are none are counted and passed over", () => {
  const lines = at(0, 1);
  const torn = at(2).subarray(0, 40);
  const middle = Buffer.from('\0\0\0\n\n{"time":1}\nnonsense\n');
  expect(readBytes(Buffer.concat([lines, middle, at(3), torn]))).toEqual({
    paths: ["/0", "/1", "/3"],
    losses: ["1 truncated at the end of a file", "3 malformed lines"],
  });
  expect(readBytes(at(5).subarray(0, -1))).toEqual({ paths: ["/5"], losses: [] });
  expect(readBytes("")).toEqual({ paths: [], losses: [] });
});

test("a line without an end takes no memory, and what follows it is read", () => {
  const endless = Buffer.alloc(5_000_000, "x");
  const content = Buffer.concat([at(0), endless, Buffer.from("\n"), at(1)]);
  expect(readBytes(content)).toEqual({
    paths: ["/0", "/1"],
    losses: ["1 malformed lines"],
  });
  expect(readBytes(content, span(1, 2)).paths).toEqual(["/1"]);
  expect(readBytes(endless, span(1, 2)).paths).toEqual([]);
});

test("a clock that is set back a little loses nothing", () => {
  const times = [0, 50, 100, 60, 110, 55, 120];
  expect(readBytes(at(...times), span(55, 105))).toEqual({
    paths: ["/100", "/60", "/55"],
    losses: [],
  });
  // Where the search looks, all is earlier than the span, or all is later.
  expect(readBytes(at(75, 20, 30, 40, 50, 60, 65, 80), span(70, null)).paths).toEqual([
    "/75",
    "/80",
  ]);
  expect(readBytes(at(0, 40, 50, 60, 70, 80, 25), span(null, 30)).paths).toEqual(["/0", "/25"]);
});

test("a clock that is set back far is told of where that may matter", () => {
  const lines = at(0, 5000, 100, 5100);
  expect(readBytes(lines).losses).toEqual([]);
  expect(readBytes(lines, span(0, null)).losses).toEqual([
    "1 times the clock was set back by more than a minute",
  ]);
});

test("what was lost when it was recorded is told", () => {
  const lines = linesOf([{ type: "Q_OVERFLOW", path: "", seconds: FIRST }]);
  expect(readBytes(lines).losses).toEqual(["1 times events were lost while recording"]);
});

test("what a file was rotated into is read before it, the oldest first", () => {
  inDirectory((directory) => {
    const path = join(directory, "history.ndjson");
    for (const name of ["gz", "0", "1.gz", "x", "-1", "01"])
      writeFileSync(`${path}.${name}`, at(9));
    writeFileSync(`${path}.10`, at(0));
    writeFileSync(`${path}.2`, at(1));
    writeFileSync(`${path}.1`, at(2));
    writeFileSync(path, at(3));
    expect(rotationNumbers(path)).toEqual([1, 2, 10]);
    expect(read(path).paths).toEqual(["/0", "/1", "/2", "/3"]);
    expect(read(path, span(1, 3)).paths).toEqual(["/1", "/2"]);
    renameSync(`${path}.2`, `${path}.3`);
    Bun.spawnSync(["ln", path, `${path}.2`]);
    expect(read(path).paths).toEqual(["/0", "/1", "/2", "/3"]);
  });
});

test("what is no file is refused by its name", () => {
  inDirectory((directory) => {
    Bun.spawnSync(["mkfifo", join(directory, "pipe")]);
    for (const [path, why] of [
      [directory, "no regular file"],
      [join(directory, "pipe"), "no regular file"],
      [join(directory, "absent"), "ENOENT"],
    ])
      expect(() => openHistory(path)).toThrow(
        new UnreadableHistoryError(`${path}: ${why === "ENOENT" ? why : `is ${why}`}`),
      );
  });
});

test("a buffer of any size gives the same lines", () => {
  const content = "a\n\nbcd\nefghij\nk";
  inDirectory((directory) => {
    const path = join(directory, "lines");
    writeFileSync(path, content);
    const file = new HistoryFile(path);
    for (let size = 1; size < 20; size++) {
      const found: string[] = [];
      let long = 0;
      new LineReader(size).visit(file, 0, file.size, {
        line: (bytes, start, end, position) => {
          const text = Buffer.from(bytes.subarray(start, end)).toString();
          expect(content.slice(position, position + text.length)).toBe(text);
          return found.push(text) > 0;
        },
        tooLong: () => long++,
      });
      const lines = content.split("\n");
      // A line fits with its end, the last without.
      const fitting = lines.filter(
        (line, i) => line.length < size + (i === lines.length - 1 ? 1 : 0),
      );
      expect([size, ...found]).toEqual([size, ...fitting]);
      expect(long).toBe(lines.length - fitting.length);
    }
    file.close();
  });
});

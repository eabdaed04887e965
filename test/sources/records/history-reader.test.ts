import { expect, test } from "bun:test";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lossText } from "../../../src/events/loss.ts";
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

/** Lines of events at these seconds after FIRST, which are also their paths. */
const at = (...seconds: number[]) =>
  linesOf(seconds.map((each) => ({ seconds: FIRST + each, path: `/${each}` })));

const time = (seconds: number) => ({ seconds: FIRST + seconds, nanoseconds: 0 });
const span = (since: number | null, until: number | null): TimeSpan => ({
  since: since === null ? null : time(since),
  until: until === null ? null : time(until),
});

/** Returns the paths of the events of a span, and the losses. */
function read(path: string, of: TimeSpan = span(null, null), asked?: string) {
  const history = new HistoryReader(openHistory(path));
  const paths: string[] = [];
  history.visit(of, ({ path }) =>
    paths.push(Buffer.from(path.bytes.subarray(path.start, path.start + path.length)).toString()),
  );
  history.close();
  const losses = history.losses(asked === undefined ? [] : [asked]).map((loss) => lossText(loss));
  return { paths, losses: losses.filter((loss) => loss !== UNNOTED) };
}

/** What is missing in an answer from a history of lines without notes. */
const UNNOTED = "1 parts of which the history does not record when they were watched";

/** Reads a span of a file with this content. */
const readBytes = (content: string | Buffer, of?: TimeSpan) =>
  inDirectory((directory) => {
    const path = join(directory, "history");
    writeFileSync(path, content);
    return read(path, of);
  });

test("the start of a span is inclusive and its end is exclusive", () => {
  const lines = at(0, 100, 200, 300, 400);
  expect(readBytes(lines, span(100, 300)).paths).toEqual(["/100", "/200"]);
  expect(readBytes(lines, span(101, null)).paths).toEqual(["/200", "/300", "/400"]);
  expect(readBytes(lines, span(null, 1)).paths).toEqual(["/0"]);
  expect(readBytes(lines, span(401, null)).paths).toEqual([]);
  expect(readBytes(lines)).toEqual({ paths: ["/0", "/100", "/200", "/300", "/400"], losses: [] });
});

test("the search finds every time, whatever the lengths of the lines", () => {
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
      // Lines may be longer than the search reads at a time.
      const starts = lines.map((_, i) => Buffer.concat(lines.slice(0, i)).length);
      writeFileSync(path, Buffer.concat(lines));
      const file = new HistoryFile(path);
      const search = new TimeSearch();
      for (const target of [0, 1, random.below(200), 1000]) {
        const offset = search.position(file, time(target));
        const first = times.findIndex((each) => each >= target);
        const start = first < 0 ? file.size : starts[first];
        // Only lines that are too long to be probed may be in between.
        const between = lines.filter((_, i) => starts[i] >= offset && starts[i] < start);
        expect(offset).toBeLessThanOrEqual(start);
        expect(between.filter(({ length }) => length < 65_536)).toEqual([]);
      }
      file.close();
    });
  });
});

test("the search needs a few dozen reads for a file of any size", () => {
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

test("a truncated line at the end and malformed lines are counted and skipped", () => {
  const lines = at(0, 1);
  const truncated = at(2).subarray(0, 40);
  const middle = Buffer.from('\0\0\0\n\n{"time":1}\nnonsense\n');
  expect(readBytes(Buffer.concat([lines, middle, at(3), truncated]))).toEqual({
    paths: ["/0", "/1", "/3"],
    losses: ["1 truncated lines at the end of a file", "3 malformed lines"],
  });
  expect(readBytes(at(5).subarray(0, -1))).toEqual({ paths: ["/5"], losses: [] });
  expect(readBytes("")).toEqual({ paths: [], losses: [] });
});

test("an overlong line takes no memory, and the lines after it are read", () => {
  const endless = Buffer.alloc(5_000_000, "x");
  const content = Buffer.concat([at(0), endless, Buffer.from("\n"), at(1)]);
  expect(readBytes(content)).toEqual({
    paths: ["/0", "/1"],
    losses: ["1 malformed lines"],
  });
  expect(readBytes(content, span(1, 2)).paths).toEqual(["/1"]);
  expect(readBytes(endless, span(1, 2)).paths).toEqual([]);
});

test("no event is missed when the clock was set back by less than a minute", () => {
  const times = [0, 50, 100, 60, 110, 55, 120];
  expect(readBytes(at(...times), span(55, 105))).toEqual({
    paths: ["/100", "/60", "/55"],
    losses: [],
  });
  // Where the search probes, all events are earlier, or all are later than the span.
  expect(readBytes(at(75, 20, 30, 40, 50, 60, 65, 80), span(70, null)).paths).toEqual([
    "/75",
    "/80",
  ]);
  expect(readBytes(at(0, 40, 50, 60, 70, 80, 25), span(null, 30)).paths).toEqual(["/0", "/25"]);
});

test("every event of a span is found in a history without notes, however the clock was set", () => {
  const times = Array.from({ length: 3000 }, (_, i) => (i < 2000 ? i : i - 1500) * 10);
  for (const [since, until] of [
    [5000, 5100],
    [14_000, null],
    [null, 5100],
    [19_990, null],
  ] as const)
    expect(readBytes(at(...times), span(since, until)).paths).toEqual(
      times.filter((t) => t >= (since ?? 0) && t < (until ?? Infinity)).map((t) => `/${t}`),
    );
});

test("losses during recording are reported", () => {
  const lines = linesOf([{ type: "Q_OVERFLOW", path: "", seconds: FIRST }]);
  expect(readBytes(lines).losses).toEqual(["1 times events were lost during recording"]);
});

test("rotated files are read before the current one, oldest first", () => {
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

test("a path that is not a regular file is rejected by name", () => {
  inDirectory((directory) => {
    Bun.spawnSync(["mkfifo", join(directory, "pipe")]);
    for (const [path, why] of [
      [directory, "not a regular file"],
      [join(directory, "pipe"), "not a regular file"],
      [join(directory, "absent"), "ENOENT: No such file or directory"],
    ])
      expect(() => openHistory(path)).toThrow(new UnreadableHistoryError(`${path}: ${why}`));
  });
});

test("a buffer of any size yields the same lines", () => {
  const content = "a\n\nbcd\nefghij\nk";
  inDirectory((directory) => {
    const path = join(directory, "lines");
    writeFileSync(path, content);
    const file = new HistoryFile(path);
    for (let size = 1; size < 20; size++) {
      const lines: string[] = [];
      let long = 0;
      new LineReader(size).visit(file, 0, file.size, {
        line: (bytes, start, end, position) => {
          const text = Buffer.from(bytes.subarray(start, end)).toString();
          expect(content.slice(position, position + text.length)).toBe(text);
          return lines.push(text) > 0;
        },
        tooLong: () => long++,
      });
      const allLines = content.split("\n");
      // A line fits together with its newline, which the last one does not have.
      const fitting = allLines.filter(
        (line, i) => line.length < size + (i === allLines.length - 1 ? 1 : 0),
      );
      expect([size, ...lines]).toEqual([size, ...fitting]);
      expect(long).toBe(allLines.length - fitting.length);
    }
    file.close();
  });
});

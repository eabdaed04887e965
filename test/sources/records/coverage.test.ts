/** What a history says about the times in which somebody watched. */
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lossText } from "../../../src/events/loss.ts";
import {
  type CoverageQuestion,
  coverageLosses,
  findGaps,
} from "../../../src/sources/records/coverage-gaps.ts";
import { openHistory } from "../../../src/sources/records/history-file.ts";
import { HistoryIndex } from "../../../src/sources/records/history-index.ts";
import { HistoryReader } from "../../../src/sources/records/history-reader.ts";
import { retentionOffsets } from "../../../src/sources/records/retention.ts";
import type { Writer } from "../../../src/sources/records/writer.ts";
import { linesOf, type Made, noteOf } from "./builders.ts";

process.env.TZ = "UTC";

/** 2026-04-24T03:06:40Z. */
const FIRST = 1_777_000_000;
/** When the questions are asked, in seconds after FIRST. */
const NOW = 10_000;

const event = (seconds: number, path = `/${seconds}`): Made => ({ seconds: FIRST + seconds, path });
const note = (
  type: Parameters<typeof noteOf>[0],
  seconds: number,
  details: Parameters<typeof noteOf>[2] = {},
) => noteOf(type, FIRST + seconds, details);
const start = (seconds: number, details = {}) => note("WATCH_START", seconds, details);
const end = (seconds: number, details = {}) => note("WATCH_END", seconds, details);
const step = (seconds: number, by: number, details = {}) =>
  note("CLOCK_STEP", seconds, { path: "", milliseconds: by * 1000, ...details });
const sinceOf = (seconds: number) => ({ since: (FIRST + seconds) * 1000 });

/** Runs `work` with the path of a history of these files, oldest first. */
function withHistory<T>(files: readonly (readonly Made[])[], work: (path: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), "trace-test-"));
  const path = join(directory, "history");
  try {
    for (const [i, lines] of files.toReversed().entries())
      writeFileSync(i === 0 ? path : `${path}.${i}`, linesOf(lines));
    return work(path);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

interface Asked {
  since?: number;
  until?: number;
  paths?: readonly string[];
  running?: readonly number[];
}

/** Returns the gaps as "FROM-TO" in seconds after FIRST, "FROM+-TO" after a writer was killed. */
function gapsIn(files: readonly (readonly Made[])[], asked: Asked = {}) {
  const { since, until, paths = [], running = [] } = asked;
  return withHistory(files, (path) => {
    const opened = openHistory(path);
    const isRunning = ({ pid }: Writer) => running.includes(pid);
    const { coverage } = new HistoryIndex(opened, isRunning);
    for (const file of opened) file.close();
    const question: CoverageQuestion = {
      since: since === undefined ? null : FIRST + since,
      until: until === undefined ? null : FIRST + until,
      paths,
      now: FIRST + NOW,
    };
    const { gaps, begin, unnoted } = findGaps(coverage, question);
    return [
      ...gaps.map(({ from, to, isCut }) => `${from - FIRST}${isCut ? "+" : ""}-${to - FIRST}`),
      ...(begin === null ? [] : [`begins ${begin - FIRST}`]),
      ...(unnoted ? [`${unnoted} unnoted`] : []),
    ];
  });
}

/** Returns the paths of the events of a span that are no notes. */
const found = (files: readonly (readonly Made[])[], since: number | null, until: number | null) =>
  withHistory(files, (path) => {
    const history = new HistoryReader(openHistory(path));
    const at = (seconds: number | null) =>
      seconds === null ? null : { seconds: FIRST + seconds, nanoseconds: 0 };
    const paths: string[] = [];
    history.visit({ since: at(since), until: at(until) }, ({ type, path }) => {
      if (type === "CLOSE_WRITE")
        paths.push(Buffer.from(path.bytes).toString("utf8", path.start, path.start + path.length));
    });
    history.close();
    return paths;
  });

test("a history that was watched from its start to its end is complete", () => {
  const whole = [[start(0), event(100), end(200)]];
  expect(gapsIn(whole)).toEqual([]);
  expect(gapsIn(whole, { since: 50, until: 150 })).toEqual([]);
  expect(gapsIn(whole, { since: 0, until: 200 })).toEqual([]);
});

test("nobody watched before the first start, between writers, and after the last end", () => {
  const history = [
    [start(100), event(150), end(200), start(300, { pid: 7 }), end(400, { pid: 7 })],
  ];
  expect(gapsIn(history)).toEqual(["200-300"]);
  expect(gapsIn(history, { since: 0, until: 500 })).toEqual(["0-100", "200-300", "400-500"]);
  expect(gapsIn(history, { since: 350 })).toEqual([`400-${NOW}`]);
  expect(gapsIn(history, { until: 150 })).toEqual([]);
  expect(gapsIn(history, { since: 210, until: 220 })).toEqual(["210-220"]);
  expect(gapsIn(history, { since: 500, until: 600 })).toEqual(["500-600"]);
});

test("a writer that still runs watches until now", () => {
  const history = [[start(100, { pid: 7 }), event(150)]];
  expect(gapsIn(history, { running: [7] })).toEqual([]);
  expect(gapsIn(history, { since: 120, until: 99_999, running: [7] })).toEqual([]);
});

test("a writer that was killed watched until its last event, as far as is known", () => {
  expect(gapsIn([[start(100), event(150), start(300, { pid: 7 }), end(400, { pid: 7 })]])).toEqual([
    "150+-300",
  ]);
  expect(gapsIn([[start(100), event(150)]])).toEqual([`150+-${NOW}`]);
  expect(gapsIn([[start(100), event(150)]], { until: 150 })).toEqual([]);
  expect(gapsIn([[start(100)], [start(300, { pid: 7 }), end(400, { pid: 7 })]])).toEqual([
    "100+-300",
  ]);
  // The events after the second start are signs of the second writer.
  const twice = [start(0), event(10), start(20, { pid: 7 }), event(30), start(40, { pid: 8 })];
  expect(gapsIn([[...twice, end(50, { pid: 8 })]])).toEqual(["10+-20", "30+-40"]);
});

test("several writers cover each other's gaps, for the paths that they watch", () => {
  const [etc, srv] = [
    { path: "/etc", pid: 7 },
    { path: "/srv", pid: 8 },
  ];
  const history = [
    [start(0, etc), start(50, srv), end(100, etc), end(200, srv), start(300, etc), end(400, etc)],
  ];
  expect(gapsIn(history)).toEqual(["200-300"]);
  expect(gapsIn(history, { paths: ["/etc/passwd"] })).toEqual(["100-300"]);
  expect(gapsIn(history, { paths: ["/srv"], since: 0, until: 400 })).toEqual(["0-50", "200-400"]);
  expect(gapsIn(history, { paths: ["/"] })).toEqual(["200-300"]);
  expect(gapsIn(history, { paths: ["/home"], since: 10, until: 20 })).toEqual(["10-20"]);
  // An event is a sign of the writer that watches its path.
  const killed = [[start(0, etc), start(0, srv), event(100, "/srv/a"), end(200, etc)]];
  expect(gapsIn(killed, { paths: ["/srv"], until: 300 })).toEqual(["100+-300"]);
});

test("without descendants, only the path and its entries are watched", () => {
  const history = [[start(0, { path: "/etc", scope: "entries" }), end(100, { path: "/etc" })]];
  for (const path of ["/etc", "/etc/passwd", "/"])
    expect(gapsIn(history, { paths: [path], since: 0, until: 100 })).toEqual([]);
  expect(gapsIn(history, { paths: ["/etc/ssh/key"], since: 0, until: 100 })).toEqual(["0-100"]);
});

test("a rotated file continues the one before; what was removed is said to be", () => {
  const since = sinceOf(0);
  const older = [start(0), event(100)];
  const newer = [start(200, since), event(210), end(300, since)];
  expect(gapsIn([older, newer], { since: 0, until: 300 })).toEqual([]);
  expect(gapsIn([newer])).toEqual([]);
  expect(gapsIn([newer], { since: 50, until: 300 })).toEqual(["begins 200"]);
  expect(gapsIn([newer], { since: -50, until: 300 })).toEqual(["-50-0", "begins 200"]);
});

test("what was pruned from a file's start leaves the rest watched", () => {
  const since = sinceOf(0);
  for (const rest of [
    [event(150), event(180), end(300, since)],
    [event(150), start(180, since), event(190), end(300, since)],
  ]) {
    expect(gapsIn([rest])).toEqual([]);
    expect(gapsIn([rest], { since: 150, until: 300 })).toEqual([]);
    expect(gapsIn([rest], { since: 100, until: 400 })).toEqual(["300-400", "begins 150"]);
  }
});

test("events of an earlier version are of a time of which nothing is known", () => {
  expect(gapsIn([[event(0), event(100)]])).toEqual(["1 unnoted"]);
  expect(gapsIn([[]])).toEqual(["1 unnoted"]);
  const updated = [[event(0), event(100), start(200), end(300)]];
  expect(gapsIn(updated)).toEqual(["1 unnoted"]);
  expect(gapsIn(updated, { since: 50, until: 250 })).toEqual(["1 unnoted"]);
  expect(gapsIn(updated, { since: 210, until: 250 })).toEqual([]);
  const between = [[start(0), end(100), event(150), start(200, { pid: 7 }), end(300, { pid: 7 })]];
  expect(gapsIn(between)).toEqual(["1 unnoted"]);
  expect(gapsIn(between, { since: 210, until: 300 })).toEqual([]);
});

test("a clock that goes back repeats a time, and one that goes forward skips one", () => {
  const back = [[start(1000), event(1900), step(1100, -900), event(1150), end(1200)]];
  expect(gapsIn(back)).toEqual([]);
  expect(gapsIn(back, { since: 900, until: 2100 })).toEqual(["900-1000", "2000-2100"]);
  const earlier = [[start(1000), step(100, -1000), end(200)]];
  expect(gapsIn(earlier, { since: 0, until: 1100 })).toEqual(["0-100", "200-1000"]);
  const forward = [[start(0), event(50), step(5000, 4900), end(5100)]];
  expect(gapsIn(forward, { since: 0, until: 5100 })).toEqual([]);
});

test("every event is found around steps of the clock, in one file or several", () => {
  const ascending = (from: number) => Array.from({ length: 100 }, (_, i) => event(from + i * 40));
  const parts: Made[][] = [
    [start(0), ...ascending(0)],
    [step(1000, -3000), ...ascending(1000)],
    [end(5000), start(300, { pid: 7 }), ...ascending(300)],
    [step(9000, 4700, { pid: 7 }), ...ascending(9000), end(13_000, { pid: 7 })],
  ];
  const all = parts.flat().filter(({ type }) => type === undefined);
  for (const files of [[parts.flat()], parts, [parts.slice(0, 2).flat(), parts.slice(2).flat()]])
    for (const [since, until] of [
      [1500, 1600],
      [3900, null],
      [null, 400],
      [4290, 4300],
      [0, 20_000],
    ] as const) {
      const times = all.map(({ seconds }) => seconds! - FIRST);
      const expected = times.filter((t) => t >= (since ?? 0) && t < (until ?? Infinity));
      expect(found(files, since, until)).toEqual(expected.map((t) => `/${t}`));
    }
});

test("pruning by age keeps what is younger, though the clock was set back", () => {
  const lines = [start(0), event(5000), step(100, -4900), event(200), event(6000), end(7000)];
  withHistory([lines], (path) => {
    const files = openHistory(path);
    const kept = (since: number) => {
      const time = { seconds: FIRST + since, nanoseconds: 0 };
      const [offset] = retentionOffsets(files, { since: time, size: null });
      return linesOf(lines).subarray(offset).toString().trimEnd().split("\n").length;
    };
    expect([kept(4000), kept(5500), kept(8000)]).toEqual([5, 2, 1]);
    for (const file of files) file.close();
  });
});

test("a name that looks like a note is none", () => {
  const path = '/a,"details":{"milliseconds":-1}';
  expect(gapsIn([[start(0), event(10, path), end(20)]])).toEqual([]);
  const forged = { ...event(10), type: "CREATE", details: { milliseconds: -1 } } as const;
  expect(gapsIn([[start(0), forged, end(20)]])).toEqual([]);
});

test("notes are found in a file of any size, also across reads", () => {
  const many = Array.from({ length: 9000 }, (_, i) => event(i));
  const lines = many.flatMap((each, i) => (i % 1500 === 700 ? [end(i), start(i), each] : [each]));
  expect(gapsIn([[start(0), ...lines, end(9000)]])).toEqual([]);
  const size = linesOf(lines).length;
  expect(size).toBeGreaterThan(2 << 20);
});

test("the report names the gaps", () => {
  const text = (gaps: Parameters<typeof coverageLosses>[0], path?: string) =>
    coverageLosses(gaps, path).map((loss) => lossText(loss));
  const gap = (from: number, to: number, isCut = false) => ({
    from: FIRST + from,
    to: FIRST + to,
    isCut,
  });
  expect(text({ gaps: [], begin: null, unnoted: 0 })).toEqual([]);
  expect(text({ gaps: [gap(0, 60), gap(90.5, 100, true)], begin: FIRST, unnoted: 1 })).toEqual([
    "2 gaps: nobody watched from 2026-04-24T03:06:40 to 2026-04-24T03:07:40, from 2026-04-24T03:08:10 or later to 2026-04-24T03:08:20",
    "1 times that are no longer in the history (it begins at 2026-04-24T03:06:40)",
    "1 parts of which the history does not record when they were watched",
  ]);
  const many = Array.from({ length: 5 }, (_, i) => gap(i * 10, i * 10 + 5));
  expect(text({ gaps: many, begin: null, unnoted: 0 }, "/etc")[0]).toMatch(
    /^5 gaps: nobody watched \/etc from (.* to .*, from ){2}.* to .*, …$/,
  );
});

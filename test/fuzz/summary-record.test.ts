/**
 * Records of a summary with bytes changed, cut off, or values of other types. A file is read or
 * refused with a reason; nothing else is thrown, and no message of a parser shows. See rounds.ts.
 */
import { expect, test } from "bun:test";
import { Run } from "../../src/model/run.ts";
import {
  readSummaryRecord,
  SUMMARY_COLUMNS,
  UnusableRecordError,
} from "../../src/sinks/reports/summary/from-record.ts";
import { combineRuns } from "../../src/sinks/reports/summary/run.ts";
import { writeSummary } from "../../src/sinks/reports/summary/sink.ts";
import type { Random } from "../random.ts";
import { Collected } from "../sinks/collected.ts";
import { rounds } from "./rounds.ts";

const KEYS = SUMMARY_COLUMNS.split(",").map((name) => (name === "filename" ? "fname" : name));
const EVENTS = [
  ["open", "openat", 7, "sh", 577, "out", 3, null, "/w/out", null, "8:1 /", null, "1", 1, 2, "REG"],
  ["exec", "execve", 7, "cc", null, "/bin/cc", 0, null, "/bin/cc", null, "", "", "1", 1, 3, "REG"],
  ["rename", "rename", 7, "sh", null, "a", 0, "b", "/w/a", "/w/b", "8:1 /", "8:1 /", "1", 1, 2, ""],
  ["exit", null, 7, "sh", null, null, null, null, null, null, null, null, null, null, null, null],
];
const OBJECTS = EVENTS.map((cells) =>
  Object.fromEntries(
    KEYS.map((key, at) => [key, key === "argv" ? ["cc", "a"] : (cells[at] ?? null)]),
  ),
);
const HEADER = { command: ["make"], cwd: "/w", host: "h", kernel: "6", started: "2026" };
const RESULT = { ended: "2026", status: 0, events: 4, losses: [{ what: "x", count: 1 }] };

/** JSON that could be anywhere in a file. */
const VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  1e308,
  "",
  "\udc80",
  "1e999",
  [],
  {},
  [[]],
  { toString: 1 },
  [{ toString: null }],
  { length: -1 },
  "__proto__",
];

function changedObject(random: Random, object: object): object {
  const keys = [...Object.keys(object), "__proto__", "toString"];
  return { ...object, [random.pick(keys)]: random.pick(VALUES) };
}

const quote = (cell: unknown) =>
  cell === null ? "" : typeof cell === "number" ? cell : `"${[cell].flat().join(" ")}"`;
const CSV = [
  KEYS.map((key) => (key === "fname" ? "filename" : key)),
  ...OBJECTS.map((each) => Object.values(each).map(quote)),
]
  .map((cells) => `${cells.join(",")}\n`)
  .join("");

const ndjson = (objects: readonly object[]) =>
  objects.map((object) => `${JSON.stringify(object)}\n`).join("");
const lines = (random: Random, of: (object: object) => object) => [
  { header: of(HEADER) },
  ...OBJECTS.map((event) => of(event)),
  { result: random.below(2) ? of(RESULT) : random.pick(VALUES) },
];

/** Returns a record that is not as trace writes it. */
function record(random: Random): Uint8Array {
  const change = (object: object) => (random.below(3) ? object : changedObject(random, object));
  const kind = random.below(4);
  if (kind === 0) return random.changed(Buffer.from(CSV));
  if (kind === 1) return random.changed(Buffer.from(ndjson(lines(random, (each) => each))));
  if (kind === 2) return Buffer.from(JSON.stringify(OBJECTS.map(change)));
  return Buffer.from(ndjson(lines(random, change)));
}

function summarize(bytes: Uint8Array): string | null {
  try {
    const { events, runs } = readSummaryRecord(Buffer.from(bytes));
    const activity = new Run();
    for (const event of events) activity.add(event);
    const output = Object.assign(new Collected(), { terminal: false, colours: false });
    for (const format of ["text", "markdown", "json"] as const)
      writeSummary(
        activity,
        output as never,
        format,
        { directory: "/w", allFiles: true },
        combineRuns(runs),
      );
    return null;
  } catch (error) {
    if (!(error instanceof UnusableRecordError)) throw error;
    return error.message;
  }
}

test("the records are read as they are", () => {
  expect(summarize(Buffer.from(CSV))).toBeNull();
  expect(summarize(Buffer.from(JSON.stringify(OBJECTS)))).toBeNull();
  expect(
    summarize(Buffer.from(ndjson([{ header: HEADER }, ...OBJECTS, { result: RESULT }]))),
  ).toBeNull();
});

test("a record of any bytes is read, or refused in one line of our own words", () => {
  let refused = 0;
  rounds(400, (random) => {
    const message = summarize(record(random));
    if (message === null) return;
    refused++;
    expect(message).toMatch(/^(?:has|is) /);
    expect(message).not.toMatch(/\n|JSON Parse|CSV_|Invalid|Unexpected|\[object/);
  });
  expect(refused).toBeGreaterThan(20);
});

test("JSON that is nested deeply is refused", () => {
  for (const depth of [1000, 100_000])
    expect(summarize(Buffer.from(`${"[".repeat(depth)}${"]".repeat(depth)}`))).toMatch(/^is /);
});

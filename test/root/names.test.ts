/** Names are recorded byte for byte, whatever they contain, in every format. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  bytesOfJson,
  difference,
  line,
  recordProgram,
  runTrace,
  show,
  temporaryDirectory,
  truthOf,
} from "./support/harness.ts";
import { program } from "./support/programs.ts";

setDefaultTimeout(120_000);

interface Recorded {
  readonly kind: string;
  readonly flags: number;
  readonly mode: number;
  readonly fname: string;
  readonly return: number;
}

test("names are recorded byte for byte in CSV", () => {
  const { truth, rows, stderr } = recordProgram("names");
  expect(difference(truth, rows.map(line))).toBe("");
  expect(stderr).toMatch(/^trace: \d+ events, complete$/m);
});

test.each([
  ["json", (text: string): Recorded[] => JSON.parse(text)],
  [
    "ndjson",
    (text: string): Recorded[] =>
      text
        .split("\n")
        .slice(0, -1)
        .map((record) => JSON.parse(record)),
  ],
])("names are recorded byte for byte in %s", (format, read) => {
  using directory = temporaryDirectory();
  const { status, stdout } = runTrace(["exec", "--format", format, "--", program("names")], {
    cwd: directory.path,
  });
  expect(status).toBe(0);
  const records = read(readFileSync(join(directory.path, `trace.${format}`), "utf8"));
  const lines = records.map((record) =>
    [show(bytesOfJson(record.fname)), record.flags, record.mode, record.return, record.kind].join(
      "\t",
    ),
  );
  expect(difference(truthOf(stdout), lines)).toBe("");
});

test("names in pages that were never touched are recorded", () => {
  const { truth, rows, stderr } = recordProgram("nonresident", ["500"]);
  expect(difference(truth, rows.map(line))).toBe("");
  expect(stderr).toMatch(/^trace: \d+ events, complete$/m);
});

test("the beginning of a name that is too long for the kernel is recorded", () => {
  const { truth, rows } = recordProgram("toolong");
  expect(rows.map((row) => row.return)).toEqual([-36, -36, -36]);
  for (const [i, { filename }] of rows.entries()) {
    expect(filename.length).toBeGreaterThanOrEqual(4095);
    expect(truth[i].startsWith(show(filename))).toBe(true);
  }
});

test("an open that is interrupted is reported once, as interrupted", () => {
  const { rows } = recordProgram("interrupted");
  const [interrupted, ...more] = rows.filter((row) => `${row.filename}` === "fifo-eintr");
  expect(more).toEqual([]);
  expect(interrupted.note).toBe("interrupted");
  expect(interrupted.return).toBeLessThan(0);
});

test("an open that is restarted is reported as interrupted, then with its result", () => {
  const { rows } = recordProgram("interrupted");
  const reader = rows.filter((row) => `${row.filename}` === "fifo-restart" && row.flags === 0);
  expect(reader.map((row) => row.note)).toEqual(["interrupted", null]);
  expect(reader[1].return).toBeGreaterThanOrEqual(0);
});

/**
 * Compares every registered format byte for byte: events.EXTENSION, and events.terminal.EXTENSION on
 * a terminal. Also the layout of text, with events of a real kernel: lines.txt, lines.terminal.txt,
 * and table.txt for selected columns. After an intended change,
 * `TRACE_UPDATE_GOLDEN=1 bun test test/golden` rewrites the files; read the diff.
 */
import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FILE_EVENT_COLUMNS } from "../../src/events/columns.ts";
import { formats } from "../../src/sinks/formats/index.ts";
import { text } from "../../src/sinks/formats/text.ts";
import { eventOf, FIXTURES, fixture, recordOf } from "../fixtures/fixtures.ts";
import { render } from "../sinks/collected.ts";
import { columns, events } from "./events.ts";

const update = process.env.TRACE_UPDATE_GOLDEN === "1";
process.env.TZ = "UTC";

function expectGolden(file: string, actual: Buffer): void {
  const path = join(import.meta.dir, file);
  if (update) writeFileSync(path, actual);
  // latin1 distinguishes bytes that are not UTF-8, and keeps a difference readable.
  expect(actual.toString("latin1")).toBe(readFileSync(path, "latin1"));
}

for (const [name, { extension, open }] of Object.entries(formats)) {
  for (const terminal of [false, true]) {
    const file = `events${terminal ? ".terminal" : ""}.${extension}`;
    const where = terminal ? "on a terminal" : "in a file";

    test(`${name} ${where} equals test/golden/${file} byte for byte`, () => {
      expectGolden(file, render(open, columns, events, terminal));
    });
  }
}

/** Without the fixtures that are only one half of an io_uring request. */
const real = FIXTURES.filter((name) => !/^uring-(submit|done|lost)/.test(name)).map((name) =>
  eventOf(recordOf(fixture(name))),
);

for (const terminal of [false, true]) {
  const file = `lines${terminal ? ".terminal" : ""}.txt`;
  test(`the events of a real kernel equal the lines of test/golden/${file}`, () => {
    expectGolden(file, render(text, FILE_EVENT_COLUMNS, real, terminal));
  });
}

test("the events of a real kernel equal the table of test/golden/table.txt", () => {
  const names = "time,pid,event,filename,return,flags_text,mode,argv,wall,note".split(",");
  const named = names.map((name) => FILE_EVENT_COLUMNS.find((column) => column.name === name)!);
  expectGolden("table.txt", render(text, named, real, false, true));
});

/**
 * Every registered format, byte for byte: events.EXTENSION, and events.terminal.EXTENSION for what
 * a person sees. And text, which has a layout for events of the real kernel: lines.txt,
 * lines.terminal.txt, and table.txt where columns are named. After a change that is meant,
 * `TRACE_UPDATE_GOLDEN=1 bun test test/golden` writes the files anew; read the diff.
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
  // latin1 keeps bytes apart that are not UTF-8, and a difference readable.
  expect(actual.toString("latin1")).toBe(readFileSync(path, "latin1"));
}

for (const [name, { extension, open }] of Object.entries(formats)) {
  for (const terminal of [false, true]) {
    const file = `events${terminal ? ".terminal" : ""}.${extension}`;
    const where = terminal ? "on a terminal" : "in a file";

    test(`${name} ${where} is byte for byte that of test/golden/${file}`, () => {
      expectGolden(file, render(open, columns, events, terminal));
    });
  }
}

/** Half an io_uring request is no event. */
const real = FIXTURES.filter((name) => !/^uring-(submit|done|lost)/.test(name)).map((name) =>
  eventOf(recordOf(fixture(name))),
);

for (const terminal of [false, true]) {
  const file = `lines${terminal ? ".terminal" : ""}.txt`;
  test(`the real kernel's events are the lines of test/golden/${file}`, () => {
    expectGolden(file, render(text, FILE_EVENT_COLUMNS, real, terminal));
  });
}

test("the real kernel's events are the table of test/golden/table.txt", () => {
  const names = "time,pid,event,filename,return,flags_text,mode,argv,wall,note".split(",");
  const named = names.map((name) => FILE_EVENT_COLUMNS.find((column) => column.name === name)!);
  expectGolden("table.txt", render(text, named, real, false, true));
});

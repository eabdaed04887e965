/**
 * Compares process events byte for byte, in each format, the tree and the counts, with the files
 * procs*. golden.test.ts says how to rewrite them.
 */
import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_PROCESS_COLUMNS, PROCESS_COLUMNS } from "../../src/events/process-event.ts";
import { formats } from "../../src/sinks/formats/index.ts";
import { processFields } from "../../src/sinks/formats/text/process-line.ts";
import { ProcessStatSink } from "../../src/sinks/reports/process-stats.ts";
import { ProcessTreeSink } from "../../src/sinks/reports/process-tree.ts";
import { EVENTS, TREE } from "../fixtures/procs/builders.ts";
import { Collected } from "../sinks/collected.ts";

process.env.TZ = "UTC";

function expectGolden(file: string, actual: Buffer): void {
  const path = join(import.meta.dir, file);
  if (process.env.TRACE_UPDATE_GOLDEN === "1") writeFileSync(path, actual);
  expect(actual.toString("latin1")).toBe(readFileSync(path, "latin1"));
}

for (const [name, { extension, open }] of Object.entries(formats)) {
  for (const terminal of name === "text" ? [false, true] : [false]) {
    const file = `procs${terminal ? ".terminal" : ""}.${extension}`;
    test(`${name} of process events equals test/golden/${file} byte for byte`, () => {
      const output = new Collected();
      const columns = name === "csv" ? PROCESS_COLUMNS : DEFAULT_PROCESS_COLUMNS;
      const layout = processFields;
      const sink = open({ columns, output, terminal, colours: terminal, layout });
      for (const event of EVENTS) sink.write(event);
      sink.close();
      expectGolden(file, output.bytes);
    });
  }
}

test("the tree equals test/golden/procs-tree.txt", () => {
  const output = new Collected();
  const sink = new ProcessTreeSink(output);
  for (const event of TREE) sink.write(event);
  sink.flush();
  expect(output.bytes.length).toBe(0);
  sink.close();
  expectGolden("procs-tree.txt", output.bytes);
});

test("the counts equal test/golden/procs-stat.txt", () => {
  const output = new Collected();
  let now = 0;
  const sink = new ProcessStatSink(output, () => now);
  for (const event of TREE) sink.write(event);
  now = 999;
  sink.flush();
  expect(output.bytes.length).toBe(0);
  now = 2500;
  sink.flush();
  for (const event of EVENTS) sink.write(event);
  now = 3100;
  sink.flush();
  sink.close();
  expectGolden("procs-stat.txt", output.bytes);
});

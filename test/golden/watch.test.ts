/** Compares file changes byte for byte in each format. golden.test.ts says how to rewrite the files. */
import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_WATCH_COLUMNS, WATCH_COLUMNS } from "../../src/events/watch-columns.ts";
import { formats } from "../../src/sinks/formats/index.ts";
import { watchFields } from "../../src/sinks/formats/text/watch-line.ts";
import { EVENTS } from "../fixtures/watch/builders.ts";
import { Collected } from "../sinks/collected.ts";

process.env.TZ = "UTC";

for (const [name, { extension, open }] of Object.entries(formats))
  for (const terminal of name === "text" ? [false, true] : [false]) {
    const file = `watch${terminal ? ".terminal" : ""}.${extension}`;
    test(`${name} of changed files equals test/golden/${file} byte for byte`, () => {
      const output = new Collected();
      const all = name === "csv" || name === "text";
      const columns = all ? WATCH_COLUMNS : DEFAULT_WATCH_COLUMNS;
      const sink = open({ columns, output, terminal, colours: terminal, layout: watchFields });
      for (const event of EVENTS) sink.write(event);
      sink.close();
      const path = join(import.meta.dir, file);
      if (process.env.TRACE_UPDATE_GOLDEN === "1") writeFileSync(path, output.bytes);
      expect(output.bytes.toString("latin1")).toBe(readFileSync(path, "latin1"));
    });
  }

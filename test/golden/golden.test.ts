/**
 * Every registered format, byte for byte: events.EXTENSION, and events.terminal.EXTENSION for what
 * a person sees. After a change that is meant, `TRACE_UPDATE_GOLDEN=1 bun test test/golden` writes
 * the files anew; read the diff.
 */
import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formats } from "../../src/sinks/index.ts";
import { render } from "../sinks/collect.ts";
import { columns, events } from "./events.ts";

const update = process.env.TRACE_UPDATE_GOLDEN === "1";

for (const [name, { extension, open }] of Object.entries(formats)) {
  for (const terminal of [false, true]) {
    const file = `events${terminal ? ".terminal" : ""}.${extension}`;
    const where = terminal ? "on a terminal" : "in a file";

    test(`${name} ${where} is byte for byte that of test/golden/${file}`, () => {
      const path = join(import.meta.dir, file);
      const actual = render(open, columns, events, terminal);
      if (update) writeFileSync(path, actual);
      // latin1 keeps bytes apart that are not UTF-8, and a difference readable.
      expect(actual.toString("latin1")).toBe(readFileSync(path, "latin1"));
    });
  }
}

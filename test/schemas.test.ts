/** The JSON Schemas of docs/schema: each is documented, has a version, and has the keys of its columns. */
import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Column } from "../src/events/column.ts";
import { FILE_EVENT_COLUMNS } from "../src/events/columns.ts";
import { HISTORY_COLUMNS } from "../src/events/history-columns.ts";
import { PCI_COLUMNS } from "../src/events/pci-columns.ts";
import { PROCESS_COLUMNS } from "../src/events/process-event.ts";
import { ROW_COLUMNS } from "../src/events/syscall-row.ts";
import { FILE_ACTIVITY_COLUMNS } from "../src/sinks/reports/syscalls/files-table.ts";

const DIRECTORY = join(import.meta.dir, "../docs/schema");
const FILES = readdirSync(DIRECTORY);
const SUFFIX = ".schema.json";

const schemaOf = (name: string) =>
  JSON.parse(readFileSync(join(DIRECTORY, `${name}${SUFFIX}`), "utf8"));

test.each(FILES)("%s has a version and is listed in the manual", (file) => {
  const name = file.slice(0, -SUFFIX.length);
  const { $id, $schema, description } = schemaOf(name);
  expect($schema).toBe("https://json-schema.org/draft/2020-12/schema");
  expect($id).toBe(`urn:trace:${name}:1`);
  expect(description).toStartWith("Version 1. ");
  const manual = readFileSync(join(import.meta.dir, "../docs/formats.md"), "utf8");
  expect(manual).toContain(`(schema/${file})`);
});

const keys = <E>(columns: readonly Column<E>[]) => columns.map(({ key }) => key);

test.each([
  ["events", keys(FILE_EVENT_COLUMNS)],
  ["watch", [...keys(HISTORY_COLUMNS), "events"]],
  ["watch-report", keys(PCI_COLUMNS)],
  ["procs", keys(PROCESS_COLUMNS)],
  ["syscalls", keys(ROW_COLUMNS)],
  ["syscalls-files", keys(FILE_ACTIVITY_COLUMNS)],
])("a row of %s has a key for every column, and one for --escape", (name, expected) => {
  expect(Object.keys(schemaOf(name).$defs.row.properties)).toEqual([...expected, "escaped"]);
});

test("every reference leads to a definition", () => {
  for (const file of FILES) {
    const schema = schemaOf(file.slice(0, -SUFFIX.length));
    const text = JSON.stringify(schema);
    for (const [, name] of text.matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g))
      expect([file, name, Object.hasOwn(schema.$defs, name)]).toEqual([file, name, true]);
  }
});

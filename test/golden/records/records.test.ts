/** Record files of earlier versions and other architectures are read as they were made. */
import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RecordFile } from "../../../src/sources/records/record-file.ts";
import { shownCsv } from "./shown.ts";

const names = readdirSync(import.meta.dir).filter((name) => name.endsWith(".trace"));

test("there is a golden record file of each architecture and format", () => {
  const all = ["aarch64", "x86_64"].flatMap((machine) => [`${machine}-1`, `${machine}-2`]);
  expect(names.toSorted()).toEqual(all.map((name) => `${name}.trace`));
});

test.each(names)("%s shows what its CSV has, byte for byte", (name) => {
  const path = join(import.meta.dir, name);
  const csv = readFileSync(path.replace(/trace$/, "csv"), "latin1");
  expect(shownCsv(path).toString("latin1")).toBe(csv);
  expect(csv.split("\n").length).toBeGreaterThan(50);
});

test.each(names)("%s is of its format, whole, and ends as the command did", (name) => {
  const file = new RecordFile(join(import.meta.dir, name));
  let events = 0;
  file.run(() => events++);
  file.close();
  const format = Number(/-(\d)/.exec(name)?.[1]);
  expect(file.header).toMatchObject({ format, host: "golden", cwd: "/tmp/trace-golden/work" });
  expect(file.header.command.slice(0, 2)).toEqual(["sh", "-c"]);
  expect(file.losses()).toEqual([]);
  expect(file.trailer).toMatchObject({ status: 143, complete: true, events });
});

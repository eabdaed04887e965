/** Record files of earlier versions and other architectures are read as they were made. */
import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RecordFile } from "../../../src/sources/records/record-file.ts";
import { shownCsv } from "./shown.ts";

const names = readdirSync(import.meta.dir).filter((name) => name.endsWith(".trace"));

test("there is a golden record file of each architecture", () => {
  expect(names.toSorted()).toEqual(["aarch64.trace", "x86_64.trace"]);
});

test.each(names)("%s shows what its CSV has, byte for byte", (name) => {
  const path = join(import.meta.dir, name);
  const csv = readFileSync(path.replace(/trace$/, "csv"), "latin1");
  expect(shownCsv(path).toString("latin1")).toBe(csv);
  expect(csv.split("\n").length).toBeGreaterThan(50);
});

test.each(names)("%s is of format 1, whole, and ends as the command did", (name) => {
  const file = new RecordFile(join(import.meta.dir, name));
  let events = 0;
  file.run(() => events++);
  file.close();
  expect(file.header).toMatchObject({ format: 1, host: "golden", cwd: "/tmp/trace-golden/work" });
  expect(file.header.command.slice(0, 2)).toEqual(["sh", "-c"]);
  expect(file.losses()).toEqual([]);
  expect(file.trailer).toMatchObject({ status: 143, complete: true, events });
});

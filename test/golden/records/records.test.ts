/** Record files of earlier versions and other architectures are read as they were made. */
import { expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RecordFileWriter } from "../../../src/sinks/formats/record.ts";
import { RecordFile } from "../../../src/sources/records/record-file.ts";
import { FORMAT_VERSION } from "../../../src/sources/records/record-format.ts";
import { Collected } from "../../sinks/collected.ts";
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
  expect(file.format).toBe(format);
  expect(file.header).toMatchObject({ host: "golden", cwd: "/tmp/trace-golden/work" });
  expect(file.header.command.slice(0, 2)).toEqual(["sh", "-c"]);
  expect(file.losses()).toEqual([]);
  expect(file.trailer).toMatchObject({ status: 143, complete: true, events });
});

test("a record of format 1 that is written anew has the present format", () => {
  const directory = mkdtempSync(join(tmpdir(), "trace-golden-"));
  try {
    const old = join(import.meta.dir, "x86_64-1.trace");
    const path = join(directory, "run.trace");
    const file = new RecordFile(old);
    const output = new Collected();
    const writer = new RecordFileWriter(output, () => 0);
    writer.begin(file.header);
    file.run((event) => writer.write(event));
    writer.close();
    file.close();
    writeFileSync(path, output.bytes);
    const anew = new RecordFile(path);
    expect([file.format, anew.format]).toEqual([1, FORMAT_VERSION]);
    anew.close();
    expect(shownCsv(path)).toEqual(shownCsv(old));
  } finally {
    rmSync(directory, { recursive: true });
  }
});

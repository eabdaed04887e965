/** Records of every format are read in the same way, and nothing of their headers is trusted. */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readRecord, takerFor } from "../../../src/cli/record/read-record.ts";
import { recordedHeader } from "../../../src/cli/record/recorded-header.ts";
import { requireEvents } from "../../../src/cli/record/required-events.ts";
import { Run } from "../../../src/model/run.ts";

const directory = mkdtempSync(join(tmpdir(), "trace-read-record-"));
afterAll(() => rmSync(directory, { recursive: true }));

const GOLDEN = join(import.meta.dir, "../../golden/records/x86_64-1.trace");
const EVENT = {
  ...{ event: "open", pid: 7, comm: "cc", flags: 0, fname: "a.c", return: 3, path: "/w/a.c" },
};
const HEADER = { command: ["cc"], cwd: "/w", user: { uid: 1, name: "u" }, events: ["open"] };
const RESULT = { events: 1, ended: "2026-01-01T00:00:00.000Z", status: 0, losses: [] };

function fileOf(name: string, objects: readonly object[]): string {
  const path = join(directory, name);
  writeFileSync(path, objects.map((object) => `${JSON.stringify(object)}\n`).join(""));
  return path;
}

describe("a record is read with what it says of its run", () => {
  test("from a record file", async () => {
    const run = new Run();
    const record = await readRecord(GOLDEN, takerFor(run));
    expect(record).toMatchObject({ name: GOLDEN, events: run.events, hasTimes: true });
    expect(record.run).toMatchObject({ cwd: "/tmp/trace-golden/work", complete: true });
    expect(record.header).toMatchObject({ host: "golden", user: { uid: 0 } });
    expect([...run.files.readFiles()].length).toBeGreaterThan(0);
  });

  test("from NDJSON", async () => {
    const path = fileOf("run.ndjson", [{ header: HEADER }, EVENT, { result: RESULT }]);
    const run = new Run();
    const record = await readRecord(path, takerFor(run));
    expect(record).toMatchObject({ events: 1, hasTimes: false, header: { user: HEADER.user } });
    expect(record.run).toMatchObject({ command: ["cc"], complete: true, status: 0 });
    expect([...run.files.readFiles()].map(([{ path }]) => path)).toEqual(["/w/a.c"]);
  });

  test("from lines without a header, of which nothing is known", async () => {
    const record = await readRecord(fileOf("plain.ndjson", [EVENT]), takerFor(new Run()));
    expect([record.run.complete, record.run.losses, record.header.user]).toEqual([
      null,
      null,
      null,
    ]);
  });
});

test("a record of some events is refused before its events are read", async () => {
  const header = { ...HEADER, filters: [{ path: ["src"] }] };
  const path = fileOf("partial.ndjson", [{ header }, EVENT, { result: RESULT }]);
  const run = new Run();
  const begin: Parameters<typeof readRecord>[2] = {
    begin: (each, of) => requireEvents(path, each, of),
  };
  await expect(readRecord(path, takerFor(run), begin)).rejects.toThrow(
    `${path}: has only some of the events: only src`,
  );
  const opens = fileOf("opens.ndjson", [{ header: HEADER }, EVENT, { result: RESULT }]);
  await expect(readRecord(opens, takerFor(run), begin)).rejects.toThrow("without the events exec,");
  expect(run.events).toBe(0);
});

test("what is no record is refused by its name", async () => {
  const path = join(directory, "text");
  writeFileSync(path, "hello\nworld\n");
  await expect(readRecord(path, takerFor(new Run()))).rejects.toThrow(
    `${path}: is not a record of trace, but text`,
  );
});

test("values of a header that have other types are left out", () => {
  const header = JSON.parse(
    `{"host": 5, "backend": "x", "user": {"uid": "0"}, "directories": {"home": 7, "tmp": "/t"},
      "environment": {"A": "1", "B": {}, "__proto__": "2"}, "events": ["open", 3]}`,
  );
  const known = recordedHeader(header);
  expect(Object.keys(known.environment ?? {})).toEqual(["A", "__proto__"]);
  expect({ ...known, environment: null }).toEqual({
    ...{ user: null, directories: { tmp: "/t" }, environment: null, events: ["open"] },
  });
  const none = { user: null, directories: null, environment: null, events: null };
  for (const value of [null, 5, "x", []]) expect(recordedHeader(value)).toEqual(none);
});

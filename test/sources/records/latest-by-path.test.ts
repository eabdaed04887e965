import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HistoryFile } from "../../../src/sources/records/history-file.ts";
import { LatestByPath, readLatestLine } from "../../../src/sources/records/latest-by-path.ts";
import { ByteSlice } from "../../../src/text/byte-slice.ts";

/** Adds one line per path, each with one character, and returns the latest lines and the losses. */
function latestOf(maxBytes: number, adds: readonly string[]) {
  const directory = mkdtempSync(join(tmpdir(), "trace-test-"));
  const path = join(directory, "history");
  writeFileSync(path, adds.map((_, i) => `${i}\n`).join(""));
  const file = new HistoryFile(path);
  const latest = new LatestByPath(maxBytes);
  for (const [i, path] of adds.entries()) {
    const bytes = new Uint8Array(0);
    latest.add(ByteSlice.from(path), { file, position: 2 * i, bytes, start: 0, end: 1 });
  }
  const lines = [...latest.values()].map(
    (each) => `${Buffer.from(readLatestLine(each))} ${each.count}`,
  );
  file.close();
  rmSync(directory, { recursive: true });
  return { lines, losses: latest.losses().map(({ what, count }) => `${count} ${what}`) };
}

test("the latest line of each path is stored in order of time, with the number of events", () => {
  const { lines, losses } = latestOf(1e6, ["/a", "/b", "/a", "/c"]);
  expect(lines).toEqual(["1 1", "2 2", "3 1"]);
  expect(losses).toEqual([]);
});

test("beyond the memory limit, the paths unchanged for longest are omitted and counted", () => {
  // A path takes some 400 bytes.
  const { lines, losses } = latestOf(1300, ["/a", "/b", "/a", "/c", "/d"]);
  expect(lines).toEqual(["2 2", "3 1", "4 1"]);
  expect(losses).toEqual(["1 paths omitted"]);
});

test("many more paths than fit are counted", () => {
  const latest = new LatestByPath(4 << 20);
  const line = { file: null as never, position: 0, bytes: new Uint8Array(0), start: 0, end: 0 };
  for (let i = 0; i < 50_000; i++) latest.add(ByteSlice.from(`/${i}`), line);
  const left = latest.values().length;
  expect(left).toBeGreaterThan(5000);
  expect(latest.losses()[0].count).toBe(50_000 - left);
});

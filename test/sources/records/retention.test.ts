import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HistoryFile } from "../../../src/sources/records/history-file.ts";
import { type RetentionPolicy, retentionOffsets } from "../../../src/sources/records/retention.ts";
import { linesOf } from "./builders.ts";

const FIRST = 1_777_000_000;
const lines = (...seconds: number[]) => seconds.map((each) => linesOf([{ seconds: FIRST + each }]));
const LENGTH = lines(0)[0].length;
const OLD = Buffer.concat(lines(0, 1, 2));
const NEW = Buffer.concat(lines(3, 4, 5));

/** Returns how many lines of each of two files are dropped. */
function dropped(policy: Partial<RetentionPolicy>): number[] {
  const directory = mkdtempSync(join(tmpdir(), "trace-test-"));
  const files = [OLD, NEW].map((content, i) => {
    const path = join(directory, String(i));
    writeFileSync(path, content);
    return new HistoryFile(path);
  });
  const starts = retentionOffsets(files, { since: null, size: null, ...policy });
  for (const file of files) file.close();
  rmSync(directory, { recursive: true });
  return starts.map((start) => start / LENGTH);
}

const since = (seconds: number) => ({ seconds: FIRST + seconds, nanoseconds: 0 });

test("older lines are dropped", () => {
  expect(dropped({ since: since(0) })).toEqual([0, 0]);
  expect(dropped({ since: since(2) })).toEqual([2, 0]);
  expect(dropped({ since: since(4) })).toEqual([3, 1]);
  expect(dropped({ since: since(9) })).toEqual([3, 3]);
});

test("the oldest lines beyond the size are dropped, as whole lines", () => {
  expect(dropped({ size: 6 * LENGTH })).toEqual([0, 0]);
  expect(dropped({ size: 6 * LENGTH - 1 })).toEqual([1, 0]);
  expect(dropped({ size: 3 * LENGTH })).toEqual([3, 0]);
  expect(dropped({ size: 2 * LENGTH + 100 })).toEqual([3, 1]);
  expect(dropped({ size: 1 })).toEqual([3, 3]);
});

test("age and size together drop the lines that either drops", () => {
  expect(dropped({ since: since(1), size: 2 * LENGTH })).toEqual([3, 1]);
  expect(dropped({ since: since(5), size: 4 * LENGTH })).toEqual([3, 2]);
});

import { expect, test } from "bun:test";
import { Slice } from "../../../src/events/column.ts";
import { LatestLines } from "../../../src/sources/history/latest.ts";

function latestOf(room: number, adds: readonly [path: string, line: string][]) {
  const latest = new LatestLines(room);
  // One buffer for all, as of a file that is read.
  const buffer = Buffer.alloc(10);
  for (const [path, line] of adds) {
    buffer.write(line, 1);
    latest.add(Slice.of(path), buffer, 1, 1 + line.length);
  }
  const told = [...latest.values()].map(({ count, line }) => `${Buffer.from(line)} ${count}`);
  return { told, losses: latest.losses().map(({ what, count }) => `${count} ${what}`) };
}

test("of each path the latest line is kept, in the order of time, with how many there were", () => {
  const { told, losses } = latestOf(1e6, [
    ["/a", "1"],
    ["/b", "2"],
    ["/a", "3"],
    ["/c", "4"],
  ]);
  expect(told).toEqual(["2 1", "3 2", "4 1"]);
  expect(losses).toEqual([]);
});

test("where there is no room, what is unchanged for longest is left out and counted", () => {
  const adds: [string, string][] = [
    ["/a", "1"],
    ["/b", "2"],
    ["/a", "3"],
    ["/c", "4"],
    ["/d", "5"],
  ];
  // A path takes some 200 bytes.
  const { told, losses } = latestOf(700, adds);
  expect(told).toEqual(["3 2", "4 1", "5 1"]);
  expect(losses).toEqual(["1 paths left out"]);
});

test("a million paths are seen though there is room for few", () => {
  const latest = new LatestLines(1 << 20);
  const line = Buffer.from("line");
  for (let i = 0; i < 1_000_000; i++) latest.add(Slice.of(`/${i}`), line, 0, line.length);
  const left = [...latest.values()].length;
  expect(left).toBeGreaterThan(1000);
  expect(latest.losses()[0].count).toBe(1_000_000 - left);
});

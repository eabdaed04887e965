import { expect, test } from "bun:test";
import { parseTips } from "../../../src/cli/syscalls/tips.ts";

test("a tip is chosen by its number, and numbers begin again after the last one", () => {
  const first = parseTips(["0"]);
  const all = new Set<string | null>([first]);
  let id = 1;
  for (; parseTips([`id:${id}`]) !== first; id++) all.add(parseTips([`id:${id}`]));
  expect(all.size).toBe(id);
});

test("a tip is random by default, and there is none unless one is requested", () => {
  expect(parseTips([])).toBeNull();
  expect(parseTips([""])).toBeString();
  expect(parseTips(["3", "format:none"])).toBeNull();
  expect(parseTips(["none", "id:3,full"])).toBe(parseTips(["3"]));
});

test.each(["first", "id:full", "format:3", "-1"])("%s is no tip", (value) => {
  expect(() => parseTips([value])).toThrow(`--tips ${value}`);
});

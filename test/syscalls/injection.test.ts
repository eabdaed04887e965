/** Which calls an injection affects. */
import { expect, test } from "bun:test";
import { parseInjection } from "../../src/filters/injection-expression.ts";
import { affects } from "../../src/syscalls/injection.ts";

const affected = (when: string) => {
  const { injection } = parseInjection("fault", `read:when=${when}`);
  return Array.from({ length: 12 }, (_, i) => i + 1).filter((count) => affects(injection, count));
};

test("an injection affects the calls from the first to the last one at its step", () => {
  expect(affected("2")).toEqual([2]);
  expect(affected("11+")).toEqual([11, 12]);
  expect(affected("2+5")).toEqual([2, 7, 12]);
  expect(affected("2..8+3")).toEqual([2, 5, 8]);
  expect(affected("3..5")).toEqual([3, 4, 5]);
});

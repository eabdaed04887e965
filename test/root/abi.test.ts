/** Opens through the other system call tables: 32-bit programs, int 0x80 and x32. */
import { expect, test } from "bun:test";
import { difference, line, recordProgram } from "./support/harness.ts";
import { canRun } from "./support/programs.ts";

test.skipIf(!canRun("open32"))("every open of a 32-bit program is recorded", () => {
  const { truth, rows } = recordProgram("open32");
  expect(difference(truth, rows.map(line))).toBe("");
  expect(new Set(rows.map((row) => row.abi))).toEqual(new Set(["compat"]));
});

test.skipIf(!canRun("int80"))("every open by int 0x80 in a 64-bit program is recorded", () => {
  const { truth, rows } = recordProgram("int80");
  expect(difference(truth, rows.map(line))).toBe("");
  expect(new Set(rows.map((row) => row.abi))).toEqual(new Set(["compat"]));
});

test("every open by an x32 number is recorded, even if the kernel has no x32", () => {
  const { truth, rows } = recordProgram("x32");
  expect(difference(truth, rows.map(line))).toBe("");
  expect(new Set(rows.map((row) => row.abi))).toEqual(new Set(["x32"]));
});

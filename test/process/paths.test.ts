import { expect, test } from "bun:test";
import { isDirectory } from "../../src/process/paths.ts";

test("only a directory that can be looked up is one", () => {
  expect(isDirectory(import.meta.dir)).toBe(true);
  const others = [import.meta.path, `${import.meta.path}/below`, "/absent", `/${"x".repeat(300)}`];
  for (const path of others) expect([path, isDirectory(path)]).toEqual([path, false]);
});

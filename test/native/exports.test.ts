/** Checks that src/native/exports.map and src/ffi/native.ts name the same functions. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const SRC = join(import.meta.dir, "../../src");

function names(file: string, pattern: RegExp): string[] {
  const matches = readFileSync(join(SRC, file), "utf8").matchAll(pattern);
  return Array.from(matches, ([, name]) => name).sort();
}

test("the exported functions of libbpf are those that are declared", () => {
  const declared = names("ffi/native.ts", /^ +(\w+): \{ args/gm);
  expect(declared.length).toBeGreaterThan(10);
  expect(declared.filter((name) => !name.startsWith("trace_"))).toEqual(
    names("native/exports.map", /^ {4}(\w+);$/gm),
  );
});

test("every declared function is called", () => {
  const files = [...new Bun.Glob("**/*.ts").scanSync(SRC)].filter(
    (file) => file !== "ffi/native.ts",
  );
  const code = files.map((file) => readFileSync(join(SRC, file), "utf8")).join("\n");
  const declared = names("ffi/native.ts", /^ +(\w+): \{ args/gm);
  expect(declared.filter((name) => !code.includes(`native().${name}(`))).toEqual([]);
});

/**
 * A copy of the built tests for one run, by hard links: tests create files beside their programs, so
 * two runs would disturb each other, and the programs would cost a gigabyte.
 */
import { linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Package } from "./package.ts";

/** Returns the directory in which the tests of a run start; `close` removes it. */
export function linkTree({ build }: Package): { readonly tests: string; close(): void } {
  const root = mkdtempSync(join(dirname(build), "run-"));
  for (const part of ["src", "tests"]) {
    mkdirSync(join(root, part));
    for (const entry of readdirSync(join(build, part), { withFileTypes: true }))
      if (entry.isFile() && !entry.name.endsWith(".o"))
        linkSync(join(build, part, entry.name), join(root, part, entry.name));
  }
  return {
    tests: join(root, "tests"),
    close: () => rmSync(root, { recursive: true, force: true }),
  };
}

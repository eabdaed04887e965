/** Requests through rings of every layout, and through every way to come to a ring, by both backends. */

import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { difference, recordProgram, run, truthOf } from "./support/harness.ts";
import { program } from "./support/programs.ts";

setDefaultTimeout(120_000);

const CASES = truthOf(run([program("uringkinds")]).stdout);

describe.each(["bpf", "ptrace"] as const)("by %s", (backend) => {
  for (const name of CASES)
    test(`every request of the case ${name} is recorded`, () => {
      const args = ["--backend", backend, "--events", "mkdir"];
      const { truth, rows, stderr } = recordProgram("uringkinds", [name], { args });
      const recorded = rows.map((row) => `${row.filename} ${row.return}`);
      expect(difference(truth, recorded)).toBe("");
      expect(new Set(rows.map((row) => row.op))).toEqual(new Set(["IORING_OP_MKDIRAT"]));
      expect(stderr).toMatch(/^trace: \d+ events?, complete( \(by ptrace\))?$/m);
    });
});

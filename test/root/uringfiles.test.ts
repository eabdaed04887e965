/** File operations by io_uring other than opens: every request, as the program knows it. */

import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { lineOf } from "../strace/expectation.ts";
import { underTrace } from "../truth/run-both.ts";
import { difference, run, temporaryDirectory, truthOf } from "./support/harness.ts";
import { program } from "./support/programs.ts";

setDefaultTimeout(120_000);

const CASES = truthOf(run([program("uringfiles")]).stdout);

describe.each([
  ["at once", []],
  ["by worker threads", ["async"]],
  ["submitted by the polling thread", ["sqpoll"]],
  ["completed late", ["deferred"]],
])("io_uring %s", (_, how) => {
  for (const name of CASES)
    test(`every request of the case ${name} is recorded`, () => {
      using directory = temporaryDirectory();
      const command = [program("uringfiles"), name, ...how];
      const { trace, stdout, verdict } = underTrace(command, { cwd: directory.path });
      const recorded = trace.filter(({ op }) => op !== null);
      expect(difference(truthOf(stdout), recorded.map(lineOf))).toBe("");
      expect(verdict).toMatch(/, complete$/);
    });
});

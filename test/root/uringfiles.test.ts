/** File operations by io_uring other than opens: every request, as the program knows it. */

import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { lineOf } from "../strace/expectation.ts";
import { underTrace } from "../truth/run-both.ts";
import { difference, run, temporaryDirectory, truthOf } from "./support/harness.ts";
import { program } from "./support/programs.ts";

setDefaultTimeout(120_000);

const CASES = truthOf(run([program("uringfiles")]).stdout);

const HOW = [
  ["at once", []],
  ["by worker threads", ["async"]],
  ["completed late", ["deferred"]],
] as const;
/** Paths without symbolic links and `..`, which ptrace resolves. */
function resolved(line: string): string {
  return line
    .replace("/dir/../absent", "/absent")
    .replace(/(LINKAT\tname=link.*\tpath=.*)\/link\t/, "$1/a\t");
}

const POLLED = ["submitted by the polling thread", ["sqpoll"]] as const;

describe.each([
  ...[...HOW, POLLED].map(([title, how]) => ["bpf", title, how] as const),
  ...HOW.map(([title, how]) => ["ptrace", title, how] as const),
])("io_uring by %s, %s", (backend, _, how) => {
  for (const name of CASES)
    test(`every request of the case ${name} is recorded`, () => {
      using directory = temporaryDirectory();
      const command = [program("uringfiles"), name, ...how];
      const { trace, stdout, verdict } = underTrace(command, { cwd: directory.path, backend });
      const truth = truthOf(stdout);
      const recorded = trace.filter(({ op }) => op !== null);
      expect(
        difference(backend === "bpf" ? truth : truth.map(resolved), recorded.map(lineOf)),
      ).toBe("");
      expect(verdict).toMatch(/, complete( \(by ptrace\))?$/);
    });
});

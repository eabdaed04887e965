/** Real programs and test programs: trace records exactly what strace sees of the same run. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { lineOf } from "../strace/expectation.ts";
import { compare } from "../truth/compare.ts";
import { underBoth } from "../truth/run-both.ts";
import { temporaryDirectory } from "./support/harness.ts";
import { canRun, program } from "./support/programs.ts";

setDefaultTimeout(120_000);

/** Runs a command under both at once and compares all fields that both have. */
function expectSameAsStrace(command: string[], cwd: string, minimum: number): void {
  const { strace, trace, verdict } = underBoth(command, { cwd });
  const { missing, extra } = compare(strace, trace);
  expect({ missing: missing.map(lineOf), extra: extra.map(lineOf) }).toEqual({
    missing: [],
    extra: [],
  });
  expect(strace.length).toBeGreaterThanOrEqual(minimum);
  expect(verdict).toMatch(/^trace: \d+ events, complete$/m);
}

test("cc: the same events as strace saw", () => {
  using directory = temporaryDirectory();
  const source = '#include <stdio.h>\n#include <stdlib.h>\nint main(void) { puts("hello"); }\n';
  writeFileSync(join(directory.path, "hello.c"), source);
  expectSameAsStrace(["cc", "-O1", "-o", "hello", "hello.c"], directory.path, 500);
});

test("a shell script with pipes and subshells: the same events as strace saw", () => {
  using directory = temporaryDirectory();
  const script = `
    set -e
    (cd /etc && ls | sort | head -n 5) >listing
    cat listing listing | while read name; do (echo "$name" >"seen-$name"); done
    find . -type f | xargs cat >all &
    (sleep 0.05; cat /etc/passwd 2>/dev/null | wc -l) >count
    wait
    cat absent 2>/dev/null || : >'odd "name", with
a newline'
    exec sh -c 'echo last >last'`;
  expectSameAsStrace(["sh", "-c", script], directory.path, 300);
});

for (const [name, ...args] of [
  ["files32"],
  ["open32"],
  ["int80"],
  ["names"],
  ["nonresident", "200"],
  ["interrupted"],
  ["sends", "calls"],
  ["lookups"],
  ["tmpfile", ..."self thread pid dev empty reopen drop".split(" ")],
  ["toolong"],
  ["exits", "exit", "0"],
  ["tree", "fork", "50"],
  ["tree", "vfork", "50"],
  ["tree", "spawn", "20"],
  ["tree", "thread", "50"],
  ["tree", "threadexec", "5"],
  ["tree", "leader", "2"],
  ["tree", "daemon", "10"],
])
  test.skipIf(!canRun(name))(`${[name, ...args].join(" ")}: the same events as strace saw`, () => {
    using directory = temporaryDirectory();
    expectSameAsStrace([program(name), ...args], directory.path, 2);
  });

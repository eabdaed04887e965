import { expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readReport, type Totals } from "./totals.ts";

/** Runs `bun test` on a file with this text. */
function totalsOf(...texts: string[]): Totals {
  const dir = mkdtempSync(join(tmpdir(), "trace-totals-"));
  try {
    texts.forEach((text, i) => {
      writeFileSync(
        join(dir, `${i}.test.ts`),
        `import { describe, expect, test } from "bun:test";\n${text}`,
      );
    });
    const command = [process.execPath, "test", "--reporter=junit", "--reporter-outfile=report.xml"];
    const { success } = Bun.spawnSync(command, { cwd: dir, stdio: ["ignore", "ignore", "ignore"] });
    return readReport(readFileSync(join(dir, "report.xml"), "latin1"), success, "these");
  } finally {
    rmSync(dir, { recursive: true });
  }
}

test("a failure has its file, its name and the first line of its message", () => {
  const text = `test("right", () => {}); test.skip("later", () => {});
    describe("a <b>", () => test("is \\"c\\"", () => { throw new Error("x > y\\nz"); }));`;
  expect(totalsOf(text)).toEqual({
    passed: 1,
    failures: ['0.test.ts: a <b> > is "c": x > y'],
    skipped: 1,
  });
});

test("a file that cannot be loaded is a failure", () => {
  const { passed, failures } = totalsOf(
    'test("right", () => {});',
    'throw new Error("at import");',
  );
  expect([passed, failures]).toEqual([1, ["these: bun test failed outside of the tests"]]);
});

test("no report, and a report without tests, are failures", () => {
  for (const text of ["", '<testsuites name="bun test" tests="0" failures="0" skipped="0">'])
    expect(readReport(text, true, "these").failures).toEqual(["these: there is no report"]);
});

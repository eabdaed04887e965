/**
 * Runs the parts given as arguments and prints a last line, `N passed, N failed`. `check` is the
 * formatter and linter, the types, the probe and every test that needs no privilege; `root` is
 * test/root, as root; `soak` is a minute of `make soak`;
 * `task-runners` is test/task-runners, and `clickhouse` test/clickhouse, as root; `strace` is a sample of strace's own tests; `vm` runs the part of test/root that
 * depends on the kernel on other kernels. A check counts as one test.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testSample } from "./strace-suite/run.ts";
import { testKernels } from "./vm/run.ts";

type Totals = { passed: number; failed: number; skipped: number };

const BIN = join(import.meta.dir, "../node_modules/.bin");

/** Whether the command ended with status 0. One that cannot be started has failed. */
function succeeds(command: string[]): boolean {
  try {
    return Bun.spawnSync(command, { stdio: ["inherit", "inherit", "inherit"] }).success;
  } catch (error) {
    console.error(`${command[0]}: ${(error as Error).message}`);
    return false;
  }
}

function check(name: string, command: string[]): Totals {
  const passed = succeeds(command);
  if (!passed) console.error(`(fail) ${name}`);
  return { passed: +passed, failed: +!passed, skipped: 0 };
}

/** A test may take long on a busy machine; one that hangs must still fail. */
const TIMEOUT_MS = 120_000;

/** Two files at a time. */
const PARALLEL = "--parallel=2";
/** Files of test/root that run alone: they list all daemons of root, or count what a busy machine drops. */
const ALONE = ["all", "daemon", "procs-all", "procs-lost"].map(
  (name) => `test/root/${name}.test.ts`,
);

const ignoring = (patterns: string[]) =>
  patterns.flatMap((pattern) => ["--path-ignore-patterns", pattern]);

/** Runs `bun test` once. A missing report means that it crashed, and counts as a failure. */
function suite(args: string[], as: string[] = []): Totals {
  const dir = mkdtempSync(join(tmpdir(), "trace-test-"));
  try {
    const file = join(dir, "report.xml");
    const report = ["--reporter=junit", `--reporter-outfile=${file}`, `--timeout=${TIMEOUT_MS}`];
    const succeeded = succeeds([...as, process.execPath, "test", ...report, ...args]);
    const totals = readTotals(file);
    if (!succeeded && totals.failed === 0) totals.failed = 1;
    return totals;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Reads the totals of JUnit's outermost element; one failure if there is no report. */
function readTotals(report: string): Totals {
  let text = "";
  try {
    text = readFileSync(report, "latin1");
  } catch {}
  const totals = /<testsuites [^>]*>/.exec(text)?.[0];
  const number = (name: string) => Number(new RegExp(` ${name}="(\\d+)"`).exec(totals ?? "")?.[1]);
  const [tests, failed, skipped] = [number("tests"), number("failures"), number("skipped")];
  if (!(tests > 0)) return { passed: 0, failed: 1, skipped: 0 };
  return { passed: tests - failed - skipped, failed, skipped };
}

const words = (text = "") => text.split(/\s+/).filter(Boolean);

const AS_ROOT = process.getuid?.() === 0 ? [] : ["sudo", "env", `PATH=${process.env.PATH}`];
/** The shortest run that shows growth; make soak takes half an hour. */
const SOAK_SECONDS = "60";

const parts: Record<string, () => Totals[] | Promise<Totals[]>> = {
  check: () => [
    check("biome check", [join(BIN, "biome"), "check"]),
    check("tsc --noEmit", [join(BIN, "tsc"), "--noEmit"]),
    check("tsc of the page", [join(BIN, "tsc"), "--noEmit", "-p", "test/report-page"]),
    check("test/probe.sh trace", ["test/probe.sh", "./trace"]),
    suite(
      ignoring(["root", "bench", "task-runners", "clickhouse"].map((name) => `test/${name}/**`)),
    ),
  ],
  root: () => [suite([PARALLEL, "test/root", ...ignoring(ALONE)], AS_ROOT), suite(ALONE, AS_ROOT)],
  soak: () => [check("soak", [...AS_ROOT, process.execPath, "test/soak/run.ts", SOAK_SECONDS])],
  "task-runners": () => [suite(["test/task-runners"], AS_ROOT)],
  clickhouse: () => [suite(["test/clickhouse"], AS_ROOT)],
  strace: async () => [await testSample()],
  vm: () => testKernels(words(process.env.KERNELS), words(process.env.TESTS)),
};

const totals = { passed: 0, failed: 0, skipped: 0 };
for (const name of process.argv.slice(2)) {
  for (const part of await parts[name]()) {
    totals.passed += part.passed;
    totals.failed += part.failed;
    totals.skipped += part.skipped;
  }
}
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : "";
console.log(`${totals.passed} passed, ${totals.failed} failed${skipped}`);
process.exit(totals.failed > 0 || totals.passed === 0 ? 1 : 0);

/**
 * Runs the parts given as arguments, and prints what failed and a last line, `N passed, N failed`.
 * `check` is the formatter and linter, the types, the probe and every test that needs no privilege;
 * `root` is test/root, as root; `soak` is a minute of `make soak`; `task-runners` is
 * test/task-runners, and `clickhouse` test/clickhouse, as root; `strace` is a sample of strace's own
 * tests; `vm` runs the part of test/root that depends on the kernel on other kernels. A check counts as
 * one test.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testSample } from "./strace-suite/run.ts";
import { readReport, type Totals } from "./totals.ts";
import { testKernels } from "./vm/run.ts";

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
  return { passed: +passed, failures: passed ? [] : [name], skipped: 0 };
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
    const text = existsSync(file) ? readFileSync(file, "latin1") : "";
    return readReport(text, succeeded, `bun test ${args.join(" ")}`);
  } finally {
    rmSync(dir, { recursive: true });
  }
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

let [passed, skipped] = [0, 0];
const failures: string[] = [];
for (const name of process.argv.slice(2)) {
  for (const part of await parts[name]()) {
    passed += part.passed;
    skipped += part.skipped;
    failures.push(...part.failures);
  }
}
for (const failure of failures) console.log(`(fail) ${failure}`);
const unrun = skipped > 0 ? `, ${skipped} skipped` : "";
console.log(`${passed} passed, ${failures.length} failed${unrun}`);
process.exit(failures.length > 0 || passed === 0 ? 1 : 0);

/**
 * Locks of repeated runs must be the same, byte for byte, and hold for the other backend:
 * `run.ts [COUNT [NAME]]` runs each command, or those with NAME in their names, COUNT times with each
 * backend, in a directory that is cleaned between. clang-check then reads the compilation database of
 * a build.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { difference, runTrace, temporaryDirectory } from "../root/support/harness.ts";
import { REPEATED, type Repeated } from "./commands.ts";
import { compdbFaults } from "./compdb.ts";

const [count = "10", name = ""] = process.argv.slice(2);
/** What rustup needs to find the compiler. */
const { PATH, RUSTUP_HOME = `${process.env.HOME}/.rustup` } = process.env;

const BACKENDS = ["bpf", "ptrace"] as const;
type Backend = (typeof BACKENDS)[number];

/** Returns what is wrong with the locks of runs. */
function faults({ command, make, clean }: Repeated, backend: Backend): string[] {
  using directory = temporaryDirectory();
  using home = temporaryDirectory();
  const { path } = directory;
  make(path);
  const env = { PATH, HOME: home.path, RUSTUP_HOME };
  const traced = (by: Backend, what: string, statuses: readonly number[]) => {
    const args = [what, "-q", "--wait", "--backend", by, "--", ...command];
    const { status, stderr } = runTrace(args, { cwd: path, env });
    if (!statuses.includes(status ?? -1)) throw new Error(`status ${status}: ${stderr}`);
    return status === 0 ? [] : [stderr];
  };
  // The first run fills caches.
  Bun.spawnSync([...command], { cwd: path, env });
  const locks: string[] = [];
  for (let run = 0; run < Number(count); run++) {
    clean(path);
    traced(backend, "lock", [0]);
    locks.push(readFileSync(join(path, "trace.lock"), "utf8"));
  }
  const lines = locks.map((text) => text.split("\n"));
  const differences = lines.map((each) => difference(lines[0], each)).filter((text) => text !== "");
  const violations = BACKENDS.flatMap((by) => {
    clean(path);
    return traced(by, "check", [0, 4]).map((text) => `checked by ${by}: ${text}`);
  });
  return [...differences, ...violations];
}

const totals = { passed: 0, failed: 0, skipped: 0 };

function report(what: string, found: readonly string[]): void {
  if (found.length) totals.failed++;
  else totals.passed++;
  console.log(`${found.length ? "FAILED" : "passed"}: ${what}`);
  for (const text of found) console.log(text);
}

function skip(what: string, missing: readonly string[]): void {
  totals.skipped++;
  console.log(`skipped: ${what}: no ${missing.join(", ")}`);
}

for (const repeated of REPEATED.filter((each) => each.name.includes(name))) {
  const missing = repeated.needs?.filter((program) => Bun.which(program) === null) ?? [];
  if (missing.length) {
    skip(repeated.name, missing);
    continue;
  }
  for (const backend of BACKENDS)
    report(`locks of ${repeated.name} (${backend})`, faults(repeated, backend));
}
const COMPDB = "the compilation database of make";
if (COMPDB.includes(name))
  if (Bun.which("clang-check")) report(COMPDB, compdbFaults());
  else skip(COMPDB, ["clang-check"]);
const { passed, failed, skipped } = totals;
console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`);
process.exit(failed ? 1 : 0);

/**
 * Which tests strace itself passes on this machine, within a time limit: only those can judge trace.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { release } from "node:os";
import { dirname } from "node:path";
import { cached } from "./package.ts";
import type { Outcome } from "./run-test.ts";
import { type Plan, runTests } from "./suite.ts";

type Status = Outcome["status"];

/**
 * The time that a test may take with strace, in seconds. Some run every test program several times,
 * or until strace fails.
 */
const LIMIT = 60;

/** The results hold for one strace and one kernel. */
function file(): string {
  const strace = Bun.spawnSync(["/usr/bin/strace", "-V"]).stdout.toString().split(" ")[3].trim();
  return cached(`control-${strace.split("\n")[0]}-${release()}.json`);
}

/** Replaces the file as a whole: two runs may write it. */
function save(path: string, known: Readonly<Record<string, Status>>): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.${process.pid}`, JSON.stringify(known, null, 1));
  renameSync(`${path}.${process.pid}`, path);
}

/** Returns the tests that strace passes, from earlier runs if they include them. */
export async function passedByStrace(
  plan: Plan,
  tests: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const path = file();
  const known: Record<string, Status> = existsSync(path)
    ? JSON.parse(readFileSync(path, "utf8"))
    : {};
  const unknown = new Map([...tests].filter(([name]) => !(name in known)));
  if (unknown.size) {
    console.error(`running ${unknown.size} tests with strace`);
    const control = { ...plan, trace: null, keep: null, limit: LIMIT };
    // Each result is saved at once: all tests together take an hour.
    await runTests(control, unknown, (name, { status }) => {
      known[name] = status;
      save(path, known);
    });
  }
  return new Map([...tests].filter(([name]) => known[name] === "passed"));
}

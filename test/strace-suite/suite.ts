/** Runs many of strace's tests, several at a time. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Package } from "./package.ts";
import { type Outcome, runTest, type Session } from "./run-test.ts";
import { linkTree } from "./tree.ts";

/** How tests are run. */
export interface Plan {
  readonly strace: Package;
  /** The executable to be judged; null for strace. */
  readonly trace: string | null;
  readonly jobs: number;
  /** A directory for what the tests expected and got; null to remove it. */
  readonly keep: string | null;
  /** The time that a test may take, in seconds. */
  readonly limit?: number;
}

/** Some tests start strace a thousand times, and trace is a larger program. */
const LIMIT = 300;

/** Does the work for each item, by so many workers. */
async function each<T>(items: Iterable<T>, jobs: number, work: (item: T) => Promise<void>) {
  const queue = items[Symbol.iterator]();
  const worker = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: jobs }, worker));
}

function showProgress(done: number, total: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${done}/${total} \r`);
  else if (done % 200 === 0) console.error(`${done}/${total}`);
}

/**
 * Runs the tests. Those that fail beside others are run again, alone: many depend on the time.
 * @param tests the names and their scripts
 * @param ended called with each result, twice for a test that is run again
 */
export async function runTests(
  plan: Plan,
  tests: ReadonlyMap<string, string>,
  ended: (name: string, outcome: Outcome) => void = () => {},
): Promise<Map<string, Outcome>> {
  const tree = linkTree(plan.strace);
  const kept = plan.keep ?? mkdtempSync(join(tmpdir(), "trace-strace-suite-"));
  const session: Session = { ...plan, tests: tree.tests, kept, limit: plan.limit ?? LIMIT };
  const outcomes = new Map<string, Outcome>();
  const attempt = async ([name, script]: readonly [string, string]) => {
    const outcome = await runTest(session, name, script);
    outcomes.set(name, outcome);
    ended(name, outcome);
  };
  try {
    let done = 0;
    await each(tests, plan.jobs, async (test) => {
      await attempt(test);
      showProgress(++done, tests.size);
    });
    const failed = [...tests].filter(([name]) => outcomes.get(name)!.status === "failed");
    if (plan.jobs > 1) await each(failed, 1, attempt);
    return outcomes;
  } finally {
    tree.close();
    if (plan.keep === null) rmSync(kept, { recursive: true, force: true });
  }
}

/**
 * Judges `trace syscalls` by strace's own tests: those that strace itself passes on this machine.
 *
 *   run.ts [--sample] [--only REGEX] [--list FILE] [--jobs N] [--keep DIR] [--trace FILE]
 *          [--source DIR --build DIR]
 *
 * Exits with status 1 if fewer tests pass than are recorded here, or if one of the sample fails.
 */
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../root/support/programs.ts";
import type { Totals } from "../totals.ts";
import { passedByStrace } from "./control.ts";
import { exceptions, parseList, sample } from "./lists.ts";
import { buildPrograms, fetchPackage, type Package } from "./package.ts";
import { judge, type Result, report } from "./report.ts";
import { type Plan, runTests } from "./suite.ts";
import { allTests, programsOf } from "./tests.ts";

/** How many of all tests pass, at least. */
const RECORDED = 830;

/** What to run; everything by default. */
export interface Choice {
  readonly sample?: boolean;
  readonly only?: string;
  readonly list?: string;
  readonly jobs?: number;
  readonly keep?: string;
  readonly trace?: string;
  readonly using?: Package;
}

function select(tests: Map<string, string>, { sample: isSample, only, list }: Choice) {
  const listed = isSample ? sample() : list ? parseList(readFileSync(list, "utf8")) : null;
  const unknown = listed?.find((name) => !tests.has(name));
  if (unknown !== undefined) throw new Error(`${unknown}: strace has no such test`);
  const pattern = new RegExp(only ?? "");
  const chosen = (name: string) => pattern.test(name) && (!listed || listed.includes(name));
  return new Map([...tests].filter(([name]) => chosen(name)));
}

/** Fetches and builds what the tests need, and runs them. */
export async function judgeTrace(choice: Choice): Promise<Result> {
  const strace = fetchPackage(choice.using);
  const tests = select(allTests(strace), choice);
  buildPrograms(strace, programsOf(strace, tests));
  const plan: Plan = {
    strace,
    trace: resolve(choice.trace ?? `${ROOT}/trace`),
    jobs: choice.jobs ?? availableParallelism(),
    keep: choice.keep ? resolve(choice.keep) : null,
  };
  // strace passes all of the sample, wherever it is run.
  const judging = choice.sample ? tests : await passedByStrace(plan, tests);
  return judge(await runTests(plan, judging), exceptions());
}

/** Returns the names of the sample's tests that did not pass. */
export function failuresOfSample({ passed }: Result): string[] {
  return sample().filter((name) => !passed.includes(name));
}

/** Runs the sample, and reports every failure. */
export async function testSample(): Promise<Totals> {
  try {
    const result = await judgeTrace({ sample: true });
    console.log(report(result).join("\n"));
    const failures = failuresOfSample(result).map((name) => `strace's test ${name}`);
    return { passed: result.passed.length, failures, skipped: 0 };
  } catch (error) {
    return { passed: 0, failures: [`strace's tests: ${(error as Error).message}`], skipped: 0 };
  }
}

function readChoice(args: string[]): Choice {
  const { values } = parseArgs({
    args,
    options: {
      sample: { type: "boolean" },
      only: { type: "string" },
      list: { type: "string" },
      jobs: { type: "string" },
      keep: { type: "string" },
      trace: { type: "string" },
      source: { type: "string" },
      build: { type: "string" },
    },
  });
  const { source, build, jobs, ...rest } = values;
  return {
    ...rest,
    jobs: jobs ? Number(jobs) : undefined,
    using: source && build ? { source: resolve(source), build: resolve(build) } : undefined,
  };
}

if (import.meta.main) {
  const choice = readChoice(process.argv.slice(2).filter(Boolean));
  const result = await judgeTrace(choice);
  console.log(report(result).join("\n"));
  const isWhole = !choice.sample && !choice.only && !choice.list;
  const failed = isWhole
    ? result.passed.length < RECORDED || failuresOfSample(result).length > 0
    : result.failed.size > 0;
  process.exit(failed ? 1 : 0);
}

/** The result of a run for people. */
import { CAUSES, causeOf, missingOption } from "./causes.ts";
import type { Outcome } from "./run-test.ts";

/** What trace did with the tests. */
export interface Result {
  readonly passed: readonly string[];
  /** Tests that fail because trace is right, and strace 6.1 is not. */
  readonly excepted: readonly string[];
  readonly failed: ReadonlyMap<string, Outcome>;
  /** Listed exceptions that pass. */
  readonly needless: readonly string[];
}

/** Sorts the outcomes. A skipped test has failed: strace does not skip it. */
export function judge(
  outcomes: ReadonlyMap<string, Outcome>,
  exceptions: ReadonlyMap<string, string>,
): Result {
  const names = [...outcomes.keys()];
  const passes = (name: string) => outcomes.get(name)!.status === "passed";
  const fails = (name: string) => !passes(name) && !exceptions.has(name);
  return {
    passed: names.filter(passes),
    excepted: names.filter((name) => !passes(name) && exceptions.has(name)),
    failed: new Map([...outcomes].filter(([name]) => fails(name))),
    needless: names.filter((name) => passes(name) && exceptions.has(name)),
  };
}

function section(title: string, names: readonly string[]): string[] {
  return names.length ? [`${title}: ${names.length}`, ...names.map((name) => `  ${name}`)] : [];
}

/** Returns how many tests miss each option, the most frequent one first. */
function missingOptions(failed: Result["failed"]): string[] {
  const counts = new Map<string, number>();
  for (const outcome of failed.values()) {
    const option = causeOf(outcome) === "missing option" ? missingOption(outcome.output) : null;
    if (option) counts.set(option, (counts.get(option) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted.map(([option, count]) => `  ${String(count).padStart(4)} ${option}`);
}

/** Returns the lines of the report. */
export function report({ passed, excepted, failed, needless }: Result): string[] {
  const lines: string[] = [];
  for (const cause of CAUSES) {
    const names = [...failed].filter(([, outcome]) => causeOf(outcome) === cause);
    lines.push(...section(`failed, ${cause}`, names.map(([name]) => name).sort()));
  }
  const options = missingOptions(failed);
  if (options.length) lines.push("missing options, and the tests that stop at each:", ...options);
  lines.push(...section("expected exceptions", excepted));
  lines.push(...section("listed in exceptions.txt, but passed", needless));
  lines.push(
    `strace's tests: ${passed.length} passed, ${failed.size} failed, ${excepted.length} exceptions`,
  );
  return lines;
}

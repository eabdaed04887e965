/** The names of strace's tests, and the programs that they run. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Package, variable } from "./package.ts";

/** Tests that change the machine's kernel log or terminals, or only strace's own help and messages. */
const EXCLUDED =
  /^(syslog.*|vhangup|strace-[hV].*|options-syntax|strace-log-merge.*|(filtering|qualify)_.*-syntax)$/;

/** Returns a test's name: that of its script without the suffix. */
export const nameOf = (script: string): string => script.replace(/(\.gen)?\.test$/, "");

/** Returns the names of all tests of the native ABI, sorted, and their scripts. */
export function allTests(strace: Package): Map<string, string> {
  const lists = ["GEN_TESTS", "DECODER_TESTS", "MISC_TESTS"];
  const scripts = lists.flatMap((list) => variable(strace, list));
  const found = scripts
    .filter((script) => existsSync(join(strace.source, "tests", script)))
    .map((script) => [nameOf(script), script] as const)
    .filter(([name]) => !EXCLUDED.test(name));
  return new Map(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function words(file: string): string[] {
  return existsSync(file) ? readFileSync(file, "latin1").split(/[^\w.+-]+/) : [];
}

/** Programs that init.sh and the tests' helpers run. */
const COMMON = ["is_linux_mips_n64", "print-time", "set_sigblock", "set_sigign", "sleep"];

/**
 * Returns which programs the tests run: those of the tests' own names, and all that are named in the
 * scripts and in their lists of programs.
 */
export function programsOf(strace: Package, tests: ReadonlyMap<string, string>): string[] {
  const programs = new Set(variable(strace, "check_PROGRAMS"));
  const directory = join(strace.source, "tests");
  const needed = new Set(COMMON);
  for (const [name, script] of tests) {
    const script_ = words(join(directory, script));
    const helpers = script_.filter((word) => word.endsWith(".sh") && word !== "init.sh");
    const files = [...helpers, `${name}.in`];
    if (script_.includes("test_trace_expr")) files.push("pure_executables.list");
    for (const word of [name, ...script_, ...files.flatMap((file) => words(join(directory, file)))])
      needed.add(word);
  }
  return [...needed].filter((word) => programs.has(word)).sort();
}

/** Runs scripts under `trace exec --summary=json` and returns what it says of their directories. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../root/support/programs.ts";
import type { Summary } from "./model-fs.ts";

/** How a summary is made: live by a backend, or of a record file that was made by eBPF. */
export const WAYS = ["bpf", "ptrace", "record"] as const;
export type Way = (typeof WAYS)[number];

export interface Ran {
  readonly summary: Summary;
  /** What is there at the end: sorted paths, those of directories with a slash. */
  readonly tree: readonly string[];
  /** Exit status of the script. */
  readonly status: number;
}

/** What a script is run in. */
export interface Place {
  /** Makes the files that are there at the start. */
  prepare(directory: string): void;
  /** Returns the script for a directory. */
  script(directory: string): string;
}

const BATCH = `cd "$1"
for W in "$1"/*/; do
  W=\${W%/}
  (cd "$W" && . "$2/\${W##*/}.sh") >/dev/null
  echo $? >"$2/\${W##*/}.status"
done`;

/**
 * Runs scripts one after the other under one trace, each in a new directory whose path is in $W.
 * @throws Error if trace fails or reports a loss
 */
export async function runBatch(places: readonly Place[], way: Way): Promise<Ran[]> {
  const base = mkdtempSync(join(tmpdir(), "trace-truth-"));
  try {
    const [work, beside] = [join(base, "w"), join(base, "scripts")];
    for (const directory of [work, beside]) mkdirSync(directory);
    const directories = places.map((place, i) => {
      const name = `${i}`.padStart(4, "0");
      const directory = join(work, name);
      mkdirSync(directory);
      place.prepare(directory);
      writeFileSync(join(beside, `${name}.sh`), `set -e\n${place.script(directory)}\n`);
      return { name, directory };
    });
    const output = join(base, "summary.json");
    await traced(["sh", "-c", BATCH, "sh", work, beside], way, output, work);
    const found = JSON.parse(readFileSync(output, "utf8"));
    const split = splitSummary(found, work);
    return directories.map(({ name, directory }) => ({
      summary: split.get(name) ?? { inputs: [], outputs: [], removed: [] },
      tree: treeOf(directory),
      status: Number(readFileSync(join(beside, `${name}.status`), "utf8")),
    }));
  } finally {
    rmSync(base, { recursive: true });
  }
}

/** Runs a command under trace. @throws Error if trace fails or reports a loss */
export async function traced(
  command: readonly string[],
  way: Way,
  output: string,
  cwd: string,
  env = process.env,
): Promise<void> {
  const backend = way === "ptrace" ? ["--backend", way] : ["--backend", "bpf", "--buffer", "64M"];
  const record = `${output}.trace`;
  const to = way === "record" ? ["-o", record] : [`--summary=json:${output}`];
  await succeed(["exec", "--require-complete", ...backend, ...to, "--", ...command], { cwd, env });
  if (way === "record") await succeed(["summary", "--format", `json:${output}`, record], {});
}

/** @throws Error if trace fails, or reports a loss */
async function succeed(
  args: readonly string[],
  { cwd, env }: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv },
): Promise<void> {
  const stdio = { stdin: "ignore", stdout: "ignore", stderr: "pipe" } as const;
  const child = Bun.spawn([join(ROOT, "trace"), ...args], { cwd, env, ...stdio });
  const errors = await new Response(child.stderr).text();
  const exitCode = await child.exited;
  // Only trace itself exits with these; the status of the command does not matter.
  const isRecorded = args[0] !== "exec" || /^trace: \d+ events, complete/m.test(errors);
  if (exitCode === 2 || exitCode === 3 || exitCode === 125 || !isRecorded)
    throw new Error(`trace: status ${exitCode}: ${errors}`);
}

interface Listed {
  readonly path: string;
}

/** Splits a summary by the subdirectories of a directory. */
function splitSummary(
  report: Record<keyof Summary, readonly Listed[]>,
  work: string,
): Map<string, Summary> {
  const split = new Map<string, { [key in keyof Summary]: string[] }>();
  for (const key of ["inputs", "outputs", "removed"] as const)
    for (const { path } of report[key]) {
      if (!path.startsWith(`${work}/`)) continue;
      const [name, ...rest] = path.slice(work.length + 1).split("/");
      const lists = split.get(name) ?? { inputs: [], outputs: [], removed: [] };
      split.set(name, lists);
      if (rest.join("/") !== "") lists[key].push(rest.join("/"));
    }
  return split;
}

/** Returns every path below a directory; those of directories end with a slash. */
export function treeOf(directory: string, prefix = ""): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .flatMap((each) => {
      const path = `${prefix}${each.name}`;
      if (!each.isDirectory()) return [path];
      return [`${path}/`, ...treeOf(join(directory, each.name), `${path}/`)];
    })
    .sort();
}

/** What differs, a line each; empty when all is equal. */
export function differences(found: Summary, expected: Summary): string[] {
  return (["inputs", "outputs", "removed"] as const).flatMap((key) => [
    ...expected[key].filter((path) => !found[key].includes(path)).map((path) => `- ${key} ${path}`),
    ...found[key].filter((path) => !expected[key].includes(path)).map((path) => `+ ${key} ${path}`),
  ]);
}

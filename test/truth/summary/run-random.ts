/**
 * Runs random programs under `trace exec --summary=json` and compares with a model of the file
 * system: `bun test/truth/summary/run-random.ts [COUNT [SEED [BACKEND…]]]`. A program that fails is
 * shrunk and printed. Exits with status 1 if one fails in a way that is not known.
 */
import { Random } from "../../random.ts";
import { asRoot } from "../as-root.ts";
import type { Summary } from "./model-fs.ts";
import { randomProgram, replay, shrink } from "./programs.ts";
import { plant } from "./start-tree.ts";
import { type Step, scriptOf } from "./steps.ts";
import { type Backend, differences, type Place, type Ran, runBatch } from "./trace-summary.ts";

/** Programs that run under one trace. */
const BATCH = 100;
const SHORTEST = 5;
const LONGEST = 30;

/** What trace says of the files in a new directory in which a script runs. */
export async function summaryOf(script: string, backend: Backend): Promise<Summary> {
  const [{ summary, status }] = await runBatch([{ prepare: plant, script: () => script }], backend);
  if (status !== 0) throw new Error(`status ${status}: ${script}`);
  return summary;
}

/** Symbolic links of programs may have targets below it. */
const ANYWHERE = "/w";

function placeOf(steps: readonly Step[]): Place {
  return { prepare: plant, script: () => scriptOf(steps) };
}

/** What is wrong after a program ran; empty if nothing is. */
function faults(steps: readonly Step[], { summary, tree, status }: Ran): string[] {
  const model = replay(steps, ANYWHERE)?.model;
  if (!model) throw new Error(`the model cannot run:\n${scriptOf(steps)}`);
  const paths = [...model.paths()].map(([path, { node }]) =>
    node.kind === "directory" ? `${path}/` : path,
  );
  if (status !== 0 || !Bun.deepEquals(paths.sort(), tree))
    return [
      `the model is wrong: status ${status}, ${tree.filter((path) => !paths.includes(path))}`,
    ];
  return differences(summary, model.expected());
}

type Program = readonly Step[];

/** Runs programs; returns the faults of each. One that the model cannot run has none. */
async function run(programs: readonly Program[], backend: Backend): Promise<string[][]> {
  const runnable = programs.filter((steps) => replay(steps, ANYWHERE) !== null);
  const ran = runnable.length ? await runBatch(runnable.map(placeOf), backend) : [];
  return programs.map((steps) => {
    const at = runnable.indexOf(steps);
    return at < 0 ? [] : faults(steps, ran[at]);
  });
}

const indent = (lines: readonly string[]) => lines.join("\n").replaceAll("\n", "\n    ");

/** Prints the smallest part of a program that fails. @returns why it is known to fail, if it is */
async function report(
  seed: number,
  steps: Program,
  wrong: string[],
  backend: Backend,
): Promise<string | undefined> {
  const small = await shrink(steps, async (programs) =>
    (await run(programs, backend)).map((faults) => faults.length > 0),
  );
  const [again] = await run([small], backend);
  const [known] = backend === "bpf" ? (replay(small, ANYWHERE)?.model.unknowable ?? []) : [];
  const why = known === undefined ? "" : `unknowable by names on bpf: ${known}:`;
  console.log(`program ${seed}, ${backend}: ${why}\n    ${indent([scriptOf(small)])}`);
  const shown = again.length ? again : ["not always; the first time:", ...wrong];
  console.log(`  ${indent(shown)}`);
  return known;
}

function programOf(seed: number): Step[] {
  const random = new Random(seed * 1_000_003);
  return randomProgram(random, SHORTEST + random.below(LONGEST - SHORTEST + 1), ANYWHERE);
}

/** @returns how many programs failed in ways that are not known */
async function judge(count: number, firstSeed: number, backend: Backend): Promise<number> {
  let failed = 0;
  const known = new Map<string, number>();
  for (let first = 0; first < count; first += BATCH) {
    const length = Math.min(BATCH, count - first);
    const seeds = Array.from({ length }, (_, i) => firstSeed + first + i);
    const programs = seeds.map(programOf);
    for (const [i, wrong] of (await run(programs, backend)).entries()) {
      if (!wrong.length) continue;
      const why = await report(seeds[i], programs[i], wrong, backend);
      if (why === undefined) failed++;
      else known.set(why, (known.get(why) ?? 0) + 1);
    }
  }
  const unknowable = [...known.values()].reduce((sum, each) => sum + each, 0);
  for (const [why, times] of known)
    console.log(`unknowable by names, ${backend}: ${times}: ${why}`);
  const right = count - failed - unknowable;
  console.log(
    `random programs, ${backend}: ${right} right, ${unknowable} unknowable by names, ${failed} wrong`,
  );
  return failed;
}

if (import.meta.main) {
  asRoot();
  const [count = "200", seed = "1", ...backends] = process.argv.slice(2);
  const wanted = (backends.length ? backends : ["bpf", "ptrace"]) as Backend[];
  const failed = await Promise.all(
    wanted.map((backend) => judge(Number(count), Number(seed), backend)),
  );
  process.exit(failed.every((each) => each === 0) ? 0 : 1);
}

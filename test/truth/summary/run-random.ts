/**
 * Runs random programs under `trace exec --summary=json` and compares with a model of the file
 * system: `bun test/truth/summary/run-random.ts [COUNT [SEED [WAY…]]]`. A program that fails is
 * shrunk and printed. Exits with status 1 if one fails in a way that is not known.
 */
import { Random } from "../../random.ts";
import { asRoot } from "../as-root.ts";
import type { Summary } from "./model-fs.ts";
import { randomProgram, replay, shrink } from "./programs.ts";
import { plant } from "./start-tree.ts";
import { type Step, scriptOf } from "./steps.ts";
import { differences, type Place, type Ran, runBatch, WAYS, type Way } from "./trace-summary.ts";

/** Programs that run under one trace. */
const BATCH = 100;
const SHORTEST = 5;
const LONGEST = 30;

/** What trace says of the files in a new directory in which a script runs. */
export async function summaryOf(script: string, way: Way): Promise<Summary> {
  const [{ summary, status }] = await runBatch([{ prepare: plant, script: () => script }], way);
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
async function run(programs: readonly Program[], way: Way): Promise<string[][]> {
  const runnable = programs.filter((steps) => replay(steps, ANYWHERE) !== null);
  const ran = runnable.length ? await runBatch(runnable.map(placeOf), way) : [];
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
  way: Way,
): Promise<string | undefined> {
  const small = await shrink(steps, async (programs) =>
    (await run(programs, way)).map((faults) => faults.length > 0),
  );
  const [again] = await run([small], way);
  const [known] = way !== "ptrace" ? (replay(small, ANYWHERE)?.model.unknowable ?? []) : [];
  const why = known === undefined ? "" : `unknowable by names: ${known}:`;
  console.log(`program ${seed}, ${way}: ${why}\n    ${indent([scriptOf(small)])}`);
  const shown = again.length ? again : ["not always; the first time:", ...wrong];
  console.log(`  ${indent(shown)}`);
  return known;
}

function programOf(seed: number): Step[] {
  const random = new Random(seed * 1_000_003);
  return randomProgram(random, SHORTEST + random.below(LONGEST - SHORTEST + 1), ANYWHERE);
}

/** @returns how many programs failed in ways that are not known */
async function judge(count: number, firstSeed: number, way: Way): Promise<number> {
  let failed = 0;
  const known = new Map<string, number>();
  for (let first = 0; first < count; first += BATCH) {
    const length = Math.min(BATCH, count - first);
    const seeds = Array.from({ length }, (_, i) => firstSeed + first + i);
    const programs = seeds.map(programOf);
    for (const [i, wrong] of (await run(programs, way)).entries()) {
      if (!wrong.length) continue;
      const why = await report(seeds[i], programs[i], wrong, way);
      if (why === undefined) failed++;
      else known.set(why, (known.get(why) ?? 0) + 1);
    }
  }
  const unknowable = [...known.values()].reduce((sum, each) => sum + each, 0);
  for (const [why, times] of known) console.log(`unknowable by names, ${way}: ${times}: ${why}`);
  const right = count - failed - unknowable;
  console.log(
    `random programs, ${way}: ${right} right, ${unknowable} unknowable by names, ${failed} wrong`,
  );
  return failed;
}

if (import.meta.main) {
  asRoot();
  const [count = "200", seed = "1", ...ways] = process.argv.slice(2);
  const wanted = (ways.length ? ways : WAYS) as readonly Way[];
  const failed = await Promise.all(wanted.map((way) => judge(Number(count), Number(seed), way)));
  process.exit(failed.every((each) => each === 0) ? 0 : 1);
}

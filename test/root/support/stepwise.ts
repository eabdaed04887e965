/**
 * Does random operations on a tree one by one, and after each looks at what was told. By itself it
 * does so in a directory and prints what differed from the model: `bun stepwise.ts DIRECTORY`.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Random } from "../../random.ts";
import { program } from "./programs.ts";
import { type Operation, TreeModel } from "./tree-model.ts";
import { lineOf, types, watching } from "./watch-source.ts";

const STEPS = 1000;

export interface Outcome {
  readonly differences: readonly string[];
  readonly limits: readonly string[];
  readonly losses: readonly unknown[];
  /** Who did it, of all that was told. */
  readonly pids: readonly number[];
}

/** What differs between two lists in no order; "" where nothing does. */
function difference({ line, events }: Operation, told: readonly string[]): string {
  const [want, have] = [events, told].map((lines) => [...lines].sort().join("\n  "));
  return want === have ? "" : `${line}\nwant\n  ${want}\nhave\n  ${have}`;
}

export async function stepwise(top: string): Promise<Outcome> {
  for (const name of ["in", "out"]) mkdirSync(join(top, name));
  const model = new TreeModel(new Random(1), top, false);
  using watch = watching([join(top, "in")], { types });
  const child = Bun.spawn([program("treeops")], { stdin: "pipe", stdout: "pipe" });
  const answers = child.stdout.getReader();
  const differences: string[] = [];
  const pids = new Set<number>();
  for (let step = 0; step < STEPS; step++) {
    const operation = model.next();
    child.stdin.write(`${operation.line}\n`);
    await answers.read();
    const told = watch.drained();
    for (const { pid } of told) pids.add(pid);
    const differs = difference(operation, told.map(lineOf));
    if (differs) differences.push(`${step} ${differs}`);
  }
  child.stdin.end();
  await child.exited;
  const { limitations } = watch.source;
  return { differences, limits: limitations, losses: watch.source.losses(), pids: [...pids] };
}

if (import.meta.main) console.log(JSON.stringify(await stepwise(process.argv[2])));

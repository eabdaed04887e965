/**
 * Performs random operations on a tree one at a time and compares the events of each with the
 * model. As a program it prints the differences: `bun stepwise.ts DIRECTORY`.
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
  /** The pids of all events. */
  readonly pids: readonly number[];
}

/** Compares the events of an operation with the expected ones, in any order; "" if equal. */
function difference({ line, events }: Operation, reported: readonly string[]): string {
  const [want, have] = [events, reported].map((lines) => [...lines].sort().join("\n  "));
  return want === have ? "" : `${line}\nwant\n  ${want}\nhave\n  ${have}`;
}

/** @param hasOneMark whether one mark covers the file system, so that files have events of their own */
export async function stepwise(top: string, hasOneMark = false): Promise<Outcome> {
  for (const name of ["in", "out"]) mkdirSync(join(top, name));
  const model = new TreeModel(new Random(1), top, hasOneMark);
  using watch = watching([join(top, "in")], { types });
  const child = Bun.spawn([program("treeops")], { stdin: "pipe", stdout: "pipe" });
  const answers = child.stdout.getReader();
  const differences: string[] = [];
  const pids = new Set<number>();
  for (let step = 0; step < STEPS; step++) {
    const operation = model.next();
    child.stdin.write(`${operation.line}\n`);
    await answers.read();
    const reported = watch.drained();
    for (const { pid } of reported) pids.add(pid);
    const differs = difference(operation, reported.map(lineOf));
    if (differs) differences.push(`${step} ${differs}`);
  }
  child.stdin.end();
  await child.exited;
  const { limitations } = watch.source;
  return { differences, limits: limitations, losses: watch.source.losses(), pids: [...pids] };
}

if (import.meta.main) console.log(JSON.stringify(await stepwise(process.argv[2])));

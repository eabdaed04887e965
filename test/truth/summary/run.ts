/**
 * Judges the summaries of the commands of the corpus and of one-liners by strace, by both backends and of record files:
 * `bun test/truth/summary/run.ts [ONLY]`. Exits with status 1 if a summary is wrong.
 */
import { asRoot } from "../as-root.ts";
import { corpus } from "../corpus.ts";
import { type Judged, oneLiners } from "./commands.ts";
import { judge } from "./judge.ts";
import { WAYS } from "./trace-summary.ts";

/** strace sees no requests of io_uring; a path of the test programs is longer than a snapshot can name. */
const NOT_JUDGED = ["io_uring", "test programs"];
const WORKERS = 2;

const real: readonly Judged[] = corpus()
  .filter(({ name }) => !NOT_JUDGED.includes(name))
  .map(({ name, before, command }) => ({ name, before, command, planted: false }));

async function attempt(judged: Judged): Promise<boolean> {
  const { name } = judged;
  try {
    const { wrong, untouched } = await judge(judged, WAYS);
    if (untouched.length)
      console.log(`${name}:\n    opened for writing, not changed: ${untouched.join(" ")}`);
    if (wrong.length) console.log(`${name}:\n    ${wrong.join("\n    ")}`);
    return wrong.length === 0;
  } catch (error) {
    console.log(`${name}:\n    ${(error as Error).message}`);
    return false;
  }
}

asRoot();
const [only = ""] = process.argv.slice(2);
const pending = [...real, ...oneLiners].filter(({ name }) => name.includes(only));
const total = pending.length;
let right = 0;
async function worker(): Promise<void> {
  for (let next = pending.shift(); next; next = pending.shift()) if (await attempt(next)) right++;
}
await Promise.all(Array.from({ length: WORKERS }, worker));
console.log(`summaries of commands: ${right} right, ${total - right} wrong`);
process.exit(right === total ? 0 : 1);

/**
 * Runs random programs of processes and threads natively and under each tracer by ptrace: their exit
 * statuses and outputs must be the same, the records complete, and no process may be left.
 *
 *     test/lifecycle/run.ts [COUNT] [SEED]
 */
import { compare, TRACERS } from "./compare.ts";

const count = Number(process.argv[2] || 200);
const first = Number(process.argv[3] || 1);
let failures = 0;

for (let seed = first; seed < first + count; seed++) {
  for (const tracer of Object.keys(TRACERS)) {
    const problem = compare(seed, tracer);
    if (problem === null) continue;
    failures++;
    console.log(`seed ${seed} under ${tracer}: ${problem}`);
  }
  if ((seed - first + 1) % 20 === 0)
    console.log(`${seed - first + 1} programs, ${failures} differ`);
}
console.log(
  `${count} random programs under ${Object.keys(TRACERS).length} tracers: ${failures} differ`,
);
process.exit(failures > 0 ? 1 : 0);

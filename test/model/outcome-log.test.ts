/** Which outcomes each task had, and when first: pairs of numbers, packed into blocks. */
import { expect, test } from "bun:test";
import { OutcomeLog, TaskOutcomes } from "../../src/model/outcome-log.ts";
import { Random } from "../random.ts";

type Pair = readonly [outcome: number, time: number];

function pairsOf(task: TaskOutcomes): Pair[] {
  const pairs: Pair[] = [];
  task.visit((outcome, time) => pairs.push([outcome, time]));
  return pairs;
}

test("tasks have their own outcomes, in order, each at the microsecond when it was first", () => {
  const log = new OutcomeLog();
  const [one, other, none] = [0, 1, 2].map((task) => new TaskOutcomes(task));
  log.add(one, 7, 5000);
  log.add(other, 7, 6000);
  log.add(one, 0, 7999);
  log.add(one, 7, 8000);
  expect(pairsOf(one)).toEqual([
    [7, 5000],
    [0, 7000],
  ]);
  expect(pairsOf(other)).toEqual([[7, 6000]]);
  expect(pairsOf(none)).toEqual([]);
});

test("outcomes and times are exact, however far apart they are, and times may go back", () => {
  const log = new OutcomeLog();
  const random = new Random(1);
  const expected = Array.from({ length: 20 }, (): Pair[] => []);
  const tasks = expected.map((_, task) => new TaskOutcomes(task));
  const small = [0, 1, 63, 64, 2 ** 14, 2 ** 20, 2 ** 27];
  // These begin a new block.
  const large = [2 ** 29, 2 ** 30, 2 ** 35];
  let time = 2 ** 43;
  for (let outcome = 0; outcome < 300_000; outcome++) {
    const task = random.below(expected.length);
    time += (random.below(3) - 1) * random.pick(random.below(500) ? small : large);
    const pair = [random.below(2) ? outcome : 2 ** 28 - outcome, 1000 * time] as const;
    log.add(tasks[task], ...pair);
    expected[task].push(pair);
  }
  for (const [task, pairs] of expected.entries()) expect(pairsOf(tasks[task])).toEqual(pairs);
});

test("what two tasks do in turn for long takes no memory", () => {
  const log = new OutcomeLog();
  const tasks = [0, 1].map((task) => new TaskOutcomes(task));
  for (let time = 0; time < 100_000; time++)
    for (const task of tasks)
      for (let outcome = 0; outcome < 3; outcome++) log.add(task, outcome, time);
  for (const task of tasks) expect(pairsOf(task).length).toBe(3);
});

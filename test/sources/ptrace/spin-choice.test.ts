/** The choice between spinning and sleeping, from the durations of waits in milliseconds. */
import { expect, test } from "bun:test";
import { SpinChoice } from "../../../src/sources/ptrace/spin-choice.ts";

/** The first trial: settling and measuring, each by spinning and by sleeping. */
const TRIAL = 60;

interface Machine {
  readonly spin: number;
  readonly sleep: number;
  /** Whether spinning finds the stop. */
  readonly found: boolean;
}

/** Has a tracer wait on a machine. Returns how many of the waits spun, and the moves to sleeping. */
function wait(choice: SpinChoice, machine: Machine, count: number) {
  let [spun, moves] = [0, 0];
  for (let i = 0; i < count; i++) {
    const { spins } = choice;
    if (spins) spun++;
    if (choice.record(spins ? machine.spin : machine.sleep, machine.found || !spins)) moves++;
  }
  return { spun, moves };
}

const APART: Machine = { spin: 0.03, sleep: 0.1, found: true };
const TOGETHER: Machine = { spin: 0.03, sleep: 0.01, found: true };
const BUSY: Machine = { spin: 2, sleep: 2, found: false };

test("a tracer spins where waking it takes longer", () => {
  const choice = new SpinChoice();
  wait(choice, APART, TRIAL);
  expect(wait(choice, APART, 400).spun).toBe(400);
});

test("a tracer sleeps on the tracee's CPU where that is faster", () => {
  const choice = new SpinChoice();
  expect(wait(choice, TOGETHER, TRIAL).moves).toBe(1);
  expect(wait(choice, TOGETHER, 400)).toEqual({ spun: 0, moves: 0 });
});

test("a tracer sleeps where spinning gains little", () => {
  const choice = new SpinChoice();
  const machine = { spin: 0.09, sleep: 0.1, found: true };
  wait(choice, machine, TRIAL);
  expect(wait(choice, machine, 400).spun).toBe(0);
});

test("a tracer gives up spinning after four failures", () => {
  const choice = new SpinChoice();
  expect(wait(choice, BUSY, 400)).toEqual({ spun: 4, moves: 1 });
});

test("failures that are not in a row do not end spinning", () => {
  const choice = new SpinChoice();
  wait(choice, APART, TRIAL);
  for (let i = 0; i < 100; i++) {
    wait(choice, BUSY, 3);
    wait(choice, APART, 1);
  }
  expect(choice.spins).toBe(true);
});

test("a choice is tried again, and kept for longer each time that it proves right", () => {
  const choice = new SpinChoice();
  const { spun } = wait(choice, TOGETHER, 100_000);
  expect(spun).toBeGreaterThan(300);
  expect(spun).toBeLessThan(900);
});

test("a choice changes with the machine", () => {
  const choice = new SpinChoice();
  wait(choice, TOGETHER, 1000);
  wait(choice, APART, 3000);
  expect(wait(choice, APART, 300).spun).toBe(300);
});

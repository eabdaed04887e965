/** The event loop, with pipes as sources. */
import { expect, test } from "bun:test";
import { closeSync, writeSync } from "node:fs";
import { EventLoop } from "../../src/core/event-loop.ts";
import { pipe } from "../../src/ffi/fd.ts";

/** Far longer than needed, so that a busy machine does not fail the tests. */
const DEADLINE_MS = 4000;

/**
 * Runs a loop for some drains with a pipe that stays readable. Returns the number of drains and the
 * milliseconds that they took.
 */
function run(rounds: number, add: (loop: EventLoop, fd: number) => void) {
  const { reader, writer } = pipe();
  writeSync(writer, "x");
  const loop = new EventLoop([]);
  add(loop, reader);
  let drains = 0;
  const drain = () => {
    drains++;
  };
  const start = performance.now();
  const isDone = () => drains >= rounds;
  loop.run({ drain, onSignals: () => {}, isDone, deadline: start + DEADLINE_MS });
  closeSync(reader);
  closeSync(writer);
  return { drains, ms: performance.now() - start };
}

test("a source that has woken the loop once is drained periodically without keeping it busy", () => {
  const { drains, ms } = run(7, (loop, fd) => loop.addSource(fd));
  expect(drains).toBe(7);
  expect(ms).toBeGreaterThan(200);
});

test("an urgent fd that stays readable wakes the loop without delay", () => {
  expect(run(50, (loop, fd) => loop.addUrgent(fd)).drains).toBe(50);
});

test("the sources are drained before the first wait and after the end", () => {
  expect(run(1, (loop, fd) => loop.addUrgent(fd)).drains).toBe(2);
});

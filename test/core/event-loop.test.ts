/** The event loop, with pipes in the place of sources. */
import { expect, test } from "bun:test";
import { closeSync, writeSync } from "node:fs";
import { EventLoop } from "../../src/core/event-loop.ts";
import { pipe } from "../../src/ffi/fd.ts";

/** Far more than is needed: a busy machine must not matter. */
const DEADLINE_MS = 4000;

/**
 * Runs a loop until it has drained so often, with a pipe that has something to read and is never
 * read. Returns how often it drained and how long that took, in ms.
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

test("a source that has woken the loop once is looked at again unasked, but does not keep it busy", () => {
  const { drains, ms } = run(7, (loop, fd) => loop.addSource(fd));
  expect(drains).toBe(7);
  expect(ms).toBeGreaterThan(200);
});

test("what is urgent leaves no time to wait", () => {
  expect(run(50, (loop, fd) => loop.addUrgent(fd)).drains).toBe(50);
});

test("the sources are drained before the first wait and after the end", () => {
  expect(run(1, (loop, fd) => loop.addUrgent(fd)).drains).toBe(2);
});

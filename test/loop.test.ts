/** The event loop, with pipes in the place of sources. */
import { expect, test } from "bun:test";
import { closeSync, writeSync } from "node:fs";
import { pipe } from "../src/ffi/fd.ts";
import { Loop } from "../src/loop.ts";

const LONG_MS = 600;

/** Runs a loop, with a pipe that has something to read and is never read. Returns how often it drained. */
function drains(add: (loop: Loop, fd: number) => void, ended: () => boolean): number {
  const { reader, writer } = pipe();
  writeSync(writer, "x");
  const loop = new Loop([]);
  add(loop, reader);
  let count = 0;
  const drain = () => {
    count++;
  };
  const deadline = performance.now() + LONG_MS;
  loop.run({ drain, signals: () => {}, ended, deadline });
  closeSync(reader);
  closeSync(writer);
  return count;
}

const never = () => false;

test("a source that has woken the loop once is looked at again before long, but does not keep it busy", () => {
  const count = drains((loop, fd) => loop.addSource(fd), never);
  expect(count).toBeGreaterThan(3); // the first, after the wake-up, and at the deadline
  expect(count).toBeLessThan(LONG_MS / 20);
});

test("what is urgent leaves no time to wait", () => {
  const count = drains((loop, fd) => loop.addUrgent(fd), never);
  expect(count).toBeGreaterThan(LONG_MS / 20);
});

test("the sources are drained before the first wait and after the end", () => {
  expect(
    drains(
      (loop, fd) => loop.addUrgent(fd),
      () => true,
    ),
  ).toBe(2);
});

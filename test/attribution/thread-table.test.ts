import { expect, test } from "bun:test";
import { ThreadTable } from "../../src/attribution/thread-table.ts";

test("a single-threaded process exits with its thread", () => {
  const threads = new ThreadTable();
  expect(threads.exited(10, 10)).toBe(true);
});

test("a process with several threads exits with the last one, whichever that is", () => {
  for (const order of [
    [10, 11, 12],
    [12, 11, 10],
    [11, 10, 12],
  ]) {
    const threads = new ThreadTable();
    threads.created(10, 11);
    threads.created(10, 12);
    expect(order.map((tid) => threads.exited(10, tid))).toEqual([false, false, true]);
    expect(threads.exited(10, 10)).toBe(true); // the next process with the pid
  }
});

test("a thread created after the first one exited keeps the process alive", () => {
  const threads = new ThreadTable();
  threads.created(10, 11);
  expect(threads.exited(10, 10)).toBe(false);
  threads.created(10, 12);
  expect(threads.exited(10, 11)).toBe(false);
  expect(threads.exited(10, 12)).toBe(true);
});

test("an exec, or a new process with the pid, leaves one thread", () => {
  const threads = new ThreadTable();
  threads.created(10, 11);
  threads.exited(10, 10); // at an exec the other thread takes over the tid
  threads.reset(10);
  expect(threads.exited(10, 10)).toBe(true);
});

test("threads read from /proc keep the process alive, and so do threads created later", () => {
  const threads = new ThreadTable();
  threads.update(10, [10, 11]);
  threads.update(20, [20]);
  threads.update(30, [31]); // the first thread has exited already
  threads.update(40, []);
  threads.created(10, 11); // its event is read late
  expect([threads.exited(10, 11), threads.exited(10, 10)]).toEqual([false, true]);
  expect(threads.exited(20, 20)).toBe(true);
  expect([threads.exited(30, 30), threads.exited(30, 31)]).toEqual([false, true]);
  expect(threads.exited(40, 41)).toBe(false);
});

import { expect, test } from "bun:test";
import { ThreadTable } from "../../src/attribution/thread-table.ts";

test("a process of one thread ends with it", () => {
  const threads = new ThreadTable();
  expect(threads.exited(10, 10)).toBe(true);
});

test("a process of several ends with the last, whichever that is", () => {
  for (const order of [
    [10, 11, 12],
    [12, 11, 10],
    [11, 10, 12],
  ]) {
    const threads = new ThreadTable();
    threads.created(10, 11);
    threads.created(10, 12);
    expect(order.map((tid) => threads.exited(10, tid))).toEqual([false, false, true]);
    expect(threads.exited(10, 10)).toBe(true); // the number's next process
  }
});

test("a thread that begins after the first has ended is waited for", () => {
  const threads = new ThreadTable();
  threads.created(10, 11);
  expect(threads.exited(10, 10)).toBe(false);
  threads.created(10, 12);
  expect(threads.exited(10, 11)).toBe(false);
  expect(threads.exited(10, 12)).toBe(true);
});

test("an exec, or a new process of the number, leaves one thread", () => {
  const threads = new ThreadTable();
  threads.created(10, 11);
  threads.exited(10, 10); // the first goes, the other takes its number
  threads.reset(10);
  expect(threads.exited(10, 10)).toBe(true);
});

test("threads that are found are waited for, and so are those that begin then", () => {
  const threads = new ThreadTable();
  threads.update(10, [10, 11]);
  threads.update(20, [20]);
  threads.update(30, [31]); // its first has ended already
  threads.update(40, []);
  threads.created(10, 11); // told late
  expect([threads.exited(10, 11), threads.exited(10, 10)]).toEqual([false, true]);
  expect(threads.exited(20, 20)).toBe(true);
  expect([threads.exited(30, 30), threads.exited(30, 31)]).toEqual([false, true]);
  expect(threads.exited(40, 41)).toBe(false);
});

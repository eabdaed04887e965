import { expect, test } from "bun:test";
import { Threads } from "../../src/attribution/thread-table.ts";

test("a process of one thread ends with it", () => {
  const threads = new Threads();
  expect(threads.ended(10, 10)).toBe(true);
});

test("a process of several ends with the last, whichever that is", () => {
  for (const order of [
    [10, 11, 12],
    [12, 11, 10],
    [11, 10, 12],
  ]) {
    const threads = new Threads();
    threads.began(10, 11);
    threads.began(10, 12);
    expect(order.map((tid) => threads.ended(10, tid))).toEqual([false, false, true]);
    expect(threads.ended(10, 10)).toBe(true); // the number's next process
  }
});

test("a thread that begins after the first has ended is waited for", () => {
  const threads = new Threads();
  threads.began(10, 11);
  expect(threads.ended(10, 10)).toBe(false);
  threads.began(10, 12);
  expect(threads.ended(10, 11)).toBe(false);
  expect(threads.ended(10, 12)).toBe(true);
});

test("an exec, or a new process of the number, leaves one thread", () => {
  const threads = new Threads();
  threads.began(10, 11);
  threads.ended(10, 10); // the first goes, the other takes its number
  threads.alone(10);
  expect(threads.ended(10, 10)).toBe(true);
});

test("threads that are found are waited for, and so are those that begin then", () => {
  const threads = new Threads();
  threads.learn(10, [10, 11]);
  threads.learn(20, [20]);
  threads.learn(30, [31]); // its first has ended already
  threads.learn(40, []);
  threads.began(10, 11); // told late
  expect([threads.ended(10, 11), threads.ended(10, 10)]).toEqual([false, true]);
  expect(threads.ended(20, 20)).toBe(true);
  expect([threads.ended(30, 30), threads.ended(30, 31)]).toEqual([false, true]);
  expect(threads.ended(40, 41)).toBe(false);
});

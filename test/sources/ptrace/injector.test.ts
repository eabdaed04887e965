/** Injections into the calls of threads whose registers and memory only note what is written. */
import { describe, expect, test } from "bun:test";
import { SyscallEvent } from "../../../src/events/syscall-event.ts";
import { Injector } from "../../../src/sources/ptrace/injector.ts";
import { SyscallStop } from "../../../src/sources/ptrace/syscall-stop.ts";
import { newTracee } from "../../../src/sources/ptrace/tracee.ts";
import type { Injection } from "../../../src/syscalls/injection.ts";
import { type Abi, syscallNumber } from "../../../src/syscalls/table.ts";

const PLAIN: Injection = {
  ...{ result: null, fails: false, replacement: null, signal: 0, delayEntry: 0, delayExit: 0 },
  ...{ pokeEntry: [], pokeExit: [], first: 1, last: Number.POSITIVE_INFINITY, step: 1 },
};
const all = (injection: Partial<Injection>, name?: string) => ({
  calls: { has: (call: string) => name === undefined || call === name },
  injection: { ...PLAIN, ...injection },
});
const newThread = () => newTracee(7, 7, { starting: false, attached: false });

/** An injector, and what it writes. @param writable how many bytes can be written */
function injecting(injections: ReturnType<typeof all>[], writable = Number.POSITIVE_INFINITY) {
  const done: string[] = [];
  const warnings: string[] = [];
  const injector = new Injector(
    injections,
    {
      pid: 7,
      write(address, bytes) {
        const length = Math.min(bytes.length, writable);
        done.push(`write ${address} ${Buffer.from(bytes)}`);
        return length;
      },
    },
    (message) => warnings.push(message),
    {
      setNumber: (tid, number) => done.push(`number ${tid} ${number}`),
      setResult: (tid, result) => done.push(`result ${tid} ${result}`),
    },
  );
  const thread = newThread();
  const begin = (name = "chdir", abi: Abi = "x64", tracee = thread) => {
    const event = new SyscallEvent();
    Object.assign(event, { name, abi, injected: [], delayed: false });
    const stop = new SyscallStop();
    Object.assign(stop, { tid: 7, abi, result: 5n, failed: true });
    stop.args.set([0x100n, 0x200n]);
    let decoded = 0;
    const entry = injector.enter(event, stop, tracee, () => decoded++);
    return { event, stop, entry, decoded, end: () => injector.exit(event, stop, tracee) };
  };
  return { begin, done, warnings };
}

describe("a result", () => {
  test("replaces that of a call that is not executed", () => {
    const succeeding = injecting([all({ result: 3n })]).begin();
    succeeding.end();
    expect(succeeding.stop.failed).toBe(false);
    const { begin, done } = injecting([all({ result: -5n, fails: true })]);
    const { event, stop, entry, end } = begin();
    expect([entry, done, event.delayed]).toEqual([{ signal: 0, delay: 0 }, ["number 7 -1"], false]);
    expect(end()).toBeNull();
    expect(done).toEqual(["number 7 -1", "result 7 -5"]);
    expect([stop.result, stop.failed, event.injected]).toEqual([-5n, true, ["retval"]]);
    // A second exit is that of another call.
    expect([end(), done.length]).toEqual([null, 2]);
  });

  test("may be that of another call, by the number of its ABI", () => {
    const { begin, done } = injecting([all({ result: 0n, replacement: "gettid" })]);
    begin("chdir", "x64");
    begin("chdir", "x32");
    const numbers = [syscallNumber("x64", "gettid")!, syscallNumber("x32", "gettid")! + 2 ** 30];
    expect(done).toEqual(numbers.map((number) => `number 7 ${number}`));
    const unknown = injecting([all({ result: 0n, replacement: "no_such_call" })]);
    unknown.begin();
    expect(unknown.done).toEqual(["number 7 -1"]);
  });

  test("is not injected into other calls", () => {
    const { begin, done } = injecting([all({ result: 1n }, "umask")]);
    const { entry, end } = begin();
    expect([entry, end(), done]).toEqual([null, null, []]);
  });
});

test("the last injection whose set has the call applies", () => {
  const { begin } = injecting([
    all({ signal: 1 }),
    all({ signal: 2 }, "chdir"),
    all({ signal: 3 }, "x"),
  ]);
  expect(begin("chdir").entry).toEqual({ signal: 2, delay: 0 });
  expect(begin("umask").entry).toEqual({ signal: 1, delay: 0 });
});

test("the calls of each thread are counted by their names", () => {
  const { begin } = injecting([all({ signal: 9, first: 2, last: 4, step: 2 })]);
  const signals = (name: string, count: number, tracee = newThread()) =>
    Array.from({ length: count }, () => begin(name, "x64", tracee).entry?.signal ?? 0);
  const thread = newThread();
  expect(signals("chdir", 6, thread)).toEqual([0, 9, 0, 9, 0, 0]);
  expect(signals("umask", 2, thread)).toEqual([0, 9]);
  expect(signals("chdir", 2)).toEqual([0, 9]);
});

test("a delay holds the thread at the entry or at the exit", () => {
  const entry = injecting([all({ delayEntry: 20 })]).begin();
  expect([entry.entry, entry.event.delayed]).toEqual([{ signal: 0, delay: 20 }, true]);
  expect([entry.end(), entry.event.delayed]).toEqual([null, true]);
  const exit = injecting([all({ delayExit: 30, signal: 4 })]).begin();
  expect([exit.entry, exit.event.delayed]).toEqual([{ signal: 4, delay: 0 }, false]);
  expect([exit.end(), exit.event.delayed]).toEqual([{ signal: 0, delay: 30 }, true]);
});

describe("data", () => {
  const poke = (argument: number) => [{ argument, bytes: new Uint8Array(Buffer.from("ab")) }];

  test("overwrites an argument before or after the call, which is decoded again", () => {
    const { begin, done, warnings } = injecting([all({ pokeEntry: poke(0), pokeExit: poke(0) })]);
    const { event, decoded, end } = begin();
    expect([done, decoded, event.injected]).toEqual([["write 256 ab"], 1, ["args"]]);
    end();
    expect([done.length, event.injected, warnings]).toEqual([2, ["args"], []]);
  });

  test("that cannot be written whole is a warning", () => {
    const some = injecting([all({ pokeEntry: poke(0) })], 1);
    const { event, decoded } = some.begin();
    expect([decoded, event.injected]).toEqual([1, ["args"]]);
    expect(some.warnings).toEqual([
      "inject: chdir of 7: argument 1: 1 of 2 bytes written to 0x100",
    ]);
    const none = injecting([all({ pokeEntry: poke(0) })], 0);
    const unwritten = none.begin();
    expect([unwritten.decoded, unwritten.event.injected]).toEqual([0, []]);
    expect(none.warnings).toHaveLength(1);
  });

  test("for an argument that the call lacks is a warning", () => {
    const { begin, done, warnings } = injecting([all({ pokeEntry: poke(1) })]);
    expect(begin("chdir").decoded).toBe(0);
    expect(warnings).toEqual(["inject: chdir of 7: argument 2: the call has only 1"]);
    begin("no_such_call");
    expect(done).toEqual(["write 512 ab"]);
  });
});

/** bpf/events.h as src/kernel/trace_events.ts and src/syscalls read and write it. */
import { expect, test } from "bun:test";
import * as abi from "../../src/kernel/trace_events.ts";
import { writeOpenCalls } from "../../src/syscalls/opens.ts";
import { offsetsOf, ROOT, valuesOf } from "./compiler.ts";

const HEADER = ["events.h"];

/** The values of an enum's constants, in the order of their names. */
function enumValues(names: readonly string[]): number[] {
  return Object.values(valuesOf(HEADER, names));
}

test("the fields of an event stand where the compiler puts them", () => {
  const fields = Object.keys(abi.EVENT);
  expect(offsetsOf(HEADER, "struct event", fields)).toEqual({ ...abi.EVENT });
  expect(valuesOf(HEADER, ["sizeof(struct event)"])).toEqual({
    "sizeof(struct event)": abi.EVENT_SIZE,
  });
});

test("the fields of the configuration stand where the compiler puts them", () => {
  const fields = Object.keys(abi.CONFIG);
  expect(offsetsOf(HEADER, "struct config", fields)).toEqual({ ...abi.CONFIG });
  expect(Object.values(valuesOf(HEADER, ["sizeof(struct config)"]))).toEqual([abi.CONFIG_SIZE]);
});

test("the terms of a formula are a mask and a value of 64 bits each", () => {
  const at = ["mask", "value"].map((field) => `offsetof(struct formula_term, ${field})`);
  expect(enumValues([...at, "sizeof(struct formula_term)"])).toEqual([0, 8, 16]);
});

test("the arguments of a system call are written where the compiler reads them", () => {
  const fields = ["call", "dfd", "name", "flags", "mode", "how"];
  const offsets = offsetsOf(HEADER, "struct syscall_args", fields);
  const config = new DataView(new ArrayBuffer(abi.CONFIG_SIZE));
  writeOpenCalls(config, "x64");
  const entry = (number: number) =>
    fields.map((field) => config.getUint8(abi.CONFIG.native + number * 8 + offsets[field]));
  const none = abi.NO_ARG;
  // struct pt_regs counts in words: di 14, si 13, dx 12, r10 7.
  expect(entry(257)).toEqual([abi.CALLS.indexOf("openat"), 14, 13, 12, 7, none]);
  expect(entry(437)).toEqual([abi.CALLS.indexOf("openat2"), 14, 13, none, none, 12]);
  expect(Object.values(valuesOf(HEADER, ["sizeof(struct syscall_args)"]))).toEqual([8]);
});

test("calls and ABIs have the names of their numbers", () => {
  const call = (name: string) => `CALL_${name === "Uring" ? "URING" : name.toUpperCase()}`;
  expect(enumValues(abi.CALLS.map(call))).toEqual([...abi.CALLS.keys()]);
  expect(enumValues(abi.ABIS.map((name) => `ABI_${name.toUpperCase()}`))).toEqual([
    ...abi.ABIS.keys(),
  ]);
});

test("every cause of loss has its name, and there is none more", () => {
  const causes = abi.LOSSES.map((name) => `LOSS_${name.toUpperCase()}`);
  expect(enumValues([...causes, "LOSSES"])).toEqual([...abi.LOSSES.keys(), abi.LOSSES.length]);
});

test("the longest name and the deepest path fit what events.h promises for them", () => {
  expect(enumValues(["NAME_BYTES", "PATH_BYTES"])).toEqual([abi.NAME_BYTES, abi.PATH_BYTES]);
});

test.each(["bpf", "x86_64-linux-gnu", "aarch64-linux-gnu"])(
  "the compiler for %s lays out events and the configuration alike",
  (target) => {
    const holds = (what: string, value: number) =>
      `_Static_assert(${what} == ${value}, "${what}");`;
    const source = [
      '#include "events.h"',
      ...Object.entries(abi.EVENT).map(([field, at]) =>
        holds(`__builtin_offsetof(struct event, ${field})`, at),
      ),
      ...Object.entries(abi.CONFIG).map(([field, at]) =>
        holds(`__builtin_offsetof(struct config, ${field})`, at),
      ),
    ].join("\n");
    const { stdout } = Bun.spawnSync(["gcc", "-print-multiarch"]);
    const machine = `-I/usr/include/${stdout.toString().trim()}`;
    const args = ["clang", `--target=${target}`, machine, `-I${ROOT}/bpf`, "-fsyntax-only"];
    const clang = Bun.spawnSync([...args, "-x", "c", "-"], { stdin: Buffer.from(source) });
    expect(clang.stderr.toString()).toBe("");
    expect(clang.exitCode).toBe(0);
  },
);

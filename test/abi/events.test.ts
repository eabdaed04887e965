/** bpf/interface.h and its counterparts src/events/event-record.ts and file-calls.ts. */
import { expect, test } from "bun:test";
import * as abi from "../../src/events/event-record.ts";
import { CALL_NAMES, writeFileCalls } from "../../src/events/file-calls.ts";
import { offsetsOf, ROOT, valuesOf } from "./compiler.ts";

const HEADER = ["interface.h"];

/** Returns the values of constants in the order of their names. */
function enumValues(names: readonly string[]): number[] {
  return Object.values(valuesOf(HEADER, names));
}

test("the fields of an event have the compiler's offsets", () => {
  const fields = Object.keys(abi.EVENT);
  expect(offsetsOf(HEADER, "struct event", fields)).toEqual({ ...abi.EVENT });
  expect(valuesOf(HEADER, ["sizeof(struct event)"])).toEqual({
    "sizeof(struct event)": abi.EVENT_SIZE,
  });
});

test("the fields of the configuration have the compiler's offsets", () => {
  const fields = Object.keys(abi.CONFIG);
  expect(offsetsOf(HEADER, "struct config", fields)).toEqual({ ...abi.CONFIG });
  expect(Object.values(valuesOf(HEADER, ["sizeof(struct config)"]))).toEqual([abi.CONFIG_SIZE]);
});

test("a term of a formula is a mask and a value of 64 bits each", () => {
  const at = ["mask", "value"].map((field) => `offsetof(struct formula_term, ${field})`);
  expect(enumValues([...at, "sizeof(struct formula_term)"])).toEqual([0, 8, 16]);
});

test("the fields of a call's arguments have the compiler's offsets", () => {
  const fields = Object.keys(abi.SYSCALL_ARGS);
  expect(offsetsOf(HEADER, "struct syscall_args", fields)).toEqual({ ...abi.SYSCALL_ARGS });
  expect(enumValues(["sizeof(struct syscall_args)"])).toEqual([abi.SYSCALL_ARGS_SIZE]);
});

test("the arguments of a system call are written according to its roles", () => {
  const config = new DataView(new ArrayBuffer(abi.CONFIG_SIZE));
  writeFileCalls(config, "x64", new Set(["open", "rename"]));
  const entry = (number: number) =>
    Object.values(abi.SYSCALL_ARGS).map((at) =>
      config.getUint8(abi.CONFIG.native + number * abi.SYSCALL_ARGS_SIZE + at),
    );
  const none = abi.NO_ARG;
  const call = (name: string) => CALL_NAMES.indexOf(name);
  // call, traits, dfd, name, flags, mode, dfd2, name2; word indexes into struct pt_regs: di 14,
  // si 13, dx 12, r10 7, r8 9.
  expect(entry(257)).toEqual([call("openat"), abi.TRAIT_OPEN, 14, 13, 12, 7, none, none]);
  const how = abi.TRAIT_OPEN | abi.TRAIT_HOW;
  expect(entry(437)).toEqual([call("openat2"), how, 14, 13, 12, none, none, none]);
  expect(entry(316)).toEqual([call("renameat2"), 0, 14, 13, 9, none, 12, 7]);
  expect(entry(87)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]); // unlink was not requested
});

test("event types, wants, notes, traits and ABIs have the values of interface.h", () => {
  const ours = new Map<string, unknown>(Object.entries(abi));
  const names = [...ours.keys()].filter((name) => /^(EVENT|WANT|NOTE|TRAIT)_/.test(name));
  const shared = names.filter((name) => !["EVENT_SIZE", "NOTE_RETURN_UNKNOWN"].includes(name));
  expect(shared.length).toBeGreaterThan(30);
  expect(enumValues(shared)).toEqual(shared.map((name) => ours.get(name) as number));
  expect(enumValues(abi.ABIS.map((name) => `ABI_${name.toUpperCase()}`))).toEqual([
    ...abi.ABIS.keys(),
  ]);
});

test("the fields of a standard stream have the compiler's offsets", () => {
  const fields = Object.keys(abi.STDIO);
  expect(offsetsOf(HEADER, "struct stdio", fields)).toEqual({ ...abi.STDIO });
  expect(enumValues(["sizeof(struct stdio)"])).toEqual([abi.STDIO_SIZE]);
});

test("every cause of loss has a name", () => {
  const causes = abi.LOSSES.map((name) => `LOSS_${name.toUpperCase()}`);
  expect(enumValues([...causes, "LOSSES"])).toEqual([...abi.LOSSES.keys(), abi.LOSSES.length]);
});

test("names, paths, arguments and the longest record have the sizes of interface.h", () => {
  const { NAME_BYTES, PATH_BYTES, ROOT_BYTES, CGROUP_BYTES, ARGV_BYTES } = abi;
  const sizes = { NAME_BYTES, PATH_BYTES, ROOT_BYTES, CGROUP_BYTES, ARGV_BYTES };
  expect(enumValues(Object.keys(sizes))).toEqual(Object.values(sizes));
  const longest =
    "sizeof(struct event) + 2 * (NAME_BYTES + PATH_BYTES + ROOT_BYTES) + CGROUP_BYTES" +
    " + 3 * sizeof(struct stdio) + ARGV_BYTES";
  expect(enumValues([longest])).toEqual([abi.MAX_EVENT_SIZE]);
});

test.each(["bpf", "x86_64-linux-gnu", "aarch64-linux-gnu"])(
  "events and the configuration have the same layout for %s",
  (target) => {
    const holds = (what: string, value: number) =>
      `_Static_assert(${what} == ${value}, "${what}");`;
    const source = [
      '#include "interface.h"',
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

import { beforeAll, describe, expect, test } from "bun:test";
import { CLASS_NAMES, categoryOf, syscallsInClass } from "../../src/syscalls/categories.ts";
import { type Abi, syscallNames } from "../../src/syscalls/table.ts";
import { canRun, program } from "../root/support/programs.ts";

const ABIS: readonly Abi[] = ["x64", "x64Compat", "x32", "arm64", "arm64Compat"];
const everyCall = [...new Set(ABIS.flatMap((abi) => [...syscallNames(abi)]))];

describe("a category", () => {
  test("exists for every call", () => {
    expect(everyCall.filter((name) => categoryOf(name) === undefined)).toEqual([]);
    expect(categoryOf("no_such_call")).toBeUndefined();
  });

  test("matches the subject of the call", () => {
    const said = {
      ...{ openat: "file", read: "desc", execve: "process", connect: "network", mmap: "memory" },
      ...{
        kill: "signal",
        shmat: "ipc",
        nanosleep: "time",
        setuid: "credentials",
        reboot: "system",
      },
    };
    for (const [name, category] of Object.entries(said))
      expect([name, categoryOf(name)]).toEqual([name, category as "file"]);
  });
});

describe("a class", () => {
  test("has existing calls", () => {
    for (const name of CLASS_NAMES)
      expect([
        name,
        [...syscallsInClass(name)!].filter((call) => !everyCall.includes(call)),
      ]).toEqual([...[name, []]]);
  });

  test("is found by its alias, and an unknown one is undefined", () => {
    expect(syscallsInClass("net")).toEqual(syscallsInClass("network"));
    expect(syscallsInClass("nonsense")).toBeUndefined();
    expect(syscallsInClass("toString")).toBeUndefined();
  });
});

/** The strace version of the classes. */
const is61 = Bun.spawnSync(["sh", "-c", "strace -V"]).stdout.toString().includes("version 6.1\n");

/** Returns the calls that strace prints for a program that makes every call. */
function traced(name: string, filter: readonly string[]): Set<string> {
  const command = ["strace", "-qq", "-e", "signal=none", ...filter, program(name)];
  const { stderr } = Bun.spawnSync(command);
  const names = Array.from(stderr.toString().matchAll(/^([a-z]\w*)\(/gm), ([, call]) => call);
  return new Set(names.filter((call) => !call.startsWith("syscall_0x")));
}

describe.if(process.arch === "x64" && is61)("strace", () => {
  const programs = ["everycall", "everycall32"].filter(canRun);
  let known: Set<string>;
  // strace prints the inner call of a 32-bit socketcall; no call is named 0.
  beforeAll(() => {
    const names = programs.flatMap((name) => [...traced(name, [])]);
    known = new Set(names.filter((call) => call !== "socketcall"));
  });

  test("has our names", () => {
    // Only 32-bit programs make some calls.
    expect(known.size).toBeGreaterThan(canRun("everycall32") ? 430 : 350);
    expect([...known].filter((name) => !everyCall.includes(name))).toEqual([]);
  });

  test.each([...CLASS_NAMES])("has the same calls in %%%s", (name) => {
    const theirs = programs.flatMap((each) => [...traced(each, ["-e", `trace=%${name}`])]);
    const ours = [...syscallsInClass(name)!].filter((call) => known.has(call));
    expect(ours.sort()).toEqual([...new Set(theirs)].filter((call) => known.has(call)).sort());
  });
});

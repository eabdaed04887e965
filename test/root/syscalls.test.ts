/** Every call of every table that trace records, as strace decodes it from its registers. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { FILE_CALLS, type FileCall } from "../../src/events/file-calls.ts";
import type { ObservedEvent } from "../strace/expectation.ts";
import { compare } from "../truth/compare.ts";
import { shown } from "../truth/explain.ts";
import { type TracedByBoth, underBackends, underBoth, underTrace } from "../truth/run-both.ts";
import { run, temporaryDirectory } from "./support/harness.ts";
import { program } from "./support/programs.ts";

// Machines for arm64 are emulated.
setDefaultTimeout(process.arch === "x64" ? 120_000 : 600_000);

/** The test argument for each role, in the notation of test/programs/syscalls.c. */
type Values = Readonly<Record<string, string>>;

const PLAIN: Values = {
  dfd: "n-100",
  dfd2: "n-100",
  fd: "n4",
  name: "sa",
  name2: "snew",
  text: "stext",
  text2: "suser.x",
  address: "usocket",
  length: "n110",
  flags: "n0",
  mode: "n0640",
  how: "h0x242:0600",
  _: "b",
};
const VARIANTS: Readonly<Record<string, Values>> = {
  "in the working directory": PLAIN,
  "relative to a directory": {
    ...PLAIN,
    dfd: "n3",
    dfd2: "n3",
    name: "s../a",
    name2: "s.//other",
    address: "i9",
    length: "n16",
    flags: "n0x41",
    mode: "n0x18004",
  },
  "by a directory's name": { ...PLAIN, name: "sdir/.", dfd2: "n3", flags: "n0x200" },
  "relative to nothing": {
    ...PLAIN,
    dfd: "n999",
    dfd2: "n998",
    fd: "n999",
    name: "sabsent",
    flags: "n0x7fffffff",
  },
  absolute: { ...PLAIN, dfd: "n999", name: "s/dev/null/below", name2: "s/absent/new", fd: "n5" },
  "with an empty name": { ...PLAIN, dfd: "n4", name: "s", name2: "s", flags: "n0x1000" },
  "with an unreadable name": { ...PLAIN, dfd: "n3", name: "x", text: "x", address: "x", how: "x" },
  "with an unreadable second name": { ...PLAIN, name2: "x", text2: "x" },
  "without a name": { ...PLAIN, dfd: "n3", name: "n0", text: "n0", address: "n0" },
};

type Abi = "native" | "compat" | "x32";

const IS_X64 = process.arch === "x64";
const NATIVE = IS_X64 ? "x64" : "arm64";
const ABIS: readonly Abi[] = IS_X64 ? ["native", "compat", "x32"] : ["native"];
const TABLES = { native: NATIVE, compat: "x64Compat", x32: "x32" } as const;

function numberOf({ numbers }: FileCall, abi: Abi): number | null {
  return numbers[TABLES[abi]];
}

/** Formats a call as an argument of the program. */
function word(call: FileCall, abi: Abi, values: Values): string {
  const roles = call.name === "connect" || call.name === "bind" ? { ...values, fd: "n5" } : values;
  // The low byte of clone(2)'s flags is the signal sent when the child ends.
  const known = call.name === "clone" ? { ...roles, flags: "n0x211" } : roles;
  const args = call.roles.filter((role) => role !== "").map((role) => known[role]);
  if (call.roles.includes("how")) args.push("n24");
  return [numberOf(call, abi), ...args].join();
}

/** Calls that this strace decodes; the next test has the others. */
const DECODED = FILE_CALLS.filter(({ name }) => {
  const late = [
    ...["fchmodat2", "setxattrat", "getxattrat", "listxattrat", "removexattrat", "fchroot"],
    ...["file_getattr", "file_setattr", "open_tree_attr"],
  ];
  return !late.includes(name) || run(["strace", "-e", `trace=${name}`, "true"]).status === 0;
});

function command(abi: Abi, calls: readonly FileCall[], values: Values): string[] {
  const words = calls
    .filter((call) => numberOf(call, abi) !== null)
    .map((call) => word(call, abi, values));
  return [program("syscalls"), abi, ...words];
}

function make(abi: Abi, calls: readonly FileCall[], values: Values): TracedByBoth {
  using directory = temporaryDirectory();
  return underBoth(command(abi, calls, values), { cwd: directory.path });
}

function expectSame(strace: readonly ObservedEvent[], trace: readonly ObservedEvent[]): void {
  const { missing, extra } = compare(strace, trace);
  expect({ strace: missing.map(shown), trace: extra.map(shown) }).toEqual({
    strace: [],
    trace: [],
  });
}

describe("every call", () => {
  for (const [name, values] of Object.entries(VARIANTS)) {
    test(`of 64 bits, ${name}`, () => {
      const { strace, trace } = make("native", DECODED, values);
      expect(strace.length).toBeGreaterThan(2 * DECODED.filter((c) => c.numbers[NATIVE]).length);
      expectSame(strace, trace);
    });

    test.skipIf(!IS_X64)(`of 32 bits, ${name}`, () => {
      const { strace, trace } = make("compat", DECODED, values);
      expect(strace.length).toBeGreaterThan(2 * DECODED.length);
      expectSame(strace, trace);
    });

    test.skipIf(!IS_X64)(`of x32, ${name}`, () => {
      // For x32, strace does not read struct open_how, and cuts the addresses of an exec to 32 bits:
      // it prints the unreadable one as NULL.
      const isCut = ({ kind }: FileCall) => kind === "exec" && values.name === "x";
      const calls = DECODED.filter((each) => !each.roles.includes("how") && !isCut(each));
      const { strace, trace } = make("x32", calls, values);
      expectSame(strace, trace);
    });

    test.each(ABIS)(`of %s by ptrace, ${name}`, (abi) => {
      using directory = temporaryDirectory();
      const { bpf, ptrace } = underBackends(command(abi, FILE_CALLS, values), {
        cwd: directory.path,
      });
      expect(ptrace.length).toBeGreaterThan(FILE_CALLS.length / 2);
      const { missing, extra } = compare(bpf, ptrace);
      expect({ bpf: missing.map(shown), ptrace: extra.map(shown) }).toEqual({
        bpf: [],
        ptrace: [],
      });
    });
  }
});

// Only these calls get this name: run as root, others would truncate the file or change its owner.
test.each(ABIS.filter((abi) => abi !== "x32"))(
  "a program that is there is run by every call of the %s table that runs one",
  (abi) => {
    const calls = DECODED.filter(({ kind }) => kind === "exec");
    expect(calls.length).toBeGreaterThan(1);
    const { strace, trace } = make(abi, calls, { ...PLAIN, name: "s/bin/true" });
    expect(strace.length).toBeGreaterThan(1);
    expectSame(strace, trace);
  },
);

/** Calls newer than strace 6.1, with the arguments that the manual pages describe. */
test("the newest calls are recorded as they were made", () => {
  using directory = temporaryDirectory();
  const cwd = directory.path;
  const calls = [
    "452,n3,s../a,n0600,n0x100", // fchmodat2(dfd, name, mode, flags)
    "452,n-100,sabsent,n01777,n0",
    "463,n3,s../a,n0x100,suser.x,b,n16", // setxattrat(dfd, path, at_flags, name, args, size)
    "464,n999,s/absent,n0,suser.x,b,n16", // getxattrat
    "465,n4,s,n0x1000,b,n4096", // listxattrat(dfd, path, at_flags, list, size)
    "466,n3,s../a,n0,suser.none", // removexattrat(dfd, path, at_flags, name)
  ];
  const { trace } = underTrace([program("syscalls"), "native", ...calls], { cwd });
  const late = trace.filter(({ call }) => /at2$|xattrat$/.test(call));
  // An older kernel returns ENOSYS, and the rest of the record is the same.
  const lines = late.map((event) => shown({ ...event, result: null }).replaceAll(cwd, "CWD"));
  expect(lines).toEqual([
    "fchmodat2 name=../a path=CWD/a flags=256 mode=384 dfd=3",
    "fchmodat2 name=absent path=CWD/absent flags=0 mode=1023 dfd=-100",
    "setxattrat name=../a name2=user.x path=CWD/a flags=256 dfd=3",
    "getxattrat name=/absent name2=user.x path=/absent flags=0 dfd=999",
    "listxattrat name= path=CWD/a flags=4096 dfd=4",
    "removexattrat name=../a name2=user.none path=CWD/a flags=0 dfd=3",
  ]);
});

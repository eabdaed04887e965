import { describe, expect, test } from "bun:test";
import { FILE_CALLS, type FileCall } from "../../src/events/file-calls.ts";
import { DIRECTIONS } from "../../src/syscalls/directions.ts";
import { LAYOUTS } from "../../src/syscalls/generated/layouts.ts";
import {
  type Abi,
  argumentsOf,
  layoutOf,
  type StructLayout,
  scalarOf,
  syscallName,
  syscallNames,
  syscallNumber,
} from "../../src/syscalls/table.ts";

const ABIS: readonly Abi[] = ["x64", "x64Compat", "x32", "arm64", "arm64Compat"];
const everyCall = ABIS.flatMap((abi) => Array.from(syscallNames(abi), (name) => ({ abi, name })));
const everyArgument = everyCall.flatMap(({ abi, name }) =>
  (argumentsOf(name, abi) ?? []).map((argument) => ({ abi, call: name, ...argument })),
);

describe("numbers", () => {
  test("are those of the kernel: a few of each table", () => {
    expect(syscallName("x64", 257)).toBe("openat");
    expect(syscallNumber("x64", "openat")).toBe(257);
    expect(syscallNumber("x64", "fsmount")).toBe(432);
    expect(syscallNumber("arm64", "openat")).toBe(56);
    expect(syscallNumber("x64Compat", "openat")).toBe(295);
    expect(syscallNumber("arm64Compat", "openat")).toBe(322);
    expect(syscallNumber("x32", "openat")).toBe(257);
    expect(syscallNumber("x32", "execve")).toBe(520);
    expect(syscallName("arm64Compat", 0x0f0002)).toBe("cacheflush");
  });

  test("and names map to each other, in every table", () => {
    for (const { abi, name } of everyCall)
      expect([name, syscallName(abi, syscallNumber(abi, name)!)]).toEqual([name, name]);
  });

  test("that no table has are undefined", () => {
    expect(syscallName("x64", 100_000)).toBeUndefined();
    expect(syscallName("x64", 400)).toBeUndefined(); // the gap before what all machines share
    expect(syscallNumber("arm64", "open")).toBeUndefined();
    expect(syscallNumber("x64", "toString")).toBeUndefined();
  });

  test("of every recorded call are in a table", () => {
    const known = ({ numbers }: FileCall) => Object.values(numbers).some((each) => each !== null);
    expect(FILE_CALLS.filter((call) => !known(call)).map(({ name }) => name)).toEqual([]);
  });
});

describe("arguments", () => {
  test("of every call of every table are known, at most six, with distinct names", () => {
    expect(everyCall.filter(({ abi, name }) => !argumentsOf(name, abi))).toEqual([]);
    for (const { abi, name } of everyCall) {
      const names = argumentsOf(name, abi)!.map((argument) => argument.name);
      expect([name, new Set(names).size]).toEqual([name, names.length]);
      expect(names.length).toBeLessThanOrEqual(6);
    }
  });

  test("have their C types", () => {
    expect(argumentsOf("openat")!.map(({ name, type }) => `${type} ${name}`)).toEqual([
      ...["int dfd", "const char * filename", "int flags", "umode_t mode"],
    ]);
    const [, filename] = argumentsOf("openat")!;
    expect(filename).toMatchObject({ pointer: true, const: true, target: "char", struct: null });
    expect(argumentsOf("newfstatat")![2]).toMatchObject({ const: false, struct: "stat" });
    expect(argumentsOf("execve")![1]).toMatchObject({ const: true, target: "const char *" });
    expect(argumentsOf("getpid")).toEqual([]);
    expect(argumentsOf("no_such_call")).toBeUndefined();
  });

  test("are read before the call if they are inputs, after it if they are outputs", () => {
    const directions = (call: string) => argumentsOf(call)!.map(({ direction }) => direction);
    expect(directions("stat")).toEqual(["in", "out"]);
    expect(directions("connect")).toEqual([null, "in", null]);
    expect(directions("accept")).toEqual([null, "out", "inout"]);
    expect(directions("futex")).toEqual(["address", null, null, "in", "address", null]);
  });

  test("of clone have arm64's order on arm64 and in 32-bit programs", () => {
    const names = (abi: Abi) => argumentsOf("clone", abi)!.map(({ name }) => name);
    expect(names("x64").slice(3)).toEqual(["child_tidptr", "tls"]);
    for (const abi of ["arm64", "x64Compat", "arm64Compat"] as const)
      expect(names(abi).slice(3)).toEqual(["tls", "child_tidptr"]);
  });

  test("of 64 bits are two arguments for 32-bit programs", () => {
    const names = argumentsOf("pread64", "x64Compat")!.map(({ name }) => name);
    expect(names).toEqual(["fd", "buf", "count", "pos", "pos_high"]);
    expect(argumentsOf("stat64", "x64Compat")![1].struct).toBe("stat64");
  });

  test("that are not pointers are numbers of a known size", () => {
    const unknown = everyArgument.filter(
      ({ abi, pointer, type }) => !pointer && !scalarOf(type, abi),
    );
    expect(unknown).toEqual([]);
    expect(scalarOf("umode_t")).toEqual({ size: 2, signed: false });
    expect(scalarOf("unsigned long")).toEqual({ size: 8, signed: false });
    expect(scalarOf("unsigned long", "x64Compat")).toEqual({ size: 4, signed: false });
    expect(scalarOf("struct stat")).toBeUndefined();
  });

  test("that are pointers point to a struct, a number, a pointer or bytes", () => {
    const unknown = everyArgument.filter(
      ({ abi, pointer, target, struct }) =>
        pointer &&
        !struct &&
        target !== "void" &&
        !target!.endsWith("*") &&
        !scalarOf(target!, abi),
    );
    expect(unknown).toEqual([]);
  });
});

describe("directions", () => {
  test("are of pointer arguments whose type does not show the direction", () => {
    const there = new Map(everyArgument.map((each) => [`${each.call} ${each.name}`, each]));
    const wrong = [...DIRECTIONS.keys()].filter((key) => {
      const all = everyArgument.filter(({ call, name }) => `${call} ${name}` === key);
      return !there.has(key) || all.every((each) => !each.pointer || each.const);
    });
    expect(wrong).toEqual([]);
  });

  test("apply to the variants of 32-bit programs too", () => {
    const inAsNative = ["nanosleep rqtp", "sendmsg msg", "recvmsg msg", "rt_sigprocmask nset"];
    for (const key of inAsNative) {
      const [call, name] = key.split(" ");
      const find = (abi: Abi) => argumentsOf(call, abi)!.find((each) => each.name === name)!;
      expect([key, find("x64Compat").direction]).toEqual([key, find("x64").direction]);
    }
  });
});

describe("layouts", () => {
  const tags = LAYOUTS.trim()
    .split("\n")
    .map((line) => line.split(" ")[0]);
  const all = (["x64", "arm64", "x64Compat"] as const).flatMap((abi) =>
    tags.map((tag) => layoutOf(tag, abi)!),
  );

  test("exist for every struct that an argument points to", () => {
    const missing = everyArgument.filter(({ abi, struct }) => struct && !layoutOf(struct, abi));
    expect(missing).toEqual([]);
  });

  test("exist for every nested struct, within the size of the outer one", () => {
    const end = (field: StructLayout["fields"][number]) =>
      field.offset + field.size * field.counts.reduce((product, count) => product * count, 1);
    for (const { tag, size, fields } of all)
      for (const field of fields) {
        if (field.kind === "struct")
          expect([tag, layoutOf(field.tag!)?.tag]).toEqual([tag, field.tag!]);
        // A pointer in a struct of a 32-bit program is a number of four bytes.
        expect([tag, field.name, end(field) <= size]).toEqual([tag, field.name, true]);
      }
  });

  test("have ascending offsets, except for unions", () => {
    for (const { tag, union, fields } of all) {
      const offsets = fields.map(({ offset }) => offset);
      const inOrder = union ? offsets.map(() => 0) : offsets.toSorted((a, b) => a - b);
      expect([tag, ...offsets]).toEqual([tag, ...inOrder]);
    }
  });

  test("of struct stat equal the headers, on each machine", () => {
    const stat = layoutOf("stat")!;
    expect(stat).toMatchObject({ size: 144, union: false });
    expect(stat.fields.find(({ name }) => name === "st_mode")).toEqual({
      ...{
        name: "st_mode",
        offset: 24,
        kind: "unsigned",
        size: 4,
        counts: [],
        bits: null,
        tag: null,
      },
    });
    expect(layoutOf("stat", "arm64")!.size).toBe(128);
    expect(layoutOf("stat", "x64Compat")!).toMatchObject({ tag: "compat_stat", size: 64 });
    expect(layoutOf("epoll_event")!.size).toBe(12);
    expect(layoutOf("epoll_event", "arm64")!.size).toBe(16);
    expect(layoutOf("no_such_struct")).toBeUndefined();
  });

  test("describe arrays, bit fields, nested structs, pointers, and big-endian fields", () => {
    const field = (tag: string, name: string) =>
      layoutOf(tag)!.fields.find((field) => field.name === name)!;
    expect(field("new_utsname", "nodename")).toMatchObject({ kind: "char", counts: [65] });
    expect(field("linux_dirent64", "d_name")).toMatchObject({ kind: "char", counts: [0] });
    expect(field("user_desc", "contents").bits).toEqual({ first: 1, count: 2 });
    expect(field("rusage", "ru_utime")).toMatchObject({
      kind: "struct",
      tag: "__kernel_old_timeval",
    });
    expect(field("user_msghdr", "msg_iov")).toMatchObject({
      kind: "pointer",
      tag: "iovec",
      size: 8,
    });
    expect(field("sockaddr_in", "sin_port")).toMatchObject({ kind: "network", size: 2 });
    expect(layoutOf("bpf_attr")!.union).toBe(true);
  });
});

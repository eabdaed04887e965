/**
 * Compares the names of argument-sets.ts and their order with strace 6.1, which traces a program that
 * passes every constant of every set. Seccomp keeps the kernel from running the calls. strace lacks
 * constants that are newer.
 */
import { describe, expect, test } from "bun:test";
import { ARGUMENT_SETS, FIELD_SETS, type NumberParts } from "../../src/syscalls/argument-sets.ts";
import { describeDecoders } from "../../src/syscalls/decode/index.ts";
import { partsValue } from "../../src/syscalls/decode/named-constants.ts";
import { straceText } from "../../src/syscalls/strace-text.ts";
import {
  argumentsOf,
  constantsOf,
  layoutOf,
  type StructField,
  scalarOf,
  syscallNumber,
} from "../../src/syscalls/table.ts";
import { program } from "../root/support/programs.ts";

/** Arguments that strace formats specially, as hand-written decoders do. */
const SPECIAL_FORMAT = [
  ...["clone clone_flags", "futex op", "ioctl cmd", "personality personality"],
  ...["seccomp flags", "syslog type"],
  ...["socket protocol", "socketpair protocol", "getsockopt optname", "setsockopt optname"],
  // Not decoded by strace 6.1, or only in part.
  ...["unshare unshare_flags", "futex_wait clockid", "open_by_handle_at mountdirfd"],
  ...["open_tree_attr dfd", "file_getattr dfd", "file_setattr dfd", "fchmodat2 dfd"],
  ...["setxattrat dfd", "getxattrat dfd", "listxattrat dfd", "removexattrat dfd"],
  ...["getsockopt level", "setsockopt level", "fchmodat2 mode"],
];

interface Query {
  readonly key: string;
  readonly set: string;
  readonly value: bigint;
  /** The call number and arguments, for the program. */
  readonly line: string;
  /** The index of the argument, or the name of the field. */
  readonly at: number | string;
}

/** Returns each constant of the sets alone, and all bits at once. */
function numbers({ value, bits = [] }: NumberParts): { set: string; value: bigint }[] {
  const all = (set: string) => constantsOf(set)!.constants.map((each) => BigInt(each.value));
  return [
    ...(value ? all(value).map((each) => ({ set: value, value: each })) : []),
    ...bits.flatMap((set) => {
      const values = all(set).filter((each) => each !== 0n);
      const together = values.reduce((sum, each) => sum | each, 0n);
      return [...values, together].map((each) => ({ set, value: each }));
    }),
  ];
}

const hexadecimal = (value: bigint) => BigInt.asUintN(64, value).toString(16);

function callLine(call: string, word: (i: number) => string): string {
  const number = syscallNumber("x64", call)!.toString(16);
  return [number, ...Array.from({ length: 6 }, (_, i) => word(i))].join(" ");
}

function ofArguments(): Query[] {
  const known = [...ARGUMENT_SETS].filter(([key]) => {
    const number = syscallNumber("x64", key.split(" ")[0]);
    return !SPECIAL_FORMAT.includes(key) && number !== undefined && number <= 450;
  });
  return known.flatMap(([key, parts]) => {
    const [call, argument] = key.split(" ");
    const at = argumentsOf(call)!.findIndex(({ name }) => name === argument);
    return numbers(parts).map(({ set, value }) => {
      const line = callLine(call, (i) => (i === at ? hexadecimal(value) : "0"));
      return { key, set, value, at, line };
    });
  });
}

/** Returns a number of which strace names no part; null if there is none. */
function unnamed({ value, mask, bits = [], octal = 0 }: NumberParts, size: number): bigint | null {
  const valuesOf = (set: string) =>
    constantsOf(set)!.constants.map((each) => BigInt.asUintN(size * 8, BigInt(each.value)));
  if (value !== undefined && bits.length === 0) {
    const known = valuesOf(value);
    const room = mask === undefined ? 0xffffn : BigInt(mask);
    for (let number = 0x7b0n; number > 0n; number--)
      if ((number & ~room) === 0n && !known.includes(number)) return number;
    return null;
  }
  // Together with bits, strace shows the value 0 by its name.
  if (value !== undefined && valuesOf(value).includes(0n)) return null;
  const taken = bits.flatMap(valuesOf).reduce((sum, each) => sum | each, BigInt(octal));
  const free = (bit: number) => (taken & (1n << BigInt(bit))) === 0n;
  const bit = Array.from({ length: size * 8 - 1 }, (_, i) => size * 8 - 2 - i).find(free);
  return bit === undefined ? null : 1n << BigInt(bit);
}

/** Queries of arguments that the generic decoder handles, with numbers that have no name. */
function ofUnnamedNumbers() {
  return [...ARGUMENT_SETS].flatMap(([key, parts]) => {
    const [call, argument] = key.split(" ");
    const number = syscallNumber("x64", call);
    if (SPECIAL_FORMAT.includes(key) || number === undefined || number > 450) return [];
    if (describeDecoders(call, "x64").byHand) return [];
    const at = argumentsOf(call)!.findIndex(({ name }) => name === argument);
    const value = unnamed(parts, scalarOf(argumentsOf(call)![at].type)!.size);
    if (value === null) return [];
    const line = callLine(call, (i) => (i === at ? hexadecimal(value) : "0"));
    return [
      { key, set: "", value, at, line, ours: straceText(partsValue(value, value, parts, "x64")) },
    ];
  });
}

/** Returns "@…": a struct with one field set, and its size in the first field if that is named size. */
function structWith(tag: string, field: StructField, value: bigint): string {
  const { size, fields } = layoutOf(tag)!;
  const bytes = Buffer.alloc(size);
  if (fields[0].name === "size") bytes.writeUInt32LE(size, fields[0].offset);
  const number = BigInt.asUintN(field.size * 8, value);
  for (let i = 0; i < field.size; i++)
    bytes[field.offset + i] = Number((number >> BigInt(8 * i)) & 0xffn);
  return `@${bytes.toString("hex")}`;
}

/** Calls whose struct strace prints whatever they return, with their other arguments. */
const STRUCT_CALLS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  openat2: { usize: "18" },
  clone3: { size: "58" },
  mount_setattr: { size: "20" },
  sched_setattr: {},
  capset: {},
  landlock_create_ruleset: { size: "8" },
  rt_sigaction: { sig: "1" },
  sigaltstack: {},
  timer_create: {},
  poll: { nfds: "1" },
  epoll_ctl: { op: "1" },
  semop: { nsops: "1" },
  io_uring_setup: {},
  perf_event_open: {},
};

function ofFields(): Query[] {
  return [...FIELD_SETS].flatMap(([key, parts]) => {
    const [tag, name] = key.split(" ");
    const field = layoutOf(tag)!.fields.find((each) => each.name === name);
    const call = Object.keys(STRUCT_CALLS).find((each) =>
      argumentsOf(each)!.some(({ struct }) => struct === tag),
    );
    if (!field || !call || NOT_PRINTED.includes(key)) return [];
    const at = argumentsOf(call)!.findIndex(({ struct }) => struct === tag);
    return numbers(parts).map(({ set, value }) => {
      const argument = structWith(tag, field, value);
      const others = argumentsOf(call)!.map((each) => STRUCT_CALLS[call][each.name]);
      const line = callLine(call, (i) => (i === at ? argument : (others[i] ?? "0")));
      return { key, set, value, at: name, line };
    });
  });
}

/** Fields that strace omits at entry. */
const NOT_PRINTED = ["pollfd revents", "io_uring_params features", "clone_args exit_signal"].concat(
  [...["landlock_ruleset_attr handled_access_net", "landlock_ruleset_attr scoped"]],
);

/** Returns what strace prints for each queried argument or field. */
function straceTexts(queries: readonly Query[]): string[] {
  const stdin = Buffer.from(queries.map(({ line }) => `${line}\n`).join(""));
  const strace = ["strace", "-v", "-qq", "-e", "signal=none", program("numbers")];
  const lines = Bun.spawnSync(strace, { stdin }).stderr.toString().split("\n");
  const first = lines.findIndex((line) => line.startsWith("prctl(PR_SET_SECCOMP")) + 1;
  return queries.map(({ at }, i) => {
    const line = lines[first + i] ?? "";
    if (typeof at === "string") return new RegExp(`\\b${at}=([^,}\\]]*)`).exec(line)?.[1] ?? line;
    const list = /^\w+\((.*)\)\s+= -1 ENOSYS/.exec(line)?.[1] ?? "";
    // strace prints an offset in two registers as one argument.
    return list.split(", ")[/^p(read|write)v/.test(line) ? at - 1 : at] ?? line;
  });
}

/** Returns the names in a text, without numbers and comments. */
const namesIn = (text: string) =>
  text
    .replace(/\/\*.*\*\//, "")
    .split("|")
    .filter((word) => /^[A-Z_]+[A-Z0-9_]*$/i.test(word.trim()) && !/^0x/.test(word));

/** Returns the names of the bits, in the order of the set. */
function ourNames(set: string, value: bigint): string[] {
  let rest = value;
  return constantsOf(set)!.constants.flatMap((constant) => {
    const bits = BigInt(constant.value);
    if (bits === 0n || (rest & bits) !== bits) return [];
    rest &= ~bits;
    return [constant.name];
  });
}

const is61 = Bun.spawnSync(["sh", "-c", "strace -V"]).stdout.toString().includes("version 6.1\n");

describe.if(process.arch === "x64" && is61)("strace", () => {
  test.each([
    ["arguments", ofArguments, 1500],
    ["fields", ofFields, 200],
  ] as const)("has the same names of %s, in the same order", (_, queriesOf, min) => {
    const queries = queriesOf();
    const texts = straceTexts(queries);
    let same = 0;
    queries.forEach(({ key, set, value }, i) => {
      const { kind, constants } = constantsOf(set)!;
      const ofSet = new Set(constants.map(({ name }) => name));
      const theirs = namesIn(texts[i]).filter((name) => ofSet.has(name) || kind === "values");
      const ours =
        kind === "bits"
          ? ourNames(set, value)
          : constants.filter((each) => BigInt(each.value) === value).map(({ name }) => name);
      const shared = ours.filter((name) => theirs.includes(name));
      // All of its names are ours, in our order; names that it lacks are newer.
      expect({ key, value, names: theirs }).toEqual({ key, value, names: shared });
      same += shared.length > 0 ? 1 : 0;
    });
    expect(same).toBeGreaterThan(min);
  });

  test("has the same placeholder for numbers without a name", () => {
    const placeholder = (text: string) => /\/\* (\S*\?\?) \*\//.exec(text)?.[1];
    const queries = ofUnnamedNumbers();
    const texts = straceTexts(queries).map(placeholder);
    // strace has none for arguments that it does not decode.
    const both = queries.flatMap(({ key, ours }, i) =>
      texts[i] === undefined ? [] : [{ key, ours: placeholder(ours), theirs: texts[i] }],
    );
    expect(both.filter(({ ours, theirs }) => ours !== theirs)).toEqual([]);
    expect(both.length).toBeGreaterThan(25);
    expect(both).toContainEqual({
      key: "open_tree flags",
      ours: "OPEN_TREE_???",
      theirs: "OPEN_TREE_???",
    });
  });
});

/** System calls as plain objects that remain valid, discriminated by `name`: what the library yields. */
import { errnoName } from "../kernel/errno.ts";
import { isTruncated, namedArguments } from "../syscalls/argument-names.ts";
import type { Integer, Text } from "../syscalls/argument-types.ts";
import { type Category, categoryOf } from "../syscalls/categories.ts";
import type { Calls, CompatCalls } from "../syscalls/generated/calls.ts";
import { syscallNumber } from "../syscalls/table.ts";
import { toNumber, toPlainObject, toPlainPath } from "../syscalls/to-plain.ts";
import type { Severity, SyscallEvent } from "./syscall-event.ts";

interface SyscallBase {
  /** The number in its ABI; for x32 without X32_SYSCALL_BIT. */
  readonly number: number;
  readonly pid: number;
  readonly tid: number;
  /** The time of the entry: milliseconds since 1970, with fractions. */
  readonly time: number;
  /** Milliseconds; null if the call did not return. */
  readonly duration: number | null;
  /** -errno if the call failed; null if it did not return: exit, or its thread was killed. */
  readonly result: Integer | null;
  /** The path of the returned fd. */
  readonly resultPath?: Text;
  /** "ENOENT"; null if the call did not fail. */
  readonly errno: string | null;
  readonly category: Category;
  /** The severity by the rules, and the text of the rule. */
  readonly mode: Severity;
  readonly reason: string;
  /** Names of arguments that are truncated. */
  readonly cut: readonly string[];
  /** What was injected: the memory behind arguments, the result. */
  readonly injected: readonly ("args" | "retval")[];
}

type SyscallOf<Table, Abi> = {
  [Name in keyof Table]: SyscallBase & {
    readonly abi: Abi;
    readonly name: Name;
    readonly args: Readonly<Table[Name]>;
  };
}[keyof Table];

/** A call that is in no table: its arguments are the registers. */
interface UnknownSyscall extends SyscallBase {
  readonly abi: "x64" | "x64Compat" | "x32" | "arm64" | "arm64Compat";
  readonly name: `syscall_0x${string}`;
  readonly args: Readonly<Record<`arg${0 | 1 | 2 | 3 | 4 | 5}`, Integer>>;
}

export type Syscall =
  | SyscallOf<Calls, "x64" | "x32" | "arm64">
  | SyscallOf<CompatCalls, "x64Compat" | "arm64Compat">
  | UnknownSyscall;

/** Copies a call, whose event is borrowed. */
export function syscallObject(event: SyscallEvent): Syscall {
  const { name, abi, result, failed, resultPath } = event;
  const args = namedArguments(event);
  const path = toPlainPath(resultPath);
  const base: SyscallBase = {
    number: syscallNumber(abi, name) ?? Number(name.replace("syscall_", "")),
    pid: event.tgid,
    tid: event.tid,
    time: event.time,
    duration: result === null ? null : event.duration,
    result: result === null ? null : toNumber(result),
    ...(path === undefined ? {} : { resultPath: path }),
    errno: failed && result !== null ? errnoName(-Number(result)) : null,
    category: categoryOf(name) ?? "system",
    mode: event.severity,
    reason: event.reason,
    cut: args.filter(([, value]) => isTruncated(value)).map(([argument]) => argument),
    injected: event.injected,
  };
  // The generated types describe what the decoders make: test/root/library.test.ts checks it.
  return { name, abi, args: toPlainObject(args), ...base } as unknown as Syscall;
}

/** Calls made by hand, for the tests of what is told about them. */
import { SyscallEvent } from "../../src/events/syscall-event.ts";
import { accessedFiles } from "../../src/syscalls/accessed-files.ts";
import type { FdValue, StringValue, Value } from "../../src/syscalls/value.ts";
import { NamedValue } from "../../src/syscalls/value.ts";

export interface Made {
  readonly tid?: number;
  readonly tgid?: number;
  readonly result?: number | bigint | null;
  readonly time?: number;
  readonly duration?: number;
  readonly resultPath?: string;
  /** The working directory. */
  readonly directory?: string;
}

/** @param result -errno where it failed */
export function call(name: string, args: readonly (Value | null)[], made: Made = {}): SyscallEvent {
  const event = new SyscallEvent();
  const { result = 0, directory } = made;
  event.name = name;
  event.tid = made.tid ?? 10;
  event.tgid = made.tgid ?? event.tid;
  event.args.push(...args);
  event.decodedAtEntry = args.length;
  event.result = result === null ? null : BigInt(result);
  event.failed = event.result !== null && event.result < 0n && event.result > -4096n;
  event.time = made.time ?? 1000;
  event.duration = made.duration ?? 0;
  event.resultPath = made.resultPath;
  event.files = accessedFiles(event, () => directory);
  return event;
}

export function text(latin1: string, cut = false): StringValue {
  return { kind: "string", bytes: Buffer.from(latin1, "latin1"), cut };
}

export function fd(number: number, path?: string): FdValue {
  return path === undefined ? { kind: "fd", fd: number } : { kind: "fd", fd: number, path };
}

/** A directory that a name starts from; without a number the working directory. */
export function from(path: string, number = -100): FdValue {
  return { kind: "fd", fd: number, path, directory: true };
}

export function named(names: string, value: number | bigint = 0): NamedValue {
  return new NamedValue(value, names === "" ? [] : names.split("|"));
}

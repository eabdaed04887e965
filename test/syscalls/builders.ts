/** Builds calls and values for tests. */
import { SyscallEvent } from "../../src/events/syscall-event.ts";
import { accessedFiles } from "../../src/syscalls/accessed-files.ts";
import {
  type FdValue,
  integer,
  NamedValue,
  type StringValue,
  type StructValue,
  struct,
  type Value,
} from "../../src/syscalls/value.ts";

export interface CallOptions {
  readonly tid?: number;
  readonly tgid?: number;
  readonly result?: number | bigint | null;
  readonly time?: number;
  readonly duration?: number;
  readonly resultPath?: string;
  /** The working directory. */
  readonly directory?: string;
}

/** Builds a finished call; a result of -errno makes it fail. */
export function call(
  name: string,
  args: readonly (Value | null)[],
  options: CallOptions = {},
): SyscallEvent {
  const event = new SyscallEvent();
  const { result = 0, directory } = options;
  event.name = name;
  event.tid = options.tid ?? 10;
  event.tgid = options.tgid ?? event.tid;
  event.args.push(...args);
  event.decodedAtEntry = args.length;
  event.result = result === null ? null : BigInt(result);
  event.failed = event.result !== null && event.result < 0n && event.result > -4096n;
  event.time = options.time ?? 1000;
  event.duration = options.duration ?? 0;
  event.resultPath = options.resultPath;
  event.files = accessedFiles(event, () => directory);
  return event;
}

export function text(latin1: string, cut = false): StringValue {
  return { kind: "string", bytes: Buffer.from(latin1, "latin1"), cut };
}

export function fd(number: number, path?: string): FdValue {
  return path === undefined ? { kind: "fd", fd: number } : { kind: "fd", fd: number, path };
}

/** Builds a dirfd; by default AT_FDCWD. */
export function from(path: string, number = -100): FdValue {
  return { kind: "fd", fd: number, path, directory: true };
}

/** Builds a struct sockaddr_in or sockaddr_in6. */
export function socketAddress(host: string, port: number): StructValue {
  if (host.includes(":"))
    return struct([
      ["sa_family", named("AF_INET6", 10)],
      ["sin6_port", integer(port, "htons")],
      ["sin6_addr", { kind: "host", family: "inet6", host }],
    ]);
  return struct([
    ["sa_family", named("AF_INET", 2)],
    ["sin_port", integer(port, "htons")],
    ["sin_addr", { kind: "host", family: "inet", host }],
  ]);
}

export function named(names: string, value: number | bigint = 0): NamedValue {
  return new NamedValue(value, names === "" ? [] : names.split("|"));
}

/**
 * Decoders of common arguments: fds, paths, buffers, numbers. The decoders of each family use
 * them.
 */

import { PATH_MAX } from "../../kernel/limits.ts";
import {
  array,
  enumValue,
  type FdValue,
  flags,
  integer,
  type NameSet,
  pointer,
  type StringValue,
  type Value,
} from "../value.ts";
import { arrayLimit } from "./arrays.ts";
import { type ArgumentDecoder, onEntry, onExit, type SyscallView } from "./call.ts";
import { timespecAt } from "./structs.ts";

/** @param pid the process that has the fd; by default the caller */
export function fdValue(call: SyscallView, fd: number, pid?: number): FdValue {
  const details = fd >= 0 ? call.detailsOf?.(fd, pid) : undefined;
  return details ? { kind: "fd", fd, ...details } : { kind: "fd", fd };
}

/** @param pid the process that has the fd, in the caller's PID namespace */
export function fdValueOf(call: SyscallView, fd: number, pid: number): FdValue {
  const process = call.processOf?.(pid);
  return process === undefined ? { kind: "fd", fd } : fdValue(call, fd, process);
}

export function dirfdValue(call: SyscallView, fd: number): FdValue {
  const value: FdValue = { kind: "fd", fd, directory: true };
  const details = call.detailsOf?.(fd);
  return details ? { ...value, ...details } : value;
}

export const fd = onEntry((call, index) => fdValue(call, call.int(index)));
/** The base directory of a relative path. */
export const dirfd = onEntry((call, index) => dirfdValue(call, call.int(index)));

export const int = onEntry((call, index) => integer(call.int(index)));
export const uint = onEntry((call, index) => integer(call.uint(index)));
export const long = onEntry((call, index) => integer(call.long(index)));
export const ulong = onEntry((call, index) => integer(call.ulong(index)));
/** A user or group; -1 leaves it as it is. */
export const id = onEntry((call, index) =>
  integer(call.uint(index) === 0xffffffff ? -1 : call.uint(index)),
);
/** The same with 16 bits. */
export const shortId = onEntry((call, index) => {
  const value = call.uint(index) & 0xffff;
  return integer(value === 0xffff ? -1 : value);
});
/** An int in hexadecimal. */
export const hexInt = onEntry((call, index) => integer(call.uint(index), "hex"));
export const hex = onEntry((call, index) => integer(call.ulong(index), "hex"));
export const address = onEntry((call, index) => pointer(call.ulong(index)));
/** Permissions. */
export const mode = onEntry((call, index) => integer(call.uint(index) & 0xffff, "octal"));

function copyString(bytes: Uint8Array, length: number, cut: boolean): StringValue {
  return { kind: "string", bytes: bytes.slice(0, length), cut };
}

/** Reads a path; paths are never truncated to the string limit. */
export function pathAt(call: SyscallView, at: bigint): Value {
  const found = call.memory.readString(Number(at), PATH_MAX - 1);
  return found ? copyString(found.bytes, found.length, found.cut) : pointer(at);
}
export const path = onEntry((call, index) => pathAt(call, call.ulong(index)));

/** Reads a string, truncated to the string limit. */
export function stringAt(call: SyscallView, at: bigint): Value {
  const found = call.memory.readString(Number(at), call.limits.string);
  return found ? copyString(found.bytes, found.length, found.cut) : pointer(at);
}
export const string = onEntry((call, index) => stringAt(call, call.ulong(index)));
/** Reads a name, of which the kernel reads at most `limit` bytes with its NUL. */
export function stringUpToAt(call: SyscallView, at: bigint, limit: number): Value {
  const found = call.memory.readString(Number(at), limit - 1);
  if (!found) return pointer(at);
  return copyString(found.bytes, found.cut ? limit : found.length, found.cut);
}
export function stringUpTo(limit: number): ArgumentDecoder {
  return onEntry((call, index) => stringUpToAt(call, call.ulong(index), limit));
}

/** Reads `length` bytes, truncated to the string limit. */
export function bytesAt(call: SyscallView, at: bigint, length: number): Value {
  const shown = Math.min(length, call.limits.string);
  if (shown <= 0) return at === 0n ? pointer(at) : copyString(new Uint8Array(0), 0, false);
  // strace reads one byte more to know whether to cut.
  const found = (call.buffers ?? call.memory).read(Number(at), Math.min(length, shown + 1));
  return found ? copyString(found.bytes, shown, length > shown) : pointer(at);
}

/** A buffer that the kernel reads; another argument has its length. */
export function inputBuffer(lengthIndex: number): ArgumentDecoder {
  return onEntry((call, index) =>
    bytesAt(call, call.ulong(index), Number(call.ulong(lengthIndex))),
  );
}
/** A buffer that the kernel wrote; the result is its length. */
export const outputBuffer = onExit((call, index) =>
  call.failed ? pointer(call.ulong(index)) : bytesAt(call, call.ulong(index), call.result),
);

export function set(names: () => NameSet, unknown = ""): ArgumentDecoder {
  return onEntry((call, index) => flags(call.uint(index), names(), unknown));
}
export function choice(names: () => NameSet, unknown = ""): ArgumentDecoder {
  return onEntry((call, index) => enumValue(call.int(index), names(), unknown));
}

/** An argument that the call has only if the condition holds. */
export function onlyIf(
  condition: (call: SyscallView) => boolean,
  argument: ArgumentDecoder,
): ArgumentDecoder {
  return {
    phase: argument.phase,
    optional: true,
    decode: (call, index) => (condition(call) ? argument.decode(call, index) : null),
  };
}

/** Reads a number behind a pointer. */
export function numberAt(call: SyscallView, at: bigint, size: 4 | 8, signed = true): Value {
  const found = call.memory.read(Number(at), size);
  if (!found) return pointer(at);
  if (size === 8)
    return array([
      integer(signed ? found.view.getBigInt64(0, true) : found.view.getBigUint64(0, true)),
    ]);
  return array([integer(signed ? found.view.getInt32(0, true) : found.view.getUint32(0, true))]);
}

/** An array of fds that the kernel writes: pipe(2), socketpair(2). */
export function outputFds(count: number): ArgumentDecoder {
  return onExit((call, index) => {
    const at = call.ulong(index);
    if (call.failed) return pointer(at);
    const found = call.memory.read(Number(at), count * 4);
    if (!found) return pointer(at);
    const fds = Array.from({ length: count }, (_, i) => found.view.getInt32(i * 4, true));
    return array(fds.map((each) => fdValue(call, each)));
  });
}

/** Returns a pointer-sized word. */
export function wordAt(call: SyscallView, view: DataView, offset: number): bigint {
  return call.wordSize === 8
    ? view.getBigUint64(offset, true)
    : BigInt(view.getUint32(offset, true));
}

/** Reads a pointer-sized word. */
export function ulongAt(call: SyscallView, at: number): bigint | null {
  const found = call.memory.read(at, call.wordSize);
  return found && wordAt(call, found.view, 0);
}

/** A pointer-sized word that the kernel writes. */
export function wordOut(notation: "hex" | "decimal"): ArgumentDecoder {
  return onExit((call, index) => {
    const at = call.ulong(index);
    const found = call.failed || at === 0n ? null : ulongAt(call, Number(at));
    return found === null ? pointer(at) : array([integer(found, notation)]);
  });
}

/** A struct timespec that the kernel reads. */
export const timespecIn = onEntry(
  (call, index) => timespecAt(call, call.ulong(index)) ?? pointer(call.ulong(index)),
);

/** Reads strings up to a NULL pointer. */
function stringsAt(call: SyscallView, start: bigint): Value {
  if (start === 0n) return pointer(start);
  const items: Value[] = [];
  const limit = arrayLimit(call);
  for (let at = Number(start); ; at += call.wordSize) {
    const each = ulongAt(call, at);
    if (each === null) return items.length ? array(items, true, BigInt(at)) : pointer(start);
    if (each === 0n) return array(items);
    if (items.length === limit) return array(items, true);
    items.push(stringAt(call, each));
  }
}
export const argv = onEntry((call, index) => stringsAt(call, call.ulong(index)));

/** envp: strace shows its address and the number of variables. */
export const envp = onEntry((call, index) => {
  const address = call.ulong(index);
  if (address === 0n || !call.abbreviated) return stringsAt(call, address);
  for (let count = 0, at = Number(address); ; count++, at += call.wordSize) {
    const each = ulongAt(call, at);
    if (each === null && count === 0) return pointer(address);
    if (each === null || each === 0n)
      return {
        kind: "pointer",
        address,
        contents: { count, of: "vars", ...(each === null ? { unterminated: true } : {}) },
      };
  }
});

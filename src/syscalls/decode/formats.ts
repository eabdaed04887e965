/**
 * Formats of numbers as short texts, for the tables of arguments and struct fields: "x" for hex,
 * "&prctl_pac" for bits, "=kcmp" for one of a set.
 */

import type { Abi } from "../table.ts";
import {
  flags,
  integer,
  macro,
  NamedValue,
  type NameSet,
  pointer,
  type Value,
  withNumber,
} from "../value.ts";
import { fdValue, pathAt, stringAt } from "./arguments.ts";
import type { SyscallView } from "./call.ts";
import { constants, placeholderOf } from "./named-constants.ts";
import { signalNameValue } from "./process.ts";
import { deviceValue, modeValue } from "./structs.ts";

/**
 * Shows a number.
 * @param value unsigned
 * @param size in bytes
 */
export type Format = (call: SyscallView, value: bigint, size: number) => Value;

const LAST_SIGNAL = 64n;

/** Names bits; a set may have a name for none. */
export function bitsValue(value: bigint, set: NameSet, placeholder: string): NamedValue {
  const none = value === 0n ? set.find(([, number]) => number === 0) : undefined;
  return none ? new NamedValue(value, [none[0]]) : flags(value, set, placeholder);
}

/** Names a value of up to 64 bits. */
export function oneOf(value: bigint, set: NameSet, placeholder: string): NamedValue {
  const found = set.find(([, number]) => BigInt(number) === value);
  return found
    ? new NamedValue(value, [found[0]])
    : new NamedValue(value, [], value, { kind: "values", placeholder });
}

/** Names a signal; other numbers stay numbers. */
export function signalOrNumber(value: bigint): Value {
  return value > 0n && value <= LAST_SIGNAL ? signalNameValue(Number(value)) : integer(value);
}

const NO_ID = 0xffffffffn;

/** A keyring, or the serial number of a key. */
function keyValue(value: bigint, abi: Abi): Value {
  const serial = BigInt.asIntN(32, value);
  const set = { kind: "values", placeholder: "", notation: "decimal" } as const;
  const found = constants("keyring", abi).find(([, number]) => BigInt(number | 0) === serial);
  return found ? new NamedValue(serial, [found[0]], 0, set) : integer(serial);
}

/** A number with leading zeros. */
function mask(value: bigint, width: number): Value {
  return { kind: "mask", value, width: value === 0n ? width - 2 : width };
}

const signed = (value: bigint, size: number) => BigInt.asIntN(size * 8, value);

const NUMA_NODE = {
  kind: "values",
  placeholder: "",
  notation: "decimal",
  commented: true,
} as const;

/** The number of a network interface: if_nametoindex("lo"). */
function interfaceValue(call: SyscallView, index: number): Value {
  const name = call.interfaceName?.(index);
  const set = { kind: "values", placeholder: "", notation: "decimal" } as const;
  return name === undefined
    ? integer(index)
    : new NamedValue(index, [`if_nametoindex(${JSON.stringify(name)})`], 0, set);
}

/** A version of the kernel in one number. */
function versionValue(value: number): Value {
  const [major, minor, patch] = [value >>> 16, (value >>> 8) & 0xff, value & 0xff];
  const version = macro("KERNEL_VERSION", integer(major), integer(minor), integer(patch));
  return withNumber(value, version);
}

const LETTERS: Readonly<Record<string, Format>> = {
  i: (_, value, size) => integer(signed(value, size)),
  u: (_, value) => integer(value),
  x: (_, value) => integer(value, "hex"),
  o: (_, value) => integer(value, "octal"),
  id: (_, value) => integer(value === NO_ID ? -1 : value),
  ticks: (_, value) => integer(value, value === 0n ? "decimal" : "ticks"),
  key: ({ abi }, value) => keyValue(value, abi),
  str: (call, value) => stringAt(call, value),
  path: (call, value) => pathAt(call, value),
  long: (_, value) => mask(value, 10),
  p: (_, value) => pointer(value),
  sig: (_, value, size) => signalOrNumber(size === 4 ? signed(value, size) : value),
  fd: (call, value) => fdValue(call, Number(signed(value, 4))),
  mode: (_, value) => modeValue(Number(value)),
  dev: (_, value) => deviceValue(Number(value)),
  ifindex: (call, value) => interfaceValue(call, Number(value)),
  node: (_, value) =>
    value === NO_ID ? new NamedValue(value, ["NUMA_NO_NODE"], 0n, NUMA_NODE) : integer(value),
  version: (_, value) => versionValue(Number(value)),
  date: (_, value, size) => integer(signed(value, size), "date"),
};

const formatCache = new Map<string, Format>();

function withComment({ value, names, rest, set }: NamedValue, placeholder: string): NamedValue {
  return new NamedValue(value, names, rest, { kind: set.kind, placeholder, commented: true });
}

function setFormat(text: string): Format {
  const [, comment, kind, set, explicit] = /^(#?)([=&])(\w+)(?:\/(.*))?$/.exec(text)!;
  const name = kind === "=" ? oneOf : bitsValue;
  return ({ abi }, value) => {
    const placeholder = explicit ?? placeholderOf(set, abi);
    const named = name(value, constants(set, abi), placeholder);
    return comment === "" ? named : withComment(named, placeholder);
  };
}

function parseFormat(text: string): Format {
  const [, own, width] = /^(.*?)(?::(\d))?$/.exec(text)!;
  const format = LETTERS[own] ?? setFormat(own);
  if (width === undefined) return format;
  const size = Number(width);
  return (call, value) => format(call, BigInt.asUintN(size * 8, value), size);
}

/**
 * Returns the format that a text describes:
 * - a letter: i signed, u unsigned, x hex, o octal, p pointer; sig, fd, mode, dev, date; id: a user
 *   or group, -1 for none; ticks; key; ifindex; node: of NUMA; version: of the kernel; long: eight
 *   digits in hex; str, path: text behind a pointer
 * - "=set" or "&set": one of a set, or bits; "=set/PR_???" has its own comment for unknown values
 * - "#=set", "#&set": the number, with the names as a comment
 * - ":4" at the end: only the low four bytes count
 */
export function formatOf(text: string): Format {
  let format = formatCache.get(text);
  if (!format) {
    format = parseFormat(text);
    formatCache.set(text, format);
  }
  return format;
}

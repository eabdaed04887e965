/**
 * Decoded arguments and results of system calls. Decoders make each value once; strace-text.ts
 * renders it as strace does, to-plain.ts and sinks/formats/json-values.ts read its data, and
 * sinks/reports/syscalls/human/ describes it in words.
 */

import type { FdDetails } from "./fd-details.ts";
import type { PidDetails } from "./pid-details.ts";

/**
 * How strace writes an integer. "htons" and "htonl" are macros around a number in host byte order,
 * "kib" is a multiple of 1024, "ticks" are clock ticks and "date" are seconds since 1970, both with a
 * comment.
 */
export type Notation = "decimal" | "hex" | "octal" | "htons" | "htonl" | "kib" | "ticks" | "date";

/** A plain number. */
export interface IntegerValue {
  readonly kind: "integer";
  readonly value: bigint | number;
  readonly notation: Notation;
  /** What is known of the process that the number refers to, if requested. */
  readonly pid?: PidDetails;
  /** What strace adds as a comment. */
  readonly comment?: string;
  /** The time that a decimal number stands for, which strace adds as a comment. */
  readonly date?: bigint;
  /** Of a date; strace adds them to its comment only. */
  readonly nanoseconds?: bigint;
}

/** How strace writes the number of constants or of their unnamed bits: -X raw. */
export type NumberNotation = "hex" | "decimal" | "octal";

/** A set of constants, as far as its members without a name are concerned. */
export interface ConstantSet {
  readonly kind: "bits" | "values";
  /** strace's comment beside unknown values: "O_???"; empty for none. */
  readonly placeholder: string;
  /** The last names, which strace writes after the unnamed bits: the signal of clone(2). */
  readonly trailing?: NamedValue;
  /** Number of last names that follow the unnamed bits. */
  readonly afterRest?: number;
  /** Hexadecimal by default. */
  readonly notation?: NumberNotation;
  /** What strace writes for the names: also those that are less likely. */
  readonly shown?: string;
  /** strace writes the number too, and the names as a comment. */
  readonly commented?: boolean;
}

const UNNAMED_SET: ConstantSet = { kind: "bits", placeholder: "" };

/** A bit set or an enumeration whose members have names. */
export class NamedValue {
  readonly kind = "named";
  readonly value: number | bigint;
  readonly names: readonly string[];
  /** The bits without a name, or the whole value if it has none; otherwise 0. */
  readonly rest: number | bigint;
  readonly set: ConstantSet;

  constructor(
    value: number | bigint,
    names: readonly string[],
    rest: number | bigint = 0,
    set: ConstantSet = UNNAMED_SET,
  ) {
    this.value = value;
    this.names = names;
    this.rest = rest;
    this.set = set;
  }

  /** Whether the value has the name. */
  has(name: string): boolean {
    return this.names.includes(name);
  }

  /** Returns "O_WRONLY|O_CREAT|0x8". */
  toString(): string {
    const rest = BigInt.asUintN(64, BigInt(this.rest));
    const unnamed = rest === 0n && this.names.length > 0 ? [] : [`0x${rest.toString(16)}`];
    return [...this.names, ...unnamed].join("|");
  }
}

/** A number whose parts strace names and comments on separately. */
export class CompositeValue {
  readonly kind = "composite";
  /** At least one; each has its own bits. */
  readonly parts: readonly NamedValue[];
  /** Whether strace shows them as one number: -X raw. */
  readonly joint: boolean;
  /** "+" if the parts can overlap. */
  readonly separator: "|" | "+";

  constructor(parts: readonly NamedValue[], joint = false, separator: "|" | "+" = "|") {
    this.parts = parts;
    this.joint = joint;
    this.separator = separator;
  }

  /** Returns the parts as one number with names. */
  whole(): NamedValue {
    const sum = (member: "value" | "rest") =>
      this.parts.reduce((total, part) => total + BigInt(part[member]), 0n);
    const names = this.parts.flatMap((part) => part.names);
    return new NamedValue(sum("value"), names, sum("rest"));
  }
}

/** A string or a buffer. */
export interface StringValue {
  readonly kind: "string";
  /** A copy, owned by the value. */
  readonly bytes: Uint8Array;
  /** Whether the value is truncated. */
  readonly cut: boolean;
}

/** Random data, which strace writes in hexadecimal. */
export interface RandomBytesValue {
  readonly kind: "random-bytes";
  readonly bytes: Uint8Array;
  readonly cut: boolean;
}

export interface NullValue {
  readonly kind: "null";
}

/** An address whose memory is not shown or could not be read. */
export interface PointerValue {
  readonly kind: "pointer";
  readonly address: bigint;
  /** The number of elements behind it, which strace writes as a comment. */
  readonly contents?: {
    readonly count: number;
    readonly of: "vars" | "entries";
    /** Memory that cannot be read comes before their end. */
    readonly unterminated?: boolean;
  };
}

export interface FdValue extends FdDetails {
  readonly kind: "fd";
  readonly fd: number;
  /** The fd is the base directory of a path, so -100 is AT_FDCWD. */
  readonly directory?: boolean;
}

export interface StructValue {
  readonly kind: "struct";
  readonly fields: readonly NamedArgument[];
  /** Fields are omitted: strace's "...". */
  readonly cut?: boolean;
  /** What follows the known fields, in a struct that the caller declares to be longer. */
  readonly tail?: StructTail;
  /** The address of the first field that could not be read. */
  readonly unreadable?: bigint;
  /** The struct is a time since 1970, and strace adds the date as a comment, with -X raw only to some. */
  readonly dated?: boolean | "unless-raw";
  /** Values that the kernel wrote through pointers in the struct. */
  readonly written?: StructValue;
  /** The last field has no name of C, and strace writes its value alone. */
  readonly anonymous?: boolean;
}

/** Bytes beyond the known fields that are not all zero. */
export interface StructTail {
  /** Offset of the first byte in the struct. */
  readonly from: number;
  /** Number of bytes that the caller declares. */
  readonly length: number;
  /** Null if they could not be read. */
  readonly bytes: Uint8Array | null;
}

export interface ArrayValue {
  readonly kind: "array";
  readonly items: readonly Value[];
  readonly cut?: boolean;
  /** The address of the first element that could not be read. */
  readonly unreadable?: bigint;
  /** strace writes a single element without brackets. */
  readonly sequence?: boolean;
  /** Names of the first indexes, if strace writes them: "[VINTR]=0x3"; later ones are numbers. */
  readonly indexes?: readonly string[];
  /** Fds in elements that are not shown. */
  readonly hidden?: readonly FdValue[];
}

/** A constant: "SIGINT", "RLIM64_INFINITY". */
export interface SymbolValue {
  readonly kind: "symbol";
  readonly name: string;
  /** Its number, which strace -X raw shows instead. */
  readonly value?: Value;
  /** What strace adds as a comment. */
  readonly comment?: string;
  /** strace writes the number too, and the name as a comment. */
  readonly commented?: boolean;
}

/** The address of a host. */
export interface HostValue {
  readonly kind: "host";
  readonly family: "inet" | "inet6";
  /** "192.0.2.1", "2001:db8::1". */
  readonly host: string;
  /** The same in network order, which strace -X raw shows instead. */
  readonly bytes?: Uint8Array;
}

/** A name of AF_UNIX that is not a path. */
export interface AbstractNameValue {
  readonly kind: "abstract-name";
  /** The bytes after the first NUL. */
  readonly bytes: Uint8Array;
}

/** A status of wait(2); wait-status.ts takes it apart. */
export interface WaitStatusValue {
  readonly kind: "wait-status";
  readonly status: number;
}

/** A file type and permissions: st_mode of stat(2). */
export interface ModeValue {
  readonly kind: "mode";
  readonly mode: number;
}

/** A C macro that composes a number: makedev(0x1, 0x3). */
export interface MacroValue {
  readonly kind: "macro";
  readonly name: string;
  readonly args: readonly Value[];
  /** The number, or its bytes, which strace -X raw shows instead. */
  readonly value?: IntegerValue | RandomBytesValue;
  /**
   * What the arguments are if the macro is a comment: names, as without -X, or in the style of the rest,
   * each with comments of its own; by default names without comments.
   */
  readonly inComment?: "names" | "style";
}

/** A number that is shifted by a constant: "21<<SHM_HUGE_SHIFT". */
export interface ShiftedPart {
  readonly kind: "shifted";
  readonly count: number;
  readonly by: SymbolValue;
}

/** A number composed of named and unnamed parts, for which there is no one set of constants. */
export interface PartsValue {
  readonly kind: "parts";
  /** Unnamed parts are numbers; those that strace -X raw shows separately are values. */
  readonly parts: readonly (string | number | bigint | NamedValue | ShiftedPart)[];
  /** The number, which strace -X raw shows instead. */
  readonly value?: IntegerValue;
}

/** Members of a set: signals without SIG, fds, CPUs. */
export interface SetValue {
  readonly kind: "set";
  readonly members: readonly (string | number)[];
  /** The numbers of the members, which strace -X raw shows instead. */
  readonly numbers?: readonly number[];
  /** The members are those that the set lacks. */
  readonly inverted: boolean;
  /** The members are fds, whose paths are known. */
  readonly fds?: readonly FdValue[];
  /** More members are omitted: strace's "...". */
  readonly cut?: boolean;
  /** The words of a bit map, which strace -X raw shows instead, and -X verbose as a comment. */
  readonly words?: readonly bigint[];
}

/** A word of a bit mask, with leading zeros. */
export interface MaskValue {
  readonly kind: "mask";
  readonly value: bigint;
  /** Number of characters of its text. */
  readonly width: number;
}

/** A value that the call changed. */
export interface ChangeValue {
  readonly kind: "change";
  readonly before: Value;
  readonly after: Value;
  /** The argument is a pointer to the value, which strace writes in brackets. */
  readonly indirect: boolean;
}

/** A siginfo_t that is an input of a call. */
export interface SiginfoValue {
  readonly kind: "siginfo";
  readonly info: StructValue;
}

/**
 * An argument that strace names, and that has no name or another one in the kernel's prototype:
 * "flags=SIGCHLD", "{mask=[]}", "<... resuming interrupted poll ...>".
 */
export interface FieldValue {
  readonly kind: "field";
  readonly name: string;
  readonly value: Value;
  readonly style: "assignment" | "struct" | "resumption" | "index";
  /** The named index of an element: "[SK_MEMINFO_SNDBUF]=1". */
  readonly index?: NamedValue;
}

export type Value =
  | IntegerValue
  | NamedValue
  | CompositeValue
  | StringValue
  | RandomBytesValue
  | NullValue
  | PointerValue
  | FdValue
  | StructValue
  | ArrayValue
  | SymbolValue
  | HostValue
  | AbstractNameValue
  | WaitStatusValue
  | ModeValue
  | MacroValue
  | PartsValue
  | SetValue
  | MaskValue
  | ChangeValue
  | SiginfoValue
  | FieldValue;

/** A value with the name of its argument or field. */
export type NamedArgument = readonly [name: string, value: Value];

export const NULL: NullValue = { kind: "null" };

export function integer(value: bigint | number, notation: Notation = "decimal"): IntegerValue {
  return { kind: "integer", value, notation };
}

/** @param value the number that has the name */
export function symbol(name: string, value?: Value): SymbolValue {
  return value ? { kind: "symbol", name, value } : { kind: "symbol", name };
}

export function macro(name: string, ...args: readonly Value[]): MacroValue {
  return { kind: "macro", name, args };
}

/** Returns a macro or parts with their number in hexadecimal. */
export function withNumber<T extends MacroValue | PartsValue>(
  number: number | bigint,
  value: T,
): T {
  return { ...value, value: integer(number, "hex") };
}

export function parts(...list: PartsValue["parts"]): PartsValue {
  return { kind: "parts", parts: list };
}

/** @param numbers those of the members, if these are names */
export function setOf(
  members: SetValue["members"],
  inverted = false,
  numbers?: readonly number[],
): SetValue {
  return numbers ? { kind: "set", members, inverted, numbers } : { kind: "set", members, inverted };
}

/** Returns NULL or the address. */
export function pointer(address: bigint): NullValue | PointerValue {
  return address === 0n ? NULL : { kind: "pointer", address };
}

export function struct(fields: StructValue["fields"], cut = false): StructValue {
  return { kind: "struct", fields, cut };
}

/** Adds what follows the fields. */
export function withTail(value: StructValue, tail: StructTail | undefined): StructValue {
  return tail ? { ...value, tail } : value;
}

export function array(items: readonly Value[], cut = false, unreadable?: bigint): ArrayValue {
  return unreadable === undefined
    ? { kind: "array", items, cut }
    : { kind: "array", items, cut: true, unreadable };
}

export function field(
  name: string,
  value: Value,
  style: FieldValue["style"] = "assignment",
): FieldValue {
  return { kind: "field", name, value, style };
}

/** A number is an int of 32 bits, a bigint one of 64. */
function unsigned(value: number | bigint): bigint {
  return typeof value === "number" && value >= -0x80000000 && value < 0
    ? BigInt.asUintN(32, BigInt(value))
    : BigInt.asUintN(64, BigInt(value));
}

export type NameSet = readonly (readonly [name: string, value: number])[];

/** Names the members of a bit set; bits without a name are the rest. */
export function flags(value: number | bigint, set: NameSet, placeholder = ""): NamedValue {
  let rest = unsigned(value);
  const names: string[] = [];
  for (const [name, bits] of set) {
    const mask = BigInt(bits >>> 0 === bits || bits > 0xffffffff ? bits : bits >>> 0);
    if (mask === 0n || (rest & mask) !== mask) continue;
    names.push(name);
    rest &= ~mask;
  }
  return new NamedValue(value, names, rest, { kind: "bits", placeholder });
}

/** Names the member of an enumeration. */
export function enumValue(
  value: number,
  set: NameSet,
  placeholder = "",
  notation: NumberNotation = "hex",
): NamedValue {
  const found = set.find(([, number]) => number === value);
  const kind = "values";
  if (found) return new NamedValue(value, [found[0]], 0, { kind, placeholder, notation });
  return new NamedValue(value, [], value, { kind, placeholder, notation });
}

/**
 * What an argument or a result of a system call is, once it is decoded: made once, written as strace
 * writes it (strace-text.ts), as JSON (json-value.ts) or as a sentence.
 */

/** A plain number. `base` is how people write it. */
export interface IntegerValue {
  readonly kind: "integer";
  readonly value: bigint | number;
  readonly base: "decimal" | "hex" | "octal";
}

/** A bit set or an enumeration whose members have names. */
export class NamedValue {
  readonly kind = "named";
  readonly value: number | bigint;
  readonly names: readonly string[];
  /** Bits, or the whole of an enumeration, that have no name; 0 where all have. */
  readonly rest: number | bigint;
  /** What strace calls the set of names, for values that it does not know: "O_???". */
  readonly unknown: string;
  /** It is a number without a name, also where that is 0. */
  readonly single: boolean;

  constructor(
    value: number | bigint,
    names: readonly string[],
    rest: number | bigint = 0,
    unknown = "",
    single = false,
  ) {
    this.value = value;
    this.names = names;
    this.rest = rest;
    this.unknown = unknown;
    this.single = single;
  }

  has(name: string): boolean {
    return this.names.includes(name);
  }

  /** "O_WRONLY|O_CREAT|0x8". */
  toString(): string {
    const rest = BigInt.asUintN(64, BigInt(this.rest));
    const unnamed = rest === 0n && this.names.length > 0 ? [] : [`0x${rest.toString(16)}`];
    return [...this.names, ...unnamed].join("|");
  }
}

/** Bytes that a program means as text or data. */
export interface StringValue {
  readonly kind: "string";
  /** A copy: lives as long as the value. */
  readonly bytes: Uint8Array;
  /** There is more than was read. */
  readonly cut: boolean;
}

/** An address that was not looked behind, or could not be. */
export interface PointerValue {
  readonly kind: "pointer";
  readonly address: bigint;
}

export interface FdValue {
  readonly kind: "fd";
  readonly fd: number;
  /** Where it leads, if that was asked for: as /proc/PID/fd/N has it, one character a byte. */
  readonly path?: string;
  /** It stands for the directory that a name starts from: AT_FDCWD has a name of its own. */
  readonly directory?: boolean;
}

export interface StructValue {
  readonly kind: "struct";
  readonly fields: readonly (readonly [name: string, value: Value])[];
  /** Fields were left out: strace's "...". */
  readonly cut?: boolean;
  /** What strace adds behind it: a date as a comment. */
  readonly remark?: string;
}

export interface ArrayValue {
  readonly kind: "array";
  readonly items: readonly Value[];
  readonly cut?: boolean;
}

/** Words of strace's own that stand for a value: "NULL", "[]", a macro call. */
export interface WordValue {
  readonly kind: "word";
  readonly text: string;
  /** Where the word names what it is, as clone(2)'s do: that name, and the value itself. */
  readonly of?: NamedArgument;
}

export type Value =
  | IntegerValue
  | NamedValue
  | StringValue
  | PointerValue
  | FdValue
  | StructValue
  | ArrayValue
  | WordValue;

/** A value by the name of the argument that it is. */
export type NamedArgument = readonly [name: string, value: Value];

export const NULL: WordValue = { kind: "word", text: "NULL" };

export function integer(
  value: bigint | number,
  base: IntegerValue["base"] = "decimal",
): IntegerValue {
  return { kind: "integer", value, base };
}

export function word(text: string, of?: NamedArgument): WordValue {
  return of === undefined ? { kind: "word", text } : { kind: "word", text, of };
}

/** NULL, or the address. */
export function pointer(address: bigint): Value {
  return address === 0n ? NULL : { kind: "pointer", address };
}

export function struct(fields: StructValue["fields"], cut = false): StructValue {
  return { kind: "struct", fields, cut };
}

export function array(items: readonly Value[], cut = false): ArrayValue {
  return { kind: "array", items, cut };
}

export type NameSet = readonly (readonly [name: string, value: number])[];

/** The members of a bit set; what has no name is kept as the rest. */
export function flags(value: number | bigint, set: NameSet, unknown = ""): NamedValue {
  let rest = BigInt.asUintN(64, BigInt(value));
  const names: string[] = [];
  for (const [name, bits] of set) {
    const mask = BigInt(bits >>> 0 === bits || bits > 0xffffffff ? bits : bits >>> 0);
    if (mask === 0n || (rest & mask) !== mask) continue;
    names.push(name);
    rest &= ~mask;
  }
  return new NamedValue(value, names, rest, unknown);
}

/** The one member of an enumeration. */
export function enumValue(value: number, set: NameSet, unknown = ""): NamedValue {
  const found = set.find(([, number]) => number === value);
  if (found) return new NamedValue(value, [found[0]]);
  return new NamedValue(value, [], value, unknown, true);
}

/** Reads generated/layouts.ts: the layouts of the kernel's structs. */
import { ARM64_LAYOUTS, LAYOUTS } from "./generated/layouts.ts";
import { NETLINK_LAYOUTS } from "./generated/netlink.ts";

export type FieldKind =
  | "signed"
  | "unsigned"
  /** Unsigned, big-endian as on the wire. */
  | "network"
  | "bool"
  | "char"
  /** 8 bytes; in structs of 32-bit programs, the bytes that the struct's size leaves. */
  | "pointer"
  /** A struct or union by value. */
  | "struct";

export interface StructField {
  /** Empty for an anonymous struct or union. */
  readonly name: string;
  /** In bytes, from the start of the struct. */
  readonly offset: number;
  readonly kind: FieldKind;
  /** Size of one element in bytes; for a bit field, the size of its storage unit. */
  readonly size: number;
  /** The length of each dimension, outermost first: [] for a scalar, [0] for a flexible array. */
  readonly counts: readonly number[];
  /** The lowest bit and the width of a bit field. */
  readonly bits: { readonly first: number; readonly count: number } | null;
  /** The tag of the struct, or of the struct pointed to, for layoutOf. */
  readonly tag: string | null;
}

export interface StructLayout {
  readonly tag: string;
  /** In bytes. */
  readonly size: number;
  readonly union: boolean;
  readonly fields: readonly StructField[];
}

const KIND_BY_LETTER: Readonly<Record<string, FieldKind>> = {
  i: "signed",
  u: "unsigned",
  n: "network",
  b: "bool",
  c: "char",
  "*": "pointer",
  "=": "struct",
};
/** name@offset:type. build/syscall-tables/layouts.ts writes the type. */
const FIELD_PATTERN =
  /^(\w*)@(\d+):(?:([iunb])(\d+)|(c)|([*=])([\w.]*))((?:\[\d+\])*)(?:\/(\d+)\+(\d+))?$/;

type LineIndex = ReadonlyMap<string, string>;
let commonLines: LineIndex | undefined;
let arm64Lines: LineIndex | undefined;

function indexLines(text: string): LineIndex {
  return new Map(
    text
      .trim()
      .split("\n")
      .map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)]),
  );
}

function parseField(text: string, sizeOf: (tag: string) => number): StructField {
  const found = FIELD_PATTERN.exec(text);
  if (!found) throw new Error(`layouts: ${text}`);
  const [, name, offset, letter, digits, char, sign, tag, counts, first, count] = found;
  const kind = KIND_BY_LETTER[letter ?? char ?? sign];
  const size = kind === "struct" ? sizeOf(tag) : kind === "pointer" ? 8 : Number(digits ?? 1);
  return {
    ...{ name, offset: Number(offset), kind, size },
    counts: Array.from(counts.matchAll(/\d+/g), ([length]) => Number(length)),
    bits: first === undefined ? null : { first: Number(first), count: Number(count) },
    tag: tag || null,
  };
}

function parseLayout(tag: string, line: string, sizeOf: (tag: string) => number): StructLayout {
  const [size, ...fields] = line.split(" ");
  return {
    ...{ tag, size: parseSize(size), union: size.startsWith("|") },
    fields: fields.map((field) => parseField(field, sizeOf)),
  };
}

/** Parses a size; "|16" is the size of a union. */
function parseSize(text: string): number {
  return Number(/\d+/.exec(text)![0]);
}

/**
 * Returns the layout of a struct or union.
 * @param tag "stat"; structs of 32-bit programs have tags of their own: "compat_stat"
 * @param onArm64 selects arm64's layout if it differs from x86-64's
 * @returns undefined if the tag is unknown
 */
export function readLayout(tag: string, onArm64: boolean): StructLayout | undefined {
  commonLines ??= new Map([...indexLines(NETLINK_LAYOUTS), ...indexLines(LAYOUTS)]);
  arm64Lines ??= indexLines(ARM64_LAYOUTS);
  const lineOf = (name: string) =>
    (onArm64 ? arm64Lines!.get(name) : undefined) ?? commonLines!.get(name);
  const line = lineOf(tag);
  return line === undefined
    ? undefined
    : parseLayout(tag, line, (member) => parseSize(lineOf(member) ?? "0"));
}

/** Reads generated/layouts.ts: where the fields of the kernel's structs are. */
import { ARM64_LAYOUTS, LAYOUTS } from "./generated/layouts.ts";

export type FieldKind =
  | "signed"
  | "unsigned"
  /** Unsigned, big-endian as on the wire. */
  | "network"
  | "bool"
  | "char"
  /** As wide as the struct's size leaves it: 8 bytes, 4 in structs of 32-bit programs. */
  | "pointer"
  /** A struct or union by value. */
  | "struct";

export interface StructField {
  /** Empty for a struct or union without a name, whose fields count as the outer one's. */
  readonly name: string;
  /** In bytes, from the beginning of the struct. */
  readonly offset: number;
  readonly kind: FieldKind;
  /** Of one element, in bytes; of a bit field what to read at the offset. */
  readonly size: number;
  /** The length of each dimension, outermost first: [] for one value, [0] for what is open-ended. */
  readonly counts: readonly number[];
  /** Of a bit field: its lowest bit, and how many it has. */
  readonly bits: { readonly first: number; readonly count: number } | null;
  /** The struct that this is, or that it points to: for layoutOf. */
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
/** name@offset:type, where type is what generate/layouts.ts writes. */
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

/** "|16" is a union's. */
function parseSize(text: string): number {
  return Number(/\d+/.exec(text)![0]);
}

/**
 * The layout of a struct or union.
 * @param tag "stat"; for 32-bit programs the kernel has structs of their own: "compat_stat"
 * @param onArm64 where arm64 has another layout than x86-64
 * @returns undefined where there is none of that tag
 */
export function readLayout(tag: string, onArm64: boolean): StructLayout | undefined {
  commonLines ??= indexLines(LAYOUTS);
  arm64Lines ??= indexLines(ARM64_LAYOUTS);
  const lineOf = (name: string) =>
    (onArm64 ? arm64Lines!.get(name) : undefined) ?? commonLines!.get(name);
  const line = lineOf(tag);
  return line === undefined
    ? undefined
    : parseLayout(tag, line, (held) => parseSize(lineOf(held) ?? "0"));
}

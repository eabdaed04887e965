/**
 * Makes the sets of constants of generated/flags.ts; src/syscalls/flag-sets.ts reads the format.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Headers, Machine } from "./headers.ts";
import { includeLines } from "./kernel-types.ts";
import { evaluateConstants, type HeaderConstant, headerConstants } from "./macros.ts";
import {
  KERNEL_HEADERS,
  MANUAL_CONSTANTS,
  ORDERS,
  SET_DEFINITIONS,
  SET_HEADERS,
  type SetDefinition,
} from "./sets.ts";

export interface ConstantValue {
  readonly name: string;
  readonly value: bigint;
}

/** Extracts plain macros and enums from one of the kernel's internal headers. */
export function kernelSource(headers: Headers, file: string, wanted: RegExp): string {
  const text = readFileSync(join(headers.kernel!, file), "utf8").replace(/\/\*[\s\S]*?\*\//g, " ");
  const macros = Array.from(text.matchAll(/^#define[ \t]+(\w+)[ \t]+([^\n(\\]+)$/gm))
    .filter(([, name]) => wanted.test(name))
    .map(([line]) => line);
  const enums = Array.from(text.matchAll(/^enum (\w+) \{[^}]*\};/gm))
    .filter(([, tag]) => wanted.test(`enum ${tag}`))
    .map(([text]) => text);
  return `# 1 "kernel/${file}"\n${[...macros, ...enums].join("\n")}\n`;
}

/** Returns a source that defines all constants of the sets. */
function constantsSource(headers: Headers, machine: Machine): string {
  const own = headers.kernel
    ? Object.entries(KERNEL_HEADERS).map(([file, wanted]) => kernelSource(headers, file, wanted))
    : [];
  const uapi = includeLines(headers, machine, SET_HEADERS.trim().split(/\s+/));
  return `${uapi}${own.join("")}# 1 "manual"\n${MANUAL_CONSTANTS}`;
}

function isMember({ from, match, not }: SetDefinition, constant: HeaderConstant): boolean {
  const sources = [
    constant.header,
    ...(constant.enumeration ? [`enum ${constant.enumeration}`] : []),
  ];
  return (
    match.test(constant.name) &&
    !not?.test(constant.name) &&
    from.some((part) => sources.some((source) => source === part || source.endsWith(part)))
  );
}

/** Converts to unsigned: among bits, a negative int has bit 31. */
function asBits(value: bigint): bigint {
  return value < 0n && value >= -0x80000000n
    ? BigInt.asUintN(32, value)
    : BigInt.asUintN(64, value);
}

const countBits = (value: bigint) => value.toString(2).replaceAll("0", "").length;
const compare = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0);

/** Sorts constants by value. */
export function sortByValue(set: readonly ConstantValue[]): ConstantValue[] {
  return set.toSorted((a, b) => compare(a.value, b.value));
}

/** Sorts constants by value, composite bits before their parts, and drops duplicates. */
export function sortMembers(
  kind: "bits" | "values",
  all: readonly ConstantValue[],
): ConstantValue[] {
  const first = all.filter(({ value }, i) => all.findIndex((each) => each.value === value) === i);
  if (kind === "values") return sortByValue(first);
  return first.sort((a, b) => countBits(b.value) - countBits(a.value) || compare(a.value, b.value));
}

/** Moves the named constants to the front, in the given order. */
function sortWithFirst(set: readonly ConstantValue[], names = ""): ConstantValue[] {
  const first = names.trim().split(/\s+/);
  const rank = ({ name }: ConstantValue) =>
    first.includes(name) ? first.indexOf(name) : first.length;
  return set.toSorted((a, b) => rank(a) - rank(b));
}

/** Returns all sets of one machine. */
export function readSets(headers: Headers, machine: Machine): Map<string, ConstantValue[]> {
  const source = constantsSource(headers, machine);
  const constants = headerConstants(source, headers, machine);
  const members = SET_DEFINITIONS.map((set) =>
    constants.filter((constant) => isMember(set, constant)),
  );
  const names = [...new Set(members.flat().map(({ name }) => name))];
  const values = evaluateConstants(source, names, headers, machine);
  return new Map(
    SET_DEFINITIONS.map(({ name, kind }, i) => {
      const known = members[i].flatMap(({ name }) => {
        const value = values.get(name);
        return value === undefined
          ? []
          : [{ name, value: kind === "bits" ? asBits(value) : value }];
      });
      return [name, sortWithFirst(sortMembers(kind, known), ORDERS[name])];
    }),
  );
}

/** Returns the common prefix of all names, up to an underscore. */
function commonPrefix(names: readonly string[]): string {
  let prefix = names.length > 1 ? names[0].slice(0, names[0].lastIndexOf("_") + 1) : "";
  while (prefix && !names.every((name) => name.startsWith(prefix) && name.length > prefix.length))
    prefix = prefix.slice(0, prefix.slice(0, -1).lastIndexOf("_") + 1);
  return prefix;
}

const hexadecimal = (value: bigint) =>
  value < 0n ? `-${(-value).toString(16)}` : value.toString(16);

/**
 * Returns the line of a set: "=family AF_ UNSPEC=0 UNIX INET". The second word is the common prefix
 * of the names, or "-". An omitted value is the previous one plus 1, or times 2 among bits (lines
 * that start with "|").
 */
export function setLine(
  kind: "bits" | "values",
  name: string,
  set: readonly ConstantValue[],
): string {
  const prefix = commonPrefix(set.map(({ name }) => name));
  let next: bigint | null = null;
  const words = set.map(({ name, value }) => {
    const word = name.slice(prefix.length);
    const text = value === next ? word : `${word}=${hexadecimal(value)}`;
    next = kind === "bits" ? value << 1n : value + 1n;
    return text;
  });
  return [`${kind === "bits" ? "|" : "="}${name}`, prefix || "-", ...words].join(" ");
}

/** Returns the lines that the other machine lacks. */
export function differingLines(lines: readonly string[], common: readonly string[]): string[] {
  return lines.filter((line) => !common.includes(line));
}

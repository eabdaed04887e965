/**
 * Makes the types of the library's calls: an interface per call with its arguments by the kernel's
 * names. They depend on the tables only, so a test can regenerate and compare them.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FD_ARGUMENT, RESERVED_FIELD } from "../../syscalls/decode/generic.ts";
import { describeDecoders } from "../../syscalls/decode/index.ts";
import { hasShape } from "../../syscalls/decode/shapes.ts";
import {
  type Abi,
  type Argument,
  argumentSet,
  argumentsOf,
  constantsOf,
  fieldSet,
  layoutOf,
  type NumberParts,
  type StructField,
  scalarOf,
  syscallNames,
} from "../../syscalls/table.ts";
import { shapeOf, shapeOfCall } from "./shapes.ts";

const MACHINES: readonly Abi[] = ["x64", "x64Compat", "arm64"];
const NATIVE: readonly Abi[] = ["x64", "x32", "arm64"];
const COMPAT: readonly Abi[] = ["x64Compat", "arm64Compat"];
/** For the requests of ioctl(2), which are too many, and for permissions, which are numbers. */
const OPEN_ENDED = "Named<string>";

const quoted = (words: Iterable<string>) => Array.from(words, (each) => `"${each}"`).join(" | ");

/** Returns the sets that a text uses: Flags<"open_access" | "open">. */
function namedSets(text: string): string[] {
  const uses = text.matchAll(/\bFlags<((?:"\w+"(?: \| )?)+)>/g);
  return Array.from(uses, ([, list]) => list.match(/\w+/g)!).flat();
}

/** The import path of the hand-written types in the generated file. */
const TYPES_SPECIFIER = JSON.stringify("../argument-types.ts");
const SHAPES = readFileSync(join(import.meta.dir, "../../syscalls/argument-types.ts"), "utf8");
const shapeNames = Array.from(
  SHAPES.matchAll(/^export (?:interface|type) (\w+)/gm),
  ([, name]) => name,
);

/** Collects the sets that the types use. */
class UsedSets {
  readonly sets = new Set(namedSets(SHAPES));

  /** Returns the type of a number with parts: Flags<…>. */
  flags({ value, bits = [], octal }: NumberParts): string {
    const sets = [...(value === undefined ? [] : [value]), ...bits];
    if (octal !== undefined || sets.includes("ioctl")) return OPEN_ENDED;
    for (const set of sets) this.sets.add(set);
    return `Flags<${quoted(sets)}>`;
  }
}

function scalarType(size: number): string {
  return size === 8 ? "Integer" : "number";
}

function fieldType(tag: string, field: StructField, abi: Abi, used: UsedSets): string {
  if (field.kind === "char" && field.counts.length > 0) return "Text";
  const one = elementType(tag, field, abi, used);
  return field.counts.length > 0 ? `readonly (${one})[]` : one;
}

function elementType(tag: string, field: StructField, abi: Abi, used: UsedSets): string {
  if (field.kind === "pointer") return "Address | null";
  if (field.kind === "struct")
    return field.tag !== null && layoutOf(field.tag, abi)
      ? structType(field.tag, abi, used)
      : "number";
  const parts = field.bits ? undefined : fieldSet(tag, field.name);
  return parts ? used.flags(parts) : scalarType(field.size);
}

/**
 * Returns an object type for a struct layout. Anonymous fields have the name "".
 * @param outer whether fields without a meaning are omitted: only those of nested structs are shown
 */
function structType(tag: string, abi: Abi, used: UsedSets, outer = false): string {
  const shown = layoutOf(tag, abi)!.fields.filter(
    ({ name }) => !(outer && RESERVED_FIELD.test(name)),
  );
  const fields = new Map(shown.map((field) => [field.name, fieldType(tag, field, abi, used)]));
  const members = Array.from(fields, ([name, type]) => `readonly ${name || '""'}: ${type}`);
  return `{ ${members.join("; ")} }`;
}

/** Returns the type of an argument decoded by its C type alone. */
function genericType(call: string, argument: Argument, abi: Abi, used: UsedSets): string {
  const { name, type, pointer, target, struct } = argument;
  const { byHand } = describeDecoders(call, abi);
  if (!pointer) {
    const parts = argumentSet(call, name);
    if (parts?.value === "dirfd") return "Fd";
    if (parts) return used.flags(parts);
    if (FD_ARGUMENT.test(name)) return "Fd";
    return scalarType(scalarOf(type, abi)?.size ?? 8);
  }
  if (target === "char") return "Pointer<Text>";
  if (byHand) return "Decoded";
  // A shape chooses and formats the fields.
  if (struct !== null && hasShape(struct)) return "Pointer<Decoded>";
  if (struct !== null && layoutOf(struct, abi))
    return `Pointer<${structType(struct, abi, used, true)}>`;
  const size = target === null ? undefined : scalarOf(target, abi)?.size;
  if (size === undefined || size < 4) return "Address | null";
  return `Pointer<readonly ${scalarType(size)}[]>`;
}

function interfaceOf(call: string, abi: Abi, used: UsedSets): string {
  const whole = shapeOfCall(call);
  if (whole !== undefined) return whole;
  const decoding = describeDecoders(call, abi);
  const list = argumentsOf(call, abi) ?? [];
  const members = decoding.arguments.flatMap((decoded, index) => {
    const argument = list[index];
    if (!argument) return [];
    const shape = decoding.byHand ? shapeOf(call, argument.name) : undefined;
    const type = shape?.type ?? genericType(call, argument, abi, used);
    const optional = decoded.phase === "exit" || decoded.optional || shape?.optional;
    return [`${argument.name}${optional ? "?" : ""}: ${type}`];
  });
  if (members.length === 0) return "Nothing";
  return `{ ${members.join("; ")} }`;
}

function tableOf(abis: readonly Abi[], used: UsedSets): string {
  const first = new Map<string, Abi>();
  for (const abi of abis)
    for (const name of syscallNames(abi)) if (!first.has(name)) first.set(name, abi);
  const names = [...first].sort(([a], [b]) => (a < b ? -1 : 1));
  return names.map(([name, abi]) => `  ${name}: ${interfaceOf(name, abi, used)};\n`).join("");
}

function namesOf(set: string): Set<string> {
  return new Set(
    MACHINES.flatMap((abi) => constantsOf(set, abi)?.constants.map(({ name }) => name) ?? []),
  );
}

export interface CallTypes {
  readonly calls: string;
  readonly flagNames: string;
}

/** Returns the bodies of generated/calls.ts and generated/flag-names.ts. */
export function callTypes(): CallTypes {
  const used = new UsedSets();
  const [native, compat] = [tableOf(NATIVE, used), tableOf(COMPAT, used)];
  const shapes = shapeNames
    .filter((name) => new RegExp(`\\b${name}\\b`).test(native + compat))
    .sort();
  const sets = [...new Set([...used.sets, ...namedSets(native)])].sort();
  return {
    calls: `import type { ${shapes.join(", ")} } from ${TYPES_SPECIFIER};

/** Calls of 64-bit and x32 programs. */
export interface Calls {
${native}}

/** Calls of 32-bit programs. */
export interface CompatCalls {
${compat}}
`,
    flagNames: `/** The names in each set. */
export interface FlagNames {
${sets.map((set) => `  ${set}: ${quoted(namesOf(set))};\n`).join("")}}
`,
  };
}

/**
 * The tables of system calls for the decoders: names and numbers, arguments, struct layouts, sets of
 * constants. `make tables` generates generated/ from the kernel's own descriptions. The tables are
 * parsed on first use.
 */
import { ARGUMENT_SETS, FIELD_SETS, type NumberParts } from "./argument-sets.ts";
import { DIRECTIONS, type Direction } from "./directions.ts";
import { type FlagSet, readFlagSet, type SetVariant } from "./flag-sets.ts";
import { PROTOTYPES, SCALARS } from "./generated/arguments.ts";
import { NUMBERS } from "./generated/numbers.ts";
import { readLayout, type StructLayout } from "./layout.ts";

export type { NumberParts } from "./argument-sets.ts";
export type { Direction } from "./directions.ts";
export type { Constant, FlagSet } from "./flag-sets.ts";
export type { FieldKind, StructField, StructLayout } from "./layout.ts";

/**
 * The kernel's system call tables: x86-64, 32-bit programs on it (i386), x32 programs (whose numbers
 * have bit 30 set, cleared here), arm64, and 32-bit programs on it (arm).
 */
export type Abi = "x64" | "x64Compat" | "x32" | "arm64" | "arm64Compat";

const nameTables = new Map<Abi, Map<number, string>>();
const numberTexts = new Map<Abi, string>();
/** Memoizes `findNumber`, since the library needs the number of every call. */
const numberTables = new Map<Abi, Map<string, number>>();

/** Parses the format of numbersText in build/syscall-tables/numbers.ts. */
function namesByNumber(abi: Abi): Map<number, string> {
  let table = nameTables.get(abi);
  if (table) return table;
  table = new Map();
  for (const word of NUMBERS[abi].trim().split(/\s+/)) {
    const [name, number] = word.split("=");
    table.set(Number(number), name);
  }
  nameTables.set(abi, table);
  return table;
}

/** Finds a number without parsing the table, which would delay the start of every recording. */
function findNumber(abi: Abi, name: string): number | undefined {
  let text = numberTexts.get(abi);
  if (text === undefined) {
    text = NUMBERS[abi].replaceAll("\n", " ");
    numberTexts.set(abi, text);
  }
  const key = ` ${name}=`;
  const at = text.indexOf(key);
  return at < 0
    ? undefined
    : Number.parseInt(text.slice(at + key.length, text.indexOf(" ", at + 1)), 10);
}

/** Returns "openat"; undefined if no call has the number. */
export function syscallName(abi: Abi, number: number): string | undefined {
  return namesByNumber(abi).get(number);
}

/** Returns 257; undefined if the table does not have the name. */
export function syscallNumber(abi: Abi, name: string): number | undefined {
  let table = numberTables.get(abi);
  if (!table) {
    table = new Map();
    numberTables.set(abi, table);
  }
  const known = table.get(name);
  if (known !== undefined) return known;
  const number = findNumber(abi, name);
  if (number !== undefined) table.set(name, number);
  return number;
}

/** Returns the calls of a table in numeric order. */
export function syscallNames(abi: Abi): Iterable<string> {
  return namesByNumber(abi).values();
}

export interface Argument {
  readonly name: string;
  /** The C type: "const char *". */
  readonly type: string;
  readonly pointer: boolean;
  /** A pointer to const. */
  readonly const: boolean;
  /** When to read the memory of a pointer: before the call, after it, both, or not at all. */
  readonly direction: Direction | null;
  /** The type that a pointer points to, without const: "char", "struct stat", "char *". */
  readonly target: string | null;
  /** The tag of the struct or union that a pointer points to, for layoutOf. */
  readonly struct: string | null;
}

/** Typedefs of structs without a tag; layoutOf takes these names. */
const STRUCT_TYPEDEFS = ["fd_set", "sigset_t", "compat_sigset_t"];

/** Returns the pointee: "char *const *" → "char *", "const struct stat *" → "struct stat". */
function pointeeType(type: string): string {
  const target = type.replace(/ ?\*$/, "").replace(/const$/, "");
  return target.includes("*") ? target : target.replace(/^const /, "");
}

function parseArgument(call: string, text: string): Argument {
  const name = /\w+$/.exec(text)![0];
  const type = text.slice(0, -name.length).trim();
  const pointer = type.includes("*");
  const isConst = pointer && type.startsWith("const ");
  const target = pointer ? pointeeType(type) : null;
  const tag = /^(?:struct|union) (\w+)$/.exec(target ?? "")?.[1];
  const typedef = STRUCT_TYPEDEFS.find((each) => each === target);
  const known = DIRECTIONS.get(`${call} ${name}`);
  const direction = pointer ? (known ?? (isConst ? "in" : "out")) : null;
  return { name, type, pointer, const: isConst, direction, target, struct: tag ?? typedef ?? null };
}

let prototypes: Map<string, string> | undefined;
const argumentCache = new Map<string, readonly Argument[]>();

/** Returns the key of a call's prototype: one for the ABI comes before the common one. */
function prototypeKey(name: string, abi: Abi): string | undefined {
  prototypes ??= new Map(
    PROTOTYPES.trim()
      .split("\n")
      .map((line) => [line.slice(0, line.indexOf("(")), line.slice(line.indexOf("(") + 1, -1)]),
  );
  const own = abi.endsWith("Compat") ? `compat:${name}` : `${abi}:${name}`;
  return [own, name].find((key) => prototypes!.has(key));
}

/**
 * Returns the arguments of a call, in order.
 * @param name "openat"
 * @param abi some arguments of 32-bit programs differ
 * @returns undefined if no table has the name
 */
export function argumentsOf(name: string, abi: Abi = "x64"): readonly Argument[] | undefined {
  const key = prototypeKey(name, abi);
  if (key === undefined) return undefined;
  let list = argumentCache.get(key);
  if (!list) {
    const text = prototypes!.get(key)!;
    list = text ? text.split(", ").map((each) => parseArgument(name, each)) : [];
    argumentCache.set(key, list);
  }
  return list;
}

export interface Scalar {
  /** In bytes. */
  readonly size: number;
  readonly signed: boolean;
}

let scalars: Map<string, string> | undefined;

/**
 * Returns the size and signedness of an integer type.
 * @param type "umode_t", "unsigned int"
 * @param abi long has 4 bytes in 32-bit programs
 * @returns undefined if the type is not an integer
 */
export function scalarOf(type: string, abi: Abi = "x64"): Scalar | undefined {
  scalars ??= new Map(
    SCALARS.trim()
      .split(/\s+/)
      .map((word) => word.split("=") as [string, string]),
  );
  const text = scalars.get(type.replace(/ /g, "_"));
  if (text === undefined) return undefined;
  const wide = abi.endsWith("Compat") ? 4 : 8;
  return { size: text[1] === "w" ? wide : Number(text[1]), signed: text[0] === "i" };
}

/**
 * Returns the layout of a struct or union.
 * @param tag from an Argument or a StructField
 * @param abi some layouts of 32-bit programs and of arm64 differ
 * @returns undefined if the tag is unknown
 */
export function layoutOf(tag: string, abi: Abi = "x64"): StructLayout | undefined {
  const compat = abi.endsWith("Compat") ? readLayout(`compat_${tag}`, false) : undefined;
  return compat ?? readLayout(tag, abi === "arm64");
}

/**
 * Returns the sets of constants that an argument consists of.
 * @param call "openat"
 * @param argument "flags"
 * @returns undefined if the argument is a plain number
 */
export function argumentSet(call: string, argument: string): NumberParts | undefined {
  return ARGUMENT_SETS.get(`${call} ${argument}`);
}

/** Returns the sets of constants of a struct field: fieldSet("open_how", "resolve"). */
export function fieldSet(struct: string, field: string): NumberParts | undefined {
  return FIELD_SETS.get(`${struct} ${field}`);
}

const SET_VARIANTS: Readonly<Record<Abi, SetVariant>> = {
  x64: "common",
  x32: "common",
  x64Compat: "compat",
  arm64: "arm64",
  arm64Compat: "arm64",
};

/**
 * Returns the constants of a set that argumentSet or fieldSet names, or of another set: "si_code".
 * "ioctl" has the requests of ioctl(2).
 * @returns undefined if there is no such set
 */
export function constantsOf(set: string, abi: Abi = "x64"): FlagSet | undefined {
  return readFlagSet(set, SET_VARIANTS[abi]);
}

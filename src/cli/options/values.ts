/**
 * What the values of options are. The table of options says it with the option, so that help, man
 * pages and completions do not differ.
 */
import type { ArgDef, ArgsDef } from "citty";

export interface NamedValue {
  readonly name: string;
  /** A few words for a list of names. */
  readonly about?: string;
}

export interface Names {
  readonly kind: "names";
  readonly names: readonly NamedValue[];
  /** Further names, of values that begin with `KIND=`. */
  readonly kinds?: Readonly<Record<string, readonly NamedValue[]>>;
  /** Whether several are separated by commas. */
  readonly list?: boolean;
}

/** Something that the shell knows how to list. */
export interface Listed {
  readonly kind: "files" | "cgroups" | "processes" | "process-names" | "users";
  readonly list?: boolean;
}

export type Values = Names | Listed;

/** An option: what citty needs to know of it, and what help and completions do. */
export type OptionDef = ArgDef & {
  readonly values?: Values;
  /** Accepted for users of other programs: in the man page, but neither in help nor completed. */
  readonly hidden?: boolean;
};
export type OptionTable = Readonly<Record<string, OptionDef>>;

export const FILES: Listed = { kind: "files" };
export const PROCESS_NAMES: Listed = { kind: "process-names" };

export function oneOf(names: readonly string[]): Names {
  return { kind: "names", names: names.map((name) => ({ name })) };
}

export function listOf(names: readonly (string | NamedValue)[]): Names {
  const named = names.map((name) => (typeof name === "string" ? { name } : name));
  return { kind: "names", names: named, list: true };
}

/** The values that a hint means wherever it is used. */
const LISTED_BY_HINT: Readonly<Record<string, Listed>> = {
  FILE: FILES,
  "FILE|-": FILES,
  "FILE||COMMAND": FILES,
  PATH: FILES,
  PATTERN: FILES,
  "PATH[,PATH…]": { ...FILES, list: true },
  "PID|PATH": FILES,
  PID: { kind: "processes" },
  "PID[,PID…]": { kind: "processes", list: true },
  "NAME[,NAME…]": { ...PROCESS_NAMES, list: true },
  "UID|NAME": { kind: "users" },
  "NAME|UID[:GID]": { kind: "users" },
  "USER[,USER…]": { kind: "users", list: true },
  "NAME|UID[,…]": { kind: "users", list: true },
};

/** Hints of values that cannot be enumerated. */
const FREE = new Set([
  ...[
    "AGE",
    "COMMAND",
    "DIR=DIR",
    "FDS",
    "FORMAT",
    "FORMULA",
    "GLOB",
    "HEX",
    "N",
    "NAME",
    "PID:FD",
  ],
  ...["SET", "SET:ACTION", "SIZE", "TIME", "URL", "VAR[=VALUE]"],
]);

/** Returns the hint without the brackets of a value that can be left out. */
export function plainHint({ valueHint = "" }: ArgDef): string {
  return valueHint.startsWith("[=") ? valueHint.slice(2, -1) : valueHint;
}

/**
 * Returns what the values of an option are; null if they cannot be enumerated.
 * @throws Error for a hint that is not known
 */
export function valuesOf(arg: OptionDef): Values | null {
  if (arg.type === "boolean") return null;
  if (arg.values) return arg.values;
  const hint = plainHint(arg);
  if (Object.hasOwn(LISTED_BY_HINT, hint)) return LISTED_BY_HINT[hint];
  // Words are the values, capitals stand for others.
  if (/^[a-z][\w-]*(\|[\w-]+)*$/.test(hint))
    return oneOf(hint.split("|").filter((word) => /^[a-z]/.test(word)));
  if (FREE.has(hint)) return null;
  throw new Error(`${hint}: say what the values are`);
}

/** Returns all spellings of an option: the letter, the name, then those of other programs. */
export function spellingsOf(name: string, arg: ArgDef): string[] {
  const aliases = "alias" in arg ? [arg.alias ?? []].flat() : [];
  const spell = (each: string) => (each.length === 1 ? `-${each}` : `--${each}`);
  const isOn = arg.type === "boolean" && arg.default === true;
  const main = isOn ? `--no-${name}` : spell(name);
  const letter = aliases.find((alias) => alias.length === 1);
  const spellings = [letter, name.length > 1 ? null : name]
    .flatMap((each) => each ?? [])
    .map(spell);
  return [...new Set([...spellings, main, ...aliases.map(spell)])];
}

/** Returns the letter, if there is one, and the name: the spellings that help shows. */
export function shownSpellings(name: string, arg: ArgDef): string[] {
  const [first, second] = spellingsOf(name, arg);
  return second !== undefined && /^-\w$/.test(first) && second.startsWith("--")
    ? [first, second]
    : [first];
}

/** The options of a table that help shows. */
export function shownOptions(args: ArgsDef): [name: string, arg: OptionDef][] {
  return Object.entries(args as OptionTable).filter(([, { hidden }]) => !hidden);
}

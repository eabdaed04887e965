/** Reads generated/flags.ts: the constants of a set. */
import {
  ARM64_IOCTLS,
  ARM64_SETS,
  COMPAT_IOCTLS,
  COMPAT_SETS,
  IOCTLS,
  SETS,
} from "./generated/flags.ts";

export interface Constant {
  readonly name: string;
  readonly value: number;
}

export interface FlagSet {
  readonly name: string;
  /** Bits that can be combined, or values of which there is one. */
  readonly kind: "bits" | "values";
  /**
   * Bits that are several come before what they are composed of, and then all in their order: whoever
   * takes out what matches, from the first to the last, names all there is.
   */
  readonly constants: readonly Constant[];
}

/** Which of the forms that a set has: the common one, arm64's, that of 32-bit programs on x86. */
export type SetVariant = "common" | "arm64" | "compat";

const IOCTL = "ioctl";
const VARIANT_SETS = { common: "", arm64: ARM64_SETS, compat: COMPAT_SETS };
const VARIANT_IOCTLS = { common: "", arm64: ARM64_IOCTLS, compat: COMPAT_IOCTLS };

type LineIndex = Map<string, string>;
const lineIndexes = new Map<string, LineIndex>();

/** The lines of a text by what they name: "=family AF_ UNSPEC=0 UNIX". */
function indexLines(text: string): LineIndex {
  let known = lineIndexes.get(text);
  if (!known) {
    const all = text.split("\n").filter((line) => line !== "");
    known = new Map(all.map((line) => [line.slice(1, line.indexOf(" ")), line]));
    lineIndexes.set(text, known);
  }
  return known;
}

/** The form: setLine in generate/flags.ts. */
function parseSet(line: string): FlagSet {
  const kind = line.startsWith("|") ? "bits" : "values";
  const [name, start, ...words] = line.slice(1).split(" ");
  const prefix = start === "-" ? "" : start;
  let next = 0;
  const constants = words.map((word) => {
    const [rest, digits] = word.split("=");
    const value = digits === undefined ? next : parseHexadecimal(digits);
    next = kind === "bits" ? value * 2 : value + 1;
    return { name: prefix + rest, value };
  });
  return { name, kind, constants };
}

function parseHexadecimal(digits: string): number {
  return digits.startsWith("-") ? -parseHexadecimal(digits.slice(1)) : Number.parseInt(digits, 16);
}

/** All requests of all headers as one set. */
function readIoctls(form: SetVariant): FlagSet {
  const own = indexLines(VARIANT_IOCTLS[form]);
  const headers = Array.from(indexLines(IOCTLS), ([header, line]) => own.get(header) ?? line);
  return {
    name: IOCTL,
    kind: "values",
    constants: headers.flatMap((line) => parseSet(line).constants),
  };
}

const setCache = new Map<string, FlagSet>();

/**
 * A set, in the form that a machine has it. The one called "ioctl" has all requests of ioctl(2): it
 * may have several names for a number, the likelier first.
 * @returns undefined where there is none of that name
 */
export function readFlagSet(name: string, form: SetVariant): FlagSet | undefined {
  const key = `${form} ${name}`;
  let set = setCache.get(key);
  if (!set) {
    const line = indexLines(VARIANT_SETS[form]).get(name) ?? indexLines(SETS).get(name);
    if (line === undefined && name !== IOCTL) return undefined;
    set = line === undefined ? readIoctls(form) : parseSet(line);
    setCache.set(key, set);
  }
  return set;
}

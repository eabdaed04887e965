/** Reads generated/flags.ts: the constants of a set. */
import { DEVICE_SETS } from "./generated/devices.ts";
import {
  ARM64_IOCTLS,
  ARM64_SETS,
  COMPAT_IOCTLS,
  COMPAT_SETS,
  IOCTLS,
  SETS,
} from "./generated/flags.ts";
import { NETLINK_SETS } from "./generated/netlink.ts";

export interface Constant {
  readonly name: string;
  readonly value: number;
}

export interface FlagSet {
  readonly name: string;
  /** What all names start with, up to an underscore; empty if they have nothing in common. */
  readonly prefix: string;
  /** Bits that can be combined, or mutually exclusive values. */
  readonly kind: "bits" | "values";
  /**
   * Composite bits come before their parts, otherwise in ascending order. Removing each match from
   * first to last names every bit.
   */
  readonly constants: readonly Constant[];
}

/** Variants of a set: the common one, arm64's, and that of 32-bit programs on x86. */
export type SetVariant = "common" | "arm64" | "compat";

const IOCTL = "ioctl";
const VARIANT_SETS = { common: "", arm64: ARM64_SETS, compat: COMPAT_SETS };
const VARIANT_IOCTLS = { common: "", arm64: ARM64_IOCTLS, compat: COMPAT_IOCTLS };

type LineIndex = Map<string, string>;
const lineIndexes = new Map<string, LineIndex>();

/** Indexes the lines of a text by their first word: "=family AF_ UNSPEC=0 UNIX". */
function indexLines(text: string): LineIndex {
  let known = lineIndexes.get(text);
  if (!known) {
    const all = text.split("\n").filter((line) => line !== "");
    known = new Map(all.map((line) => [line.slice(1, line.indexOf(" ")), line]));
    lineIndexes.set(text, known);
  }
  return known;
}

/** Parses the format of setLine in build/syscall-tables/flags.ts. */
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
  return { name, prefix, kind, constants };
}

function parseHexadecimal(digits: string): number {
  return digits.startsWith("-") ? -parseHexadecimal(digits.slice(1)) : Number.parseInt(digits, 16);
}

/** Returns the requests of all headers as one set. */
function readIoctls(variant: SetVariant): FlagSet {
  const own = indexLines(VARIANT_IOCTLS[variant]);
  const headers = Array.from(indexLines(IOCTLS), ([header, line]) => own.get(header) ?? line);
  return {
    name: IOCTL,
    prefix: "",
    kind: "values",
    constants: headers.flatMap((line) => parseSet(line).constants),
  };
}

const setCache = new Map<string, FlagSet>();

/**
 * Returns a variant of a set. The set "ioctl" has all requests of ioctl(2) and may have several names
 * for a number, the most likely first.
 * @returns undefined if there is no set of that name
 */
export function readFlagSet(name: string, variant: SetVariant): FlagSet | undefined {
  const key = `${variant} ${name}`;
  let set = setCache.get(key);
  if (!set) {
    const line = [VARIANT_SETS[variant], SETS, NETLINK_SETS, DEVICE_SETS]
      .map((text) => indexLines(text).get(name))
      .find((found) => found !== undefined);
    if (line === undefined && name !== IOCTL) return undefined;
    set = line === undefined ? readIoctls(variant) : parseSet(line);
    setCache.set(key, set);
  }
  return set;
}

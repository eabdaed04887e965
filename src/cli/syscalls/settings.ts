/** Reads the options of `trace syscalls` in their order: as with strace, the last one of a kind applies. */
import { ARCH } from "../../ffi/machine.ts";
import {
  ExpressionError,
  parseExpressions,
  type TraceExpression,
} from "../../filters/trace-expression.ts";
import {
  COUNT_COLUMNS,
  type CountColumnName,
  type CountOptions,
  DEFAULT_COUNT_OPTIONS,
} from "../../sinks/reports/syscalls/count-summary.ts";
import type { StampStyle, TimeDigits } from "../../sinks/reports/syscalls/time-text.ts";
import type { ConstantStyle, StringStyle, TextStyle } from "../../syscalls/text-style.ts";
import { UsageError } from "../errors.ts";
import { parseName } from "../options/names.ts";
import { parseNumber } from "../options/number.ts";
import type { GivenOptions } from "../parse-args.ts";
import type { OptionName } from "./options.ts";

const last = (given: GivenOptions, name: OptionName) => given.last(name);
const has = (given: GivenOptions, name: OptionName) => given.has(name);
const count = (given: GivenOptions, name: OptionName) => given.count(name);
const values = (given: GivenOptions, name: OptionName) => given.values(name);

/** Options that are one kind of -e. */
const QUALIFIER_OPTIONS: ReadonlySet<string> = new Set<OptionName>([
  "trace",
  "signal",
  "status",
  "abbrev",
  "verbose",
  "raw",
  "read",
  "write",
  "inject",
  "fault",
  "decode-fds",
  "decode-pids",
]);
const EXPRESSION_OF: Readonly<Record<string, string>> = {
  "successful-only": "status=successful",
  "failed-only": "status=failed",
  "no-abbrev": "abbrev=none",
  "pidns-translation": "decode-pids=pidns",
  Y: "decode-pids=comm",
} satisfies Partial<Record<OptionName, string>>;
/** What -q, -qq and -qqq stand for. */
const QUIET = ["attach,personality", "attach,exit,personality", "all"];

function quietExpressions(given: GivenOptions, isQuiet: boolean): readonly string[] {
  const texts = values(given, "quiet");
  const short = texts.filter((text) => text === "").length;
  const level = short === 0 && isQuiet && texts.length === 0 ? 1 : short;
  return [
    ...(level > 0 ? [`quiet=${QUIET[Math.min(level, QUIET.length) - 1]}`] : []),
    ...texts.filter((text) => text !== "").map((text) => `quiet=${text}`),
  ];
}

/** What -y and -yy stand for. */
function fdExpressions(given: GivenOptions): readonly string[] {
  const level = count(given, "paths");
  return level === 0 ? [] : [`decode-fds=${level === 1 ? "path" : "all"}`];
}

function expressionsOf(name: string, value: string): readonly string[] {
  if (name === "expression") return value.split(";");
  if (QUALIFIER_OPTIONS.has(name)) return [`${name}=${value === "" ? "path" : value}`];
  return Object.hasOwn(EXPRESSION_OF, name) ? [EXPRESSION_OF[name]] : [];
}

/**
 * Reads -e and the options that are short for one.
 * @param isQuiet whether -q is the default
 * @throws UsageError
 */
export function parseExpressionOptions(given: GivenOptions, isQuiet: boolean): TraceExpression {
  const expressions = given.entries.flatMap(([name, value]) => expressionsOf(name, value));
  try {
    const short = [...quietExpressions(given, isQuiet), ...fdExpressions(given)];
    return parseExpressions([...short, ...expressions], ARCH);
  } catch (error) {
    if (error instanceof ExpressionError)
      throw new UsageError(`-e ${error.message}`, { cause: error });
    throw error;
  }
}

const DIGITS: Readonly<Record<string, TimeDigits>> = {
  s: 0,
  ms: 3,
  us: 6,
  ns: 9,
  seconds: 0,
  milliseconds: 3,
  microseconds: 6,
  nanoseconds: 9,
};
const UNITS = ["s", "ms", "us", "ns"];

function parseDigits(option: string, text: string): TimeDigits {
  if (Object.hasOwn(DIGITS, text)) return DIGITS[text];
  throw new UsageError(`${option} ${text}: expected one of ${UNITS.join(", ")}`);
}

/** Reads a time option; null if it is not given. Without a value, times are in microseconds. */
function digitsOf(given: GivenOptions, name: OptionName): TimeDigits | null {
  const text = last(given, name);
  if (text === undefined) return null;
  return text === "" ? 6 : parseDigits(`--${name}`, text);
}

/** What -t, -tt and -ttt stand for. */
const ABSOLUTE: readonly NonNullable<StampStyle["absolute"]>[] = [
  { format: "time", digits: 0 },
  { format: "time", digits: 6 },
  { format: "unix", digits: 6 },
];

/** Parses "format:unix,precision:ns"; the words "format:" and "precision:" may be left out. */
function parseTimestamps(option: string, texts: readonly string[]): StampStyle["absolute"] {
  let format: "none" | "time" | "unix" = "time";
  let digits: TimeDigits = 0;
  for (const word of texts.flatMap((text) => text.split(","))) {
    const [, key = "", value = ""] = /^(?:(format|precision):)?(.*)$/.exec(word) ?? [];
    const named = (["none", "time", "unix"] as const).find((each) => each === value);
    if (named && key !== "precision") format = named;
    else if (key === "format") format = parseName(option, value, ["none", "time", "unix"]);
    else digits = parseDigits(option, value);
  }
  return format === "none" ? null : { format, digits };
}

function absoluteStamp(given: GivenOptions): StampStyle["absolute"] {
  const texts = values(given, "absolute-timestamps");
  const named = texts.filter((text) => text !== "");
  if (named.length > 0) return parseTimestamps("--absolute-timestamps", named);
  const level = texts.length;
  if (level === 0) return null;
  return ABSOLUTE[Math.min(level, ABSOLUTE.length) - 1];
}

const CONSTANT_STYLES: readonly ConstantStyle[] = ["raw", "abbrev", "verbose"];
const STRING_STYLES: Readonly<Record<string, StringStyle>> = {
  none: "octal",
  "non-ascii-chars": "non-ascii-chars",
  "non-ascii": "non-ascii",
  all: "all",
};

function stringStyle(given: GivenOptions): StringStyle {
  const text = last(given, "strings-in-hex");
  const short = count(given, "x");
  if (text === undefined) return short === 0 ? "octal" : short === 1 ? "non-ascii" : "all";
  return STRING_STYLES[
    parseName("--strings-in-hex", text === "" ? "all" : text, Object.keys(STRING_STYLES))
  ];
}

function textStyle(given: GivenOptions, paths: boolean): TextStyle {
  const constants = last(given, "const-print-style") ?? "abbrev";
  return {
    paths,
    constants: parseName("-X", constants, CONSTANT_STYLES),
    strings: stringStyle(given),
  };
}

/** The look of lines, as far as options decide it. */
export interface LineOptions {
  readonly stamp: StampStyle;
  readonly durations: TimeDigits | null;
  readonly text: TextStyle;
  readonly column: number;
  readonly callNumbers: boolean;
  readonly instructionPointers: boolean;
}

/** strace's --columns=N is trace's --column N; the names of columns never begin with a digit. */
const isNumber = (text: string | undefined) => text !== undefined && /^\d+$/.test(text);

export function columnNames(given: GivenOptions): string | undefined {
  const text = last(given, "columns");
  return isNumber(text) ? undefined : text;
}

function outcomeColumn(given: GivenOptions): number {
  const columns = last(given, "columns");
  const text = last(given, "column") ?? (isNumber(columns) ? columns : undefined);
  return text === undefined ? 40 : parseNumber("-a", text, 0);
}

/** @param paths whether to show the paths of fds. @throws UsageError */
export function parseLineOptions(given: GivenOptions, paths: boolean): LineOptions {
  return {
    stamp: {
      absolute: absoluteStamp(given),
      relative: digitsOf(given, "relative-timestamps"),
    },
    durations: digitsOf(given, "syscall-times"),
    text: textStyle(given, paths),
    column: outcomeColumn(given),
    callNumbers: has(given, "syscall-number"),
    instructionPointers: has(given, "instruction-pointer"),
  };
}

/** Milliseconds by unit. */
const TIME_UNITS: Readonly<Record<string, number>> = { s: 1000, ms: 1, us: 1e-3, ns: 1e-6 };

/** Parses "10us"; without a unit, the time is in microseconds. */
function parseOverhead(text: string): number {
  const [, number, unit = "us"] =
    /^(\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)(s|ms|us|ns)?$/.exec(text) ?? [];
  if (number !== undefined) return Number(number) * TIME_UNITS[unit];
  throw new UsageError(`-O ${text}: expected a time like 10us`);
}

function countColumn(option: string, text: string): CountColumnName {
  const name = text.replaceAll("_", "-");
  return COUNT_COLUMNS[parseName(option, name, Object.keys(COUNT_COLUMNS))];
}

function countColumns(text: string): readonly CountColumnName[] {
  const columns = text.split(",").map((word) => countColumn("-U", word));
  const twice = columns.find((name, at) => columns.indexOf(name) !== at);
  if (twice !== undefined) throw new UsageError(`-U ${text}: ${twice} appears twice`);
  return columns.includes("name") ? columns : [...columns, "name"];
}

/** Reads the options of the table of counts. @throws UsageError */
export function parseCountOptions(given: GivenOptions): CountOptions {
  const order = last(given, "summary-sort-by") ?? "time";
  const columns = last(given, "summary-columns");
  return {
    columns: columns === undefined ? DEFAULT_COUNT_OPTIONS.columns : countColumns(columns),
    order: ["none", "nothing"].includes(order) ? null : countColumn("-S", order),
    wallClock: has(given, "summary-wall-clock"),
    overhead: parseOverhead(last(given, "summary-syscall-overhead") ?? "0"),
  };
}

/**
 * Returns the command's environment: -E VAR=VALUE sets a variable, -E VAR removes it.
 * @param env ours
 */
export function commandEnvironment(
  given: GivenOptions,
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  const changed = { ...env };
  for (const text of values(given, "env")) {
    const equals = text.indexOf("=");
    if (equals < 0) delete changed[text];
    else changed[text.slice(0, equals)] = text.slice(equals + 1);
  }
  return changed;
}

/** Splits the values of -P. */
export function pathOption(given: GivenOptions): readonly string[] | null {
  const texts = values(given, "path");
  return texts.length === 0 ? null : texts.flatMap((text) => text.split(","));
}

/** Reads the values of -p: pids separated by commas or white space. @throws UsageError */
export function pidOption(given: GivenOptions): readonly number[] {
  const words = values(given, "pid").flatMap((text) => text.split(/[\s,]+/));
  return words.filter((word) => word !== "").map((word) => parseNumber("-p", word, 1));
}

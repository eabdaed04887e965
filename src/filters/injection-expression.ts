/**
 * Parses strace's -e inject and -e fault: `chdir:error=ENOENT:when=3+`. strace(1), "Tampering" and
 * "Time specification format description".
 */
import { errnoNumber } from "../kernel/errno.ts";
import { MAX_SIGNAL, signalNumber } from "../kernel/signal.ts";
import { syscallsInClass } from "../syscalls/categories.ts";
import type { Injection, Poke } from "../syscalls/injection.ts";
import { ExpressionError } from "./selection.ts";

const MAX_ERRNO = 4095;
const MAX_FIRST = 65535;
const MAX_LAST = 65534;
const MAX_ARGUMENT = 7;
const MAX_POKE_BYTES = 1024;
const NUMBER = /^(?:0x[0-9a-f]+|[0-9]+)$/i;
const UNIT_MILLISECONDS: Readonly<Record<string, number>> = { s: 1e3, ms: 1, us: 1e-3, ns: 1e-6 };

type Draft = { -readonly [Key in keyof Injection]: Injection[Key] };

/** Thrown by the parsers of values: what they expect. */
class Expected extends Error {}

function expected(what: string): never {
  throw new Expected(what);
}

function parseErrno(text: string): number {
  const number = /^[0-9]+$/.test(text) ? Number(text) : (errnoNumber(text.toUpperCase()) ?? 0);
  return number >= 1 && number <= MAX_ERRNO ? number : expected("a name like ENOENT, or 1..4095");
}

/** Parses a decimal, hexadecimal or octal number, as strtoull(3) does. */
function parseRetval(text: string): bigint {
  const negative = text.startsWith("-");
  const digits = negative ? text.slice(1) : text;
  const isOctal = /^0[0-7]+$/.test(digits);
  if (!NUMBER.test(digits) || (/^0[0-9]/.test(digits) && !isOctal)) expected("a number");
  const value = BigInt(isOctal ? `0o${digits.slice(1)}` : digits);
  if (value >= 2n ** 64n) expected("a number of 64 bits");
  return BigInt.asIntN(64, negative ? -value : value);
}

function parseSignal(text: string): number {
  const number = signalNumber(text) ?? 0;
  return number >= 1 && number <= MAX_SIGNAL ? number : expected("a signal's name or number");
}

function parseDelay(text: string): number {
  const parts = /^\+?((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(s|ms|us|ns)?$/i.exec(text);
  if (!parts) return expected("a time like 300, 20ms or 1.5s; without a unit in microseconds");
  return Number(parts[1]) * UNIT_MILLISECONDS[(parts[2] ?? "us").toLowerCase()];
}

function parseReplacement(text: string): string {
  const pure = syscallsInClass("pure");
  return pure?.has(text) ? text : expected("a call of the class %pure, such as gettid");
}

function parsePoke(text: string): Poke {
  const parts = /^@arg([1-9])=((?:[0-9a-f]{2})+)$/i.exec(text);
  const argument = Number(parts?.[1]);
  if (!parts || argument > MAX_ARGUMENT) return expected("@arg1=HEX,@arg2=HEX");
  const bytes = Buffer.from(parts[2], "hex");
  if (bytes.length > MAX_POKE_BYTES) expected(`at most ${MAX_POKE_BYTES} bytes`);
  return { argument: argument - 1, bytes };
}

function parsePokes(text: string): Poke[] {
  const pokes = text.split(",").map(parsePoke);
  const distinct = new Set(pokes.map(({ argument }) => argument));
  return distinct.size === pokes.length ? pokes : expected("each argument once");
}

/** Parses FIRST[..LAST][+[STEP]]. */
function parseWhen(text: string): Pick<Injection, "first" | "last" | "step"> {
  const parts = /^(\d+)(?:\.\.(\d+))?(\+(\d+)?)?$/.exec(text);
  if (!parts) return expected("FIRST[..LAST][+[STEP]]");
  const [, first, last, more, step = "1"] = parts;
  const range = {
    first: Number(first),
    last: last !== undefined ? Number(last) : more === undefined ? Number(first) : Infinity,
    step: Number(step),
  };
  if (range.first < 1 || range.first > MAX_FIRST || range.step < 1 || range.step > MAX_FIRST)
    expected(`numbers from 1 to ${MAX_FIRST}`);
  if (last !== undefined && (range.last < range.first || range.last > MAX_LAST))
    expected(`a last number from the first one to ${MAX_LAST}`);
  return range;
}

interface Option {
  /** Whether -e fault takes it too. */
  readonly fault?: true;
  /** The group of options of which only one may be given; null for one that may be repeated. */
  readonly once: string | null;
  parse(text: string): Partial<Injection>;
}

const OPTIONS: Readonly<Record<string, Option>> = {
  error: {
    fault: true,
    once: "error or retval",
    parse: (text) => ({ result: -BigInt(parseErrno(text)), fails: true }),
  },
  retval: {
    once: "error or retval",
    parse: (text) => ({ result: parseRetval(text), fails: false }),
  },
  signal: { once: "signal", parse: (text) => ({ signal: parseSignal(text) }) },
  syscall: {
    fault: true,
    once: "syscall",
    parse: (text) => ({ replacement: parseReplacement(text) }),
  },
  delay_enter: { once: "delay_enter", parse: (text) => ({ delayEntry: parseDelay(text) }) },
  delay_exit: { once: "delay_exit", parse: (text) => ({ delayExit: parseDelay(text) }) },
  poke_enter: { once: "poke_enter", parse: (text) => ({ pokeEntry: parsePokes(text) }) },
  poke_exit: { once: "poke_exit", parse: (text) => ({ pokeExit: parsePokes(text) }) },
  when: { fault: true, once: null, parse: parseWhen },
};

const NOTHING: Injection = {
  ...{ result: null, fails: false, replacement: null, signal: 0, delayEntry: 0, delayExit: 0 },
  ...{ pokeEntry: [], pokeExit: [], first: 1, last: Infinity, step: 1 },
};

const NO_ERROR = "expected error=, retval=, signal=, delay_enter= or another action";

export type InjectionQualifier = "inject" | "fault";

/**
 * Parses one expression.
 * @param value "SET:error=ENOENT:when=2"
 * @returns the text of the set, and what to inject into its calls
 * @throws ExpressionError
 */
export function parseInjection(
  qualifier: InjectionQualifier,
  value: string,
): { readonly set: string; readonly injection: Injection } {
  const [set, ...words] = value.split(":");
  const fail = (why: string): never => {
    throw new ExpressionError(`${value}: invalid ${qualifier} argument: ${why}`);
  };
  const injection: Draft = { ...NOTHING };
  const given = new Set<string>();
  for (const word of words) {
    const equals = word.indexOf("=");
    const name = equals < 0 ? word : word.slice(0, equals);
    const option = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined;
    if (!option || equals < 0 || (qualifier === "fault" && !option.fault)) fail(`"${word}"`);
    else if (option.once !== null && given.has(option.once)) fail(`only one ${option.once}`);
    else {
      if (option.once !== null) given.add(option.once);
      try {
        Object.assign(injection, option.parse(word.slice(equals + 1)));
      } catch (error) {
        if (!(error instanceof Expected)) throw error;
        fail(`${name}: expected ${error.message}`);
      }
    }
  }
  if (qualifier === "fault" && injection.result === null)
    Object.assign(injection, OPTIONS.error.parse("ENOSYS"));
  const acts = [...given].some((name) => name !== "syscall") || injection.result !== null;
  if (!acts) fail(NO_ERROR);
  return { set, injection };
}

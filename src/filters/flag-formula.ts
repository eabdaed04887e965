/**
 * Parses and evaluates the formula of `--flags`, which selects opens by their open flags: open(2),
 * openat2(2).
 *
 *     formula = and { "|" and }
 *     and     = not { "&" not }
 *     not     = { "~" } ( flag name | number | "(" formula ")" )
 *
 * Names are those of open(2), in either case, with or without O_. Numbers are decimal, hexadecimal
 * (0x) or octal (0 or 0o), of up to 64 bits (openat2's how.flags). A name or a number is met by
 * flags that have all of its bits, except that the access mode is compared as a whole: O_WRONLY, 1
 * and 577 (O_WRONLY|O_CREAT|O_TRUNC) are not met by O_RDWR; O_RDONLY, which is 0, is met by all
 * flags with that access mode. A number with other bits and access mode 0, such as 64 (O_CREAT),
 * is met by any access mode.
 */
import { TraceError } from "../errors.ts";
import { type Arch, O_ACCMODE, O_RDONLY, openFlags } from "../kernel/fcntl.ts";
import { withCaret } from "../text/caret.ts";
import { nearest } from "../text/did-you-mean.ts";
import { Diagram, FALSE, type Node, type Term, TooComplexError, TRUE } from "./decision-diagram.ts";

export type { Term } from "./decision-diagram.ts";

export interface Formula {
  /** The source text. */
  readonly text: string;
  /**
   * The terms for the eBPF program: flags meet the formula if they match any of them. Empty if no
   * flags meet it; one term with mask 0 if all do. Null if there are more terms than the limit, or
   * finding them takes too many steps: then use {@link Formula.matches}.
   */
  readonly terms: readonly Term[] | null;
  /**
   * Whether the flags meet the formula.
   * @param flags unsigned or signed: a negative number is a 32-bit int (the flags of open(2)), a
   *   negative bigint a 64-bit one
   */
  matches(flags: number | bigint): boolean;
}

/**
 * The formula is invalid. The message has three lines: the error, the formula, and a caret under its
 * position. A formula that is too long is not shown.
 */
export class FormulaError extends TraceError {
  override readonly name = "FormulaError";
  override readonly code = "FORMULA";
}

/** The maximum number of terms in the eBPF program. */
export const MAX_TERMS = 8;
const MAX_LENGTH = 4096;
const MAX_DEPTH = 100;

/**
 * Parses and compiles a formula.
 * @param text the argument of --flags
 * @param arch the machine that defines the flag values
 * @param limit maximum number of terms
 * @throws {FormulaError} if the text is not a formula
 */
export function parseFormula(text: string, arch: Arch, limit = MAX_TERMS): Formula {
  const condition = new FormulaParser(text, arch).formula();
  const test = compileTest(condition);
  return {
    text,
    terms: findTerms(condition, limit),
    matches: (flags) => test(lowHalf(flags), highHalf(flags)),
  };
}

type FormulaNode =
  | { readonly kind: "term"; readonly term: Term }
  | { readonly kind: "not"; readonly of: FormulaNode }
  | { readonly kind: "and" | "or"; readonly of: readonly FormulaNode[] };

interface FormulaToken {
  /** A name, a number, a single other character, or "" at the end. */
  readonly text: string;
  readonly at: number;
}

class FormulaParser {
  readonly #text: string;
  readonly #flags: ReadonlyMap<string, number>;
  readonly #tokens: FormulaToken[];
  #next = 0;
  #depth = 0;

  constructor(text: string, arch: Arch) {
    if (text.length > MAX_LENGTH) {
      throw new FormulaError(
        `formula too long: ${text.length} characters, at most ${MAX_LENGTH} are supported`,
      );
    }
    this.#text = text;
    this.#flags = new Map(Object.entries(openFlags(arch)));
    this.#tokens = Array.from(text.matchAll(/\w+|\S/gu), (m) => ({ text: m[0], at: m.index }));
    this.#tokens.push({ text: "", at: text.length });
  }

  formula(): FormulaNode {
    const condition = this.#or();
    if (this.#token.text !== "") throw this.#expected("| & or the end");
    return condition;
  }

  #or(): FormulaNode {
    return this.#list("or", "|", () => this.#list("and", "&", () => this.#not()));
  }

  /** Keeps lists flat, so that only parentheses nest. */
  #list(kind: "and" | "or", operator: string, item: () => FormulaNode): FormulaNode {
    const of = [item()];
    while (this.#accept(operator)) of.push(item());
    return of.length === 1 ? of[0]! : { kind, of };
  }

  #not(): FormulaNode {
    let negated = false;
    while (this.#accept("~")) negated = !negated;
    const condition = this.#operand();
    return negated ? { kind: "not", of: condition } : condition;
  }

  #operand(): FormulaNode {
    const token = this.#token;
    if (this.#accept("(")) return this.#parenthesized(token);
    if (!/^\w/.test(token.text)) throw this.#expected("a flag, a number, ~ or (");
    this.#next += 1;
    const bits = /^\d/.test(token.text) ? this.#number(token) : this.#flag(token);
    return { kind: "term", term: termFor(bits) };
  }

  #parenthesized(open: FormulaToken): FormulaNode {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) {
      throw this.#error(`more than ${MAX_DEPTH} nested parentheses`, open);
    }
    const condition = this.#or();
    if (!this.#accept(")")) throw this.#expected("| & or )");
    this.#depth -= 1;
    return condition;
  }

  #flag(token: FormulaToken): bigint {
    const name = token.text.toUpperCase();
    const bits = this.#flags.get(name) ?? this.#flags.get(`O_${name}`);
    if (bits !== undefined) return BigInt(bits);
    const names = [...this.#flags.keys()];
    const meant = nearest(name, names) ?? nearest(`O_${name}`, names);
    const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
    throw this.#error(`${token.text}: no such flag${hint}`, token);
  }

  #number(token: FormulaToken): bigint {
    if (!/^(0x[\da-f]+|0o?[0-7]+|0|[1-9]\d*)$/i.test(token.text)) {
      throw this.#error(
        `${token.text}: not a decimal, hexadecimal (0x) or octal (0) number`,
        token,
      );
    }
    const bits = BigInt(token.text.replace(/^0(?=\d)/, "0o"));
    if (bits >> 64n !== 0n) throw this.#error(`${token.text}: more than 64 bits`, token);
    return bits;
  }

  get #token(): FormulaToken {
    return this.#tokens[this.#next]!;
  }

  #accept(text: string): boolean {
    if (this.#token.text !== text) return false;
    this.#next += 1;
    return true;
  }

  #expected(expected: string): FormulaError {
    const actual = this.#token.text === "" ? "the end" : visibleToken(this.#token.text);
    return this.#error(`expected ${expected}, found ${actual}`, this.#token);
  }

  #error(message: string, { at }: FormulaToken): FormulaError {
    return new FormulaError(withCaret(message, this.#text, at));
  }
}

/** Returns the token, or its code point if a terminal might not display it as it is. */
function visibleToken(token: string): string {
  if (/^[!-~]+$/.test(token)) return token;
  return `U+${token.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Returns the term of a name or a number. */
function termFor(bits: bigint): Term {
  const mode = BigInt(O_ACCMODE);
  const comparesMode = (bits & mode) !== 0n || bits === BigInt(O_RDONLY);
  return { mask: comparesMode ? bits | mode : bits, value: bits };
}

function findTerms(condition: FormulaNode, limit: number): readonly Term[] | null {
  const diagram = new Diagram();
  try {
    return diagram.terms(buildNode(condition, diagram), limit);
  } catch (error) {
    if (error instanceof TooComplexError) return null;
    throw error;
  }
}

function buildNode(condition: FormulaNode, diagram: Diagram): Node {
  switch (condition.kind) {
    case "term":
      return diagram.term(condition.term);
    case "not":
      return diagram.not(buildNode(condition.of, diagram));
    case "and":
      return condition.of.reduce((f, part) => diagram.and(f, buildNode(part, diagram)), TRUE);
    case "or":
      return condition.of.reduce((f, part) => diagram.or(f, buildNode(part, diagram)), FALSE);
  }
}

/** Tests the flags by their halves, as signed 32-bit integers, which `&` and `|` yield. */
type FlagsTest = (low: number, high: number) => boolean;

function compileTest(condition: FormulaNode): FlagsTest {
  switch (condition.kind) {
    case "term":
      return compileTermTest(condition.term);
    case "not": {
      const test = compileTest(condition.of);
      return (low, high) => !test(low, high);
    }
    case "and":
      return compileListTest(condition.of, false);
    case "or":
      return compileListTest(condition.of, true);
  }
}

/**
 * The first test that returns `decisive` determines the result. A loop, because `some` and `every`
 * take twice as long.
 */
function compileListTest(conditions: readonly FormulaNode[], decisive: boolean): FlagsTest {
  const tests = conditions.map(compileTest);
  return (low, high) => {
    for (const test of tests) if (test(low, high) === decisive) return decisive;
    return !decisive;
  };
}

function compileTermTest({ mask, value }: Term): FlagsTest {
  const [lowMask, highMask] = [lowHalf(mask), highHalf(mask)];
  const [lowValue, highValue] = [lowHalf(value), highHalf(value)];
  return (low, high) => (low & lowMask) === lowValue && (high & highMask) === highValue;
}

function lowHalf(flags: number | bigint): number {
  return typeof flags === "number" ? flags | 0 : Number(BigInt.asIntN(32, flags));
}

function highHalf(flags: number | bigint): number {
  if (typeof flags === "bigint") return Number(BigInt.asIntN(32, flags >> 32n));
  return (flags / 2 ** 32) | 0;
}

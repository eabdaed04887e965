/** Sets as strace's -e writes them: "a,b", "!a,b", "all", "none". strace(1). */
import { TraceError } from "../errors.ts";
import { nearest } from "../text/did-you-mean.ts";

/** An invalid expression: the message has the word and a suggestion. */
export class ExpressionError extends TraceError {
  override readonly name = "ExpressionError";
  override readonly code = "EXPRESSION";
}

/** Some values, or all but some. */
export class Selection<T> {
  readonly members: ReadonlySet<T>;
  readonly inverted: boolean;

  constructor(members: Iterable<T> = [], inverted = false) {
    this.members = new Set(members);
    this.inverted = inverted;
  }

  has(value: T): boolean {
    return this.members.has(value) !== this.inverted;
  }

  /** Whether no value is left out. */
  get complete(): boolean {
    return this.inverted && this.members.size === 0;
  }

  static all<T>(): Selection<T> {
    return new Selection<T>([], true);
  }
}

export interface SetText {
  readonly words: readonly string[];
  readonly inverted: boolean;
}

/**
 * Splits a set into its words. Each leading "!" inverts it; "all" has no words and is inverted.
 * @param what "system call", for the message
 * @throws ExpressionError if a set has no word
 */
export function splitSet(text: string, what: string): SetText {
  const rest = text.replace(/^!+/, "");
  const inverted = (text.length - rest.length) % 2 === 1;
  if (rest === "none") return { words: [], inverted };
  if (rest === "all") return { words: [], inverted: !inverted };
  const words = rest.split(",").filter((word) => word !== "");
  if (words.length === 0) throw new ExpressionError(`"${text}": expected a ${what}, all or none`);
  return { words, inverted };
}

/**
 * Parses a set of values.
 * @param lookup returns undefined for a word that it does not know
 * @param known all words, for the suggestion
 * @throws ExpressionError
 */
export function parseSelection<T>(
  text: string,
  what: string,
  lookup: (word: string) => T | undefined,
  known: readonly string[],
): Selection<T> {
  const { words, inverted } = splitSet(text, what);
  const members = words.map((word) => {
    const found = lookup(word);
    if (found !== undefined) return found;
    throw new ExpressionError(unknownMessage(word, what, known));
  });
  return new Selection(members, inverted);
}

export function unknownMessage(word: string, what: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return `${word}: no such ${what}${near ? `; did you mean ${near}?` : ""}`;
}

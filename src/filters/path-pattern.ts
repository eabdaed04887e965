/**
 * The patterns of `--include` and `--exclude`: which paths are meant.
 *
 * A glob: `*` stands for any characters, `/` among them, `?` for one but `/`, `[a-z]` and `[!a-z]`
 * for one of a set, `\` takes the meaning from what follows. It has to fit whole names: `*.tmp` and
 * `.git` fit a name anywhere in the path, and with it all that is below; one that begins with `/`
 * fits from the path's beginning.
 *
 * `re:` and a regular expression, as JavaScript has them: what fits anywhere in the path.
 */
import type { Slice } from "../events/column.ts";
import { withCaret } from "./caret.ts";

/** The message has three lines: what is wrong, the pattern, and a caret under the place. */
export class PatternError extends Error {
  override readonly name = "PatternError";

  constructor(what: string, pattern: string, at: number) {
    super(withCaret(what, pattern, at));
  }
}

const EXPRESSION = "re:";

/** Which paths are wanted: those that fit an include, where there is any, and no exclude. */
export class PathChoice {
  private readonly includes: readonly RegExp[];
  private readonly excludes: readonly RegExp[];

  /** @throws PatternError */
  constructor(includes: readonly string[], excludes: readonly string[]) {
    this.includes = includes.map(parsePathPattern);
    this.excludes = excludes.map(parsePathPattern);
  }

  /** Whether every path is wanted, so that none need be looked at. */
  get takesAll(): boolean {
    return this.includes.length + this.excludes.length === 0;
  }

  accepts({ bytes, start, length }: Slice): boolean {
    const path = Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString();
    const fits = (pattern: RegExp) => pattern.test(path);
    return (this.includes.length === 0 || this.includes.some(fits)) && !this.excludes.some(fits);
  }
}

/**
 * @returns what finds it in a path, decoded as UTF-8
 * @throws PatternError
 */
export function parsePathPattern(pattern: string): RegExp {
  if (pattern === "") throw new PatternError("an empty pattern", pattern, 0);
  if (pattern.startsWith(EXPRESSION)) return expression(pattern);
  const start = pattern.startsWith("/") ? "^" : "(?:^|/)";
  return new RegExp(`${start}${globSource(pattern)}(?:/|$)`, "su");
}

function expression(pattern: string): RegExp {
  const source = pattern.slice(EXPRESSION.length);
  const fault = faultIn(source);
  if (fault) throw new PatternError(fault.what, pattern, EXPRESSION.length + fault.at);
  try {
    return new RegExp(source, "su");
  } catch (error) {
    const what = (error as Error).message.replace(/^Invalid regular expression: /, "");
    throw new PatternError(what, pattern, EXPRESSION.length);
  }
}

/** A glob as a regular expression. */
function globSource(glob: string): string {
  // "/tmp/" means the directory as "/tmp" does.
  const end = glob.endsWith("/") ? glob.length - 1 : glob.length;
  let source = "";
  for (let at = 0; at < end; ) {
    const length = glob[at] === "[" ? setLength(glob, at) : glob[at] === "\\" ? 2 : 1;
    if (at + length > end) throw new PatternError("nothing after \\", glob, at);
    source += partSource(glob.slice(at, at + length));
    at += length;
  }
  return source;
}

/** `*`, `?`, a set, a character after `\`, or one that stands for itself. */
function partSource(part: string): string {
  if (part === "*") return ".*";
  if (part === "?") return "[^/]";
  if (part.length > 1 && part[0] === "[") {
    const members = part.slice(1, -1).replace(/^[!^]/, "");
    const negated = members.length < part.length - 2;
    const quoted = members.replace(/[\\[\]^]/g, "\\$&");
    return negated ? `[^/${quoted}]` : `[${quoted}]`;
  }
  return quote(part.length > 1 ? part.slice(1) : part);
}

function quote(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** The length of a set, whose first member may be `]`. */
function setLength(glob: string, at: number): number {
  const first = /[!^]/.test(glob[at + 1] ?? "") ? at + 2 : at + 1;
  const end = glob.indexOf("]", first + 1);
  if (end < 0) throw new PatternError("[ without ]", glob, at);
  for (const { 0: range, index } of glob.slice(first, end).matchAll(/.-./gsu))
    if (range[0] > range[2]) throw new PatternError(`${range}: no such range`, glob, first + index);
  return end - at + 1;
}

/** A character after \, a class, the beginning of a group, or any other character. */
const TOKEN = /\\.?|\[(?:\\.|[^\]\\])*\]?|\(\??|./gsu;

/** The usual faults of a regular expression, of which the engine does not say where they are. */
function faultIn(source: string): { readonly what: string; readonly at: number } | null {
  const open: number[] = [];
  let before = "(";
  for (const { 0: token, index: at } of source.matchAll(TOKEN)) {
    if (token === "\\") return { what: "nothing after \\", at };
    if (token.startsWith("[") && !token.endsWith("]")) return { what: "[ without ]", at };
    if (token === ")" && open.pop() === undefined) return { what: ") without (", at };
    if (/^[*+?]$/.test(token) && /^[(|]$/.test(before)) return { what: "nothing to repeat", at };
    if (token.startsWith("(")) open.push(at);
    before = token;
  }
  const at = open.pop();
  return at === undefined ? null : { what: "( without )", at };
}

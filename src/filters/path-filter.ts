/**
 * The path patterns of `--include` and `--exclude`.
 *
 * A glob (glob.ts) matches whole names. `*.tmp` and `.git` match a name anywhere in the path, and
 * everything below it; a glob that starts with `/` matches from the start of the path.
 *
 * `re:` and a JavaScript regular expression matches anywhere in the path.
 */
import type { ByteSlice } from "../text/byte-slice.ts";
import { matchesGlob, PatternError, parseGlob } from "./glob.ts";

const REGEXP_PREFIX = "re:";

export type PathPattern = (path: ByteSlice) => boolean;

/** Accepts the paths that match an include, if there is any, and no exclude. */
export class PathFilter {
  private readonly includes: readonly PathPattern[];
  private readonly excludes: readonly PathPattern[];

  /** @throws PatternError */
  constructor(includes: readonly string[], excludes: readonly string[]) {
    this.includes = includes.map(parsePathPattern);
    this.excludes = excludes.map(parsePathPattern);
  }

  /** Whether there are no patterns, so that paths need not be determined. */
  get acceptsAll(): boolean {
    return this.includes.length + this.excludes.length === 0;
  }

  accepts(path: ByteSlice): boolean {
    const { includes, excludes } = this;
    for (const excluded of excludes) if (excluded(path)) return false;
    for (const included of includes) if (included(path)) return true;
    return includes.length === 0;
  }
}

/**
 * Returns a function that tests whether an absolute path matches.
 * @throws PatternError
 */
export function parsePathPattern(text: string): PathPattern {
  if (text === "") throw new PatternError("empty pattern", text, 0);
  if (text.startsWith(REGEXP_PREFIX)) return parseRegExpPattern(text);
  // "/tmp/" means the same as "/tmp".
  const name = text.endsWith("/") ? parseGlob(text).slice(0, -1) : parseGlob(text);
  const self = text.startsWith("/") ? name : [...parseGlob("*/"), ...name];
  const below = [...self, ...parseGlob("/*")];
  return ({ bytes, start, length }) =>
    matchesGlob(self, bytes, start, start + length) ||
    matchesGlob(below, bytes, start, start + length);
}

function parseRegExpPattern(text: string): PathPattern {
  const source = text.slice(REGEXP_PREFIX.length);
  const fault = findSyntaxError(source);
  if (fault) throw new PatternError(fault.message, text, REGEXP_PREFIX.length + fault.at);
  const regExp = compileRegExp(source, text);
  return ({ bytes, start, length }) =>
    regExp.test(Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString());
}

function compileRegExp(source: string, text: string): RegExp {
  try {
    return new RegExp(source, "su");
  } catch (error) {
    const message = (error as Error).message.replace(/^Invalid regular expression: /, "");
    throw new PatternError(message, text, REGEXP_PREFIX.length);
  }
}

/** An escaped character, a class, the start of a group, or any other character. */
const REGEXP_TOKEN = /\\.?|\[(?:\\.|[^\]\\])*\]?|\(\??|./gsu;

/** Finds the common syntax errors, because the engine does not report their position. */
function findSyntaxError(source: string): { readonly message: string; readonly at: number } | null {
  const open: number[] = [];
  let previous = "(";
  for (const { 0: token, index: at } of source.matchAll(REGEXP_TOKEN)) {
    if (token === "\\") return { message: "nothing after \\", at };
    if (token.startsWith("[") && !token.endsWith("]")) return { message: "[ without ]", at };
    if (token === ")" && open.pop() === undefined) return { message: ") without (", at };
    if (/^[*+?]$/.test(token) && /^[(|]$/.test(previous))
      return { message: "nothing to repeat", at };
    if (token.startsWith("(")) open.push(at);
    previous = token;
  }
  const at = open.pop();
  return at === undefined ? null : { message: "( without )", at };
}

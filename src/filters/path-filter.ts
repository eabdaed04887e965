/**
 * The patterns of `--include` and `--exclude`: which paths are meant.
 *
 * A glob (glob.ts) has to fit whole names: `*.tmp` and `.git` fit names anywhere in the path, and
 * with them all that is below; one that begins with `/` fits from the path's beginning.
 *
 * `re:` and a regular expression, as JavaScript has them: what fits anywhere in the path.
 */
import type { ByteSlice } from "../text/byte-slice.ts";
import { matchesGlob, PatternError, parseGlob } from "./glob.ts";

const REGEXP_PREFIX = "re:";

export type PathPattern = (path: ByteSlice) => boolean;

/** Which paths are wanted: those that fit an include, where there is any, and no exclude. */
export class PathFilter {
  private readonly includes: readonly PathPattern[];
  private readonly excludes: readonly PathPattern[];

  /** @throws PatternError */
  constructor(includes: readonly string[], excludes: readonly string[]) {
    this.includes = includes.map(parsePathPattern);
    this.excludes = excludes.map(parsePathPattern);
  }

  /** Whether every path is wanted, so that none need be looked at. */
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
 * @returns what tells whether an absolute path is meant
 * @throws PatternError
 */
export function parsePathPattern(text: string): PathPattern {
  if (text === "") throw new PatternError("an empty pattern", text, 0);
  if (text.startsWith(REGEXP_PREFIX)) return parseRegExpPattern(text);
  // "/tmp/" means the directory as "/tmp" does.
  const name = text.endsWith("/") ? parseGlob(text).slice(0, -1) : parseGlob(text);
  const itself = text.startsWith("/") ? name : [...parseGlob("*/"), ...name];
  const below = [...itself, ...parseGlob("/*")];
  return ({ bytes, start, length }) =>
    matchesGlob(itself, bytes, start, start + length) ||
    matchesGlob(below, bytes, start, start + length);
}

function parseRegExpPattern(text: string): PathPattern {
  const source = text.slice(REGEXP_PREFIX.length);
  const fault = findSyntaxError(source);
  if (fault) throw new PatternError(fault.what, text, REGEXP_PREFIX.length + fault.at);
  const found = compileRegExp(source, text);
  return ({ bytes, start, length }) =>
    found.test(Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString());
}

function compileRegExp(source: string, text: string): RegExp {
  try {
    return new RegExp(source, "su");
  } catch (error) {
    const what = (error as Error).message.replace(/^Invalid regular expression: /, "");
    throw new PatternError(what, text, REGEXP_PREFIX.length);
  }
}

/** A character after \, a class, the beginning of a group, or any other character. */
const REGEXP_TOKEN = /\\.?|\[(?:\\.|[^\]\\])*\]?|\(\??|./gsu;

/** The usual faults of a regular expression, of which the engine does not say where they are. */
function findSyntaxError(source: string): { readonly what: string; readonly at: number } | null {
  const open: number[] = [];
  let before = "(";
  for (const { 0: token, index: at } of source.matchAll(REGEXP_TOKEN)) {
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

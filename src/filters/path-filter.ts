/**
 * Patterns of paths: the options `--path`, `--include` and `--exclude`.
 *
 * A glob (glob.ts) matches whole names. `*.tmp` and `.git` match a name anywhere in the path, and
 * everything below it; a glob that starts with `/` matches from the start of the path. The command
 * line makes globs of relative paths absolute (src/cli/options/path-patterns.ts).
 *
 * `re:` and a JavaScript regular expression matches anywhere in the path.
 */
import type { ByteSlice } from "../text/byte-slice.ts";
import { isWithin } from "../text/path.ts";
import { type Glob, matchesGlob, PatternError, parseGlob } from "./glob.ts";

const SLASH = 0x2f;
const REGEXP_PREFIX = "re:";
/** Any number of directories in a glob. Each doubles the variants of the glob. */
const ANY_DIRECTORIES = "/**/";
const MAX_ANY_DIRECTORIES = 4;
const ANYWHERE = parseGlob("*/");
const BELOW = parseGlob("/*");

export type PathPattern = (path: ByteSlice) => boolean;

/** Accepts the paths that match an include, if there is any, and no exclude. */
export class PathFilter {
  private readonly included: readonly PathPattern[];
  private readonly excluded: readonly PathPattern[];

  /** @throws PatternError */
  constructor(includes: readonly string[], excludes: readonly string[]) {
    this.included = includes.map(parsePathPattern);
    this.excluded = excludes.map(parsePathPattern);
  }

  /** Whether there are no patterns, so that paths need not be determined. */
  get acceptsAll(): boolean {
    return this.included.length + this.excluded.length === 0;
  }

  /** Whether only some paths are included. */
  get includesSome(): boolean {
    return this.included.length > 0;
  }

  accepts(path: ByteSlice): boolean {
    return !this.excludes(path) && this.includes(path);
  }

  includes(path: ByteSlice): boolean {
    const { included } = this;
    for (const matches of included) if (matches(path)) return true;
    return included.length === 0;
  }

  excludes(path: ByteSlice): boolean {
    for (const matches of this.excluded) if (matches(path)) return true;
    return false;
  }
}

/**
 * Returns a function that tests whether an absolute path matches.
 * @throws PatternError
 */
export function parsePathPattern(text: string): PathPattern {
  if (text === "") throw new PatternError("empty pattern", text, 0);
  if (text.startsWith(REGEXP_PREFIX)) return parseRegExpPattern(text);
  parseGlob(text); // an error is shown in the whole text
  const tests = withoutDirectories(text.replace(/^(?:\*\*\/)+(?=.)/s, "")).map(parseVariant);
  return tests.length === 1 ? tests[0] : (path) => tests.some((found) => found(path));
}

/** Returns a glob with each of its `**` + `/` as it is, and left out: it is also no directory. */
function withoutDirectories(text: string): string[] {
  const [first, ...rest] = text.split(ANY_DIRECTORIES);
  if (rest.length > MAX_ANY_DIRECTORIES) return [text];
  return rest.reduce(
    (variants, part) => variants.flatMap((each) => [`${each}/*/${part}`, `${each}/${part}`]),
    [first],
  );
}

function parseVariant(text: string): PathPattern {
  // "/tmp/" means the same as "/tmp".
  const name = text.endsWith("/") ? parseGlob(text).slice(0, -1) : parseGlob(text);
  const self = text.startsWith("/") ? name : [...ANYWHERE, ...name];
  if (isLiteral(self)) {
    const root = Uint8Array.from(self);
    return (path) => isWithin(path, root);
  }
  const affixes = affixesOf(self);
  if (affixes) return parseAffixes(affixes);
  const below = [...self, ...BELOW];
  return ({ bytes, start, length }) =>
    matchesGlob(self, bytes, start, start + length) ||
    matchesGlob(below, bytes, start, start + length);
}

function isLiteral(glob: Glob): glob is readonly number[] {
  return glob.every((part) => typeof part === "number");
}

interface Affixes {
  readonly prefix: Uint8Array;
  readonly suffix: Uint8Array;
}

/** Returns the bytes before and after the only `*` of a glob; null for other globs. */
function affixesOf(glob: Glob): Affixes | null {
  const first = glob.indexOf("any");
  const last = glob.lastIndexOf("any");
  // Every path has a slash at its start, so that "*/*.c" is "/*.c".
  const isTwice = first === 0 && last === 2 && glob[1] === SLASH;
  const between = isTwice ? [] : glob.slice(first, last + 1);
  const [prefix, suffix] = [isTwice ? [SLASH] : glob.slice(0, first), glob.slice(last + 1)];
  if (between.some((part) => part !== "any") || !isLiteral(prefix) || !isLiteral(suffix))
    return null;
  return { prefix: Uint8Array.from(prefix), suffix: Uint8Array.from(suffix) };
}

/** The most frequent globs, such as `*.c` and `src/*`, match a hundred thousand paths in 10 ms. */
function parseAffixes({ prefix, suffix }: Affixes): PathPattern {
  return ({ bytes, start, length }) => {
    const end = start + length;
    const first = start + prefix.length;
    if (first > end || !equalsAt(bytes, start, prefix)) return false;
    if (suffix.length === 0) return true;
    // What ends with the suffix is the whole path, or a directory of it.
    for (let at = first + suffix.length; at <= end; at++)
      if ((at === end || bytes[at] === SLASH) && equalsAt(bytes, at - suffix.length, suffix))
        return true;
    return false;
  };
}

/** Compares from the end, where names differ. */
function equalsAt(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let i = expected.length - 1; i >= 0; i--) if (bytes[at + i] !== expected[i]) return false;
  return true;
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

/**
 * Globs over bytes. `*` matches any characters including `/`, `?` one character except `/`, `[a-z]`
 * and `[!a-z]` one of a set; `\` escapes the next character. Matching takes time proportional to the
 * length of the name times that of the glob at most, because names are untrusted.
 */
import { TraceError } from "../errors.ts";
import { withCaret } from "../text/caret.ts";
import { unescapeBytes } from "../text/surrogate-escape.ts";
import { codePoint, sequenceLength } from "../text/utf8.ts";

/** The message has three lines: the error, the pattern, and a caret under its position. */
export class PatternError extends TraceError {
  override readonly name = "PatternError";
  override readonly code = "PATTERN";
  constructor(message: string, pattern: string, at: number) {
    super(withCaret(message, pattern, at));
  }
}

/** Whether a code point matches. */
type CharacterTest = (code: number) => boolean;
/** A literal byte, any characters, or one character of a set. */
type GlobPart = number | "any" | CharacterTest;
export type Glob = readonly GlobPart[];

const DASH = 0x2d;
const SLASH = 0x2f;
/** Sets see a byte that is not valid UTF-8 as this character. */
const REPLACEMENT_CHARACTER = 0xfffd;
/** An escaped character, a set (its first member may be `]`), or any other character. */
const GLOB_TOKEN = /\\.?|\[[!^]?\]?[^\]]*\]?|./gsu;
const SET_TOKEN = /^\[([!^]?)(.[^\]]*)\]$/su;

/** @throws PatternError */
export function parseGlob(text: string): Glob {
  return Array.from(text.matchAll(GLOB_TOKEN), ({ 0: token, index }) => {
    if (token === "*") return ["any" as const];
    if (token === "?") return [(code: number) => code !== SLASH];
    if (token.startsWith("[")) return [parseSet(token, text, index)];
    if (token === "\\") throw new PatternError("nothing after \\", text, index);
    return [...unescapeBytes(token.startsWith("\\") ? token.slice(1) : token)];
  }).flat();
}

function parseSet(token: string, text: string, at: number): CharacterTest {
  const [, not, inside] = token.match(SET_TOKEN) ?? [];
  if (inside === undefined) throw new PatternError("[ without ]", text, at);
  const codes = Array.from(inside, (character) => character.codePointAt(0) ?? 0);
  const ranges: [first: number, last: number][] = [];
  for (let i = 0; i < codes.length; i++) {
    const isRange = codes[i + 1] === DASH && i + 2 < codes.length;
    ranges.push([codes[i], codes[isRange ? i + 2 : i]]);
    if (isRange) i += 2;
  }
  const empty = ranges.find(([first, last]) => first > last);
  if (empty) {
    const range = empty.map((code) => String.fromCodePoint(code)).join("-");
    throw new PatternError(`${range}: no such range`, text, text.indexOf(range, at));
  }
  return (code) => {
    const isMember = ranges.some(([first, last]) => code >= first && code <= last);
    return not ? !isMember && code !== SLASH : isMember;
  };
}

/** Whether the glob matches all of `bytes[at, end)`. */
export function matchesGlob(glob: Glob, bytes: Uint8Array, at: number, end: number): boolean {
  let part = 0;
  // Where to resume on a mismatch: the last "any" then takes one more character.
  let afterAny = -1;
  let takenTo = at;
  while (at < end) {
    const length = part < glob.length ? matchLength(glob[part], bytes, at, end) : 0;
    if (glob[part] === "any") {
      afterAny = ++part;
      takenTo = at;
    } else if (length > 0) {
      part++;
      at += length;
    } else {
      if (afterAny < 0) return false;
      part = afterAny;
      takenTo += Math.max(sequenceLength(bytes, takenTo, end), 1);
      at = takenTo;
    }
  }
  while (glob[part] === "any") part++;
  return part === glob.length;
}

/** Returns how many bytes a part matches; 0 for no match. */
function matchLength(part: GlobPart, bytes: Uint8Array, at: number, end: number): number {
  if (typeof part === "number") return bytes[at] === part ? 1 : 0;
  if (part === "any") return 0;
  const length = sequenceLength(bytes, at, end);
  const code = length === 0 ? REPLACEMENT_CHARACTER : codePoint(bytes, at, length);
  return part(code) ? Math.max(length, 1) : 0;
}

/**
 * Globs over bytes: `*` stands for any characters, `/` among them, `?` for one but `/`, `[a-z]` and
 * `[!a-z]` for one of a set, `\` takes the meaning from what follows. The time that it takes to look
 * grows with the length of the name times that of the glob and no faster: names are others' to
 * choose.
 */
import { TraceError } from "../errors.ts";
import { withCaret } from "../text/caret.ts";

/** The message has three lines: what is wrong, the pattern, and a caret under the place. */
export class PatternError extends TraceError {
  override readonly name = "PatternError";
  override readonly code = "PATTERN";
  constructor(what: string, pattern: string, at: number) {
    super(withCaret(what, pattern, at));
  }
}

/** Which characters there may be, by their code points. */
type CharacterTest = (code: number) => boolean;
/** A byte that stands for itself, any characters, or one character of some. */
type GlobPart = number | "any" | CharacterTest;
export type Glob = readonly GlobPart[];

const DASH = 0x2d;
const SLASH = 0x2f;
/** A character after \, a set, whose first member may be ], or any other character. */
const GLOB_TOKEN = /\\.?|\[[!^]?\]?[^\]]*\]?|./gsu;
const SET_TOKEN = /^\[([!^]?)(.[^\]]*)\]$/su;

/** @throws PatternError */
export function parseGlob(text: string): Glob {
  return Array.from(text.matchAll(GLOB_TOKEN), ({ 0: token, index }) => {
    if (token === "*") return ["any" as const];
    if (token === "?") return [(code: number) => code !== SLASH];
    if (token.startsWith("[")) return [parseSet(token, text, index)];
    if (token === "\\") throw new PatternError("nothing after \\", text, index);
    return [...Buffer.from(token.startsWith("\\") ? token.slice(1) : token)];
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

/** Whether the whole of `bytes[at, end)` fits. */
export function matchesGlob(glob: Glob, bytes: Uint8Array, at: number, end: number): boolean {
  let part = 0;
  // Where to go on when it goes wrong: the last "any" takes one character more.
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
      takenTo += characterLength(bytes, takenTo, end);
      at = takenTo;
    }
  }
  while (glob[part] === "any") part++;
  return part === glob.length;
}

/** How many bytes a part takes; 0: it does not fit. */
function matchLength(part: GlobPart, bytes: Uint8Array, at: number, end: number): number {
  if (typeof part === "number") return bytes[at] === part ? 1 : 0;
  if (part === "any") return 0;
  const length = characterLength(bytes, at, end);
  const character = Buffer.from(bytes.buffer, bytes.byteOffset + at, length).toString();
  return part(character.codePointAt(0) ?? 0) ? length : 0;
}

/** The bytes of a character in UTF-8; 1 of what is none. */
function characterLength(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at];
  if (first < 0xc2 || first > 0xf4) return 1;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (at + length > end) return 1;
  for (let i = 1; i < length; i++) if ((bytes[at + i] & 0xc0) !== 0x80) return 1;
  return length;
}

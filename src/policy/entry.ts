/**
 * An entry of a lock file: a name or a glob (filters/glob.ts), and how it is written in a line. A name
 * that could be taken for something else is in double quotes, with the escapes \n, \t, \r, \", \\ and
 * \xHH for a byte; within and without quotes, a backslash before *, ?, [ or \ makes that literal.
 */
import { type Glob, matchesGlob, parseGlob } from "../filters/glob.ts";
import { encodeLatin1 } from "../text/latin1.ts";
import { isUnsafe, printable } from "../text/printable.ts";
import { surrogateEscape } from "../text/surrogate-escape.ts";
import { type Name, nameText, parseName } from "./names.ts";

const GLOB_CHARACTER = /[*?[\\]/g;
const ESCAPED = /\\([\s\S])/g;
const SLASH = 0x2f;
const UNESCAPED_GLOB = /^(?:[^\\*?[]|\\[\s\S])*[*?[]/;

/** Returns a name as a glob that matches just that. */
export function escapeGlob(name: string): string {
  return name.replace(GLOB_CHARACTER, "\\$&");
}

export class Entry {
  /** As a glob, without quotes; latin1. */
  readonly text: string;
  /** Number of its line; 0 if it is in no file. */
  readonly line: number;
  readonly scope: string;
  /** The rest after the scope, if it is no glob. */
  readonly literal: string | null;
  private readonly glob: Glob | null;
  /** What every match begins with. */
  private readonly prefix: string;
  private directoryGlobs: readonly Glob[] | null = null;

  /** @throws PatternError */
  constructor(text: string, line = 0) {
    this.text = text;
    this.line = line;
    const { scope, rest } = parseName(text);
    this.scope = scope;
    const isGlob = UNESCAPED_GLOB.test(rest);
    this.literal = isGlob ? null : rest.replace(ESCAPED, "$1");
    this.glob = isGlob || rest.endsWith("\\") ? parseGlob(surrogateEscape(rest)) : null;
    const [start] = rest.match(/^(?:[^\\*?[]|\\[\s\S])*/) as RegExpMatchArray;
    this.prefix = start.replace(ESCAPED, "$1");
  }

  static ofName(name: Name): Entry {
    return new Entry(entryText(name));
  }

  matches({ scope, rest }: Name): boolean {
    if (scope !== this.scope || !rest.startsWith(this.prefix)) return false;
    if (this.glob === null) return rest === this.literal;
    const bytes = encodeLatin1(rest);
    return matchesGlob(this.glob, bytes, 0, bytes.length);
  }

  /**
   * Whether a directory must be there for something that the entry allows.
   * @param isNamed whether the entry has to name it
   */
  needsDirectory({ scope, rest }: Name, isNamed: boolean): boolean {
    if (scope !== this.scope) return false;
    if (rest === "" || rest === "." || this.prefix.startsWith(`${rest}/`)) return true;
    if (isNamed) return false;
    const bytes = encodeLatin1(rest);
    return this.directories.some((glob) => matchesGlob(glob, bytes, 0, bytes.length));
  }

  /** The globs of the directories on the way to what the glob matches. */
  private get directories(): readonly Glob[] {
    this.directoryGlobs ??= (this.glob ?? []).flatMap((part, index, glob) =>
      part === SLASH ? [glob.slice(0, index)] : [],
    );
    return this.directoryGlobs;
  }

  /** Whether it allows many names in a directory: those that a run makes there itself. */
  hasManyIn({ scope, rest }: Name): boolean {
    if (this.literal !== null || scope !== this.scope || rest === "" || rest === ".") return false;
    const directory = this.prefix.slice(0, this.prefix.lastIndexOf("/") + 1);
    return (
      directory !== "" && `${rest}/`.startsWith(directory) && this.coversOrIsIn(rest, directory)
    );
  }

  /** Whether the glob begins in a directory, or matches what is in it. */
  private coversOrIsIn(rest: string, directory: string): boolean {
    return directory === `${rest}/` || this.matches({ scope: this.scope, rest: `${rest}/\x01` });
  }
}

/** Returns the text of an entry that allows just one name. */
export function entryText({ scope, rest }: Name): string {
  return nameText({ scope, rest: escapeGlob(rest) });
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  '"': '"',
  "\\": "\\",
};
const ESCAPE_OF = new Map(
  Object.entries(ESCAPES).map(([letter, character]) => [character, letter]),
);
const NEEDS_QUOTES = /^$|^[\s"#[]|\s$|\s#/;

/** Returns an entry as it stands in a line. */
export function formatEntry(text: string): string {
  const isPlain = !NEEDS_QUOTES.test(text) && printable(text) === surrogateEscape(text);
  return isPlain ? text : `"${Array.from(surrogateEscape(text), quoteCharacter).join("")}"`;
}

function quoteCharacter(character: string): string {
  const letter = ESCAPE_OF.get(character);
  if (letter !== undefined) return `\\${letter}`;
  const code = character.codePointAt(0) as number;
  if (code >= 0xdc80 && code <= 0xdcff) return hexBytes([code & 0xff]);
  if (character === "#" || isUnsafe(code)) return hexBytes(Buffer.from(character));
  return Buffer.from(character).toString("latin1");
}

function hexBytes(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
}

/** A line that is no entry. */
export interface EntryFault {
  readonly message: string;
  /** Index in the line. */
  readonly at: number;
}

/** Reads an entry from a line without blanks around it: its text, and the comment after it. */
export function parseEntryLine(line: string): { text: string; comment: string } | EntryFault {
  if (!line.startsWith('"')) {
    const at = line.search(/\s#/);
    const text = at < 0 ? line : line.slice(0, at);
    return { text: text.trimEnd(), comment: line.slice(text.trimEnd().length) };
  }
  let text = "";
  for (let at = 1; at < line.length; at++) {
    const character = line[at];
    if (character === '"') return afterQuote(line, at + 1, text);
    if (character !== "\\") {
      text += character;
      continue;
    }
    const next = line[++at];
    const hex = line.slice(at).match(/^x([\da-fA-F]{2})/)?.[1];
    if (hex !== undefined) {
      text += String.fromCharCode(Number.parseInt(hex, 16));
      at += 2;
    } else if (next !== undefined && Object.hasOwn(ESCAPES, next)) text += ESCAPES[next];
    else return { message: 'no such escape; use \\n, \\t, \\r, \\", \\\\ or \\xHH', at: at - 1 };
  }
  return { message: 'the closing " is missing', at: line.length };
}

function afterQuote(line: string, at: number, text: string): ReturnType<typeof parseEntryLine> {
  const rest = line.slice(at);
  if (rest.trim() !== "" && !/^\s+#/.test(rest))
    return { message: 'unexpected text after the closing "', at };
  return { text, comment: rest };
}

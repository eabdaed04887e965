/**
 * Names that differ in each run: of mkstemp(3), mkdtemp(3) and their like in compilers, npm and cargo;
 * with a pid or a time in them. A lock has a glob instead.
 */
import { escapeGlob } from "./entry.ts";
import { type Name, nameText } from "./names.ts";

/** What is known of a path, besides its name. */
export interface NameFacts {
  /** Of a file that the run created: how many components at the end of its name are there no more. */
  readonly gone: number;
  /** Whether the run chose the name: it created the file, or found nothing there. */
  readonly isOwn: boolean;
  /** The processes of the run. */
  readonly pids: ReadonlySet<number>;
}

/** Names of known programs: what is before, the number of random characters, what is after. */
const KNOWN: readonly (readonly [before: string, random: string, after: string])[] = [
  ["cc", "[A-Za-z0-9]{6}", "(?:\\.[\\w.]+)?"], // gcc
  ["sed", "[A-Za-z0-9]{6}", ""],
  ["st", "[A-Za-z0-9]{6}", ""], // ar, strip
  ["Gm", "[A-Za-z0-9]{6}", ""], // make
  ["tmp\\.", "[A-Za-z0-9]{10}", ""], // mktemp(1)
  ["tmp", "[a-z0-9_]{8}", "(?:[.-].*)?"], // Python
  ["\\.?tmp", "[A-Za-z0-9]{6}", "(?:\\..*)?"], // cargo
  ["rustc|rmeta|target", "[A-Za-z0-9]{6}", ""],
  ["(?:pip|build)-(?:[a-z]+-)*", "[a-z0-9_]{8}", ""], // of Python
  ["tmp_obj_", "[A-Za-z0-9]{6}", ""], // git
  ["perf-|hsperfdata_", "[A-Za-z0-9]{6,}", ""],
];
const KNOWN_NAMES = KNOWN.map(
  ([before, random, after]) => new RegExp(`^(${before})(${random})(${after})$`),
);

/** ISO 8601, with any character between the parts of the time. */
const TIME = /\d{4}-\d\d-\d\dT\d\d[^\da-z]?\d\d[^\da-z]?\d\d(?:[^\da-z]\d{1,9})?Z?/i;
/** Python tries directories for temporary files with these. */
const PROBE = /^[a-z0-9_]{8}$/;
const ANY_DIGITS = "[0-9]*";
/** Numbers this long are no versions: pids, times, random numbers. */
const LONG_NUMBER = 5;
/** Letters and digits between separators. */
const SEGMENT = /[A-Za-z0-9]+/g;

/**
 * Returns the glob that names a path in each run; null if its name does not change.
 * @param name the best name of the path
 */
export function temporaryName(name: Name | undefined, facts: NameFacts): string | null {
  if (!name || name.scope === "system:" || name.scope === "path:") return null;
  const isTemporary = facts.gone > 0 || name.scope === "tmp:";
  if (!isTemporary && !facts.isOwn) return null;
  const parts = name.rest.split("/");
  // Of a file that is gone, the directory may stay.
  const first = name.scope === "tmp:" ? 0 : parts.length - facts.gone;
  const globs = parts.map((part, index) => {
    const glob = isTemporary && index >= first ? randomGlob(part, facts) : null;
    return glob ?? timeGlob(part) ?? escapeGlob(part);
  });
  const rest = globs.join("/");
  return rest === escapeGlob(name.rest) ? null : nameText({ scope: name.scope, rest });
}

function timeGlob(part: string): string | null {
  const { index, 0: time } = part.match(TIME) ?? {};
  if (index === undefined || time === undefined) return null;
  return `${escapeGlob(part.slice(0, index))}*${escapeGlob(part.slice(index + time.length))}`;
}

function randomGlob(part: string, { pids, gone }: NameFacts): string | null {
  for (const pattern of KNOWN_NAMES) {
    const [, before, random, after] = part.match(pattern) ?? [];
    if (random === undefined) continue;
    return escapeGlob(before) + "?".repeat(random.length) + escapeGlob(after);
  }
  if (gone > 0 && PROBE.test(part)) return "?".repeat(part.length);
  let glob = "";
  let end = 0;
  for (const { 0: segment, index } of part.matchAll(SEGMENT)) {
    glob += escapeGlob(part.slice(end, index)) + segmentGlob(segment, pids);
    end = index + segment.length;
  }
  glob += escapeGlob(part.slice(end));
  return glob === escapeGlob(part) ? null : glob;
}

/** Six random characters and more; a word has letters of one kind, perhaps after a capital. */
function segmentGlob(segment: string, pids: ReadonlySet<number>): string {
  const [, word, digits] = segment.match(/^([A-Za-z]*?)(\d+)$/) ?? [];
  if (digits !== undefined && (digits.length >= LONG_NUMBER || pids.has(Number(digits))))
    return word + ANY_DIGITS;
  const isWord = /^[A-Z]?[a-z]+$|^[A-Z]+$|^[a-z]{3,}\d{1,3}$/.test(segment);
  return segment.length < 6 || isWord ? segment : "?".repeat(segment.length);
}

/** Text for man(7) pages: groff_char(7), groff_man_style(7). */

/** Characters that roff would change or interpret, in text that a reader may copy. */
const LITERAL: Readonly<Record<string, string>> = {
  "\\": "\\e",
  "-": "\\-",
  "'": "\\(aq",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
  '"': "\\(dq",
};

/** In prose a hyphen stays a hyphen, but that of an option is a minus sign. */
const PROSE: Readonly<Record<string, string>> = { ...LITERAL, "-": "-" };

/** Characters with a name of their own, which every device has. */
const NAMED: Readonly<Record<string, string>> = {
  "…": "...",
  "←": "<\\-",
  "→": "\\->",
  "−": "\\-",
  "≥": ">=",
  "≤": "<=",
  "×": "x",
  "├": "|",
  "└": "\\(ga",
  "─": "\\-",
};

function escaped(text: string, characters: Readonly<Record<string, string>>): string {
  return text.replace(/[\\\-'`^~"]|[^\0-\x7f]/gu, (character) => {
    const known = characters[character] ?? NAMED[character];
    if (known !== undefined) return known;
    return `\\[u${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}]`;
  });
}

/** Returns words of a sentence. */
export function prose(text: string): string {
  return escaped(text, PROSE)
    .replace(/(?<![\w\\])-(?=-?\w)/g, "\\-")
    .replace(/(?<=\\-)-/g, "\\-");
}

/** Returns code, character for character. */
export function literal(text: string): string {
  return escaped(text, LITERAL);
}

/** Returns code within a sentence, whose words are not hyphenated. */
export function inlineLiteral(text: string): string {
  return literal(text).replace(/[^ ]+/g, "\\%$&");
}

/** Returns a line of text whose first character cannot be taken for a request. */
export function textLine(line: string): string {
  return /^[.']/.test(line) ? `\\&${line}` : line;
}

/** Returns an argument of a macro. */
export function quoted(argument: string): string {
  return `"${argument.replaceAll('"', "\\(dq")}"`;
}

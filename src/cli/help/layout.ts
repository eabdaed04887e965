/** Lays out help: tables of two columns, long lines, headings. */

/** What is wider than this has its description below it. */
const MAX_LEFT = 28;
const MIN_RIGHT = 24;
const BOLD = "\x1b[1m";
const RESET = "\x1b[m";

export type Row = readonly [left: string, right: string];

/** Returns the column at which the second and further parts of a wrapped line begin. */
function hangingIndent(line: string, width: number): number {
  const spaces = line.match(/^ */)![0].length;
  const term = line.match(/^ *\S+(?: \S+)* {2,}(?=\S)/);
  return term && term[0].length <= width - MIN_RIGHT ? term[0].length : spaces;
}

/** Splits a line at spaces. A word that is too long stays whole. */
function wrapLine(line: string, width: number): string[] {
  const indent = " ".repeat(hangingIndent(line, width));
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const start = lines.length ? indent.length : rest.match(/^ *\S+(?: {2,})?/)![0].length;
    let at = rest.lastIndexOf(" ", width);
    if (at < start) at = rest.indexOf(" ", start);
    if (at < 0) break;
    lines.push(rest.slice(0, at).trimEnd());
    rest = indent + rest.slice(at).trimStart();
  }
  return [...lines, rest];
}

/** Wraps the lines of a text that are too long, below the second column if a line has one. */
export function wrap(text: string, width: number): string {
  return text
    .split("\n")
    .flatMap((line) => wrapLine(line, width))
    .join("\n");
}

/** Returns a table, with the right column where the left one leaves room for it. */
export function table(rows: readonly Row[], width: number): string {
  const widths = rows.map(([left]) => left.length).filter((length) => length <= MAX_LEFT);
  const left = Math.max(...widths, 0) + 2;
  return rows
    .flatMap(([term, text]) => {
      if (text === "") return [term];
      const line = `${term.padEnd(left)}${text}`;
      return term.length <= MAX_LEFT
        ? wrapLine(line, width)
        : [term, ...wrapLine(`${" ".repeat(left)}${text}`, width)];
    })
    .join("\n")
    .concat("\n");
}

/** Makes headings and options bold. */
export function withColours(text: string): string {
  return text
    .replace(/^(?:Usage:|[A-Z][^\n:]*:$)/gm, `${BOLD}$&${RESET}`)
    .replace(/^( {2,6})(-[^\s,[]+(?:, --[^\s[]+)?)/gm, `$1${BOLD}$2${RESET}`);
}

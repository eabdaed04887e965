/** Shortens the sections of a summary, so that it fits on a terminal. */
import { pluralize, type Section } from "./sections.ts";

/** Rows of a section that are shown at least. */
const MIN_ROWS = 2;

/**
 * Returns the sections with as many rows as fit, the longest sections shortened first; the sections
 * themselves if all fit.
 * @param lines for titles and rows, and the hint if rows are left out
 */
export function foldSections(sections: readonly Section[], lines: number): readonly Section[] {
  const counts = sections.map(({ rows }) => rows.length);
  const longest = Math.max(0, ...counts);
  if (heightOf(counts, longest) <= lines) return sections;
  let rows = longest;
  while (rows > MIN_ROWS && heightOf(counts, rows) > lines - 1) rows--;
  return sections.map((section) => foldRows(section, rows));
}

/** Lines of the titles, of at most so many rows of each section, and of what says how many are left out. */
function heightOf(counts: readonly number[], rows: number): number {
  return counts.reduce((sum, count) => sum + 1 + (count > rows ? rows + 1 : count), 0);
}

function foldRows(section: Section, rows: number): Section {
  const rest = section.rows.length - rows;
  // The line that says that one is left out could show it.
  if (rest <= 1) return section;
  const more = { what: `… ${pluralize(rest, "more line", "more lines")}`, count: "", who: "" };
  return { ...section, rows: [...section.rows.slice(0, rows), more] };
}

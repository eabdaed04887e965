/** Explains what the globs of a lock grant beyond what was seen. */

import { printable } from "../text/printable.ts";
import { Entry, formatEntry } from "./entry.ts";
import type { Texts } from "./learn.ts";
import type { Name } from "./names.ts";
import { SECTIONS } from "./sections.ts";
import type { Subject } from "./subjects.ts";

/** Returns the files below a directory, up to a number of them; latin1. */
export type FindFiles = (directory: string, max: number) => readonly string[];

const MAX_FOUND = 10_000;
const MAX_SHOWN = 3;

/** Returns a line for each glob, safe to be shown. */
export function explain(
  texts: Texts,
  subjects: readonly Subject[],
  findFiles: FindFiles,
): string[] {
  return SECTIONS.flatMap((section) =>
    texts[section].flatMap((text) => {
      const entry = new Entry(text);
      if (entry.literal !== null) return [];
      const own = subjects.filter((subject) => subject.section === section);
      return [`[${section}] ${printable(formatEntry(text))}: ${granted(entry, own, findFiles)}`];
    }),
  );
}

function granted(entry: Entry, subjects: readonly Subject[], findFiles: FindFiles): string {
  const seen = new Map<string, Name>();
  for (const { path, names } of subjects) {
    const name = names.find((each) => entry.matches(each));
    if (name) seen.set(path, name);
  }
  const count = `${seen.size} ${seen.size === 1 ? "path" : "paths"} seen`;
  const [[path, name] = []] = seen;
  if (path === undefined || name === undefined || !path.startsWith("/")) return count;
  const prefix = path.slice(0, path.length - name.rest.length);
  const fixed = entry.text.slice(entry.scope.length).match(/^(?:[^\\*?[]*\/)?/)?.[0] ?? "";
  const more = findFiles(prefix + fixed || "/", MAX_FOUND).filter(
    (file) =>
      !seen.has(file) && entry.matches({ scope: name.scope, rest: file.slice(prefix.length) }),
  );
  if (more.length === 0) return `${count}; no others exist now`;
  const shown = more.slice(0, MAX_SHOWN).map((file) => printable(file.slice(prefix.length)));
  const rest = more.length > MAX_SHOWN ? ", …" : "";
  return `${count}; grants ${more.length} more that exist: ${shown.join(", ")}${rest}`;
}

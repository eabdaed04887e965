/** Writes the smallest readable policy that covers runs. */
import { Entry, entryText } from "./entry.ts";
import { type Foldable, fold } from "./fold.ts";
import { bySection, type Entries } from "./lock-file.ts";
import type { Bases } from "./names.ts";
import { isRoot } from "./places.ts";
import { Policy } from "./policy.ts";
import type { Section } from "./sections.ts";
import type { Subject } from "./subjects.ts";

/** The entries of each section, sorted; latin1. */
export type Texts = Readonly<Record<Section, readonly string[]>>;

/** Scopes whose names are no paths. */
const NO_PATHS = new Set(["system:", "path:", "ns:", "listen:"]);

/** Returns the entries that allow all of the subjects. */
export function learn(subjects: Iterable<Subject>, bases: Bases): Texts {
  const grouped = bySection<Subject[]>(() => []);
  for (const subject of subjects) grouped[subject.section].push(subject);
  const own = ownDirectories(grouped.writes);
  const texts: Record<Section, readonly string[]> = bySection(() => []);
  // What entries of other sections allow needs none of its own.
  for (const section of [
    "writes",
    "programs",
    "reads",
    "removes",
    "lists",
    "absent",
    "hosts",
  ] as const) {
    const known = new Policy(entriesOf(texts));
    const needed = grouped[section].filter((subject) => !known.allows(subject));
    texts[section] = sectionTexts(section, needed, bases, own);
  }
  return texts;
}

export function entriesOf(texts: Texts): Entries {
  return bySection((section) => texts[section].map((text) => new Entry(text)));
}

/** Returns what a lock would say of a subject. */
export function subjectText({ temporary, names }: Subject): string {
  return temporary ?? entryText(names[0]);
}

/** Directories of the lock's tree that the run created, and temporary ones. */
function ownDirectories(writes: readonly Subject[]): ReadonlySet<string> {
  const own = new Set<string>();
  for (const subject of writes) {
    const { isDirectory, access, names, temporary } = subject;
    const isCreated = access.file?.origin === null && names[0].scope === "";
    if (isDirectory && (isCreated || temporary !== null)) own.add(subjectText(subject));
  }
  return own;
}

function sectionTexts(
  section: Section,
  subjects: readonly Subject[],
  bases: Bases,
  own: ReadonlySet<string>,
): string[] {
  const literal: string[] = [];
  const foldable: Foldable[] = [];
  for (const subject of subjects) {
    const text = subjectText(subject);
    const isPath = !NO_PATHS.has(subject.names[0].scope) && section !== "hosts";
    if (isPath && !subject.isSecret) foldable.push({ text, path: subject.path });
    else literal.push(text);
  }
  const folded = fold(foldable, {
    isRoot: (path) => isRoot(path, bases),
    isOwn: (text) => section === "writes" && own.has(text),
  });
  const all = [...new Set([...literal, ...folded])].sort();
  return section === "writes" ? withoutDirectories(all, subjects) : all;
}

/** Omits directories on the way to other entries. */
function withoutDirectories(texts: readonly string[], subjects: readonly Subject[]): string[] {
  const directories = new Map(
    subjects
      .filter(({ isDirectory }) => isDirectory)
      .map((subject) => [subjectText(subject), subject]),
  );
  return texts.filter((text) => {
    const directory = directories.get(text);
    if (!directory) return true;
    return !texts.some((other) => other.startsWith(`${text}/`) && other !== text);
  });
}

/** Joins what was learnt of several runs. */
export function union(runs: readonly Texts[]): Texts {
  return bySection((section) => [...new Set(runs.flatMap((texts) => texts[section]))].sort());
}

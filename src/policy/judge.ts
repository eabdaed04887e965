/** Judges what a run accessed by a policy. */
import { nearest } from "../text/did-you-mean.ts";
import type { Entry } from "./entry.ts";
import { subjectText } from "./learn.ts";
import type { Policy } from "./policy.ts";
import { SECTIONS, type Section } from "./sections.ts";
import type { Subject } from "./subjects.ts";

/** An entry that nearly allows an access. */
export interface NearEntry {
  readonly entry: Entry;
  readonly section: Section;
}

export interface Violation {
  readonly subject: Subject;
  readonly section: Section;
  /** The entry that would allow it; latin1. */
  readonly text: string;
  readonly near: NearEntry | null;
}

/** Entries are compared by their spelling up to this number of them. */
const MAX_COMPARED = 2000;

/** Returns the violations, oldest first. */
export function judge(subjects: Iterable<Subject>, policy: Policy): Violation[] {
  const violations: Violation[] = [];
  for (const subject of subjects)
    if (!policy.allows(subject)) {
      const { section } = subject;
      const near = nearEntry(subject, policy);
      violations.push({ subject, section, text: subjectText(subject), near });
    }
  return violations.sort(
    ({ subject: a }, { subject: b }) =>
      a.access.time - b.access.time || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0),
  );
}

function nearEntry(subject: Subject, policy: Policy): NearEntry | null {
  const [name] = subject.names;
  for (const section of SECTIONS) {
    // It is declared, but for something else; or a glob matches that covers no secrets.
    const set = policy.sections[section];
    const entry = subject.names.map((each) => set.literal(each) ?? set.glob(each)).find(Boolean);
    if (entry && (section !== subject.section || subject.isSecret)) return { entry, section };
  }
  const { entries } = policy.sections[subject.section];
  if (entries.length > MAX_COMPARED) return null;
  const inScope = entries.filter(({ scope }) => scope === name.scope);
  const entry = similar(subjectText(subject), inScope);
  return entry ? { entry, section: subject.section } : null;
}

/** Returns an entry of the same directory with a similar name, or of the same name elsewhere. */
function similar(text: string, entries: readonly Entry[]): Entry | undefined {
  const end = (path: string) => path.lastIndexOf("/") + 1;
  const [directory, base] = [text.slice(0, end(text)), text.slice(end(text))];
  const siblings = entries.filter((each) => each.text.slice(0, end(each.text)) === directory);
  const near = nearest(
    base,
    siblings.map((each) => each.text.slice(directory.length)),
  );
  if (near !== undefined) return siblings.find((each) => each.text === directory + near);
  return entries.find((each) => each.text.slice(end(each.text)) === base);
}

/** What is allowed: entries by section, and whether they allow an access. */

import type { Entry } from "./entry.ts";
import { bySection, type Entries } from "./lock-file.ts";
import type { Name } from "./names.ts";
import { allowingSections, type Section } from "./sections.ts";
import type { Subject } from "./subjects.ts";

/** Whether a policy is about an access at all; by default, it is about all. */
export type Concern = (subject: Subject) => boolean;

/** The entries of a section. */
class EntrySet {
  readonly entries: readonly Entry[];
  private readonly literals = new Map<string, Entry>();
  private readonly globs = new Map<string, Entry[]>();
  /** The directories that literal entries are in. */
  private readonly directories = new Set<string>();

  constructor(entries: readonly Entry[]) {
    this.entries = entries;
    for (const entry of entries) {
      const { scope, literal } = entry;
      if (literal === null) this.globs.set(scope, [...(this.globs.get(scope) ?? []), entry]);
      else {
        this.literals.set(keyOf({ scope, rest: literal }), entry);
        this.addDirectories(scope, literal);
      }
    }
  }

  private addDirectories(scope: string, literal: string): void {
    for (let at = literal.lastIndexOf("/"); at > 0; at = literal.lastIndexOf("/", at - 1)) {
      const key = keyOf({ scope, rest: literal.slice(0, at) });
      if (this.directories.has(key)) return;
      this.directories.add(key);
    }
  }

  literal(name: Name): Entry | undefined {
    return this.literals.get(keyOf(name));
  }

  glob(name: Name): Entry | undefined {
    return this.globs.get(name.scope)?.find((entry) => entry.matches(name));
  }

  /**
   * Whether a directory is on the way to an entry.
   * @param isNamed whether the entry has to name it
   */
  leadsThrough(name: Name, isNamed: boolean): boolean {
    if (this.directories.has(keyOf(name))) return true;
    const globs = this.globs.get(name.scope) ?? [];
    return globs.some((entry) => entry.needsDirectory(name, isNamed));
  }

  hasManyIn(name: Name): boolean {
    return this.globs.get(name.scope)?.some((entry) => entry.hasManyIn(name)) === true;
  }
}

function keyOf({ scope, rest }: Name): string {
  return `${scope}\0${rest}`;
}

export class Policy {
  readonly sections: Readonly<Record<Section, EntrySet>>;
  private readonly concern: Concern;

  constructor(entries: Entries, concern: Concern = () => true) {
    this.sections = bySection((section) => new EntrySet(entries[section]));
    this.concern = concern;
  }

  allows(subject: Subject): boolean {
    return !this.concern(subject) || this.isDeclared(subject);
  }

  /** Whether an entry allows it. A secret needs an entry that names it. */
  private isDeclared(subject: Subject): boolean {
    const { access, names } = subject;
    const sets = allowingSections(access.kind).map((section) => this.sections[section]);
    if (sets.some((set) => names.some((name) => set.literal(name)))) return true;
    if (this.isOnTheWay(subject)) return true;
    if (subject.isSecret) return false;
    return sets.some((set) => names.some((name) => set.glob(name)));
  }

  /** Directories on the way to what may be written may be created, looked up, and listed. */
  private isOnTheWay({ access, names, isDirectory, isSecret }: Subject): boolean {
    const { writes } = this.sections;
    switch (access.kind) {
      case "write":
        return isDirectory && names.some((name) => writes.leadsThrough(name, isSecret));
      case "lookup":
        return names.some((name) => writes.leadsThrough(name, isSecret));
      case "list":
        return names.some((name) => writes.hasManyIn(name));
      default:
        return false;
    }
  }
}

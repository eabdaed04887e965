/**
 * Names by which caches and version control keep content: hashes, in directories of their first
 * digits. A hash of a time differs in each run. Both runs must have made such files in one place; then
 * they are compared without the hashes.
 */
import type { Outcomes } from "../../../model/outcomes.ts";

/** A hash, or the rest of one whose first digits are the directory's name. */
const HASH = /[0-9a-f]{30,}/g;
const DIGITS = /^[0-9a-f]{2}$/;

export class HashNames {
  /** Where the files are whose names are hashes: the directory above those of the first digits. */
  private readonly places = new Map<string, Set<string>>();
  /** Places in which the runs made other files. */
  private readonly varying = new Set<string>();

  constructor(run: Outcomes) {
    for (const [path, { created, exists }] of run.changes) {
      const place = created && path.startsWith("/") ? placeOf(path, exists) : null;
      if (place === null) continue;
      const known = this.places.get(place);
      if (known) known.add(path);
      else this.places.set(place, new Set([path]));
    }
  }

  /** @param toOther returns the path that the other run has for one of `a` */
  static settle(a: HashNames, b: HashNames, toOther: (path: string) => string): void {
    for (const [place, paths] of a.places) {
      const others = b.places.get(toOther(place));
      if (!others) continue;
      const mapped = new Set([...paths].map(toOther));
      if (mapped.isSubsetOf(others) || others.isSubsetOf(mapped)) continue;
      a.varying.add(place);
      b.varying.add(toOther(place));
    }
  }

  get isEmpty(): boolean {
    return this.varying.size === 0;
  }

  /** Returns the last component of a path without a hash. @param name what it is compared by else */
  componentOf(path: string, name: string): string {
    const [, directory, ...above] = path.split("/").reverse();
    const parent = [directory, ...above].reverse().join("/");
    if (this.varying.has(parent)) return DIGITS.test(name) ? "??" : (withoutHash(name) ?? name);
    if (!DIGITS.test(directory ?? "") || !this.varying.has(above.reverse().join("/"))) return name;
    return withoutHash(name) ?? name;
  }
}

/**
 * Returns where a file whose name is a hash is: above the directory of its first digits; or null.
 * @param exists whether it is there at the end: others may be temporary
 */
function placeOf(path: string, exists: boolean): string | null {
  const [name, directory, ...above] = path.split("/").reverse();
  if (withoutHash(name) === null) return null;
  if (DIGITS.test(directory ?? "")) return above.reverse().join("/");
  return exists ? [directory, ...above].reverse().join("/") : null;
}

function withoutHash(name: string): string | null {
  const text = name.replace(HASH, (hash) => "?".repeat(hash.length));
  return text === name ? null : text;
}

/**
 * The names of a path in a lock file, which hold on another machine: relative to the file's directory,
 * or to a place such as `home:`. Names are latin1, one character per byte.
 */
import { isPathWithin } from "../text/path.ts";

/** Directories, each by its path and its real path. */
export interface Bases {
  /** The directory of the lock file. */
  readonly base: readonly string[];
  readonly home: readonly string[];
  readonly tmp: readonly string[];
  readonly cache: readonly string[];
}

/** A name as its scope, such as "home:", and the rest. Names of different scopes never match. */
export interface Name {
  /** "" for the lock's directory, "/" for the root, "../" repeated, or a token with its colon. */
  readonly scope: string;
  readonly rest: string;
}

const SCOPE = /^(?:(?:home|tmp|cache|up|path|system|ns|listen):|\/|\.\/|(?:\.\.\/)+)/;

/** Splits a name, or a glob, at the end of its scope. */
export function parseName(text: string): Name {
  if (text === ".." || /^(\.\.\/)+\.\.$/.test(text)) return { scope: `${text}/`, rest: "" };
  const [scope = ""] = text.match(SCOPE) ?? [];
  return { scope: scope === "./" ? "" : scope, rest: text.slice(scope.length) };
}

/** Returns a name as text that `parseName` splits again. */
export function nameText({ scope, rest }: Name): string {
  if (scope.endsWith("../") && rest === "") return scope.slice(0, -1);
  return scope === "" && SCOPE.test(rest) ? `./${rest}` : scope + rest;
}

/** Returns a path below a directory; null if it is not. "" for the directory itself. */
function below(path: string, directory: string): string | null {
  if (directory === "/") return path.slice(1);
  return isPathWithin(path, directory) ? path.slice(directory.length + 1) : null;
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 1));
}

/** The directories above another, nearest first, with the names that lead there: "../", "../../". */
function* ancestors(directory: string): Iterable<[path: string, scope: string]> {
  let scope = "../";
  for (let path = directory; path !== "/"; scope += "../") {
    path = parentOf(path);
    yield [path, scope];
  }
}

const TOKENS = ["cache", "home", "tmp"] as const;

/**
 * Returns the names of an absolute path, the best one first: below the lock's directory, then the one
 * of the nearest directory, then the path itself.
 */
export function namesOf(path: string, bases: Bases): Name[] {
  const names: (Name & { readonly depth: number })[] = [];
  const add = (directory: string, scope: string, depth = directory.length) => {
    const rest = below(path, directory);
    if (rest !== null) names.push({ scope, rest: scope === "" && rest === "" ? "." : rest, depth });
  };
  for (const base of bases.base) add(base, "", Infinity);
  for (const token of TOKENS) for (const place of bases[token]) add(place, `${token}:`);
  // A directory at the top has nothing in common with the lock but the machine.
  for (const base of bases.base)
    for (const [directory, scope] of ancestors(base))
      add(directory, scope, directory.split("/").length > 2 ? directory.length - 1 : -1);
  names.sort((a, b) => b.depth - a.depth);
  const own = names.filter(({ depth }) => depth >= 0);
  const others = names.filter(({ depth }) => depth < 0);
  return [...own, { scope: "/", rest: path.slice(1) }, ...others];
}

/** Returns the path that is looked up in a directory above the lock's; null for another path. */
export function restAbove(path: string, { base }: Bases): string | null {
  for (const [directory] of ancestors(base[0] ?? "/")) {
    const rest = below(path, directory);
    if (rest !== null) return rest;
  }
  return null;
}

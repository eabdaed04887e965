/**
 * A rule of make whose prerequisites are the inputs of a run, as compilers write it with -MD -MP. make
 * includes it, ninja reads it with `depfile` and `deps = gcc`.
 */
import type { Run } from "../../../model/run.ts";
import { isPathWithin } from "../../../text/path.ts";
import { inputsOf } from "./inputs.ts";

/** Prerequisites that are never there, so that the target is built again. */
const INCOMPLETE = "trace-record-is-incomplete";
const HAS_UNNAMED = "trace-input-without-a-name";

/** Names that no escape makes one word for make: those with these characters, and archives with members. */
const UNNAMED = /[\n;|]|[^/]\(.*\)$/;

export interface DepfileFacts {
  readonly targets: readonly string[];
  /** Names below it are relative to it. */
  readonly directory: string;
  readonly isComplete: boolean;
}

export interface Depfile {
  readonly text: string;
  /** Inputs that a rule cannot name. */
  readonly unnamed: readonly string[];
}

/** Names, and the text that is returned, are latin1. */
export function renderDepfile(run: Run, { targets, directory, isComplete }: DepfileFacts): Depfile {
  const own = new Set(targets);
  const names = inputsOf(run)
    .filter(({ isUnchanged }) => isUnchanged)
    .map(({ path }) => relativeName(path, directory))
    .filter((name) => !own.has(name));
  const [unnamed, named] = split(names, (name) => UNNAMED.test(name));
  // A variable would be set if the first of them had a "=".
  const [assigning, others] = split(named, (name) => name.includes("="));
  // make reads no blank before the end of a line.
  const [blank, plain] = split([...others, ...assigning], (name) => /[ \t]$/.test(name));
  const missing = [...(isComplete ? [] : [INCOMPLETE]), ...(unnamed.length ? [HAS_UNNAMED] : [])];
  const prerequisites = [...missing, ...blank, ...plain];
  const left = targets.map((target) => escapeName(target).replaceAll("%", "\\%")).join(" ");
  const rule = [`${left}:`, ...prerequisites.map(escapeName)]
    .join(" \\\n  ")
    .replaceAll(/([ \t]) \\\n {2}/g, "$1 ");
  // A prerequisite that is removed later is no error then. A target with "=" or "%" is something else.
  const phony = prerequisites.filter((name) => !/[=%]/.test(name));
  const rules = phony.map((name) => `\n${escapeName(name)}:\n`).join("");
  return { text: `${rule}\n${rules}`, unnamed };
}

/** Returns the names for which a condition holds, and the others. */
function split(names: readonly string[], holds: (name: string) => boolean): [string[], string[]] {
  return [names.filter(holds), names.filter((name) => !holds(name))];
}

/** Returns a name that begins with no character that make knows, such as "~" and "|". */
function relativeName(path: string, directory: string): string {
  const isBelow = directory !== "/" && path !== directory && isPathWithin(path, directory);
  const name = isBelow ? path.slice(directory.length + 1) : path;
  return /^[\w./-]/.test(name) ? name : `./${name}`;
}

/**
 * Escapes a name as make reads it in a rule: a space, a tab, "#" and ":" have a backslash before
 * them, and backslashes before these, and at the end, are doubled.
 */
export function escapeName(name: string): string {
  return name
    .replace(/(\\*)([ \t#:])/g, (_, slashes: string, special: string) => {
      return `${slashes}${slashes}\\${special}`;
    })
    .replace(/\\+$/, (slashes) => slashes + slashes)
    .replaceAll("$", "$$$$");
}

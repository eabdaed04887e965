/**
 * The options `--path`, `--exclude` and `--failed`, and the patterns of paths that they and
 * `--include` take: docs/formats.md#patterns-of-paths.
 */
import type { EventKind } from "../../events/event-kinds.ts";
import type { EventChoice } from "../../events/run-info.ts";
import { FileEventFilter } from "../../filters/file-event-filter.ts";
import { PatternError } from "../../filters/glob.ts";
import { PathFilter } from "../../filters/path-filter.ts";
import { pathAliases, pathExists } from "../../process/paths.ts";
import { normalizePath } from "../../text/path.ts";
import { printableText } from "../../text/printable.ts";
import { surrogateEscape } from "../../text/surrogate-escape.ts";
import { toUsageError, UsageError } from "../errors.ts";
import { logger } from "../messages.ts";
import { optionValues } from "../parse-args.ts";
import type { OptionTable } from "./values.ts";

export const PATH_ARGS = {
  path: {
    type: "string",
    valueHint: "PATTERN",
    description: 'only these files and directories, and all in them: src, "*.c"; repeatable',
  },
  exclude: {
    type: "string",
    valueHint: "PATTERN",
    description: "skip matching paths, and all in them; repeatable",
  },
} as const satisfies OptionTable;

export const FAILED_ARG = {
  failed: { type: "boolean", description: "only calls that failed" },
} as const satisfies OptionTable;

/** What to use instead of --failed, where there are only events that happened. */
export const FAILED_ADVICE = {
  "--failed": "changes that failed are no changes; trace all --failed records them",
};

/** The section of --help about patterns. */
export const PATTERNS_HELP = `Patterns:
  *.tmp  node_modules     names anywhere in a path, with all descendants; * matches any
                          characters including /, ? one except /, [a-z] and [!a-z] one of a set,
                          \\* a literal *
  /var/log/*  src/*.c     with a slash: from the root, or from the current directory; **/ is any
                          number of directories. --path src is ./src
  re:\\.(o|a)$             is a regular expression that matches anywhere`;

/** What inotifywait's users write, and hardly anyone in a glob. */
const LIKE_REGEXP = /\\\.|\.[*+]|^\^|\$$|\(.*\|.*\)/;
const REGEXP_PREFIX = "re:";
const GLOB_CHARACTER = /[*?[\\]/;

/** Warns of a glob that looks like a regular expression: it would match nothing. */
function adviseOfRegExp(pattern: string): void {
  if (pattern.startsWith(REGEXP_PREFIX) || !LIKE_REGEXP.test(pattern)) return;
  logger.warn(`${printableText(pattern)} is a glob; a regular expression begins with re:`);
}

/** Whether a pattern is of a name, which may be in any directory. */
function isOfName(pattern: string, isPath: boolean): boolean {
  if (pattern.startsWith("**/")) return true;
  if (pattern.replace(/\/$/, "").includes("/") || /^\.{0,2}\/?$/.test(pattern)) return false;
  return !isPath || GLOB_CHARACTER.test(pattern);
}

/** Returns a path as written and with links resolved, one character per byte. */
function roots(path: string): string[] {
  return [...new Set(pathAliases(path).map(normalizePath))];
}

const aliases = (path: string) => roots(path).map(surrogateEscape);

const escapeGlob = (path: string) => path.replace(/[*?[\\]/g, "\\$&");

/**
 * Makes a pattern independent of the working directory. A directory at its start is meant with links
 * resolved, too, and a file that has the name of the pattern is meant, whatever characters are in it.
 * @param isPath whether a name without a slash is one of the working directory: `--path src`
 */
export function absolutePatterns(pattern: string, isPath = false): string[] {
  if (pattern === "" || pattern.startsWith(REGEXP_PREFIX)) return [pattern];
  const { directory, rest } = splitGlob(pattern);
  const file = rest !== "" && pathExists(pattern) ? aliases(pattern).map(escapeGlob) : [];
  if (isOfName(pattern, isPath)) return [pattern, ...file];
  if (rest === "") return aliases(directory).map(escapeGlob);
  const inside = (path: string) => `${escapeGlob(path).replace(/\/$/, "")}/${rest}`;
  return [...aliases(directory).map(inside), ...file];
}

/** Splits a pattern into the path before its first component with a special character, and the rest. */
function splitGlob(pattern: string): { readonly directory: string; readonly rest: string } {
  const parts = pattern.split("/");
  const globAt = parts.findIndex((part) => GLOB_CHARACTER.test(part));
  if (globAt < 0) return { directory: pattern, rest: "" };
  const directory = parts.slice(0, globAt).join("/");
  const root = pattern.startsWith("/") ? "/" : ".";
  return { directory: directory === "" ? root : directory, rest: parts.slice(globAt).join("/") };
}

/**
 * Returns the directories that the matches of `--path` are in, as aliases of one path with one
 * character per byte; none if they may be anywhere.
 */
export function patternRoots(pattern: string): string[] {
  if (pattern.startsWith(REGEXP_PREFIX) || isOfName(pattern, true)) return [];
  return roots(splitGlob(pattern).directory);
}

/** The patterns of the options, independent of the working directory. */
export interface PathPatterns {
  readonly includes: readonly string[];
  readonly excludes: readonly string[];
}

/** @param options as `--name=value` @throws UsageError */
export function pathPatterns(options: readonly string[]): PathPatterns {
  const of = (name: string, isPath: boolean) =>
    optionValues(options, name).flatMap((pattern) => {
      if (pattern === "" && isPath) throw new UsageError(`--${name}: expected a path or a pattern`);
      adviseOfRegExp(pattern);
      return absolutePatterns(pattern, isPath);
    });
  return {
    includes: [...of("path", true), ...of("include", false)],
    excludes: of("exclude", false),
  };
}

/** Returns null for no patterns. @throws UsageError that shows the mistake with a caret under it */
export function parsePathFilter({ includes, excludes }: PathPatterns): PathFilter | null {
  try {
    const paths = new PathFilter(includes, excludes);
    return paths.acceptsAll ? null : paths;
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw toUsageError("bad pattern", error);
  }
}

/** A filter of file events, and what to say of it. */
export interface ChosenEvents {
  readonly filter: FileEventFilter;
  readonly choice: EventChoice;
}

/**
 * Returns null if all events are wanted.
 * @param always the kinds that the format of the events needs in any case
 * @throws UsageError
 */
export function parseChosenEvents(
  options: readonly string[],
  always: readonly EventKind[] = [],
): ChosenEvents | null {
  const failed = options.includes("--failed");
  const paths = parsePathFilter(pathPatterns(options));
  if (paths === null && !failed) return null;
  const [path, exclude] = [optionValues(options, "path"), optionValues(options, "exclude")];
  const choice = {
    ...(path.length > 0 ? { path } : {}),
    ...(exclude.length > 0 ? { exclude } : {}),
    ...(failed ? { failed: true as const } : {}),
  };
  return { filter: new FileEventFilter(paths, failed, always), choice };
}

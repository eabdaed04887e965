/** The paths of `trace watch`: its words, those of --fromfile, and the mount of -c. */
import { currentMountPoint } from "../../process/current-mount.ts";
import { absolute, pathAliases } from "../../process/paths.ts";
import { InputError, readInput } from "../../storage/input.ts";
import type { ByteSlice } from "../../text/byte-slice.ts";
import { encodeLatin1 } from "../../text/latin1.ts";
import { isPathWithin, isWithin, normalizePath } from "../../text/path.ts";
import { escapeBytes } from "../../text/surrogate-escape.ts";
import { UsageError } from "../errors.ts";

export interface WatchPathArgs {
  readonly fromfile?: string;
  readonly "current-mount"?: boolean;
  readonly recursive?: boolean;
  readonly daemon?: boolean;
}

export interface WatchPaths {
  readonly watched: readonly string[];
  /** Paths that are excluded with everything below. */
  readonly excluded: readonly string[];
  readonly recursive: boolean;
}

const NEWLINE = 0x0a;
/** Before a path that is excluded, as in inotifywait. */
const EXCLUDED = "@";

/** Returns the lines of a file that are not empty; bytes that are not UTF-8 are kept. */
function linesOf(file: string): string[] {
  try {
    const bytes = readInput(file);
    const lines: string[] = [];
    for (let start = 0; start < bytes.length; ) {
      const newline = bytes.indexOf(NEWLINE, start);
      const end = newline < 0 ? bytes.length : newline;
      lines.push(escapeBytes(bytes.subarray(start, end)));
      start = end + 1;
    }
    return lines.filter((line) => line !== "");
  } catch (error) {
    if (error instanceof InputError)
      throw new UsageError(`--fromfile: ${error.message}`, { cause: error });
    throw error;
  }
}

/**
 * @param words of the command line; `@PATH` excludes PATH
 * @throws UsageError
 */
export function watchPaths(args: WatchPathArgs, words: readonly string[]): WatchPaths {
  const { fromfile, recursive = false } = args;
  if (fromfile === "-" && args.daemon)
    throw new UsageError("--fromfile -: a daemon has no standard input; name a file");
  const all = fromfile === undefined ? words : [...words, ...linesOf(fromfile)];
  const excluded = all.filter((path) => path.startsWith(EXCLUDED)).map((path) => path.slice(1));
  if (excluded.includes("")) throw new UsageError("@: expected a path to exclude after the @");
  const watched = all.filter((path) => !path.startsWith(EXCLUDED));
  if (watched.length > 0) return { watched, excluded, recursive };
  if (args["current-mount"]) return { watched: [currentMountPoint()], excluded, recursive: true };
  throw new UsageError("watch: expected a PATH, such as . for this directory");
}

/** Returns the watched paths that are named in some way; none for all daemons. @throws UsageError */
export function namedPaths(args: WatchPathArgs, words: readonly string[]): readonly string[] {
  const namesAny = words.length > 0 || args.fromfile !== undefined || args["current-mount"];
  return namesAny ? watchPaths(args, words).watched : [];
}

/** Returns a path and what it leads to, one character per byte. */
function aliases(path: string): string[] {
  return [...new Set(pathAliases(path).map(normalizePath))];
}

/**
 * Returns a function that tests whether a path is excluded; null if none are. What is to be watched
 * itself is not excluded by a directory above it.
 */
export function excludedPaths({
  watched,
  excluded,
}: WatchPaths): ((path: ByteSlice) => boolean) | null {
  if (excluded.length === 0) return null;
  const kept = watched.flatMap(aliases);
  const roots = excluded.flatMap(aliases).map((root) => ({
    root: encodeLatin1(root),
    kept: kept.filter((path) => isPathWithin(path, root)).map(encodeLatin1),
  }));
  return (path) =>
    roots.some(
      ({ root, kept }) => isWithin(path, root) && !kept.some((each) => isWithin(path, each)),
    );
}

/** Makes the words of a command line independent of the working directory. */
export function absoluteWords(words: readonly string[]): string[] {
  return words.map((word) =>
    word.startsWith(EXCLUDED) ? EXCLUDED + absolute(word.slice(1)) : absolute(word),
  );
}

/** What an event of a run did that changes nothing: it may be repeated without being looked at again. */
import { EACCES, EINVAL, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR } from "../kernel/errno.ts";
import { AT_FDCWD, AT_SYMLINK_FOLLOW, AT_SYMLINK_NOFOLLOW } from "../kernel/fcntl.ts";
import type { Action, Target } from "./edges.ts";
import { type Counts, NO_COUNTS } from "./file.ts";
import type { Files, Found, Trail } from "./files.ts";
import type { RunEvent } from "./run-event.ts";

/** What is known of a lookup before the working directory is. */
export interface LookupResult {
  /** What it found; null if it found nothing. */
  readonly found: Found | null;
  /** What the process did to what; null if that is not kept. */
  readonly edge: { readonly action: Action; readonly target: Target } | null;
  /** What it is counted in. */
  readonly counts: Counts;
  /** Whether the file was read that was there at the start. */
  readonly isInput: boolean;
}

export const NO_LOOKUP: LookupResult = {
  ...{ found: null, edge: null, isInput: false },
  counts: NO_COUNTS,
};
const NOTHING: Trail = { entry: null, file: null, entryChanges: 0, pathChanges: 0 };

/**
 * What an event did that only looked up a path, or opened a file to read it. Most events repeat one,
 * so that all of it is in one object, and little memory is read for each.
 */
export class Lookup implements Trail {
  readonly entry: Trail["entry"];
  readonly file: Trail["file"];
  readonly entryChanges: number;
  readonly pathChanges: number;
  /** The state of mounts in which it took place. */
  readonly mountChanges: number;
  readonly isInput: boolean;
  /** The working directory that the event shows; null for another. */
  readonly cwdPath: string | null;
  readonly action: Action | null;
  readonly target: Target | null;
  readonly count: Counts["count"];
  readonly access: Counts["access"];

  constructor(
    { found, edge, counts, isInput }: LookupResult,
    cwdPath: string | null,
    mountChanges: number,
  ) {
    const { entry, file, entryChanges, pathChanges } = found ?? NOTHING;
    this.entry = entry;
    this.file = file;
    this.entryChanges = entryChanges;
    this.pathChanges = pathChanges;
    this.mountChanges = mountChanges;
    this.isInput = isInput;
    this.cwdPath = cwdPath;
    this.action = edge?.action ?? null;
    this.target = edge?.target ?? null;
    this.count = counts.count;
    this.access = counts.access;
  }
}

export function readingOf({ counts, ...found }: ReturnType<Files["read"]>): LookupResult {
  const edge = { action: "read", target: found.file } as const;
  return { found, edge, counts, isInput: counts.count !== null };
}

/** The events that find a path if they succeed, and do nothing else. */
export const FOUND_ONLY = new Set("stat access readlink watch".split(" "));
/** The events whose failure is a failed lookup. */
const LOOKUP_EVENTS = new Set("open stat access readlink exec chdir connect watch".split(" "));
/** The errors of a lookup itself: path_resolution(7). */
const LOOKUP_ERRORS: readonly number[] = [EACCES, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR];
/** Events that may also fail after their lookup: name_to_handle_at(2), inotify_add_watch(2). */
const LATE_FAILURES = new Set(["stat", "watch"]);

/** Whether what failed is the lookup itself. */
export function isFailedLookup({ event, result }: RunEvent): boolean {
  // readlink(2) of a file that is no symbolic link has found the file.
  const isNoLink = event === "readlink" && result === -EINVAL;
  const isFound = LATE_FAILURES.has(event) && !LOOKUP_ERRORS.includes(-result);
  return LOOKUP_EVENTS.has(event) && !isNoLink && !isFound;
}

/** Whether the first name is relative to the working directory. */
export function startsInCwd({ dfd, name, directory, followed }: RunEvent): boolean {
  return dfd === AT_FDCWD && !followed && directory !== null && !name.startsWith("/");
}

/**
 * Whether a hard link, or a change of attributes, is made to what the name leads to if that is a symbolic
 * link; if not, to the link.
 */
export function followsLink(kind: string, call: string, flags: number): boolean {
  if (kind === "link") return (flags & AT_SYMLINK_FOLLOW) !== 0;
  return call !== "lchown" && (flags & AT_SYMLINK_NOFOLLOW) === 0;
}

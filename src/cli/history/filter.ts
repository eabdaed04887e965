/** The event filter of `trace query` and `trace changes`: paths, times, types, processes. */

import { userName } from "../../attribution/procfs.ts";
import { chainOf } from "../../events/process-info.ts";
import {
  isLogNote,
  isNote,
  NOTE_TYPES,
  WATCH_TYPES,
  type WatchEvent,
} from "../../events/watch-event.ts";
import type { PathFilter } from "../../filters/path-filter.ts";
import type { TimeSpan } from "../../sources/records/history-reader.ts";
import { isBefore } from "../../sources/records/time-search.ts";
import type { CommandContext } from "../command.ts";
import { UsageError } from "../errors.ts";
import { parseComms } from "../options/comm.ts";
import { parsePids } from "../options/number.ts";
import {
  PATH_ARGS,
  type PathPatterns,
  parsePathFilter,
  pathPatterns,
} from "../options/path-patterns.ts";
import { parseSeverity, SEVERITY_ARGS } from "../options/severity.ts";
import { parseWhen } from "../options/time.ts";
import { listOf, type OptionTable } from "../options/values.ts";
import { parseTypeNames } from "../options/watch-types.ts";
import { joinedValues } from "../parse-args.ts";

export const HISTORY_FILTER_ARGS = {
  ...PATH_ARGS,
  since: {
    type: "string",
    valueHint: "TIME",
    description: "start at 1h ago, or at 2026-05-01, 2026-05-01T12:00[:SS][Z|+02:00]",
  },
  until: { type: "string", valueHint: "TIME", description: "end before this time" },
  type: {
    type: "string",
    alias: ["e", "types"],
    valueHint: "A,B",
    values: listOf([...WATCH_TYPES, ...NOTE_TYPES]),
    description: "only these types of events",
  },
  comm: {
    type: "string",
    valueHint: "NAME[,NAME…]",
    description: 'only by processes with these names; globs: "php*"; repeatable',
  },
  ancestor: {
    type: "string",
    valueHint: "NAME[,NAME…]",
    description: "only by processes with these names and what they started; globs; repeatable",
  },
  user: {
    type: "string",
    valueHint: "NAME|UID[,…]",
    description: "only by processes of these users",
  },
  pid: { type: "string", valueHint: "PID[,PID…]", description: "only by these processes" },
  ...SEVERITY_ARGS,
} as const satisfies OptionTable;

/** The options whose values are lists, which can be repeated. */
export const HISTORY_LISTS = ["type", "comm", "ancestor", "user", "pid"] as const;

export type HistoryFilterArgs = { readonly [name in keyof typeof HISTORY_FILTER_ARGS]?: string };

/** The options, with all values of those that can be repeated. */
export interface GivenHistoryFilter extends HistoryFilterArgs {
  readonly patterns?: PathPatterns;
}

type Accept = (event: WatchEvent) => boolean;

/** Returns all values of the options that can be repeated. @param data the context of the command */
export function givenLists(data: unknown): GivenHistoryFilter {
  const { options } = data as CommandContext;
  return { ...joinedValues(options, HISTORY_LISTS), patterns: pathPatterns(options) };
}

/** @throws UsageError */
export function parseSpan({ since, until }: HistoryFilterArgs, now: number): TimeSpan {
  const parse = (option: string, text: string | undefined) =>
    text === undefined ? null : parseWhen(option, text, now);
  const span = { since: parse("--since", since), until: parse("--until", until) };
  if (span.since && span.until && !isBefore(span.since, span.until))
    throw new UsageError(`--until ${until}: must be after --since ${since}`);
  return span;
}

/**
 * Notes are no changes: a filter by process leaves them out, and so does every filter those of logs,
 * unless `--type` names them.
 * @param withNotes whether notes are part of what is shown
 * @throws UsageError
 */
export function parseHistoryFilter(args: GivenHistoryFilter, withNotes = false): Accept {
  const { patterns, type, user, comm, ancestor, pid } = args;
  const accepts: Accept[] = [];
  const isByProcess = [user, comm, ancestor, pid].some((each) => each !== undefined);
  if (type !== undefined) accepts.push(ofTypes(type));
  else if (withNotes && !isByProcess) accepts.push(({ type: each }) => each !== "SEGMENT");
  else accepts.push((event) => !(isByProcess ? isNote : isLogNote)(event.type));
  const paths = patterns ? parsePathFilter(patterns) : null;
  if (paths) accepts.push(ofPaths(paths));
  if (pid !== undefined) accepts.push(byPids(pid));
  if (user !== undefined) accepts.push(byUser(user));
  const comms = parseComms("--comm", comm);
  const ancestors = parseComms("--ancestor", ancestor);
  if (ancestors) accepts.push((event) => ancestors.matchesChain(chainOf(event.processInfo)));
  if (comms) accepts.push((event) => comms.matches(event.processInfo.comm));
  accepts.push(parseSeverity(args));
  return (event) => accepts.every((accept) => accept(event));
}

function ofTypes(text: string): Accept {
  const types = parseTypeNames<string>("--type", text, NOTE_TYPES);
  return (event) => types.has(event.type);
}

/** Records contain names of users; uids without a name are numbers, and may be of another machine. */
function byUser(users: string): Accept {
  const namesOf = (user: string) =>
    /^\d{1,10}$/.test(user) ? [user, userName(Number(user))] : [user];
  const names = users.split(",").flatMap(namesOf);
  return (event) => names.includes(event.user) || names.includes(event.realUser);
}

function byPids(text: string): Accept {
  const pids = new Set(parsePids("--pid", text));
  return (event) => pids.has(event.processInfo.pid);
}

/** A renamed file matches by either path. */
function ofPaths(paths: PathFilter): Accept {
  return ({ path, oldPath }) =>
    paths.accepts(path) || (oldPath.length > 0 && paths.accepts(oldPath));
}

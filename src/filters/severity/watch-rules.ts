/**
 * Severity rules for changes of files. The format is that of rules.ts, with types of events instead
 * of calls:
 *
 *     LEVEL  TYPES  CONDITIONS  : REASON
 *
 *     in=PATH,…          the path, or the old path of a rename, is one of these or below one
 *     outside=PATH,…     … and is not
 *     FIELD=VALUE,…      comm, user, owner, group, old_owner, old_group or ancestor is one of these;
 *                        * matches any characters. An ancestor is a process that led to the change
 *     mode&NUMBER        the mode of a CREATE or ATTRIB has one of these bits; old_mode& likewise
 */

import { chainOf } from "../../events/process-info.ts";
import type { Severity } from "../../events/syscall-event.ts";
import { isNote, WATCH_TYPES, type WatchEvent, type WatchType } from "../../events/watch-event.ts";
import { nearest } from "../../text/did-you-mean.ts";
import { sliceToLatin1, textToLatin1 } from "../../text/latin1.ts";
import { type BaseDirectories, parseNumber, pathMatcher } from "./conditions.ts";
import { parseRuleLines, RuleError } from "./rule-lines.ts";

interface WatchCondition {
  readonly holds?: (event: WatchEvent) => boolean;
  /** Tests one path of the event; one path has to satisfy all such conditions of a rule. */
  readonly matchesPath?: (path: string, base: BaseDirectories) => boolean;
}

export interface WatchRule {
  readonly severity: Severity;
  readonly reason: string;
  /** Null matches every type. */
  readonly types: ReadonlySet<string> | null;
  readonly conditions: readonly WatchCondition[];
}

/** The names of processes that led to an event, and of the programs that they were started as. */
function ancestorsOf({ processInfo }: WatchEvent): string[] {
  const names = chainOf(processInfo)?.links.slice(1) ?? [];
  return names.flatMap(({ comm, argv }) => [comm, argv[0]?.replace(/.*\//, "") ?? ""]);
}

/** Texts with one character per byte. */
const FIELDS: Readonly<Record<string, (event: WatchEvent) => readonly string[]>> = {
  comm: ({ processInfo }) => [processInfo.comm],
  user: ({ user }) => [textToLatin1(user)],
  owner: ({ attributes }) => [textToLatin1(attributes?.owner ?? "")],
  group: ({ attributes }) => [textToLatin1(attributes?.group ?? "")],
  old_owner: ({ oldAttributes }) => [textToLatin1(oldAttributes?.owner ?? "")],
  old_group: ({ oldAttributes }) => [textToLatin1(oldAttributes?.group ?? "")],
  ancestor: ancestorsOf,
};
const MODES: Readonly<Record<string, (event: WatchEvent) => number>> = {
  mode: ({ attributes }) => attributes?.mode ?? 0,
  old_mode: ({ oldAttributes }) => oldAttributes?.mode ?? 0,
};

function parseTypes(text: string): ReadonlySet<WatchType> | null {
  if (text === "*") return null;
  const types = text.split(",").map((word) => {
    const type = WATCH_TYPES.find((each) => each === word.toUpperCase());
    if (type) return type;
    const near = nearest(word, WATCH_TYPES);
    throw new RuleError(`${word}: no such type of event${near ? `; did you mean ${near}?` : ""}`);
  });
  return new Set(types);
}

function textMatcher(pattern: string): (text: string) => boolean {
  if (!pattern.includes("*")) return (text) => text === pattern;
  const escaped = pattern.replace(/[\\^$.+?()[\]{}|]/g, "\\$&");
  const regex = new RegExp(`^${escaped.replaceAll("*", ".*")}$`, "s");
  return (text) => regex.test(text);
}

function parseCondition(word: string): WatchCondition {
  const [, name = word, operator = "", text = ""] = word.match(/^([a-z_]+)(=|&)(.+)$/) ?? [];
  const values = textToLatin1(text).split(",");
  const bits = operator === "&" ? parseNumber(text) : null;
  if (operator === "&" && bits !== null && Object.hasOwn(MODES, name))
    return { holds: (event) => (MODES[name](event) & Number(bits)) !== 0 };
  if (operator === "=" && Object.hasOwn(FIELDS, name)) {
    const matchers = values.map(textMatcher);
    return { holds: (event) => FIELDS[name](event).some((each) => matchers.some((m) => m(each))) };
  }
  if (operator === "=" && (name === "in" || name === "outside")) return parsePaths(name, values);
  const known = [...["in=", "outside="], ...Object.keys(FIELDS).map((each) => `${each}=`)];
  const near = nearest(`${name}${operator}`, [...known, "mode&", "old_mode&"]);
  throw new RuleError(`${word}: no such condition${near ? `; did you mean ${near}…?` : ""}`);
}

function parsePaths(name: "in" | "outside", values: readonly string[]): WatchCondition {
  const matchers = values.map(pathMatcher);
  const inside = (path: string, base: BaseDirectories) =>
    matchers.some((matches) => matches(path, base));
  if (name === "in") return { matchesPath: inside };
  return { matchesPath: (path, base) => !inside(path, base) };
}

/** Parses rules, one per line. @throws RuleError with the line number */
export function parseWatchRules(text: string): WatchRule[] {
  return parseRuleLines(text, ({ severity, subjects, words, reason }) => ({
    ...{ severity, reason },
    types: parseTypes(subjects),
    conditions: words.map(parseCondition),
  }));
}

/** Sets the severity of events. */
export class WatchClassifier {
  private readonly rules: readonly WatchRule[];
  private readonly baseDirectories: BaseDirectories;

  /** @param rules the first that matches applies; an event that matches none is info */
  constructor(rules: readonly WatchRule[], baseDirectories: BaseDirectories) {
    this.rules = rules;
    this.baseDirectories = baseDirectories;
  }

  /** Sets the event's severity and reason. Notes have none. */
  classify(event: WatchEvent): void {
    event.severity = event.reason = "";
    if (isNote(event.type)) return;
    const rule = this.rules.find((each) => this.matches(each, event));
    event.severity = rule?.severity ?? "info";
    event.reason = rule?.reason ?? "";
  }

  private matches({ types, conditions }: WatchRule, event: WatchEvent): boolean {
    if (types && !types.has(event.type)) return false;
    if (!conditions.every(({ holds }) => !holds || holds(event))) return false;
    const onPaths = conditions.flatMap(({ matchesPath }) => matchesPath ?? []);
    if (onPaths.length === 0) return true;
    const paths = [event.path, event.oldPath].filter(({ length }) => length > 0).map(sliceToLatin1);
    return paths.some((path) => onPaths.every((matches) => matches(path, this.baseDirectories)));
  }
}

/** Groups violations by culprit, then by directory, so that hundreds read well. */

import type { Violation } from "../../../policy/judge.ts";
import { printable } from "../../../text/printable.ts";
import { type ChainLink, chainOf, chainText, commandText, entryLine, plural } from "./report.ts";

/** One line: a violation, or several of one directory. */
export interface ViolationLine {
  readonly violations: readonly Violation[];
  /** The entry that is violated, or "12 paths in src/". */
  readonly what: string;
}

export interface Culprit {
  readonly title: string;
  readonly lines: readonly ViolationLine[];
}

/** How many lines all culprits together take, and how many culprits are shown. */
const MAX_LINES = 24;
const MAX_CULPRITS = 8;

export function groupViolations(violations: readonly Violation[]): Culprit[] {
  const byChain = grouped(violations, ({ subject: { access } }) => {
    return chainText(chainOf(access.process, access.time));
  });
  const groups = byChain.size > MAX_CULPRITS ? byProgram(violations) : byChain;
  const shown = [...groups].slice(0, MAX_CULPRITS);
  const rest = [...groups].slice(MAX_CULPRITS).flatMap(([, members]) => members);
  if (rest.length) shown.push([`${plural(groups.size - MAX_CULPRITS, "more program")}`, rest]);
  const perGroup = Math.max(Math.floor((MAX_LINES - shown.length) / shown.length), 1);
  return shown.map(([title, members]) => ({ title, lines: linesOf(members, perGroup) }));
}

function grouped(
  violations: readonly Violation[],
  keyOf: (violation: Violation) => string,
): Map<string, Violation[]> {
  return Map.groupBy(violations, keyOf);
}

function byProgram(violations: readonly Violation[]): Map<string, Violation[]> {
  const programOf = (links: readonly ChainLink[]) => commandText([links[0]?.argv[0] ?? ""]);
  const groups = grouped(violations, ({ subject: { access } }) =>
    programOf(chainOf(access.process, access.time)),
  );
  const titled = [...groups].map(([program, members]) => {
    const processes = new Set(members.map(({ subject }) => subject.access.process)).size;
    const [{ subject }] = members;
    const [, ...before] = chainOf(subject.access.process, subject.access.time);
    const chain = before.length ? ` ← ${chainText(before)}` : "";
    return [`${program} (${plural(processes, "process", "processes")})${chain}`, members] as const;
  });
  return new Map(titled);
}

/** The directory that an entry is in, or its scope. */
function directoryOf(text: string): string {
  const slash = text.lastIndexOf("/", text.length - 2);
  if (slash >= 0) return text.slice(0, slash + 1);
  return text.match(/^[a-z]+:/)?.[0] ?? "";
}

interface Bundle {
  readonly kind: string;
  /** An entry, or a directory of several. */
  text: string;
  readonly members: Violation[];
}

function linesOf(violations: readonly Violation[], max: number): ViolationLine[] {
  let bundles: Bundle[] = [
    ...grouped(violations, (each) => `${kindOf(each)} ${each.text}`).values(),
  ].map((members) => ({ kind: kindOf(members[0]), text: members[0].text, members }));
  while (bundles.length > max) {
    const merged = mergeDirectories(bundles);
    if (merged.length === bundles.length && merged.every(({ text }, i) => text === bundles[i].text))
      break;
    bundles = merged;
  }
  if (bundles.length > max) bundles = byKind(bundles);
  const isSecret = ({ members }: Bundle) => members.some(({ subject }) => subject.isSecret);
  bundles.sort((a, b) => Number(isSecret(b)) - Number(isSecret(a)));
  return bundles.map(({ text, members }) => ({
    violations: members,
    what: whatText(text, members),
  }));
}

function kindOf({ subject }: Violation): string {
  return subject.access.kind;
}

function whatText(text: string, members: readonly Violation[]): string {
  const texts = new Set(members.map((each) => each.text));
  if (texts.size === 1) return singleText(members[0]);
  const where = text === "" ? "" : ` in ${entryLine(text)}`;
  return `${plural(texts.size, "path")}${where}`;
}

/** Returns an entry, with the path if the entry does not have it. */
function singleText({ text, subject: { names, path } }: Violation): string {
  const isPath = !["system:", "path:", "up:"].includes(names[0].scope);
  return isPath ? entryLine(text) : `${entryLine(text)} (${printable(path)})`;
}

/** Merges the directory with the most bundles; where each has one only, the deepest goes up. */
function mergeDirectories(bundles: readonly Bundle[]): Bundle[] {
  const groups = [...Map.groupBy(bundles, ({ kind, text }) => `${kind} ${directoryOf(text)}`)];
  const [, fullest] = groups.reduce((best, each) =>
    each[1].length > best[1].length ? each : best,
  );
  if (fullest.length > 1) return replaced(bundles, fullest, directoryOf(fullest[0].text));
  const depth = (text: string) => text.split("/").length;
  const deepest = bundles.reduce((best, each) =>
    depth(each.text) > depth(best.text) ? each : best,
  );
  return replaced(bundles, [deepest], directoryOf(deepest.text));
}

function replaced(bundles: readonly Bundle[], parts: readonly Bundle[], text: string): Bundle[] {
  const members = parts.flatMap((part) => part.members);
  const at = bundles.indexOf(parts[0]);
  const merged = { kind: parts[0].kind, text, members };
  return bundles.flatMap((each, index) =>
    index === at ? [merged] : parts.includes(each) ? [] : [each],
  );
}

function byKind(bundles: readonly Bundle[]): Bundle[] {
  return [...Map.groupBy(bundles, ({ kind }) => kind)].map(([kind, parts]) => ({
    kind,
    text: "",
    members: parts.flatMap(({ members }) => members),
  }));
}

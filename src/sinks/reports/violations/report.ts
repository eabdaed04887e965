/** What the reports of `trace check` say: the run, the lock and its violations. */
import type { Loss } from "../../../events/loss.ts";
import type { Process } from "../../../model/process.ts";
import { formatEntry } from "../../../policy/entry.ts";
import type { NearEntry, Violation } from "../../../policy/judge.ts";
import type { Texts } from "../../../policy/learn.ts";
import { latin1Slice, sliceToLatin1 } from "../../../text/latin1.ts";
import { printable } from "../../../text/printable.ts";
import { shellQuote } from "../../../text/shell-quote.ts";

export interface CheckReport {
  /** The lock file as it is named; null for a policy that options gave. */
  readonly lock: string | null;
  /** The task whose declaration is the policy, such as "nx app:build"; null for none. */
  readonly task: string | null;
  /** What would declare the violations, as lines of that task's configuration. */
  readonly config: readonly string[];
  /** The lock's path in the repository, for annotations; null if it is outside of it. */
  readonly lockInRepository: string | null;
  /** The line of a section's heading in the lock file. */
  readonly headings: Readonly<Partial<Record<string, number>>>;
  readonly command: readonly string[] | null;
  /** Exit status of the command; null if it is not known. */
  readonly status: number | null;
  /** Whether no event is missing; null if the record does not say it. */
  readonly complete: boolean | null;
  readonly losses: readonly Loss[] | null;
  /** When the run started: nanoseconds since 1970; 0 if that is not known. */
  readonly started: number;
  readonly violations: readonly Violation[];
  /** What would allow all of them. */
  readonly additions: Texts;
  /** Returns the path of a file in the repository, for annotations; null if it is not there. */
  inRepository(path: string): string | null;
}

/** Returns " of trace.lock", safe to be shown. */
export function ofPolicy({ lock, task }: CheckReport): string {
  const name = lock ?? task;
  return name === null ? "" : ` of ${printable(Buffer.from(name).toString("latin1"))}`;
}

/** Returns what would allow a violation, safe to be shown: "add to [reads]: src/a.c". */
export function remedyText({ section, text }: Violation, { task }: CheckReport): string {
  const entry = entryLine(text);
  if (task === null) return `add to [${section}]: ${entry}`;
  const list = section === "writes" || section === "removes" ? "outputs" : "inputs";
  return `add to the ${list} of ${printable(Buffer.from(task).toString("latin1"))}: ${entry}`;
}

/** A process of a chain, with the arguments that it had. */
export interface ChainLink {
  readonly pid: number;
  readonly comm: string;
  readonly argv: readonly string[];
}

/**
 * Returns the processes that led to an access, nearest first. A process that had executed nothing yet
 * is shown as the one that forked it.
 */
export function chainOf(culprit: Process, time: number): ChainLink[] {
  const links: ChainLink[] = [];
  let moment = time;
  let { pid } = culprit;
  for (let each: Process | null = culprit; each; each = each.parent) {
    const exec = execAt(each, moment);
    moment = each.started ?? moment;
    if (!exec && each.parent) continue;
    const comm = exec ? (exec.argv[0] ?? each.comm) : each.comm;
    links.push({ pid, comm: each.comm, argv: exec?.argv.length ? exec.argv : [comm] });
    pid = each.parent?.pid ?? 0;
  }
  return links;
}

/** Returns the program that a process had executed at a time; the first one if times are not known. */
function execAt({ execs }: Process, time: number) {
  return execs.findLast((exec) => exec.time <= time) ?? (time === 0 ? execs[0] : undefined);
}

/** Longer arguments are cut in text: bytes. */
const MAX_ARGUMENTS = 160;

/** Returns "node tsc ← npm run build", safe to be shown. */
export function chainText(links: readonly ChainLink[]): string {
  return links.map(({ argv }) => commandText(argv)).join(" ← ");
}

/** @param argv latin1 @param max longer texts are cut */
export function commandText(argv: readonly string[], max = MAX_ARGUMENTS): string {
  const text = printable(sliceToLatin1(shellQuote(argv.map(latin1Slice))));
  return text.length > max ? `${text.slice(0, max)}…` : text;
}

/** Returns an entry as a line of the file, safe to be shown. */
export function entryLine(text: string): string {
  return printable(formatEntry(text));
}

/** Returns "[reads] src/a.c (line 4)". */
export function nearText({ entry, section }: NearEntry): string {
  const line = entry.line ? ` (line ${entry.line})` : "";
  return `[${section}] ${entryLine(entry.text)}${line}`;
}

/** Returns when an access was, from the start of the run: "0.312 s"; "" if that is not known. */
export function whenText(time: number, started: number): string {
  if (time === 0 || started === 0) return "";
  return `${(Math.max(time - started, 0) / 1e9).toFixed(3)} s`;
}

/** Returns an ISO 8601 time; null if it is not known. */
export function isoTime(time: number): string | null {
  return time === 0 ? null : new Date(Math.round(time / 1e6)).toISOString();
}

export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : many}`;
}

/** What the formats of `trace diff` show. */
import type { Loss } from "../../../events/loss.ts";
import type { Task } from "../../../model/outcomes.ts";
import { printable } from "../../../text/printable.ts";
import { commandText, plural } from "../violations/report.ts";
import type {
  ContentDifference,
  Ending,
  OutcomeDifference,
  PlacedDifference,
} from "./difference.ts";

/** A record, and what it says of its run; null for what it does not say. */
export interface DiffRun {
  /** The file as it was named; latin1. */
  readonly name: string;
  readonly command: readonly string[] | null;
  readonly cwd: string | null;
  readonly host: string | null;
  readonly kernel: string | null;
  readonly started: string | null;
  readonly status: number | null;
  readonly complete: boolean | null;
  readonly losses: readonly Loss[] | null;
}

export interface DiffReport {
  readonly a: DiffRun;
  readonly b: DiffRun;
  /** In the order of time. */
  readonly differences: readonly PlacedDifference[];
  /** Whether the records have times. */
  readonly hasTimes: boolean;
  /** Whether contents were compared: both records have digests. */
  readonly hasContents: boolean;
}

/** Returns the chain of a task, nearest first. */
export function chainOf(task: Task | null): Task[] {
  const chain: Task[] = [];
  for (let each = task; each?.parent; each = each.parent) chain.push(each);
  return chain;
}

/** Longer command lines of a chain are cut. */
const MAX_COMMAND = 80;

/** Returns who did it: "cc1 -quiet a.c ← gcc -c a.c ← make", safe to be shown; "" if not known. */
export function culprit({ task, tasks }: PlacedDifference): string {
  const links = chainOf(task).map(({ argv }) => commandText(argv, MAX_COMMAND));
  if (links.length === 0) return "";
  const others = tasks > 1 ? ` and ${tasks - 1} more` : "";
  return links.join(" ← ") + others;
}

const name = (path: string, path2: string) =>
  path2 === "" ? printable(path) : `${printable(path)} → ${printable(path2)}`;

/** Returns a difference as a line, safe to be shown. */
export function differenceText(difference: PlacedDifference): string {
  switch (difference.type) {
    case "environment": {
      const { only } = difference;
      const how = only === null ? "differs" : `set only in ${sideName(only)}`;
      return `environment variable ${printable(Buffer.from(difference.name).toString("latin1"))}: ${how}`;
    }
    case "content":
      return `content of ${printable(difference.path)}: ${contentText(difference)}`;
    case "arguments": {
      const { program, a, b } = difference;
      return `arguments of ${commandText([program])}: ${wordsText(a)} in A, ${wordsText(b)} in B`;
    }
    case "program":
      return `run only in ${sideName(difference.only)}: ${commandText(difference.argv)}`;
    case "outcome":
      return outcomeText(difference);
    case "access": {
      const { kind, only, path, path2, endings } = difference;
      if (kind === "exit")
        return `exit only in ${sideName(only)}: ${endingsText(endings, [], kind)}`;
      const failed = endings.every(({ result }) => result !== "" && result !== "created");
      const how = failed ? `: ${endingsText(endings, [], kind)}` : "";
      return `${kind} only in ${sideName(only)}: ${name(path, path2)}${how}`;
    }
  }
}

/** Digits of a digest that are shown. */
const DIGITS = 12;

/** Returns the sizes, or the digests of files of the same size. */
function contentText({ a, b }: ContentDifference): string {
  const [sizeA, sizeB] = [a.stamp?.size, b.stamp?.size];
  if (sizeA !== undefined && sizeB !== undefined && sizeA !== sizeB)
    return `${plural(sizeA, "byte")} in A, ${sizeB} in B`;
  const [digestA, digestB] = [a, b].map(({ sha256 }) => sha256?.slice(0, DIGITS));
  return `sha256 ${digestA}… in A, ${digestB}… in B`;
}

export function sideName(side: "a" | "b"): string {
  return side === "a" ? "A" : "B";
}

function outcomeText({ kind, path, path2, a, b, task }: OutcomeDifference): string {
  const what =
    kind === "exit"
      ? `exit status of ${commandText(task?.argv.slice(0, 1) ?? [])}`
      : `${kind} ${name(path, path2)}`;
  return `${what}: ${endingsText(a, b, kind)} in A, ${endingsText(b, a, kind)} in B`;
}

/** How many ends of one side are shown. */
const MAX_ENDINGS = 3;

function endingsText(endings: readonly Ending[], others: readonly Ending[], kind: string): string {
  const hasSame = others.some(({ result }) => endings.some((each) => each.result === result));
  const texts = endings.map((ending) => endingText(ending, kind, hasSame));
  const unique = [...new Set(texts)];
  const more = unique.length > MAX_ENDINGS ? ` and ${unique.length - MAX_ENDINGS} more` : "";
  return unique.slice(0, MAX_ENDINGS).join(" and ") + more;
}

function endingText({ result, target, value }: Ending, kind: string, showsTarget: boolean): string {
  if (showsTarget && target !== "") return printable(target);
  if (kind === "exit" || result !== "") return result;
  return String(value);
}

function wordsText(words: readonly string[]): string {
  return words.length ? commandText(words) : "none";
}

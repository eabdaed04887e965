/** The options of severity rules: `--rules`, `--min-severity`. */
import type { Column } from "../../events/column.ts";
import { SEVERITIES, type Severity } from "../../events/syscall-event.ts";
import { SEVERITY_COLUMNS } from "../../events/watch-columns.ts";
import { isNote, type WatchEvent } from "../../events/watch-event.ts";
import { parseWatchRules, WatchClassifier } from "../../filters/severity/watch-rules.ts";
import { baseDirectories } from "../../process/paths.ts";
import { sudoCaller } from "../../process/user.ts";
import { InputError, readInput } from "../../storage/input.ts";
import { UsageError } from "../errors.ts";
import { parseName } from "./names.ts";
import type { OptionTable } from "./values.ts";

export const SEVERITY_ARGS = {
  rules: { type: "string", valueHint: "FILE", description: "rules that set a severity" },
  "min-severity": {
    type: "string",
    valueHint: SEVERITIES.join("|"),
    description: "only events of this severity or a higher one",
  },
} as const satisfies OptionTable;

export const RULES_HELP = `Rules assign a severity to events, one rule a line; the first that matches applies:
  danger   *  in=/etc/shadow,/etc/sudoers.d     : who may become root
  warning  CREATE,ATTRIB mode&06000             : sets the set-user-ID or set-group-ID bit
  info     CLOSE_WRITE  in=~/.cache comm=firefox : a cache`;

export interface SeverityArgs {
  readonly rules?: string;
  readonly "min-severity"?: string;
}

/** Reads a file of rules. @throws UsageError that names the file */
export function readRules<T>(file: string, parse: (text: string) => T): T {
  try {
    return parse(readInput(file).toString());
  } catch (error) {
    const { message } = error as Error;
    const problem = error instanceof InputError ? message : `${file}: ${message}`;
    throw new UsageError(`--rules ${problem}`, { cause: error });
  }
}

/**
 * Returns a function that sets the severity of an event if there are rules, and says whether it is
 * high enough. Notes always are.
 * @throws UsageError
 */
export function parseSeverity(args: SeverityArgs): (event: WatchEvent) => boolean {
  const { rules, "min-severity": text } = args;
  const min = text === undefined ? 0 : rank(parseName("--min-severity", text, SEVERITIES));
  const classifier =
    rules === undefined
      ? null
      : new WatchClassifier(readRules(rules, parseWatchRules), directories());
  return (event) => {
    classifier?.classify(event);
    return min === 0 || isNote(event.type) || rank(event.severity) >= min;
  };
}

/** Adds the columns of severities to default columns, if there are rules. */
export function withSeverity(
  { rules }: SeverityArgs,
  columns: readonly Column<WatchEvent>[],
): readonly Column<WatchEvent>[] {
  return rules === undefined ? columns : [...columns, ...SEVERITY_COLUMNS];
}

const directories = () => baseDirectories(sudoCaller(process.env));

/** An event without a severity has the lowest rank. */
const rank = (severity: Severity | "") => (severity === "" ? -1 : SEVERITIES.indexOf(severity));

/**
 * The lines of severity rules, whatever they are about: system calls (rules.ts) or changes of files
 * (watch-rules.ts).
 */
import { TraceError } from "../../errors.ts";
import { SEVERITIES, type Severity } from "../../events/syscall-event.ts";

/** An invalid rule: the message has the line, the word and a suggestion. */
export class RuleError extends TraceError {
  override readonly name = "RuleError";
  override readonly code = "RULE";
}

/** A line: LEVEL SUBJECTS CONDITIONS : REASON. */
export interface RuleLine {
  readonly severity: Severity;
  /** The calls or types of events, as written. */
  readonly subjects: string;
  /** The conditions, as written. */
  readonly words: readonly string[];
  readonly reason: string;
}

function parseSeverity(text: string): Severity {
  const severity = SEVERITIES.find((each) => each === text);
  if (severity) return severity;
  throw new RuleError(`${text}: expected danger, warning or info`);
}

function parseLine(line: string): RuleLine {
  const colon = line.search(/\s:|:\s/);
  if (colon < 0) throw new RuleError("expected a reason after a colon");
  const [level, subjects, ...words] = line.slice(0, colon).trim().split(/\s+/);
  const reason = line.slice(colon).replace(/^\s*:\s*/, "");
  if (subjects === undefined) throw new RuleError("expected a level and calls before the colon");
  return { severity: parseSeverity(level), subjects, words, reason };
}

/**
 * Parses rules, one per line.
 * @param parse makes a rule of a line
 * @throws RuleError with the line number
 */
export function parseRuleLines<T>(text: string, parse: (line: RuleLine) => T): T[] {
  return text.split("\n").flatMap((line, index) => {
    const rule = line.replace(/(^|\s)#.*$/, "").trim();
    if (rule === "") return [];
    try {
      return [parse(parseLine(rule))];
    } catch (error) {
      if (!(error instanceof RuleError)) throw error;
      throw new RuleError(`line ${index + 1}: ${error.message}`);
    }
  });
}

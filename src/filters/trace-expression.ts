/**
 * Parses strace's -e, which selects calls: `trace=openat,%file`, `!read`, `status=failed`.
 * strace(1).
 */
import { TraceError } from "../errors.ts";
import { SEVERITIES, type Severity } from "../events/syscall-event.ts";
import { CLASS_NAMES, syscallsInClass } from "../syscalls/categories.ts";
import { type Abi, syscallNames } from "../syscalls/table.ts";
import { nearest } from "../text/did-you-mean.ts";

export { CLASS_NAMES };

export interface TraceExpression {
  /** Null selects all calls. */
  readonly names: ReadonlySet<string> | null;
  readonly status: "all" | "failed" | "successful";
  /** The minimum severity of reported calls. */
  readonly minSeverity: Severity;
}

/** An invalid expression: the message has the word and a suggestion. */
export class ExpressionError extends TraceError {
  override readonly name = "ExpressionError";
  override readonly code = "EXPRESSION";
}

function expandName(word: string, known: readonly string[]): readonly string[] {
  if (word === "all") return known;
  if (word === "none") return [];
  const optional = word.startsWith("?");
  const name = optional ? word.slice(1) : word;
  if (name.startsWith("%")) {
    const members = syscallsInClass(name.slice(1));
    if (members) return [...members].filter((member) => known.includes(member));
    throw new ExpressionError(
      unknownMessage(
        name,
        CLASS_NAMES.map((each) => `%${each}`),
      ),
    );
  }
  if (name.startsWith("/")) return matchPattern(name.slice(1), known);
  if (known.includes(name)) return [name];
  if (optional) return [];
  throw new ExpressionError(unknownMessage(name, known));
}

function matchPattern(pattern: string, names: readonly string[]): readonly string[] {
  try {
    const expression = new RegExp(pattern);
    return names.filter((name) => expression.test(name));
  } catch {
    throw new ExpressionError(`/${pattern}: not a regular expression`);
  }
}

function unknownMessage(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return `${word}: no such system call${near ? `; did you mean ${near}?` : ""}`;
}

function parseStatus(text: string): TraceExpression["status"] {
  if (text === "failed" || text === "successful") return text;
  throw new ExpressionError(`status=${text}: expected failed or successful`);
}

function parseMinSeverity(text: string): Severity {
  const severity = SEVERITIES.find((each) => each === text);
  if (severity) return severity;
  throw new ExpressionError(`mode=${text}: expected one of ${SEVERITIES.join(", ")}`);
}

/**
 * Parses the values of -e.
 * @param expressions the last one of each kind applies
 * @throws ExpressionError
 */
export function parseExpressions(expressions: readonly string[], abi: Abi): TraceExpression {
  const known = [...syscallNames(abi)];
  let names: ReadonlySet<string> | null = null;
  let status: TraceExpression["status"] = "all";
  let minSeverity: Severity = "info";
  for (const expression of expressions) {
    const equals = expression.indexOf("=");
    const qualifier = equals < 0 ? "trace" : expression.slice(0, equals);
    const value = expression.slice(equals + 1);
    if (qualifier === "status") status = parseStatus(value);
    else if (qualifier === "mode") minSeverity = parseMinSeverity(value);
    else if (qualifier === "trace" || qualifier === "t") names = parseSyscallNames(value, known);
    else throw new ExpressionError(`${qualifier}=: expected trace=, status= or mode=`);
  }
  return { names, status, minSeverity };
}

function parseSyscallNames(value: string, known: readonly string[]): ReadonlySet<string> {
  const inverted = value.startsWith("!");
  const words = (inverted ? value.slice(1) : value).split(",");
  if (words.includes("")) throw new ExpressionError(`"${value}": a name is missing`);
  const chosen = new Set(words.flatMap((word) => expandName(word, known)));
  return inverted ? new Set(known.filter((name) => !chosen.has(name))) : chosen;
}

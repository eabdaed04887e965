/** strace's -e: which calls are told. `trace=openat,%file`, `!read`, `status=failed`. */
import { MODES, type Mode } from "../events/syscall-event.ts";
import { CLASS_NAMES, callsOf } from "../syscalls/categories.ts";
import { type Abi, syscallNames } from "../syscalls/table.ts";
import { nearest } from "../text/did-you-mean.ts";

export { CLASS_NAMES };

export interface SyscallChoice {
  /** Null: all of them. */
  readonly names: ReadonlySet<string> | null;
  readonly status: "all" | "failed" | "successful";
  /** How much a call has to matter to be told. */
  readonly mode: Mode;
}

/** An expression that is wrong: says which word and what was meant. */
export class ExpressionError extends Error {}

function expand(word: string, known: readonly string[]): readonly string[] {
  if (word === "all") return known;
  if (word === "none") return [];
  const optional = word.startsWith("?");
  const name = optional ? word.slice(1) : word;
  if (name.startsWith("%")) {
    const members = callsOf(name.slice(1));
    if (members) return [...members].filter((member) => known.includes(member));
    throw new ExpressionError(
      unknown(
        name,
        CLASS_NAMES.map((each) => `%${each}`),
      ),
    );
  }
  if (name.startsWith("/")) return byPattern(name.slice(1), known);
  if (known.includes(name)) return [name];
  if (optional) return [];
  throw new ExpressionError(unknown(name, known));
}

function byPattern(pattern: string, names: readonly string[]): readonly string[] {
  try {
    const expression = new RegExp(pattern);
    return names.filter((name) => expression.test(name));
  } catch {
    throw new ExpressionError(`/${pattern}: no regular expression`);
  }
}

function unknown(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return `${word}: no such system call${near ? `; did you mean ${near}?` : ""}`;
}

function statusOf(text: string): SyscallChoice["status"] {
  if (text === "failed" || text === "successful") return text;
  throw new ExpressionError(`status=${text}: want failed or successful`);
}

function modeOf(text: string): Mode {
  const mode = MODES.find((each) => each === text);
  if (mode) return mode;
  throw new ExpressionError(`mode=${text}: want ${MODES.join(", ")}`);
}

/** @param expressions each a -e, the last of a kind counts @throws ExpressionError */
export function parseExpressions(expressions: readonly string[], abi: Abi): SyscallChoice {
  const known = [...syscallNames(abi)];
  let names: ReadonlySet<string> | null = null;
  let status: SyscallChoice["status"] = "all";
  let mode: Mode = "info";
  for (const expression of expressions) {
    const equals = expression.indexOf("=");
    const qualifier = equals < 0 ? "trace" : expression.slice(0, equals);
    const value = expression.slice(equals + 1);
    if (qualifier === "status") status = statusOf(value);
    else if (qualifier === "mode") mode = modeOf(value);
    else if (qualifier === "trace" || qualifier === "t") names = namesOf(value, known);
    else throw new ExpressionError(`${qualifier}=: want trace=, status= or mode=`);
  }
  return { names, status, mode };
}

function namesOf(value: string, known: readonly string[]): ReadonlySet<string> {
  const inverted = value.startsWith("!");
  const words = (inverted ? value.slice(1) : value).split(",");
  if (words.includes("")) throw new ExpressionError(`"${value}": a name is missing`);
  const chosen = new Set(words.flatMap((word) => expand(word, known)));
  return inverted ? new Set(known.filter((name) => !chosen.has(name))) : chosen;
}

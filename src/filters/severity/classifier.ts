/** Classifies system calls by severity rules; rules.ts describes their format. */
import { TraceError } from "../../errors.ts";
import { SEVERITIES, type Severity, type SyscallEvent } from "../../events/syscall-event.ts";
import { CLASS_NAMES, syscallsInClass } from "../../syscalls/categories.ts";
import { argumentsOf, syscallNames } from "../../syscalls/table.ts";
import { nearest } from "../../text/did-you-mean.ts";
import { type BaseDirectories, parseCondition, type RuleCondition } from "./conditions.ts";
import { BUILT_IN_RULES } from "./rules.ts";

export interface SeverityVerdict {
  readonly severity: Severity;
  readonly reason: string;
}

export interface SeverityRule extends SeverityVerdict {
  /** Null matches every call. */
  readonly calls: ReadonlySet<string> | null;
  readonly conditions: readonly RuleCondition[];
}

/** An invalid rule: the message has the line, the word and a suggestion. */
export class RuleError extends TraceError {
  override readonly name = "RuleError";
  override readonly code = "RULE";
}

const ABIS = ["x64", "x64Compat", "arm64", "arm64Compat"] as const;

let allNames: ReadonlySet<string> | undefined;

function parseCalls(text: string): ReadonlySet<string> | null {
  if (text === "*") return null;
  allNames ??= new Set(ABIS.flatMap((abi) => [...syscallNames(abi)]));
  const known = allNames;
  const calls = text.split(",").flatMap((word) => {
    if (known.has(word)) return [word];
    const members = word.startsWith("%") ? syscallsInClass(word.slice(1)) : undefined;
    if (members) return [...members];
    const near = nearest(word, [...known, ...CLASS_NAMES.map((name) => `%${name}`)]);
    throw new RuleError(`${word}: no such system call${near ? `; did you mean ${near}?` : ""}`);
  });
  return new Set(calls);
}

function parseSeverity(text: string): Severity {
  const severity = SEVERITIES.find((each) => each === text);
  if (severity) return severity;
  throw new RuleError(`${text}: expected danger, warning or info`);
}

/** Throws if none of the calls has the argument. */
function checkArgument(name: string, calls: ReadonlySet<string> | null): void {
  const known = [...(calls ?? [])].flatMap((call) =>
    ABIS.flatMap((abi) => argumentsOf(call, abi) ?? []).map((argument) => argument.name),
  );
  if (!calls || known.includes(name)) return;
  const near = nearest(name, known);
  throw new RuleError(`${name}: no such argument${near ? `; did you mean ${near}?` : ""}`);
}

function parseRule(line: string): SeverityRule {
  const colon = line.search(/\s:|:\s/);
  if (colon < 0) throw new RuleError("expected a reason after a colon");
  const [level, calls, ...words] = line.slice(0, colon).trim().split(/\s+/);
  const reason = line.slice(colon).replace(/^\s*:\s*/, "");
  if (calls === undefined) throw new RuleError("expected a level and calls before the colon");
  const names = parseCalls(calls);
  const conditions = words.map((word) => {
    const condition = parseCondition(word);
    if (!condition) throw new RuleError(`${word}: no such condition`);
    if (condition.argument !== undefined) checkArgument(condition.argument, names);
    return condition;
  });
  return { severity: parseSeverity(level), reason, calls: names, conditions };
}

/** Parses rules, one per line. @throws RuleError with the line number */
export function parseRules(text: string): SeverityRule[] {
  return text.split("\n").flatMap((line, index) => {
    const rule = line.replace(/(^|\s)#.*$/, "").trim();
    if (rule === "") return [];
    try {
      return [parseRule(rule)];
    } catch (error) {
      if (!(error instanceof RuleError)) throw error;
      throw new RuleError(`line ${index + 1}: ${error.message}`);
    }
  });
}

/** The verdict for calls that match no rule. */
const UNCLASSIFIED: SeverityVerdict = { severity: "info", reason: "" };

/**
 * Returns a classifier with the built-in rules.
 * @param rules further ones, which take precedence
 */
export function createClassifier(
  rules: readonly SeverityRule[],
  baseDirectories: BaseDirectories,
): SeverityClassifier {
  return new SeverityClassifier([...rules, ...parseRules(BUILT_IN_RULES)], baseDirectories);
}

/** Classifies calls at entry: by their arguments, not by their results. */
export class SeverityClassifier {
  private readonly rules: readonly SeverityRule[];
  private readonly baseDirectories: BaseDirectories;
  private readonly byCall = new Map<string, readonly SeverityRule[]>();

  /** @param rules the first that matches applies */
  constructor(rules: readonly SeverityRule[], baseDirectories: BaseDirectories) {
    this.rules = rules;
    this.baseDirectories = baseDirectories;
  }

  private rulesFor(name: string): readonly SeverityRule[] {
    let rules = this.byCall.get(name);
    if (!rules) {
      rules = this.rules.filter(({ calls }) => calls === null || calls.has(name));
      this.byCall.set(name, rules);
    }
    return rules;
  }

  /** Returns the verdict of the first matching rule. @param event with its files */
  classify(event: SyscallEvent): SeverityVerdict {
    return this.rulesFor(event.name).find((rule) => this.matches(rule, event)) ?? UNCLASSIFIED;
  }

  private matches({ conditions }: SeverityRule, event: SyscallEvent): boolean {
    const { baseDirectories } = this;
    if (!conditions.every(({ holds }) => !holds || holds(event))) return false;
    const pathConditions = conditions.flatMap(({ matchesPath }) => matchesPath ?? []);
    if (pathConditions.length === 0) return true;
    return event.files.some(
      ({ path, via }) =>
        via !== "directory" && pathConditions.every((matches) => matches(path, baseDirectories)),
    );
  }
}

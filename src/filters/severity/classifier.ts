/** Classifies system calls by severity rules; rules.ts describes their format. */
import type { Severity, SyscallEvent } from "../../events/syscall-event.ts";
import { CLASS_NAMES, syscallsInClass } from "../../syscalls/categories.ts";
import { argumentsOf, syscallNames } from "../../syscalls/table.ts";
import { nearest } from "../../text/did-you-mean.ts";
import { type BaseDirectories, parseCondition, type RuleCondition } from "./conditions.ts";
import { parseRuleLines, RuleError } from "./rule-lines.ts";
import { BUILT_IN_RULES } from "./rules.ts";

export { RuleError };

export interface SeverityVerdict {
  readonly severity: Severity;
  readonly reason: string;
}

export interface SeverityRule extends SeverityVerdict {
  /** Null matches every call. */
  readonly calls: ReadonlySet<string> | null;
  readonly conditions: readonly RuleCondition[];
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

/** Throws if none of the calls has the argument. */
function checkArgument(name: string, calls: ReadonlySet<string> | null): void {
  const known = [...(calls ?? [])].flatMap((call) =>
    ABIS.flatMap((abi) => argumentsOf(call, abi) ?? []).map((argument) => argument.name),
  );
  if (!calls || known.includes(name)) return;
  const near = nearest(name, known);
  throw new RuleError(`${name}: no such argument${near ? `; did you mean ${near}?` : ""}`);
}

/** Parses rules, one per line. @throws RuleError with the line number */
export function parseRules(text: string): SeverityRule[] {
  return parseRuleLines(text, ({ severity, subjects, words, reason }) => {
    const calls = parseCalls(subjects);
    const conditions = words.map((word) => {
      const condition = parseCondition(word);
      if (!condition) throw new RuleError(`${word}: no such condition`);
      if (condition.argument !== undefined) checkArgument(condition.argument, calls);
      return condition;
    });
    return { severity, reason, calls, conditions };
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

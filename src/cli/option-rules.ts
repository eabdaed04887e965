/**
 * Which options of a command have an effect with which others. An option without effect is refused:
 * who typed it expects one. What an option asks for may be so anyway, as `watch --monitor`; then it is
 * accepted. Every command has its rules in `rules/`.
 */
import type { ArgsDef } from "citty";
import { UsageError } from "./errors.ts";
import { GivenOptions, optionSpelling } from "./parse-args.ts";

/** What was typed, as the rules see it. */
export interface CommandLine {
  readonly given: GivenOptions;
  /** The words that are not options. */
  readonly words: readonly string[];
  /** Whether there is a `--`, after which a command follows. */
  readonly hasCommand: boolean;
}

/** Something that a command line says, or does not. */
export interface Condition {
  /** How a message names it: "--rotate SIZE", "a command". */
  readonly text: string;
  holds(line: CommandLine): boolean;
}

/** Options that have an effect only where a condition holds, or does not. */
interface DependencyRule {
  readonly options: readonly string[];
  /** The rule is about uses of the options where this holds; a message names it in their place. */
  readonly when?: Condition;
  readonly needs?: Condition;
  readonly not?: Condition;
  /** What a message adds, such as what to use instead. */
  readonly because?: string;
}

/** A mode in which only some options have an effect. */
interface ModeRule {
  readonly mode: Condition;
  readonly only: readonly string[];
  readonly because?: string;
}

export type OptionRule = DependencyRule | ModeRule;

/** Holds if an option is given. @param hint of its value, for messages */
export function option(name: string, hint = ""): Condition {
  const spelling = name.length === 1 ? `-${name}` : `--${name}`;
  return { text: `${spelling}${hint}`, holds: ({ given }) => given.has(name) };
}

/** Holds if the value of an option, or its default, is one of several. */
export function value(name: string, fallback: string, ...values: readonly string[]): Condition {
  return {
    text: `--${name} ${values.join(" or ")}`,
    holds: ({ given }) => values.includes(given.last(name) ?? fallback),
  };
}

/** Holds if all conditions do. @param text as a message names them */
export function all(text: string, ...conditions: readonly Condition[]): Condition {
  return { text, holds: (line) => conditions.every((each) => each.holds(line)) };
}

/** Holds if one of the conditions does. */
export function any(text: string, ...conditions: readonly Condition[]): Condition {
  return { text, holds: (line) => conditions.some((each) => each.holds(line)) };
}

export function not(condition: Condition, text = ""): Condition {
  return { text, holds: (line) => !condition.holds(line) };
}

/** Holds if there are words besides the options. */
export function words(text: string): Condition {
  return { text, holds: (line) => line.words.length > 0 };
}

const reasonText = (because = "") =>
  because && (because.startsWith("which") ? `, ${because}` : `; ${because}`);

/** Options whose value may be empty. */
const MAY_BE_EMPTY = ["argv0"];

export class OptionChecker {
  private readonly line: CommandLine;
  private readonly args: ArgsDef;
  private readonly spellings: ReadonlyMap<string, string>;

  /** @param spellings how the options were typed */
  constructor(line: CommandLine, args: ArgsDef, spellings: ReadonlyMap<string, string>) {
    this.line = line;
    this.args = args;
    this.spellings = spellings;
  }

  /** @throws UsageError that names an option without effect, and why it has none */
  check(rules: readonly OptionRule[]): void {
    this.checkValues();
    for (const rule of rules) {
      const problem = "mode" in rule ? this.modeProblem(rule) : this.dependencyProblem(rule);
      if (problem === null) continue;
      throw new UsageError(problem + reasonText(rule.because));
    }
  }

  private checkValues(): void {
    for (const [name, text] of this.line.given.entries) {
      const arg = this.args[name];
      const takesValue = arg?.type === "string" && !arg.valueHint?.startsWith("[=");
      if (takesValue && text === "" && !MAY_BE_EMPTY.includes(name))
        throw new UsageError(`${this.spelling(name)}: needs a value that is not empty`);
    }
  }

  private modeProblem({ mode, only }: ModeRule): string | null {
    if (!mode.holds(this.line)) return null;
    const { entries } = this.line.given;
    const other = entries.map(([name]) => name).find((name) => !only.includes(name));
    return other === undefined ? null : `${mode.text}: cannot be used with ${this.spelling(other)}`;
  }

  private dependencyProblem({ options, when, needs, not }: DependencyRule): string | null {
    const name = options.find((each) => this.line.given.has(each));
    if (name === undefined || when?.holds(this.line) === false) return null;
    const subject = when?.text ?? this.spelling(name);
    if (needs && !needs.holds(this.line)) return `${subject}: requires ${needs.text}`;
    return not?.holds(this.line) ? `${subject}: cannot be used with ${not.text}` : null;
  }

  private spelling(name: string): string {
    const arg = this.args[name];
    return this.spellings.get(name) ?? (arg ? optionSpelling(name, arg) : `--${name}`);
  }
}

/**
 * Returns the options for citty, which retains only the last one of a name: the values of those that
 * are lists are joined. To repeat such an option means the same as to name several values. Columns
 * are no selection but a layout: of them the last option applies.
 * @param options `--name=value` or `--name`
 */
export function joinLists(options: readonly string[], args: ArgsDef): string[] {
  const given = new GivenOptions(options);
  return options.map((text) => {
    const [, name] = /^--([^=]*)=/s.exec(text) ?? [];
    const isList =
      name !== undefined && name !== "columns" && LIST_HINT.test(args[name]?.valueHint ?? "");
    return isList ? `--${name}=${given.values(name).join(",")}` : text;
  });
}

/** The hints of values that are lists: "a,b,c", "A,B", "PID[,PID…]". */
const LIST_HINT = /^(?:\w,|[A-Z|]+\[,)/;

/**
 * Splits a command line before citty sees it: citty reads options past the traced command and lets
 * unknown ones pass. Everything from the first positional on belongs to the command, as with sudo,
 * env and strace.
 */
import type { ArgDef, ArgsDef } from "citty";
import { nearest } from "../text/did-you-mean.ts";
import { UsageError } from "./errors.ts";

export interface SplitArguments {
  /** `--name=value` or `--name`, checked and ready for citty. */
  readonly options: string[];
  /** The other words: the traced command and its arguments, or files. */
  readonly command: string[];
  /** The words before `--`; undefined if there was none. */
  readonly before?: readonly string[];
  /** Whether help is wanted, and how long: "short" for -h. */
  readonly help: false | "short" | "long";
}

const HELP = ["--help", "-h"];

/** What to use instead of an option that other programs have, by its spelling. */
export type Advice = Readonly<Record<string, string>>;

/** Maps the spellings of options to names: "--output" and "-o" → "output"; "--no-follow" → "follow". */
function optionNames(args: ArgsDef): Map<string, string> {
  const names = new Map<string, string>();
  for (const [name, arg] of Object.entries(args)) {
    names.set(optionSpelling(name, arg), name);
    for (const alias of ["alias" in arg ? (arg.alias ?? []) : []].flat())
      names.set(alias.length === 1 ? `-${alias}` : `--${alias}`, name);
  }
  return names;
}

/**
 * Returns the spelling of an option. Names of a single letter have one dash; a flag that is on by
 * default is spelled `--no-NAME`.
 */
export function optionSpelling(name: string, arg: ArgDef): string {
  if (name.length === 1) return `-${name}`;
  return arg.type === "boolean" && arg.default === true ? `--no-${name}` : `--${name}`;
}

/** Splits `--name=VALUE`. */
function splitOptionValue(token: string): [spelling: string, value: string | undefined] {
  const equals = token.indexOf("=");
  return equals < 0 ? [token, undefined] : [token.slice(0, equals), token.slice(equals + 1)];
}

/** Whether the value is optional, `--name[=VALUE]`: then the next word is never the value. */
function hasOptionalValue(arg: ArgDef): boolean {
  return arg.valueHint?.startsWith("[=") === true;
}

class Splitter {
  readonly options: string[] = [];
  help: SplitArguments["help"] = false;
  private readonly args: ArgsDef;
  private readonly names: Map<string, string>;
  private readonly advice: Advice;
  /** Returns the next word, as the value of an option. */
  private readonly nextWord: () => string | undefined;

  constructor(args: ArgsDef, advice: Advice, nextWord: () => string | undefined) {
    this.args = args;
    this.advice = advice;
    this.names = optionNames(args);
    this.nextWord = nextWord;
  }

  add(token: string): void {
    if (token.startsWith("--")) this.addLong(token);
    else this.addLetters(token.slice(1));
  }

  private addLong(token: string): void {
    const [spelling, value] = splitOptionValue(token);
    if (HELP.includes(spelling)) {
      this.addHelp(spelling, value);
      return;
    }
    const name = this.nameOf(spelling);
    if (this.takesNoValue(name)) {
      if (value !== undefined) throw new UsageError(`${spelling}: does not take a value`);
      this.options.push(spelling.startsWith("--no-") ? spelling : `--${name}`);
      return;
    }
    const isOptional = hasOptionalValue(this.args[name]);
    this.addValue(name, spelling, value ?? (isOptional ? "" : this.nextWord()));
  }

  /** Adds "-ttT" as "-t -t -T", and "-oFILE" or "-fo FILE" like getopt(3). */
  private addLetters(letters: string): void {
    for (let at = 0; at < letters.length; at++) {
      const spelling = `-${letters[at]}`;
      if (HELP.includes(spelling)) {
        this.addHelp(spelling, undefined);
        continue;
      }
      const name = this.nameOf(spelling);
      if (this.takesNoValue(name)) this.options.push(`--${name}`);
      else if (hasOptionalValue(this.args[name])) this.options.push(`--${name}=`);
      else {
        const rest = letters.slice(at + 1);
        this.addValue(name, spelling, rest === "" ? this.nextWord() : rest);
        return;
      }
    }
  }

  private addHelp(spelling: string, value: string | undefined): void {
    if (value !== undefined) throw new UsageError(`${spelling}: does not take a value`);
    if (this.help !== "long") this.help = spelling === "-h" ? "short" : "long";
  }

  private addValue(name: string, spelling: string, value: string | undefined): void {
    if (value === undefined) throw new UsageError(`${spelling}: needs a value`);
    this.options.push(`--${name}=${value}`);
  }

  private takesNoValue(name: string): boolean {
    return this.args[name].type === "boolean";
  }

  private nameOf(spelling: string): string {
    const name = this.names.get(spelling);
    if (name !== undefined) return name;
    if (Object.hasOwn(this.advice, spelling))
      throw new UsageError(`${spelling}: unknown option; ${this.advice[spelling]}`);
    const near = nearest(spelling, [...this.names.keys(), ...HELP]);
    throw new UsageError(`${spelling}: unknown option${near ? `; did you mean ${near}?` : ""}`);
  }
}

/**
 * @param argv the arguments after the subcommand's name
 * @param takesCommand whether the first word that is not an option starts the traced command
 * @param advice what to use instead of an option that other programs have
 * @throws UsageError for an unknown option or a missing value
 */
export function splitArguments(
  argv: readonly string[],
  args: ArgsDef,
  takesCommand = false,
  advice: Advice = {},
): SplitArguments {
  const others: string[] = [];
  let before: readonly string[] | undefined;
  let at = 0;
  const splitter = new Splitter(args, advice, () => argv[++at]);
  for (; at < argv.length; at++) {
    const token = argv[at];
    if (token === "--") {
      at++;
      before = [...others];
      break;
    }
    if (token.startsWith("-") && token !== "-") {
      splitter.add(token);
      continue;
    }
    if (takesCommand) break;
    others.push(token);
  }
  const { options, help } = splitter;
  return { options, command: [...others, ...argv.slice(at)], before, help };
}

/** The options as given: citty retains only the last one of each name, and takes -t and -T for one. */
export class GivenOptions {
  /** In their order; the value of a flag is "". */
  readonly entries: readonly (readonly [name: string, value: string])[];

  /** @param options `--name=value` or `--name` */
  constructor(options: readonly string[]) {
    this.entries = options.map((option) => {
      const [spelling, value = ""] = splitOptionValue(option);
      return [spelling.slice(2), value];
    });
  }

  has(name: string): boolean {
    return this.count(name) > 0;
  }

  count(name: string): number {
    return this.values(name).length;
  }

  /** Returns every value of a repeatable option. */
  values(name: string): readonly string[] {
    return this.entries.flatMap(([each, value]) => (each === name ? [value] : []));
  }

  last(name: string): string | undefined {
    return this.values(name).at(-1);
  }
}

/**
 * Returns the options of these names that are given, with all their values as one list separated by
 * commas: to repeat an option means the same as to name several values.
 */
export function joinedValues<N extends string>(
  options: readonly string[],
  names: readonly N[],
): { readonly [name in N]?: string } {
  const given = new GivenOptions(options);
  const entries = names.filter((name) => given.has(name));
  return Object.fromEntries(entries.map((name) => [name, given.values(name).join(",")])) as {
    readonly [name in N]?: string;
  };
}

/** Returns every value of a repeatable option: citty retains only the last one. */
export function optionValues(options: readonly string[], name: string): readonly string[] {
  return new GivenOptions(options).values(name);
}

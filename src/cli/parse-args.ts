/**
 * Splits a command line before citty sees it: citty reads options past the traced command and lets
 * unknown ones pass. Everything from the first positional on belongs to the command, as with sudo,
 * env and strace. Options are spelled as for getopt_long(3), except that names are not abbreviated.
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
  readonly version?: boolean;
}

const HELP = ["--help", "-h"];
const VERSION = ["--version", "-V"];
/** Dashes of Unicode that text processors put in the place of ASCII ones. */
const OTHER_DASHES = /^[\u2010-\u2015\u2212]+/;

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
  return isOnByDefault(arg) ? `--no-${name}` : `--${name}`;
}

function isOnByDefault(arg: ArgDef): boolean {
  return arg.type === "boolean" && arg.default === true;
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
  options: string[] = [];
  help: SplitArguments["help"] = false;
  version = false;
  private readonly args: ArgsDef;
  private readonly names: Map<string, string>;
  private readonly advice: Advice;
  private readonly spellings: Map<string, string>;
  /** Returns the next word, as the value of an option. */
  private readonly nextWord: () => string | undefined;

  constructor(
    args: ArgsDef,
    advice: Advice,
    spellings: Map<string, string>,
    nextWord: () => string | undefined,
  ) {
    this.args = args;
    this.advice = advice;
    this.spellings = spellings;
    this.names = optionNames(args);
    this.nextWord = nextWord;
  }

  add(token: string): void {
    if (token.startsWith("--")) this.addLong(token);
    else this.addLetters(token.slice(1));
  }

  private addLong(token: string): void {
    const [spelling, value] = splitOptionValue(token);
    if (this.addBuiltin(spelling, value)) return;
    const takenBack = this.takenBack(spelling);
    const name = this.names.get(spelling) ?? takenBack ?? this.refuse(spelling);
    if (this.takesNoValue(name)) {
      if (value !== undefined) throw new UsageError(`${spelling}: does not take a value`);
      if (name !== takenBack) this.addFlag(name, spelling);
      else this.options = this.options.filter((option) => option !== this.flagOption(name));
      return;
    }
    const isOptional = hasOptionalValue(this.args[name]);
    this.addValue(name, spelling, value ?? (isOptional ? "" : this.nextWord()));
  }

  /** Adds "-ttT" as "-t -t -T", and "-oFILE" or "-fo FILE" like getopt(3). */
  private addLetters(letters: string): void {
    for (let at = 0; at < letters.length; at++) {
      const spelling = `-${letters[at]}`;
      if (this.addBuiltin(spelling, undefined)) continue;
      const name = this.names.get(spelling) ?? this.refuse(spelling, `--${letters}`);
      if (this.takesNoValue(name)) this.addFlag(name, spelling);
      else if (hasOptionalValue(this.args[name])) this.addValue(name, spelling, "");
      else {
        const rest = letters.slice(at + 1);
        this.addValue(name, spelling, rest === "" ? this.nextWord() : rest);
        return;
      }
    }
  }

  /** Adds an option that every command has. @returns false if it is another one */
  private addBuiltin(spelling: string, value: string | undefined): boolean {
    const isVersion = VERSION.includes(spelling);
    if (!isVersion && !HELP.includes(spelling)) return false;
    if (value !== undefined) throw new UsageError(`${spelling}: does not take a value`);
    if (isVersion) this.version = true;
    else if (this.help !== "long") this.help = spelling === "-h" ? "short" : "long";
    return true;
  }

  private addFlag(name: string, spelling: string): void {
    const option = this.flagOption(name);
    this.options.push(option);
    this.spellings.set(option.slice(2), spelling);
  }

  private flagOption(name: string): string {
    return isOnByDefault(this.args[name]) ? `--no-${name}` : `--${name}`;
  }

  private addValue(name: string, spelling: string, value: string | undefined): void {
    if (value === undefined) throw new UsageError(`${spelling}: needs a value`);
    this.options.push(`--${name}=${value}`);
    this.spellings.set(name, spelling);
  }

  private takesNoValue(name: string): boolean {
    return this.args[name].type === "boolean";
  }

  /**
   * Returns the flag whose earlier uses an option takes back: `--no-NAME`, or `--NAME` of one that is
   * on by default. Of --quiet and --no-quiet, the last one applies.
   */
  private takenBack(spelling: string): string | undefined {
    if (this.names.has(spelling)) return undefined;
    const name = this.names.get(spelling.replace(/^--no-/, "--")) ?? spelling.slice(2);
    const isFlag = name.length > 1 && Object.hasOwn(this.args, name) && this.takesNoValue(name);
    return isFlag ? name : undefined;
  }

  /** @param long the word if it had two dashes @throws UsageError that names what may be meant */
  private refuse(spelling: string, long = ""): never {
    if (Object.hasOwn(this.advice, spelling))
      throw new UsageError(`${spelling}: unknown option; ${this.advice[spelling]}`);
    const [longSpelling] = splitOptionValue(long);
    const near = this.names.has(longSpelling)
      ? longSpelling
      : nearest(spelling, [...this.names.keys(), ...HELP, ...VERSION]);
    throw new UsageError(`${spelling}: unknown option${near ? `; did you mean ${near}?` : ""}`);
  }

  /** @throws UsageError for an option whose dashes are not ASCII */
  checkDashes(word: string): void {
    const dashes = OTHER_DASHES.exec(word)?.[0];
    if (dashes === undefined) return;
    const [meant] = splitOptionValue(word).map((part) => part?.slice(dashes.length));
    const spelling = meant?.length === 1 ? `-${meant}` : `--${meant}`;
    if (this.names.has(spelling))
      throw new UsageError(`${word}: the dash is not ASCII; did you mean ${spelling}?`);
  }
}

/**
 * @param argv the arguments after the subcommand's name
 * @param takesCommand whether the first word that is not an option starts the traced command
 * @param advice what to use instead of an option that other programs have
 * @param spellings receives how each option was typed last, by its name in the options
 * @throws UsageError for an unknown option or a missing value
 */
export function splitArguments(
  argv: readonly string[],
  args: ArgsDef,
  takesCommand = false,
  advice: Advice = {},
  spellings = new Map<string, string>(),
): SplitArguments {
  const others: string[] = [];
  let before: readonly string[] | undefined;
  let at = 0;
  const splitter = new Splitter(args, advice, spellings, () => argv[++at]);
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
    splitter.checkDashes(token);
    if (takesCommand) break;
    others.push(token);
  }
  const { options, help, version } = splitter;
  const command = [...others, ...argv.slice(at)];
  return { options, command, before, help, ...(version ? { version } : {}) };
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

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
  readonly help: boolean;
}

const HELP = ["--help", "-h"];

/** Maps the spellings of options to names: "--output" and "-o" → "output"; "--no-follow" → "follow". */
function optionNames(args: ArgsDef): Map<string, string> {
  const names = new Map<string, string>();
  for (const [name, arg] of Object.entries(args)) {
    names.set(optionSpelling(name, arg), name);
    for (const alias of ["alias" in arg ? (arg.alias ?? []) : []].flat())
      names.set(`-${alias}`, name);
  }
  return names;
}

/**
 * Returns the spelling of an option. Names of a single letter, and strace's -tt and -ttt, have one
 * dash; a flag that is on by default is spelled `--no-NAME`.
 */
export function optionSpelling(name: string, arg: ArgDef): string {
  if (name.length === 1 || /^t+$/.test(name)) return `-${name}`;
  return arg.type === "boolean" && arg.default === true ? `--no-${name}` : `--${name}`;
}

/** Splits `--name=VALUE`, and `-oFILE` like getopt(3). */
function splitOptionValue(token: string): [spelling: string, value: string | undefined] {
  if (!token.startsWith("--") && token.length > 2) return [token.slice(0, 2), token.slice(2)];
  const equals = token.indexOf("=");
  return equals < 0 ? [token, undefined] : [token.slice(0, equals), token.slice(equals + 1)];
}

/** Whether the value is optional, `--name[=VALUE]`: then the next word is never the value. */
function hasOptionalValue(arg: ArgDef): boolean {
  return arg.valueHint?.startsWith("[=") === true;
}

/**
 * @param argv the arguments after the subcommand's name
 * @param takesCommand whether the first word that is not an option starts the traced command
 * @throws UsageError for an unknown option or a missing value
 */
export function splitArguments(
  argv: readonly string[],
  args: ArgsDef,
  takesCommand = false,
): SplitArguments {
  const names = optionNames(args);
  const options: string[] = [];
  const others: string[] = [];
  let help = false;
  let at = 0;
  for (; at < argv.length; at++) {
    const token = argv[at];
    if (token === "--") {
      at++;
      break;
    }
    if (!token.startsWith("-") || token === "-") {
      if (takesCommand) break;
      others.push(token);
      continue;
    }
    if (HELP.includes(token)) {
      help = true;
      continue;
    }
    const [spelling, given] = names.has(token) ? [token, undefined] : splitOptionValue(token);
    if (HELP.includes(spelling)) throw new UsageError(`${spelling}: does not take a value`);
    const name = names.get(spelling);
    if (name === undefined) {
      const near = nearest(spelling, [...names.keys(), ...HELP]);
      throw new UsageError(`${spelling}: unknown option${near ? `; did you mean ${near}?` : ""}`);
    }
    if (args[name].type === "boolean") {
      if (given !== undefined) throw new UsageError(`${spelling}: does not take a value`);
      options.push(spelling.startsWith("--no-") ? spelling : `--${name}`);
      continue;
    }
    const value = given ?? (hasOptionalValue(args[name]) ? "" : argv[++at]);
    if (value === undefined) throw new UsageError(`${spelling}: needs a value`);
    options.push(`--${name}=${value}`);
  }
  return { options, command: [...others, ...argv.slice(at)], help };
}

/** Returns every value of a repeatable option: citty retains only the last one. */
export function optionValues(options: readonly string[], name: string): string[] {
  const prefix = `--${name}=`;
  const given = options.filter((option) => option.startsWith(prefix));
  return given.map((option) => option.slice(prefix.length));
}

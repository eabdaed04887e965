/** Models execve(2): the file that runs, and its arguments. */
import { readFileSync, realpathSync } from "node:fs";

/** The maximum depth of scripts run by scripts: include/linux/binfmts.h. */
const MAX_RECURSION = 5;

export interface Executed {
  /** readlink of /proc/PID/exe. */
  readonly path: string;
  /** /proc/PID/cmdline: of a script, its interpreter's. */
  readonly argv: readonly string[];
}

/**
 * Resolves interpreters. Names and arguments are bytes as Latin-1.
 * @param file absolute
 * @param name as passed to an interpreter
 */
export function executed(file: string, name: string, argv: readonly string[], depth = 0): Executed {
  const path = realpathSync(Buffer.from(file, "latin1"), "buffer");
  const line = readFileSync(path).subarray(0, 256).toString("latin1").split("\n")[0];
  const [, interpreter, argument] = line.match(/^#![ \t]*([^ \t]+)[ \t]*(.*?)[ \t]*$/) ?? [];
  if (interpreter === undefined || depth > MAX_RECURSION)
    return { path: path.toString("latin1"), argv: argv.length ? argv : [""] };
  const words = [interpreter, ...(argument ? [argument] : []), name, ...argv.slice(1)];
  return executed(interpreter, interpreter, words, depth + 1);
}

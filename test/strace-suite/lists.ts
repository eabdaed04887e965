/** The lists of tests beside this file: lines of names, with comments after "#". */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Returns the lines of a list without comments and empty lines. */
export function parseList(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.replace(/(^|\s)#.*$/, "").trim())
    .filter(Boolean);
}

/**
 * Parses lines `name: reason`.
 * @throws Error at a line without a reason
 */
export function parseExceptions(text: string): Map<string, string> {
  return new Map(
    parseList(text).map((line) => {
      const match = /^(\S+): (.+)$/.exec(line);
      if (!match) throw new Error(`exceptions.txt: expected "name: reason": ${line}`);
      return [match[1], match[2]];
    }),
  );
}

const read = (name: string) => readFileSync(join(import.meta.dir, name), "utf8");

/** Tests that all pass, and that CI runs. */
export const sample = (): string[] => parseList(read("sample.txt"));

/** Tests where trace is right and strace 6.1 is not, with the reasons. */
export const exceptions = (): Map<string, string> => parseExceptions(read("exceptions.txt"));

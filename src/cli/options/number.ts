/** Parses whole numbers: one, or several separated by commas. */
import { UsageError } from "../errors.ts";

/** Parses a whole number from `min` to 2³²-1. @throws UsageError */
export function parseNumber(option: string, text: string, min: number): number {
  const number = Number(text);
  if (/^\d{1,10}$/.test(text) && number >= min && number <= 0xffffffff) return number;
  throw new UsageError(`${option} ${text}: expected a whole number from ${min}`);
}

/** Parses the value of --count; undefined if the option is not given. @throws UsageError */
export function parseCount(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseNumber("--count", text, 1);
}

/** "12,34" → pids; undefined if the option is not given. @throws UsageError */
export function parsePids(option: string, text: string | undefined): number[] | undefined {
  return text?.split(",").map((pid) => parseNumber(option, pid, 1));
}

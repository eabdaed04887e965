/** Parses names from a fixed set: one, or several separated by commas. */
import { nearest } from "../../text/did-you-mean.ts";
import { UsageError } from "../errors.ts";

/**
 * Returns the end of a message about an unknown name: a near match, or all known names.
 * @param others names that can be near matches but are not listed
 */
export function suggestion(
  name: string,
  known: readonly string[],
  others: readonly string[] = [],
): string {
  const near = nearest(name, [...known, ...others]);
  return near ? `did you mean ${near}?` : `expected one of ${known.join(", ")}`;
}

/** @throws UsageError if the text is not one of the known names */
export function parseName<T extends string>(option: string, text: string, known: readonly T[]): T {
  const name = known.find((each) => each === text);
  if (name !== undefined) return name;
  throw new UsageError(`${option} ${text}: unknown value; ${suggestion(text, known)}`);
}

/** Parses names separated by commas. @throws UsageError */
export function parseNames<T extends string>(
  option: string,
  text: string,
  known: readonly T[],
): readonly T[] {
  return text.split(",").map((name) => parseName(option, name, known));
}

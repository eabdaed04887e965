import { expect } from "bun:test";
import { UsageError } from "../../../src/cli/errors.ts";

/** Returns the message of the error for a bad value; it has to be one line. */
export function errorOf(parse: () => unknown): string {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    expect(error.message).not.toContain("\n");
    return error.message;
  }
  throw new Error("the value was accepted");
}

/** Names that every object has. */
export const PROTOTYPE_PROPERTIES = ["constructor", "toString", "__proto__"];

import { describe, expect, test } from "bun:test";
import type { UsageError } from "../../../src/cli/errors.ts";
import { parseFlags } from "../../../src/cli/options/flags.ts";
import { errorOf } from "./error-of.ts";

describe("a flag expression", () => {
  test("is optional", () => {
    expect(parseFlags(undefined)).toBeNull();
    expect(parseFlags("O_CREAT")?.matches(0o100)).toBe(true);
  });

  test("that is malformed is shown in the details, with a caret under the mistake", () => {
    expect.assertions(2);
    try {
      parseFlags("O_WRONLY|O_CRAET");
    } catch (error) {
      const { message, details } = error as UsageError;
      expect(message).toBe("--flags: O_CRAET: no such flag; did you mean O_CREAT?");
      expect(details).toBe(`  O_WRONLY|O_CRAET\n${" ".repeat(11)}^`);
    }
  });

  test("that is malformed makes a message of one line, whatever it contains", () => {
    for (const text of ["", "\n", "O_\nCREAT", "\x1b[31m", "|", "(".repeat(200), "x".repeat(5000)])
      expect(errorOf(() => parseFlags(text))).toStartWith("--flags: ");
  });
});

import { describe, expect, test } from "bun:test";
import { UsageError } from "../../../src/cli/errors.ts";
import { parseFormat } from "../../../src/cli/options/format.ts";
import { formats } from "../../../src/sinks/formats/index.ts";
import { errorOf, PROTOTYPE_PROPERTIES } from "./error-of.ts";

describe("a format", () => {
  test("has a known name", () => {
    for (const name of Object.keys(formats)) expect(parseFormat(name) as string).toBe(name);
  });

  test("that does not exist is an error that names a near match or all", () => {
    expect(errorOf(() => parseFormat("jsn"))).toBe(
      "--format jsn: no such format; did you mean json?",
    );
    for (const text of ["", "yaml", "CSV ", ...PROTOTYPE_PROPERTIES])
      expect(errorOf(() => parseFormat(text))).toStartWith(`--format ${text}: no such format; `);
  });
});

test("a newline after a value is an error", () => {
  for (const text of ["4M\n", "1s\n", "csv\n", "pid\n", "open\n"])
    expect(() => parseFormat(text)).toThrow(UsageError);
});

import { describe, expect, test } from "bun:test";
import { UsageError } from "../../../src/cli/errors.ts";
import {
  leastBuffer,
  parseFormat,
  selectedFormat,
  selectedKeptFormat,
} from "../../../src/cli/options/format.ts";
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

test("the name of an output selects a format, unless another one is asked for", () => {
  const named = [
    "x.trace",
    "x.parquet",
    "x.db",
    "x.sqlite",
    "x.csv",
    "x.parquet.gz",
    "parquet",
    "",
  ];
  expect(named.map((output) => selectedFormat("csv", output))).toEqual(
    ["trace", "parquet", "sqlite", "sqlite"].concat(Array(4).fill("csv")),
  );
  expect(selectedFormat("ndjson", "x.db")).toBe("ndjson");
  expect(named.map((output) => selectedKeptFormat("text", output))).toEqual(
    ["text", "parquet"].concat(Array(6).fill("text")),
  );
  expect(selectedKeptFormat("csv", "x.parquet")).toBe("csv");
});

test("Parquet, which takes long to encode, has a larger ring buffer by default", () => {
  expect(leastBuffer({ format: "csv", output: "x.parquet" })).toBe(32 << 20);
  expect(leastBuffer({ format: "csv" })).toBe(0);
});

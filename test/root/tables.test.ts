/** The syscall argument tables against the formats of the running kernel's tracepoints. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { nativeArguments } from "../../src/build/syscall-tables/arguments.ts";
import { tracepointPrototypes } from "../../src/build/syscall-tables/prototypes.ts";
import { tracefs } from "../../src/sources/bpf/tracepoint.ts";
import { argumentsOf, syscallNames } from "../../src/syscalls/table.ts";
import { additions } from "../syscalls/additions.ts";

const GENERATED = join(import.meta.dir, "../../src/syscalls/generated/arguments.ts");
const sources = { tracepoints: tracepointPrototypes(tracefs()), functions: new Map() };
const names = [...syscallNames(process.arch === "arm64" ? "arm64" : "x64")];
const abi = process.arch === "arm64" ? "arm64" : "x64";

const calls = names.flatMap((name) => {
  const there = nativeArguments(name, sources);
  return there ? [{ name, there, ours: argumentsOf(name, abi)! }] : [];
});

test("every call that has a tracepoint in this kernel has its arguments, by kind", () => {
  expect(calls.length).toBeGreaterThan(280);
  for (const { name, there, ours } of calls) {
    const kinds = there.map((parameter) => parameter.includes("*"));
    expect([name, ...ours.map(({ pointer }) => pointer)]).toEqual([name, ...kinds]);
  }
});

test("they are spelled as in this kernel, if the table was generated from its version", () => {
  const version = /^[\d.]+\d/.exec(release())![0];
  const other = calls.filter(
    ({ there, ours }) =>
      there.join(", ") !==
      ours.map(({ type, name }) => `${type} ${name}`.replace("* ", "*")).join(", "),
  );
  if (readFileSync(GENERATED, "utf8").includes(` ${version},`)) expect(other).toEqual([]);
  else
    additions(
      "other words for arguments",
      other.map(({ name }) => name),
    );
});

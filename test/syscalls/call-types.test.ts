/** The generated types of calls: they are up to date, and decoded values match them. */
import { expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { callTypes } from "../../src/build/syscall-tables/call-types.ts";
import { namedArguments } from "../../src/syscalls/argument-names.ts";
import { SyscallView } from "../../src/syscalls/decode/call.ts";
import { decodeArguments } from "../../src/syscalls/decode/index.ts";
import { type Abi, syscallNames } from "../../src/syscalls/table.ts";
import { toPlainObject } from "../../src/syscalls/to-plain.ts";
import { NamedValue, type Value } from "../../src/syscalls/value.ts";
import { Random } from "../random.ts";
import { RandomMemory, register } from "./decode/random-memory.ts";

const ROOT = join(import.meta.dir, "../..");
const ROUNDS = Number(process.env.ROUNDS ?? 4);
const SEED = Number(process.env.SEED || 1);

/** Returns the text without what a formatter changes. */
const bare = (text: string) => text.replace(/[\s;,|"()]/g, "");

test("the generated types are up to date (otherwise run make tables)", () => {
  const types = callTypes();
  const generated = (file: string) =>
    bare(readFileSync(join(ROOT, "src/syscalls/generated", file), "utf8"));
  expect(generated("calls.ts")).toEndWith(bare(types.calls));
  expect(generated("flag-names.ts")).toEndWith(bare(types.flagNames));
});

/** Returns a TypeScript literal. */
function literal(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof NamedValue) return `named(${value.names.map(literal).join(", ")})`;
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, each]) => `"${name}": ${literal(each)}`);
  return `{ ${members.join(", ")} }`;
}

const HEAD = `
import type { Calls, CompatCalls } from "${ROOT}/src/syscalls/generated/calls.ts";
import type { Named } from "${ROOT}/src/syscalls/argument-types.ts";
declare function named<Name extends string>(...names: Name[]): Named<Name>;
declare function is<Type>(value: Type): void;
`;
const CONFIG = {
  extends: join(ROOT, "tsconfig.json"),
  compilerOptions: { noUnusedLocals: false, typeRoots: [join(ROOT, "node_modules/@types")] },
  include: ["."],
};

/** Returns the compiler errors of a program, with the lines. */
function typeErrors(lines: readonly string[]): string[] {
  const cwd = mkdtempSync(join(process.env.TMPDIR ?? "/tmp", "trace-types-"));
  try {
    writeFileSync(join(cwd, "seen.ts"), `${HEAD}${lines.join("\n")}`);
    writeFileSync(join(cwd, "tsconfig.json"), JSON.stringify(CONFIG));
    const tsc = join(ROOT, "node_modules/.bin/tsc");
    const { stdout } = Bun.spawnSync([tsc, "--noEmit", "-p", cwd], { cwd });
    const first = HEAD.split("\n").length;
    return Array.from(stdout.toString().matchAll(/^.*seen\.ts\((\d+),\d+\): (.*)$/gm), (match) => {
      const line = lines[Number(match[1]) - first] ?? "";
      return `${match[2]}: ${line.slice(0, 200)}`;
    });
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

/** Decodes random registers and memory. */
function* decoded(abi: Abi): Generator<string> {
  const random = new Random(SEED);
  const memory = new RandomMemory(random);
  const call = new SyscallView();
  Object.assign(call, { memory, abi, arch: abi.startsWith("arm") ? "arm64" : "x64" });
  call.wordSize = abi === "x64" || abi === "arm64" ? 8 : 4;
  const table = abi.endsWith("Compat") ? "CompatCalls" : "Calls";
  for (const name of syscallNames(abi))
    for (let round = 0; round < ROUNDS; round++) {
      const args = BigUint64Array.from({ length: 6 }, () => register(random));
      const failed = random.below(3) === 0;
      const result = failed ? -2n : BigInt(random.below(100));
      const values: (Value | null | undefined)[] = [];
      memory.refill();
      call.name = name;
      call.registers = { args, result: 0n, failed: false };
      decodeArguments(call, "entry", values);
      call.registers = { args, result, failed };
      decodeArguments(call, "exit", values);
      const object = toPlainObject(namedArguments({ name, abi, args: values }));
      yield `is<${table}["${name}"]>(${literal(object)});`;
    }
}

test.each(["x64", "x64Compat", "x32", "arm64", "arm64Compat"] satisfies Abi[])(
  "decoded arguments match the declared types, whatever a program passes: %s",
  (abi) => {
    expect(typeErrors([...decoded(abi)])).toEqual([]);
  },
  60_000,
);

test("a value of another type is a compiler error", () => {
  const wrong = 'is<Calls["openat"]>({ dfd: { fd: 3 }, filename: null, flags: named("O_WRONG") });';
  expect(typeErrors([wrong])).toHaveLength(1);
});

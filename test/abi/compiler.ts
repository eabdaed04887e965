/** Gets values from headers with the C compiler: constant expressions, offsets of fields. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const ROOT = resolve(import.meta.dir, "../..");
const FLAGS = ["-D_GNU_SOURCE", "-w", `-I${ROOT}/bpf`, `-I${ROOT}/src/native`];

function include(headers: readonly string[]): string {
  return headers.map((header) => `#include <${header}>\n`).join("");
}

/** Compiles and runs a program. Returns the lines that it prints. */
export function runC(program: string): string[] {
  const directory = mkdtempSync(join(tmpdir(), "trace-abi-"));
  try {
    const source = join(directory, "query.c");
    writeFileSync(source, program);
    const executable = join(directory, "query");
    const cc = Bun.spawnSync(["gcc", ...FLAGS, "-o", executable, source]);
    if (cc.exitCode !== 0) throw new Error(`gcc: ${cc.stderr}\n${program}`);
    const run = Bun.spawnSync([executable]);
    if (run.exitCode !== 0) throw new Error(`status ${run.exitCode} of\n${program}`);
    return run.stdout.toString().trimEnd().split("\n");
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Returns the value of each expression. @param headers or .c files of src/native */
export function valuesOf(
  headers: readonly string[],
  expressions: readonly string[],
): Record<string, number> {
  const lines = expressions.map((expression) => `printf("%lld\\n", (long long)(${expression}));`);
  const body = `int main(void) {\n${lines.join("\n")}\n}\n`;
  const values = runC(`#include <stdio.h>\n#include <stddef.h>\n${include(headers)}${body}`);
  return Object.fromEntries(expressions.map((expression, i) => [expression, Number(values[i])]));
}

/** Returns the offsets of a struct's fields by their names. */
export function offsetsOf(
  headers: readonly string[],
  type: string,
  fields: readonly string[],
): Record<string, number> {
  const values = valuesOf(
    headers,
    fields.map((field) => `offsetof(${type}, ${field})`),
  );
  return Object.fromEntries(fields.map((field, i) => [field, Object.values(values)[i]]));
}

/** Returns those names that the headers declare or define as values. */
export function declaredIn(headers: readonly string[], names: readonly string[]): string[] {
  const lines = names.map(
    (name, i) => `#line ${i + 1}\nlong long value${i}(void) { return ${name}; }`,
  );
  const args = ["gcc", ...FLAGS, "-fsyntax-only", "-fmax-errors=0", "-x", "c", "-"];
  const source = `${include(headers)}#line 1 "names"\n${lines.join("\n")}\n`;
  const cc = Bun.spawnSync(args, { stdin: Buffer.from(source) });
  const unknown = new Set<number>();
  for (const [, file, line] of cc.stderr.toString().matchAll(/^(\S+?):(\d+):\d+: error/gm)) {
    if (file !== "names") throw new Error(`gcc: ${cc.stderr}`);
    unknown.add(Number(line) - 1);
  }
  return names.filter((_, i) => !unknown.has(i));
}

/**
 * The import rules of the design, read from the imports themselves: each folder of src, and each
 * file at its top, may import what stands behind it here and nothing else. Types count as well.
 */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join, normalize } from "node:path";

const SRC = join(import.meta.dir, "../src");

/** A folder may always import from itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "main.ts": [
    "commands",
    "ffi",
    "process",
    "arguments.ts",
    "help.ts",
    "messages.ts",
    "nearest.ts",
  ].concat(["package.json", "citty"]),
  "index.ts": [
    ...["syscall-trace.ts", "sources", "events", "filters", "syscalls", "process"],
    ...["kernel", "ffi"],
  ],
  "syscall-trace.ts": ["sources", "filters", "events", "process", "kernel", "ffi"],
  commands: [
    "pipeline.ts",
    "loop.ts",
    "progress.ts",
    "sources",
    "filters",
    "sinks",
    "events",
    "process",
  ].concat(["kernel", "ffi", "messages.ts", "nearest.ts", "citty"]),
  "pipeline.ts": ["sources", "sinks", "process", "ffi"],
  "loop.ts": ["kernel", "ffi"],
  "progress.ts": ["process"],
  sources: ["events", "kernel", "syscalls", "process", "ffi", "build", "node:fs", "node:os"],
  events: ["kernel", "syscalls", "csv-parse/sync"],
  filters: ["events", "kernel", "nearest.ts", "syscalls"],
  sinks: ["events", "kernel", "syscalls"],
  process: ["kernel", "ffi", "messages.ts", "node:fs", "node:tty"],
  syscalls: ["kernel", "events"],
  // Makes what is in syscalls/generated: a program of its own, of which the executable has nothing.
  "syscalls/generate": ["syscalls", "sources", "node:fs", "node:os", "node:path"],
  ffi: ["kernel", "build", "bun:ffi", "node:fs"],
  kernel: [],
  native: ["node:fs"],
  "arguments.ts": ["messages.ts", "nearest.ts", "citty"],
  "help.ts": ["commands", "citty", "arguments.ts"],
  "messages.ts": ["consola/core"],
  "nearest.ts": [],
  "embedded.d.ts": [],
};

/** Packages that one file alone may know. */
const ONLY_IMPORTER = { "consola/core": "messages.ts", "csv-parse/sync": "events/recorded.ts" };
/** Folders that compute and do nothing else. */
const PURE = ["kernel", "filters", "sinks", "syscalls"];

const files = [...new Bun.Glob("**/*.ts").scanSync(SRC)].sort();
const read = (file: string) => readFileSync(join(SRC, file), "utf8");

/** Folders within a folder that have rules of their own. */
const INNER = Object.keys(MAY_IMPORT).filter((unit) => unit.includes("/"));

/** The part of src that a path within it is of: what a rule is for. */
function partOf(path: string): string {
  return INNER.find((inner) => path.startsWith(`${inner}/`)) ?? path.split("/")[0];
}

/** What a file imports, as it is written. */
function imports(file: string): string[] {
  const pattern = /\b(?:from|import)\s*\(?\s*["']([^"']+)["']/g;
  return Array.from(read(file).matchAll(pattern), (match) => match[1]);
}

/** The part of src, or the package, that an import leads to. */
function unitOf(file: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier;
  const path = normalize(join("src", file, "..", specifier));
  return path.startsWith("src/") ? partOf(path.slice("src/".length)) : path.split("/")[0];
}

/** The code that runs: without comments and types. */
function code(file: string): string {
  return new Bun.Transpiler({ loader: "ts" }).transformSync(read(file));
}

test("every folder imports only what the design lets it", () => {
  const forbidden = files.flatMap((file) => {
    const own = partOf(file);
    return imports(file)
      .filter((specifier) => ![own, ...(MAY_IMPORT[own] ?? [])].includes(unitOf(file, specifier)))
      .map((specifier) => `${file} imports ${specifier}`);
  });
  expect(forbidden).toEqual([]);
});

test("every folder and every file at the top has its rule, and no other", () => {
  const units = new Set(files.map(partOf));
  expect([...units].sort()).toEqual(Object.keys(MAY_IMPORT).sort());
});

test("a package that one file hides from the rest is imported by that file alone", () => {
  for (const [name, only] of Object.entries(ONLY_IMPORTER))
    expect(files.filter((file) => imports(file).includes(name))).toEqual([only]);
});

test("addresses are taken in one file", () => {
  expect(files.filter((file) => /\bptr\(/.test(code(file)))).toEqual(["ffi/memory.ts"]);
});

test("files that only compute know neither the process nor a file nor the terminal", () => {
  const outside = /\b(process|Bun|console|globalThis|fetch|require)\s*[.([]/;
  const pure = files.filter((file) => PURE.includes(partOf(file)));
  expect(pure.length).toBeGreaterThan(PURE.length);
  expect(pure.filter((file) => outside.test(code(file)))).toEqual([]);
});

test("no file imports itself by a detour", () => {
  const next = new Map(
    files.map((file) => [
      file,
      imports(file)
        .filter((specifier) => /^\..*\.ts$/.test(specifier))
        .map((specifier) => normalize(join(file, "..", specifier))),
    ]),
  );
  const circles: string[] = [];
  const visit = (path: readonly string[]) => {
    for (const file of next.get(path[path.length - 1]) ?? [])
      if (file === path[0]) circles.push([...path, file].join(" → "));
      else if (!path.includes(file)) visit([...path, file]);
  };
  for (const file of files) visit([file]);
  expect(circles).toEqual([]);
});

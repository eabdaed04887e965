/**
 * Checks the import rules of docs/design.md. A file of src imports only from its own module and from
 * modules of lower layers; imports of types count as well.
 */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { errnoName } from "../src/kernel/errno.ts";
import { openFlags } from "../src/kernel/fcntl.ts";

const SRC = join(import.meta.dir, "../src");

/** The layers from top to bottom. A module is a directory, or a file with a layer of its own. */
const LAYERS: readonly (readonly string[])[] = [
  ["main.ts", "npm.ts", "build", "report-page"],
  ["index.ts"],
  ["cli"],
  ["syscall-trace.ts"],
  ["attribution/providers.ts"],
  ["sinks/reports"],
  ["sinks/watch"],
  ["sinks/formats"],
  ["policy"],
  ["filters"],
  ["sources"],
  ["core"],
  ["daemon"],
  ["storage"],
  ["attribution"],
  ["model"],
  ["events"],
  ["syscalls"],
  ["process"],
  ["ffi"],
  ["kernel"],
  ["text"],
  ["errors.ts"],
];

/** Packages, and modules of Bun and Node, that only these modules may import. */
const ONLY_IN: Readonly<Record<string, readonly string[]>> = {
  "bun:ffi": ["ffi"],
  "bun:jsc": ["cli/syscalls/compilation.ts"],
  "bun:sqlite": ["storage/packages", "sinks/reports/exports/sqlite.ts"],
  "bun:test": [],
  citty: ["cli", "build/manual"],
  "consola/core": ["cli/messages.ts"],
  mdast: ["build"],
  "mdast-util-from-markdown": ["build"],
  "mdast-util-gfm-table": ["build"],
  "micromark-extension-gfm-table": ["build"],
  "csv-parse/sync": ["sources/records/csv-reader.ts"],
  hyparquet: ["sinks/formats/parquet"],
  "hyparquet-writer/src/bytewriter.js": ["sinks/formats/parquet"],
  "hyparquet-writer/src/datapage.js": ["sinks/formats/parquet"],
  "hyparquet-writer/src/dictionary.js": ["sinks/formats/parquet"],
  "hyparquet-writer/src/metadata.js": ["sinks/formats/parquet"],
  "node:fs": ["build", "cli/doctor", "sources", "daemon", "storage", "attribution"].concat([
    ...["process", "ffi"],
  ]),
  "node:os": ["build", "cli/doctor", "sources"],
  "node:path": ["build"],
};

/** Modules without side effects. */
const PURE = ["kernel", "text", "filters", "policy", "sinks/formats", "sinks/reports", "syscalls"];

/** The files that define error numbers, open and lookup flags, and limits for all others. */
const CONSTANT_FILES = ["kernel/errno.ts", "kernel/fcntl.ts", "kernel/limits.ts"];

const files = [...new Bun.Glob("**/*.ts").scanSync(SRC)]
  .filter((file) => file !== "embedded.d.ts")
  .sort();
const read = (file: string) => readFileSync(join(SRC, file), "utf8");
const isIn = (file: string, module: string) => file === module || file.startsWith(`${module}/`);

/** Returns the innermost module of a file. */
function moduleOf(file: string): string | undefined {
  const modules = LAYERS.flat().filter((module) => isIn(file, module));
  return modules.sort((a, b) => b.length - a.length)[0];
}

const layerOf = (file: string) => LAYERS.findIndex((layer) => layer.includes(moduleOf(file) ?? ""));

/** Returns the import specifiers of a file. */
function imports(file: string): string[] {
  const pattern =
    /(?:^import|\bimport\s*\(|^(?:import|export)\b[^;"']*\bfrom)\s*["']([^"']+)["']/gm;
  return Array.from(read(file).matchAll(pattern), (match) => match[1]);
}

/** Returns the files of src that a file imports. */
function importedFiles(file: string): string[] {
  return imports(file)
    .filter((specifier) => /^\..*\.ts$/.test(specifier))
    .map((specifier) => normalize(join(file, "..", specifier)));
}

/** Returns the code without comments and types. */
function code(file: string): string {
  return new Bun.Transpiler({ loader: "ts" }).transformSync(read(file));
}

test("no import goes to a higher layer", () => {
  const upwards = files.flatMap((file) =>
    importedFiles(file)
      .filter(
        (imported) => moduleOf(imported) !== moduleOf(file) && layerOf(imported) <= layerOf(file),
      )
      .map((imported) => `${file} → ${imported}`),
  );
  expect(upwards).toEqual([]);
});

test("every file is in a module, and every module has files", () => {
  expect(files.filter((file) => moduleOf(file) === undefined)).toEqual([]);
  const modules = new Set(files.map(moduleOf));
  expect(LAYERS.flat().filter((module) => !modules.has(module))).toEqual([]);
});

test("restricted packages are imported only by their modules", () => {
  const packages = files.flatMap((file) =>
    imports(file)
      .filter((specifier) => !/^\.|^node:util$/.test(specifier))
      .filter((name) => !ONLY_IN[name]?.some((module) => isIn(file, module)))
      .map((name) => `${file} imports ${name}`),
  );
  expect(packages).toEqual([]);
});

test("the executable imports the command line and what is built of C, and nothing else", () => {
  const built = ["native.so", "report.template", "trace.bpf.o"].map((file) => `../build/${file}`);
  const own = ["./cli/program.ts", "./ffi/built-files.ts"];
  expect(imports("main.ts").toSorted()).toEqual([...built, ...own].toSorted());
});

test("the npm package has the library and nothing else", () => {
  expect(importedFiles("npm.ts").toSorted()).toEqual([
    "ffi/built-files.ts",
    "index.ts",
    "index.ts",
  ]);
});

test("only the command line knows the names of its options", () => {
  const option = /["'`](?:[^"'`\n]*[\s(])?--[a-z][a-z-]+/;
  const others = files.filter((file) => !isIn(file, "cli") && !isIn(file, "build"));
  expect(others.filter((file) => option.test(code(file)))).toEqual([]);
});

test("error numbers, file flags and limits are defined in one place each", () => {
  const defined = /^(?:export )?const (\w+) = /gm;
  const namesIn = (file: string) => Array.from(read(file).matchAll(defined), ([, name]) => name);
  const exported = /^export const (\w+) = /gm;
  const names = new Set([
    ...CONSTANT_FILES.flatMap((file) => Array.from(read(file).matchAll(exported), ([, n]) => n)),
    ...Array.from({ length: 134 }, (_, errno) => errnoName(errno)),
    ...Object.keys(openFlags("x64")),
  ]);
  expect(names).toContain("ENOENT");
  expect(names).toContain("PATH_MAX");
  const others = files.filter((file) => !CONSTANT_FILES.includes(file));
  const repeated = others.flatMap((file) =>
    namesIn(file)
      .filter((name) => names.has(name))
      .map((name) => `${file} defines ${name}`),
  );
  expect(repeated).toEqual([]);
  const nodeFlags = /import \{[^}]*\bconstants\b[^}]*\} from "node:fs"/;
  expect(others.filter((file) => nodeFlags.test(read(file)))).toEqual([]);
});

test("only ffi/memory.ts takes addresses", () => {
  expect(files.filter((file) => /\bptr\(/.test(code(file)))).toEqual(["ffi/memory.ts"]);
});

test("modules without side effects use neither the process nor files nor the terminal", () => {
  const outside = /(?<![\w./])(process|Bun|console|globalThis|fetch|require)\s*[.([]/;
  const pure = files.filter((file) => PURE.some((module) => isIn(file, module)));
  expect(pure.length).toBeGreaterThan(PURE.length);
  // They compute, too: Bun.stringWidth has Unicode's tables of widths, Bun.Glob the globs of task
  // runners, which we do not want to maintain; Bun has zstd.
  const computing: Readonly<Record<string, string>> = {
    "text/terminal-width.ts": "Bun.stringWidth(",
    "policy/task-policy.ts": "Bun.Glob(",
    "sinks/formats/parquet/chunk.ts": "Bun.zstdCompressSync(",
  };
  const allowed = (file: string, text: string) => text.replace(computing[file] ?? "", "");
  expect(pure.filter((file) => outside.test(allowed(file, code(file))))).toEqual([]);
});

test("there are no import cycles", () => {
  const cycles: string[] = [];
  const finished = new Set<string>();
  const visit = (file: string, path: readonly string[]) => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(" → "));
    else if (!finished.has(file))
      for (const imported of importedFiles(file)) visit(imported, [...path, file]);
    finished.add(file);
  };
  for (const file of files) visit(file, []);
  expect(cycles).toEqual([]);
});

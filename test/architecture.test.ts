/**
 * The import rules of docs/design.md, read from the imports themselves. A file of src imports from
 * its own room and from rooms on lower floors, never upwards. Types count as well.
 */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join, normalize } from "node:path";

const SRC = join(import.meta.dir, "../src");

/** Rooms of src from the top floor down: a folder, or a file that has a floor of its own. */
const FLOORS: readonly (readonly string[])[] = [
  ["main.ts", "build"],
  ["index.ts"],
  ["cli"],
  ["syscall-trace.ts"],
  ["attribution/providers.ts"],
  ["sinks/reports"],
  ["sinks/formats"],
  ["filters"],
  ["sources"],
  ["core"],
  ["daemon"],
  ["storage"],
  ["attribution"],
  ["events"],
  ["syscalls"],
  ["process"],
  ["ffi"],
  ["kernel"],
  ["text"],
  ["errors.ts"],
];

/** Packages and modules of Bun and Node that only these rooms know. */
const ONLY_IN: Readonly<Record<string, readonly string[]>> = {
  "bun:ffi": ["ffi"],
  "bun:test": [],
  citty: ["cli"],
  "consola/core": ["cli/messages.ts"],
  "csv-parse/sync": ["sources/records/csv-reader.ts"],
  "node:fs": ["build", "cli/doctor", "sources", "daemon", "storage", "attribution"].concat([
    ...["process", "ffi"],
  ]),
  "node:os": ["build", "cli/doctor", "sources"],
  "node:path": ["build"],
};

/** Rooms that compute and do nothing else. */
const PURE = ["kernel", "text", "filters", "sinks", "syscalls"];

const files = [...new Bun.Glob("**/*.ts").scanSync(SRC)]
  .filter((file) => file !== "embedded.d.ts")
  .sort();
const read = (file: string) => readFileSync(join(SRC, file), "utf8");
const isIn = (file: string, room: string) => file === room || file.startsWith(`${room}/`);

/** The room that a file is in; the one with the longest name where one is within another. */
function roomOf(file: string): string | undefined {
  const rooms = FLOORS.flat().filter((room) => isIn(file, room));
  return rooms.sort((a, b) => b.length - a.length)[0];
}

const floorOf = (file: string) => FLOORS.findIndex((floor) => floor.includes(roomOf(file) ?? ""));

/** What a file imports, as it is written. */
function imports(file: string): string[] {
  const pattern =
    /(?:^import|\bimport\s*\(|^(?:import|export)\b[^;"']*\bfrom)\s*["']([^"']+)["']/gm;
  return Array.from(read(file).matchAll(pattern), (match) => match[1]);
}

/** The files of src that a file imports. */
function importedFiles(file: string): string[] {
  return imports(file)
    .filter((specifier) => /^\..*\.ts$/.test(specifier))
    .map((specifier) => normalize(join(file, "..", specifier)));
}

/** The code that runs: without comments and types. */
function code(file: string): string {
  return new Bun.Transpiler({ loader: "ts" }).transformSync(read(file));
}

test("no import runs upwards", () => {
  const upwards = files.flatMap((file) =>
    importedFiles(file)
      .filter((imported) => roomOf(imported) !== roomOf(file) && floorOf(imported) <= floorOf(file))
      .map((imported) => `${file} → ${imported}`),
  );
  expect(upwards).toEqual([]);
});

test("every file is in a room, and every room has files", () => {
  expect(files.filter((file) => roomOf(file) === undefined)).toEqual([]);
  const rooms = new Set(files.map(roomOf));
  expect(FLOORS.flat().filter((room) => !rooms.has(room))).toEqual([]);
});

test("a package that some rooms hide from the rest is imported by them alone", () => {
  const packages = files.flatMap((file) =>
    imports(file)
      .filter((specifier) => !/^\.|^node:util$/.test(specifier))
      .filter((name) => !ONLY_IN[name]?.some((room) => isIn(file, room)))
      .map((name) => `${file} imports ${name}`),
  );
  expect(packages).toEqual([]);
});

test("the executable imports the command line and nothing else", () => {
  expect(imports("main.ts")).toEqual(["./cli/program.ts"]);
});

test("only the command line knows the names of its options", () => {
  const option = /["'`](?:[^"'`\n]*[\s(])?--[a-z][a-z-]+/;
  const others = files.filter((file) => !isIn(file, "cli") && !isIn(file, "build"));
  expect(others.filter((file) => option.test(code(file)))).toEqual([]);
});

test("addresses are taken in one file", () => {
  expect(files.filter((file) => /\bptr\(/.test(code(file)))).toEqual(["ffi/memory.ts"]);
});

test("files that only compute know neither the process nor a file nor the terminal", () => {
  const outside = /(?<![\w./])(process|Bun|console|globalThis|fetch|require)\s*[.([]/;
  const pure = files.filter((file) => PURE.some((room) => isIn(file, room)));
  expect(pure.length).toBeGreaterThan(PURE.length);
  expect(pure.filter((file) => outside.test(code(file)))).toEqual([]);
});

test("no file imports itself by a detour", () => {
  const circles: string[] = [];
  const finished = new Set<string>();
  const visit = (file: string, path: readonly string[]) => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(" → "));
    else if (!finished.has(file))
      for (const imported of importedFiles(file)) visit(imported, [...path, file]);
    finished.add(file);
  };
  for (const file of files) visit(file, []);
  expect(circles).toEqual([]);
});

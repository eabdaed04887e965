/** Reads types from the running kernel's BTF and from the headers of a machine. */
import { Btf, btfSection } from "./btf.ts";
import { compile, compilerFlags, type Headers, type Machine } from "./headers.ts";
import { Layouts, scalarTypeCode } from "./layouts.ts";
import { EXTRA_STRUCTS, MANUAL_STRUCTS, STRUCT_HEADERS } from "./structs.ts";

const words = (text: string) => text.trim().split(/\s+/);

/** Matches an error after `#line 1 "queries"`. */
const QUERY_ERROR = /^queries:(\d+):\d+: error/gm;

/** Returns the headers of a list that exist; older versions lack some. */
function availableHeaders(headers: Headers, machine: Machine, names: readonly string[]): string[] {
  const source = names.map((name) => `#if __has_include(<${name}>)\n"@${name}"\n#endif\n`).join("");
  const { bytes } = compile(source, [...compilerFlags(headers, machine), "-E", "-P"]);
  const found = new TextDecoder().decode(bytes!).matchAll(/^"@(\S+)"$/gm);
  return Array.from(found, ([, name]) => name);
}

/** Returns "#include <…>" lines for the headers that exist. */
export function includeLines(headers: Headers, machine: Machine, names: readonly string[]): string {
  return availableHeaders(headers, machine, names)
    .map((name) => `#include <${name}>\n`)
    .join("");
}

/**
 * Compiles headers to BTF. The BPF target lays out structs as x86-64 and arm64 do: 64 bits,
 * little-endian, natural alignment.
 */
export function headerBtf(
  headers: Headers,
  machine: "x64" | "arm64",
  tags: readonly string[],
  names: readonly string[] = words(STRUCT_HEADERS),
): Btf {
  const defines = machine === "x64" ? ["-D__x86_64__"] : ["-D__aarch64__"];
  const [, ...include] = compilerFlags(headers, machine);
  const flags = ["--target=bpf", "-g", "-c", ...defines, ...include];
  const declarations = tags.map((tag, i) => `struct ${tag} query${i};`);
  const head = includeLines(headers, machine, names);
  for (;;) {
    const source = `${head}#line 1 "queries"\n${declarations.join("\n")}\n`;
    const { bytes, errors } = compile(source, flags);
    if (bytes) return new Btf(btfSection(bytes));
    const lines = Array.from(errors.matchAll(QUERY_ERROR), ([, line]) => Number(line));
    if (lines.length === 0) throw new Error(errors);
    for (const line of lines) declarations[line - 1] = "";
  }
}

/** Returns the tags after "struct" or "union" in a text. */
function tagsIn(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(/\b(?:struct|union) (\w+)/g), ([, tag]) => tag))];
}

/**
 * Returns the lines of structs by tag, from the running kernel or else from headers.
 * @throws Error with the tags that no source has
 */
export function layoutLines(kernel: Btf, headers: Headers, prototypes: string) {
  const tags = [...tagsIn(prototypes), "fd_set", "sigset_t", "compat_sigset_t"];
  const more = words(EXTRA_STRUCTS);
  const common = new Layouts(kernel);
  const absent = [...tags, ...more].filter((tag) => !common.add(tag));
  const uapi = new Layouts(headerBtf(headers, "x64", absent));
  const manual = new Map(
    MANUAL_STRUCTS.trim()
      .split("\n")
      .map((line) => /^\s*(\S+) (.*)$/.exec(line)!.slice(1) as [string, string]),
  );
  const unknown = absent.filter((tag) => !uapi.add(tag) && !manual.has(tag));
  if (unknown.length) throw new Error(`no layout of ${unknown.join(", ")}`);
  return new Map([...manual, ...uapi.lines, ...common.lines]);
}

/**
 * Returns the lines of structs whose layout on arm64 differs both from x86-64's headers and from the
 * kernel: x86's headers declare a few structs differently from the kernel.
 */
export function arm64Lines(
  headers: Headers,
  common: ReadonlyMap<string, string>,
): Map<string, string> {
  const tags = [...common.keys()].filter((tag) => !tag.includes("."));
  const [x64, arm64] = (["x64", "arm64"] as const).map((machine) => {
    const layouts = new Layouts(headerBtf(headers, machine, tags));
    for (const tag of tags) layouts.add(tag);
    return layouts.lines;
  });
  const differs = ([tag, line]: [string, string]) =>
    x64.get(tag) !== line && common.get(tag) !== line;
  return new Map([...arm64].filter(differs));
}

const C_SCALARS: Readonly<Record<string, string>> = {
  ...{ char: "i1", "unsigned char": "u1", int: "i4", "unsigned int": "u4" },
  ...{ long: "iw", "unsigned long": "uw" },
};

/** Returns the codes of the integer types in the prototypes: "umode_t" → "u2". */
export function scalarLines(kernel: Btf, prototypes: string): Map<string, string> {
  const names = Array.from(
    prototypes.matchAll(/[(,] ?(?:const )?((?:unsigned )?\w+) /g),
    ([, name]) => name,
  );
  const enums = Array.from(prototypes.matchAll(/\benum (\w+)/g), ([, name]) => `enum ${name}`);
  const known = [...new Set(names)].map((name) => [
    name,
    C_SCALARS[name] ?? scalarTypeCode(kernel, name),
  ]);
  return new Map([
    ...known.filter((each): each is [string, string] => each[1] !== null),
    ...enums.map((name) => [name, "u4"] as const),
  ]);
}

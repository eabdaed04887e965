/** What the running kernel's BTF and the headers of a machine say of types. */
import { Btf, btfSection } from "./btf.ts";
import { compile, compilerFlags, type Headers, type Machine } from "./headers.ts";
import { Layouts, scalarTypeCode } from "./layouts.ts";
import { EXTRA_STRUCTS, MANUAL_STRUCTS, STRUCT_HEADERS } from "./structs.ts";

const words = (text: string) => text.trim().split(/\s+/);

/** The line of an error in what came after `#line 1 "asked"`. */
const QUERY_ERROR = /^asked:(\d+):\d+: error/gm;

/** Those headers of a list that these headers have; older ones lack some. */
function availableHeaders(headers: Headers, machine: Machine, names: readonly string[]): string[] {
  const source = names.map((name) => `#if __has_include(<${name}>)\n"@${name}"\n#endif\n`).join("");
  const { bytes } = compile(source, [...compilerFlags(headers, machine), "-E", "-P"]);
  const found = new TextDecoder().decode(bytes!).matchAll(/^"@(\S+)"$/gm);
  return Array.from(found, ([, name]) => name);
}

/** "#include <…>" of those that are there. */
export function includeLines(headers: Headers, machine: Machine, names: readonly string[]): string {
  return availableHeaders(headers, machine, names)
    .map((name) => `#include <${name}>\n`)
    .join("");
}

/**
 * The BTF of structs that headers declare. BPF's machine lays them out as x86-64 and arm64 do: 64
 * bits, little-endian, everything at its natural boundary.
 */
export function headerBtf(
  headers: Headers,
  machine: "x64" | "arm64",
  tags: readonly string[],
): Btf {
  const defines = machine === "x64" ? ["-D__x86_64__"] : ["-D__aarch64__"];
  const [, ...include] = compilerFlags(headers, machine);
  const flags = ["--target=bpf", "-g", "-c", ...defines, ...include];
  const declarations = tags.map((tag, i) => `struct ${tag} asked${i};`);
  const head = includeLines(headers, machine, words(STRUCT_HEADERS));
  for (;;) {
    const source = `${head}#line 1 "asked"\n${declarations.join("\n")}\n`;
    const { bytes, errors } = compile(source, flags);
    if (bytes) return new Btf(btfSection(bytes));
    const lines = Array.from(errors.matchAll(QUERY_ERROR), ([, line]) => Number(line));
    if (lines.length === 0) throw new Error(errors);
    for (const line of lines) declarations[line - 1] = "";
  }
}

/** Every tag after "struct" or "union" in a text. */
export function tagsIn(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(/\b(?:struct|union) (\w+)/g), ([, tag]) => tag))];
}

/**
 * Lines of structs, by tag: of the running kernel, of headers where it has none.
 * @throws Error that names the tags which nobody knows
 */
export function layoutLines(kernel: Btf, headers: Headers, prototypes: string) {
  const tags = [...tagsIn(prototypes), "fd_set", "sigset_t", "compat_sigset_t"];
  const more = words(EXTRA_STRUCTS);
  const common = new Layouts(kernel);
  const absent = [...tags, ...more].filter((tag) => !common.add(tag));
  const uapi = new Layouts(headerBtf(headers, "x64", absent));
  const hand = new Map(
    MANUAL_STRUCTS.trim()
      .split("\n")
      .map((line) => /^\s*(\S+) (.*)$/.exec(line)!.slice(1) as [string, string]),
  );
  const unknown = absent.filter((tag) => !uapi.add(tag) && !hand.has(tag));
  if (unknown.length) throw new Error(`no layout of ${unknown.join(", ")}`);
  return new Map([...hand, ...uapi.lines, ...common.lines]);
}

/**
 * Lines of those structs that arm64's headers have in another form than x86-64's: also another than
 * the kernel, as x86's headers declare a few as the C library had them.
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

/** "umode_t" → "u2", of every type in the prototypes that is a number. */
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

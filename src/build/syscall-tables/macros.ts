/** Names and values of constants: what headers define, and what a compiler says they are. */
import { compile, compilerFlags, type Headers, type Machine } from "./headers.ts";

/** A macro without parameters, or a value of an enum. */
export interface HeaderConstant {
  readonly name: string;
  /** "linux/sched.h": the header that defines it. */
  readonly header: string;
  /** The tag of its enum; empty where it has none, null of a macro. */
  readonly enumeration: string | null;
  /** What a macro stands for; empty of a value of an enum. */
  readonly body: string;
}

/** `# 12 "/…/include/linux/sched.h" 1` */
const MARKER = /^# \d+ "([^"]*)"/;
const DEFINE = /^#define (\w+)[ \t]+(\S.*)/;
const ENUM = /\benum\s*(\w*)\s*(?:__attribute__\S*\s*)?\{([^}]*)\}/g;

/** The path as it is included. */
function headerName(path: string, roots: readonly string[]): string {
  const root = roots
    .filter((each) => path.startsWith(`${each}/`))
    .sort((a, b) => b.length - a.length);
  return root.length ? path.slice(root[0].length + 1) : path;
}

function enumerators(body: string): string[] {
  const plain = body.replace(/\([^()]*(?:\([^()]*\)[^()]*)*\)/g, "");
  return plain.split(",").flatMap((each) => /^\s*([A-Za-z]\w*)/.exec(each)?.[1] ?? []);
}

/** All constants that a source defines, in order, with those of the headers it includes. */
export function headerConstants(
  source: string,
  headers: Headers,
  machine: Machine,
): HeaderConstant[] {
  const flags = compilerFlags(headers, machine);
  const roots = flags.filter((flag) => flag.startsWith("-I")).map((flag) => flag.slice(2));
  const { bytes, errors } = compile(source, [...flags, "-E", "-dD"]);
  if (!bytes) throw new Error(errors);
  const found: HeaderConstant[] = [];
  const bodies = new Map<string, string>();
  let header = "";
  for (const line of new TextDecoder().decode(bytes).split("\n")) {
    const marker = MARKER.exec(line);
    if (marker) header = headerName(marker[1], roots);
    else if (!line.startsWith("#")) bodies.set(header, `${bodies.get(header) ?? ""}${line}\n`);
    const [, name, body] = DEFINE.exec(line) ?? [];
    if (name) found.push({ name, header, enumeration: null, body });
  }
  const ofEnums = Array.from(bodies, ([header, text]) =>
    Array.from(text.matchAll(ENUM), ([, enumeration, body]) =>
      enumerators(body).map((name) => ({ name, header, enumeration, body: "" })),
    ),
  ).flat(2);
  // Some headers define a macro of the same name for each value of an enum.
  const named = new Map([...found, ...ofEnums].map((each) => [each.name, each]));
  return [...named.values()];
}

/** The line of an error in what came after `#line 1 "asked"`. */
const QUERY_ERROR = /^asked:(\d+):\d+: error/gm;
/** What the compiler writes for a `long long`: .xword on arm64. */
const QUAD = /^asked(\d+):\n\s+\.(?:quad|xword)\s+(-?\d+)\b(?!\S)/gm;

/** A line of the source that is at fault, itself or by what it includes. */
const SOURCE_ERROR = /source\.c:(\d+)/g;

/**
 * The values of those names that are integers, after a source. A header that cannot be compiled is
 * left out, with a message.
 */
export function evaluateConstants(
  source: string,
  names: readonly string[],
  headers: Headers,
  machine: Machine,
): Map<string, bigint> {
  const flags = [...compilerFlags(headers, machine), "-S", "-fno-common"];
  const head = source.split("\n");
  const lines = names.map((name, i) => `const long long asked${i} = (long long)(${name});`);
  const linesIn = (errors: string, pattern: RegExp) =>
    new Set(Array.from(errors.matchAll(pattern), ([, line]) => Number(line) - 1));
  for (;;) {
    const text = [...head, '#line 1 "asked"', ...lines].join("\n");
    const { bytes, errors } = compile(`${text}\n`, flags);
    if (bytes) return readValues(new TextDecoder().decode(bytes), names);
    const wrong = linesIn(errors, QUERY_ERROR);
    const faults = wrong.size ? wrong : linesIn(errors, SOURCE_ERROR);
    const list = wrong.size ? lines : head;
    if (![...faults].some((line) => list[line])) throw new Error(errors);
    for (const line of faults) {
      if (list === head) console.error(`left out: ${head[line]}`);
      list[line] = "";
    }
  }
}

function readValues(assembly: string, names: readonly string[]): Map<string, bigint> {
  const found = assembly.matchAll(QUAD);
  return new Map(Array.from(found, ([, i, value]) => [names[Number(i)], BigInt(value)]));
}

/** Finds the constants that headers define and has the compiler evaluate them. */
import { compile, compilerFlags, type Headers, type Machine } from "./headers.ts";

/** A macro without parameters, or a value of an enum. */
export interface HeaderConstant {
  readonly name: string;
  /** "linux/sched.h": the header that defines it. */
  readonly header: string;
  /** The tag of its enum, or the name of its first value if it has none; null for a macro. */
  readonly enumeration: string | null;
  /** The expansion of a macro; empty for a value of an enum. */
  readonly body: string;
}

/** `# 12 "/…/include/linux/sched.h" 1` */
const MARKER = /^# \d+ "([^"]*)"/;
const DEFINE = /^#define (\w+)[ \t]+(\S.*)/;
const ENUM = /\benum\s*(\w*)\s*(?:__attribute__\S*\s*)?\{([^}]*)\}/g;

/** Returns the path as in #include. */
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

/** Returns the constants that a source and its headers define, in order. */
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
      enumerators(body).map((name, _, [first]) => ({
        ...{ name, header, body: "" },
        enumeration: enumeration || first,
      })),
    ),
  ).flat(2);
  // Some headers define a macro of the same name for each value of an enum.
  const named = new Map([...found, ...ofEnums].map((each) => [each.name, each]));
  return [...named.values()];
}

/** Matches an error after `#line 1 "queries"`. */
const QUERY_ERROR = /^queries:(\d+):\d+: error/gm;
/** Matches a `long long` in assembly: .xword on arm64. */
const QUAD = /^query(\d+):\n\s+\.(?:quad|xword)\s+(-?\d+)\b(?!\S)/gm;

/** Matches a source line with an error, or one that includes a header with an error. */
const SOURCE_ERROR = /source\.c:(\d+)/g;

/**
 * Evaluates the names that are integers, in the context of a source. A header that does not compile
 * is skipped with a message.
 */
export function evaluateConstants(
  source: string,
  names: readonly string[],
  headers: Headers,
  machine: Machine,
): Map<string, bigint> {
  const flags = [...compilerFlags(headers, machine), "-S", "-fno-common"];
  const head = source.split("\n");
  const lines = names.map((name, i) => `const long long query${i} = (long long)(${name});`);
  const linesIn = (errors: string, pattern: RegExp) =>
    new Set(Array.from(errors.matchAll(pattern), ([, line]) => Number(line) - 1));
  for (;;) {
    const text = [...head, '#line 1 "queries"', ...lines].join("\n");
    const { bytes, errors } = compile(`${text}\n`, flags);
    if (bytes) return readValues(new TextDecoder().decode(bytes), names);
    const failed = linesIn(errors, QUERY_ERROR);
    const faults = failed.size ? failed : linesIn(errors, SOURCE_ERROR);
    const list = failed.size ? lines : head;
    if (![...faults].some((line) => list[line])) throw new Error(errors);
    for (const line of faults) {
      if (list === head) console.error(`skipped: ${head[line]}`);
      list[line] = "";
    }
  }
}

function readValues(assembly: string, names: readonly string[]): Map<string, bigint> {
  const found = assembly.matchAll(QUAD);
  return new Map(Array.from(found, ([, i, value]) => [names[Number(i)], BigInt(value)]));
}

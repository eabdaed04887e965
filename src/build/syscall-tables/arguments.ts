/** Makes the prototypes of generated/arguments.ts, one line per call, from several sources. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Headers } from "./headers.ts";
import { ARGUMENT_NAMES, KERNEL_NAMES, MANUAL_PROTOTYPES, TYPE_REPLACEMENTS } from "./overrides.ts";
import {
  headerPrototypes,
  type Parameter,
  parameterName,
  tracepointPrototypes,
  withNames,
} from "./prototypes.ts";

export interface PrototypeSources {
  /** Keys are kernel names: "newstat". */
  readonly tracepoints: ReadonlyMap<string, Parameter[]>;
  /** Keys are functions: "sys_newstat", "compat_sys_newstat". */
  readonly functions: ReadonlyMap<string, Parameter[]>;
}

/** Reads the tracepoint formats and the kernel's headers. */
export function readSources(headers: Headers, tracefs: string): PrototypeSources {
  const functions = ["syscalls.h", "compat.h"].flatMap((file) => [
    ...headerPrototypes(readFileSync(join(headers.kernel!, "linux", file), "utf8")),
  ]);
  return { tracepoints: tracepointPrototypes(tracefs), functions: new Map(functions) };
}

/** Parses the manual prototypes; keys are "mmap" and "compat:mmap". */
function manualPrototypes(): Map<string, Parameter[]> {
  const lines = MANUAL_PROTOTYPES.matchAll(/^((?:\w+:)?\w+)\((.*)\)$/gm);
  return new Map(Array.from(lines, ([, name, list]) => [name, list ? list.split(", ") : []]));
}

/** Returns the possible names of the function behind a call of 32-bit programs. */
function compatForms(name: string): string[] {
  const kernel = KERNEL_NAMES[name] ?? name;
  return [
    ...[`compat_sys_${name}`, `compat_sys_${kernel}`, `compat_sys_${name}_time32`],
    ...[`sys_${name}_time32`, `sys_${name}32`, `sys_${name}16`],
  ];
}

/** Uses the name of the man page and drops qualifiers that do not concern the caller. */
function normalizeParameter(call: string, parameter: Parameter): Parameter {
  const name = parameterName(parameter)!;
  const better = ARGUMENT_NAMES[call]?.[name] ?? name.replace(/^(?:_+|u_)(?=\w)/, "");
  const typed = TYPE_REPLACEMENTS.reduce(
    (text, [type, instead]) => text.replace(type, instead),
    parameter.slice(0, -name.length).replace(/^const (?!.*\*)(?!cap_)/, ""),
  );
  // A const pointer says nothing about its pointee.
  return typed.replace(/\*const $/, "*") + better;
}

/** Returns the parameters of a call of 64-bit programs; null if no source has it. */
function nativeParameters(name: string, sources: PrototypeSources): Parameter[] | null {
  const kernel = KERNEL_NAMES[name] ?? name;
  const own = sources.tracepoints.get(kernel);
  const declared = sources.functions.get(`sys_${kernel}`);
  return own ?? (declared ? withNames(declared, undefined) : null);
}

/** Takes the name of the native parameter, and its const if both are pointers. */
function likeNative(parameter: Parameter, native: Parameter): Parameter {
  const named = parameter.replace(/\w+$/, parameterName(native)!);
  const lacks = native.startsWith("const ") && /^(?!const ).*\*/.test(named);
  return lacks ? `const ${named}` : named;
}

function compatParameters(name: string, sources: PrototypeSources): Parameter[] | null {
  const native =
    nativeParameters(name, sources) ??
    nativeParameters(name.replace(/(_time)?(64|32)$/, ""), sources);
  const form = compatForms(name).find((form) => sources.functions.has(form));
  if (form === undefined) return native;
  const own = withNames(sources.functions.get(form)!, native ?? undefined);
  return native?.length === own.length ? own.map((each, i) => likeNative(each, native[i])) : own;
}

/**
 * The arguments of a call of 64-bit programs, as the table has them.
 * @returns null where no source has it
 */
export function nativeArguments(name: string, sources: PrototypeSources): Parameter[] | null {
  const parameters = manualPrototypes().get(name) ?? nativeParameters(name, sources);
  return parameters?.map((each) => normalizeParameter(name, each)) ?? null;
}

/**
 * Returns the lines of the table.
 * @param native names of calls of 64-bit programs
 * @param compat names of calls of 32-bit programs
 * @throws Error with the calls that no source has
 */
export function prototypeLines(
  native: Iterable<string>,
  compat: Iterable<string>,
  sources: PrototypeSources,
): string[] {
  const manual = manualPrototypes();
  const lines = new Map<string, string>();
  const missing: string[] = [];
  const add = (key: string, name: string, parameters: Parameter[] | null) => {
    if (parameters === null) missing.push(key);
    else lines.set(key, `(${parameters.map((each) => normalizeParameter(name, each)).join(", ")})`);
  };
  for (const name of native) {
    const parameters = nativeArguments(name, sources);
    if (parameters) lines.set(name, `(${parameters.join(", ")})`);
    else missing.push(name);
  }
  for (const name of compat) {
    const key = `compat:${name}`;
    add(key, name, manual.get(key) ?? manual.get(name) ?? compatParameters(name, sources));
    if (lines.get(key) === lines.get(name)) lines.delete(key);
  }
  for (const [key, parameters] of manual)
    if (!lines.has(key) && key.startsWith("arm64:")) add(key, key, parameters);
  if (missing.length) throw new Error(`no prototype of ${missing.join(", ")}`);
  return Array.from(lines, ([key, list]) => key + list).sort();
}

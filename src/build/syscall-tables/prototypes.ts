/**
 * Parses the prototypes of system calls: from the tracepoint formats of the running kernel (tracefs)
 * and from the kernel's headers (include/linux/syscalls.h, compat.h).
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** "const char *filename" */
export type Parameter = string;

/** Normalizes the spelling of types: no __user, no space after a star. */
function normalizeTypes(text: string): string {
  return text
    .replace(/\b__user\b/g, " ")
    .replace(/\s*\*\s*/g, " *")
    .replace(/\* \*/g, "**")
    .replace(/\*const\b/g, "*const ")
    .replace(/\s+/g, " ")
    .replace(/\bunsigned (?!int|long|char|short)/g, "unsigned int ")
    .trim();
}

/** Returns the parameters of each syscalls/sys_enter_* tracepoint, by call: "openat". */
export function tracepointPrototypes(tracefs: string): Map<string, Parameter[]> {
  const events = join(tracefs, "events/syscalls");
  const names = readdirSync(events).filter((name) => name.startsWith("sys_enter_"));
  return new Map(
    names.map((name) => {
      const format = readFileSync(join(events, name, "format"), "utf8");
      const fields = Array.from(format.matchAll(/^\tfield:(.*);\toffset:/gm), ([, field]) => field);
      const own = fields.slice(fields.findIndex((field) => field.endsWith(" __syscall_nr")) + 1);
      return [name.slice("sys_enter_".length), own.map(normalizeTypes)] as const;
    }),
  );
}

const TYPE_WORDS = /^(?:const|unsigned|signed|struct|union|enum|int|long|char|short|void)$/;

/** Whether the last word is a name and not part of the type. */
function isNamed(parameter: string): boolean {
  const words = parameter.split(" ");
  const last = words[words.length - 1];
  if (words.length < 2 || !/^\**\w+$/.test(last)) return false;
  const word = last.replace(/^\*+/, "");
  if (TYPE_WORDS.test(word)) return false;
  return last.startsWith("*") || !/^(?:const|struct|union|enum)$/.test(words[words.length - 2]);
}

/**
 * Returns the parameters of each `asmlinkage` prototype, by function: "sys_openat",
 * "compat_sys_openat". Parameters without a name in the header have none here.
 */
export function headerPrototypes(text: string): Map<string, Parameter[]> {
  const plain = text.replace(/\/\*[\s\S]*?\*\//g, " ");
  const found = plain.matchAll(/^asmlinkage \w+ ((?:compat_)?sys_\w+)\(([^;]*)\);/gm);
  return new Map(
    Array.from(found, ([, name, list]) => {
      const parameters = list.split(",").map(normalizeTypes);
      return [name, parameters[0] === "void" ? [] : parameters] as const;
    }),
  );
}

/** Returns the name of a parameter; null if it has none. */
export function parameterName(parameter: Parameter): string | null {
  return isNamed(parameter) ? /(\w+)$/.exec(parameter)![1] : null;
}

/** Names unnamed parameters after those of another variant of the call. */
export function withNames(
  parameters: readonly Parameter[],
  other: readonly Parameter[] | undefined,
): Parameter[] {
  return parameters.map((parameter, i) => {
    if (parameterName(parameter) !== null) return parameter;
    const name = (other?.[i] && parameterName(other[i])) ?? `arg${i}`;
    return normalizeTypes(`${parameter} ${name}`);
  });
}

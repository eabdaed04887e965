/** Parses the conditions of severity rules; rules.ts describes their format. */
import type { SyscallEvent } from "../../events/syscall-event.ts";
import { isLocal, toEndpoint } from "../../syscalls/address.ts";
import { namedArguments } from "../../syscalls/argument-names.ts";
import { mutatesFile } from "../../syscalls/mutations.ts";
import { straceText } from "../../syscalls/strace-text.ts";
import type { Value } from "../../syscalls/value.ts";
import { decodeLatin1, textToLatin1 } from "../../text/latin1.ts";
import { isPathWithin } from "../../text/path.ts";

/** The directories that "~" and "." expand to, one character per byte. */
export interface BaseDirectories {
  readonly home: string;
  readonly directory: string;
}

export interface RuleCondition {
  /** The argument that the condition tests. */
  readonly argument?: string;
  /** Tests the call as a whole. */
  readonly holds?: (event: SyscallEvent) => boolean;
  /** Tests one file of the call; one file has to satisfy all such conditions of a rule. */
  readonly matchesPath?: (path: string, base: BaseDirectories) => boolean;
}

/** If `.` is the home directory or an ancestor of it, it does not match files under home. */
function isInWorkingDirectory(path: string, { home, directory }: BaseDirectories): boolean {
  return (
    isPathWithin(path, directory) && !(isPathWithin(home, directory) && isPathWithin(path, home))
  );
}

/** Expands "~/x" and "./x". */
function expandPattern(pattern: string, { home, directory }: BaseDirectories): string {
  const start = pattern.startsWith("~") ? home : pattern.startsWith("./") ? directory : null;
  return start === null ? pattern : `${start === "/" ? "" : start}${pattern.slice(1)}` || "/";
}

/** Compiles a path pattern. @param pattern "~/.ssh", "/memfd:*", "." */
export function pathMatcher(pattern: string): (path: string, base: BaseDirectories) => boolean {
  if (pattern === ".") return isInWorkingDirectory;
  if (!pattern.includes("*"))
    return (path, base) => isPathWithin(path, expandPattern(pattern, base));
  return (path, base) => {
    const escaped = expandPattern(pattern, base).replace(/[\\^$.+?()[\]{}|]/g, "\\$&");
    return new RegExp(`^${escaped.replaceAll("*", "[^/]*")}(/|$)`, "s").test(path);
  };
}

function hasRemoteAddress(value: Value): boolean {
  const address = toEndpoint(value);
  if (address) return !isLocal(address);
  if (value.kind === "array") return value.items.some(hasRemoteAddress);
  return value.kind === "struct" && value.fields.some(([, field]) => hasRemoteAddress(field));
}

function isRemote({ args }: SyscallEvent): boolean {
  return args.some((value) => value && hasRemoteAddress(value));
}

function argumentValue(event: SyscallEvent, argument: string): Value | undefined {
  return namedArguments(event).find(([name]) => name === argument)?.[1];
}

function matchesAny(value: Value | undefined, wanted: readonly string[]): boolean {
  if (!value) return false;
  switch (value.kind) {
    case "integer":
      return wanted.some((each) => /^\w+$/.test(each) && BigInt(value.value) === parseNumber(each));
    case "named":
      return wanted.some((each) => value.has(each) || BigInt(value.value) === parseNumber(each));
    case "string":
      return wanted.includes(decodeLatin1(value.bytes));
    case "fd":
      return wanted.includes(String(value.fd));
    case "null":
      return wanted.includes("null");
    case "struct":
    case "array":
    case "pointer":
      return false;
    default:
      return wanted.includes(straceText(value));
  }
}

/** Parses "0x1f", "04755", "10"; null if the text is not a number. */
export function parseNumber(text: string): bigint | null {
  if (/^-?[1-9]\d*$|^0x[0-9a-f]+$/i.test(text)) return BigInt(text);
  return /^0[0-7]*$/.test(text) ? BigInt(`0o0${text}`) : null;
}

function hasBits(value: Value | undefined, bits: bigint): boolean {
  if (value?.kind !== "integer" && value?.kind !== "named") return false;
  return (BigInt(value.value) & bits) !== 0n;
}

/** Parses a condition. @returns null if the word is not a condition */
export function parseCondition(word: string): RuleCondition | null {
  if (word === "changes") return { holds: mutatesFile };
  if (word === "remote") return { holds: isRemote };
  const match = word.match(/^([a-z_]\w*)(=|&)(.+)$/);
  if (!match) return null;
  const [, argument, operator, text] = match;
  const bits = parseNumber(text);
  if (operator === "&")
    return bits === null
      ? null
      : { argument, holds: (event) => hasBits(argumentValue(event, argument), bits) };
  // Paths are compared as bytes, one character per byte.
  const values = textToLatin1(text).split(",");
  if (argument !== "in" && argument !== "outside")
    return { argument, holds: (event) => matchesAny(argumentValue(event, argument), values) };
  const matchers = values.map(pathMatcher);
  const inside = (path: string, base: BaseDirectories) =>
    matchers.some((matches) => matches(path, base));
  if (argument === "in") return { matchesPath: inside };
  return { matchesPath: (path, base) => !inside(path, base) };
}

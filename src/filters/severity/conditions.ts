/** The conditions of rules about calls: danger-rules.ts has their form. */
import type { SyscallEvent } from "../../events/syscall-event.ts";
import { isLocal, toEndpoint } from "../../syscalls/address.ts";
import { namedArguments } from "../../syscalls/argument-names.ts";
import { mutatesFile } from "../../syscalls/mutations.ts";
import type { Value } from "../../syscalls/value.ts";
import { plainWord } from "../../syscalls/word.ts";

/** What "~" and "." stand for: one character a byte. */
export interface BaseDirectories {
  readonly home: string;
  readonly directory: string;
}

export interface RuleCondition {
  /** The argument that it is about. */
  readonly argument?: string;
  /** Of a call as a whole. */
  readonly holds?: (event: SyscallEvent) => boolean;
  /** Of each of its files: one has to fulfil all of these. */
  readonly matchesPath?: (path: string, places: BaseDirectories) => boolean;
}

function isBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === "/" ? "/" : `${directory}/`);
}

/** "." covers nothing in the home directory where it holds that as a whole, or is it. */
function isInWorkingDirectory(path: string, { home, directory }: BaseDirectories): boolean {
  return isBelow(path, directory) && !(isBelow(home, directory) && isBelow(path, home));
}

/** "~/x" and "./x", from where they start. */
function expandPattern(pattern: string, { home, directory }: BaseDirectories): string {
  const start = pattern.startsWith("~") ? home : pattern.startsWith("./") ? directory : null;
  return start === null ? pattern : `${start === "/" ? "" : start}${pattern.slice(1)}` || "/";
}

/** @param pattern "~/.ssh", "/memfd:*", "." */
function pathMatcher(pattern: string): (path: string, places: BaseDirectories) => boolean {
  if (pattern === ".") return isInWorkingDirectory;
  if (!pattern.includes("*"))
    return (path, places) => isBelow(path, expandPattern(pattern, places));
  return (path, places) => {
    const escaped = expandPattern(pattern, places).replace(/[\\^$.+?()[\]{}|]/g, "\\$&");
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
  switch (value?.kind) {
    case "integer":
      return wanted.some((each) => /^\w+$/.test(each) && BigInt(value.value) === parseNumber(each));
    case "named":
      return wanted.some((each) => value.has(each) || BigInt(value.value) === parseNumber(each));
    case "string":
      return wanted.includes(Buffer.from(value.bytes).toString("latin1"));
    case "word":
      return wanted.includes(String(plainWord(value.text)));
    case "fd":
      return wanted.includes(String(value.fd));
    default:
      return false;
  }
}

/** "0x1f", "04755", "10"; null for what is none. */
function parseNumber(text: string): bigint | null {
  if (/^-?[1-9]\d*$|^0x[0-9a-f]+$/i.test(text)) return BigInt(text);
  return /^0[0-7]*$/.test(text) ? BigInt(`0o0${text}`) : null;
}

function hasBits(value: Value | undefined, bits: bigint): boolean {
  if (value?.kind !== "integer" && value?.kind !== "named") return false;
  return (BigInt(value.value) & bits) !== 0n;
}

/** @returns null for what is no condition */
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
  // Names are compared as the kernel has them, one character a byte.
  const values = Buffer.from(text).toString("latin1").split(",");
  if (argument !== "in" && argument !== "outside")
    return { argument, holds: (event) => matchesAny(argumentValue(event, argument), values) };
  const covers = values.map(pathMatcher);
  const inside = (path: string, places: BaseDirectories) =>
    covers.some((each) => each(path, places));
  if (argument === "in") return { matchesPath: inside };
  return { matchesPath: (path, places) => !inside(path, places) };
}

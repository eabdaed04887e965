/**
 * Converts decoded values to plain JavaScript values for the library: integers are numbers, a bit set
 * has `has`, an fd is { fd, path }, a struct is an object, text is a string, NULL is null.
 * argument-types.ts declares the types.
 */
import { escapeBytes, surrogateEscape } from "../text/surrogate-escape.ts";
import type { Decoded, Text } from "./argument-types.ts";
import { abstractNameText, straceText } from "./strace-text.ts";
import { WITHOUT_PATHS } from "./text-style.ts";
import type { FdValue, NamedArgument, PartsValue, Value } from "./value.ts";
import { waitOutcome } from "./wait-status.ts";

/** Returns a bigint only if a number would lose digits. */
export function toNumber(value: number | bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Returns a lone unnamed number as a bigint, other parts as text. */
function toPlainParts(value: PartsValue): Decoded {
  const [first, ...others] = value.parts;
  const isNumber = typeof first === "number" || typeof first === "bigint";
  return isNumber && others.length === 0 ? BigInt(first) : straceText(value);
}

/** Returns a plain value that shares no memory with the traced program's. */
function toPlainFd({ fd, path, socket, device, process }: FdValue): Decoded {
  return {
    fd,
    ...(path === undefined ? {} : { path: surrogateEscape(path) }),
    ...(socket === undefined ? {} : { socket }),
    ...(device === undefined ? {} : { device }),
    ...(process === undefined ? {} : { process }),
  };
}

export function toPlain(value: Value): Decoded {
  switch (value.kind) {
    case "integer":
      return toNumber(value.value);
    case "named":
      return value;
    case "composite":
      return value.whole();
    case "string":
      return escapeBytes(value.bytes);
    case "pointer":
      return value.address;
    case "fd":
      return toPlainFd(value);
    case "struct":
      return toPlainObject(value.fields);
    case "array":
      return value.items.map(toPlain);
    case "null":
      return null;
    case "symbol":
      return value.name;
    case "host":
      return value.host;
    case "abstract-name":
      return surrogateEscape(`@${abstractNameText(value)}`);
    case "wait-status":
      return waitOutcome(value.status);
    case "parts":
      return toPlainParts(value);
    case "mask":
      return value.value === 0n ? straceText(value) : value.value;
    case "field":
      return toPlain(value.value);
    case "set":
      return straceText(value, WITHOUT_PATHS);
    case "random-bytes":
    case "mode":
    case "macro":
    case "change":
    case "siginfo":
      return straceText(value);
  }
}

/** Returns an object of plain values by name. */
export function toPlainObject(values: readonly NamedArgument[]): {
  readonly [name: string]: Decoded;
} {
  return Object.fromEntries(values.map(([name, value]) => [name, toPlain(value)]));
}

/** Returns the path of an fd that a call returned. */
export function toPlainPath(path: string | undefined): Text | undefined {
  return path === undefined ? undefined : surrogateEscape(path);
}

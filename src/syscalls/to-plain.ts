/**
 * Decoded values as a program wants them, to be kept: numbers are numbers, a bit set has `has`, an fd
 * is { fd, path }, a struct is an object, text is a string, NULL is null. shapes.ts has their types.
 */
import { escapeBytes, surrogateEscape } from "../text/surrogate-escape.ts";
import type { Decoded, Text } from "./argument-types.ts";
import type { NamedArgument, Value } from "./value.ts";
import { type Plain, plainWord } from "./word.ts";

/** An address that strace shows beside what is there, as that of envp. */
const ADDRESS = /^0x[0-9a-f]+$/;

/** A bigint only where a number would lose digits. */
export function toNumber(value: number | bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function toPlainWord(plain: Plain): Decoded {
  if (typeof plain === "string")
    return ADDRESS.test(plain) ? BigInt(plain) : surrogateEscape(plain);
  return plain;
}

/** A value that may be kept. */
export function toPlain(value: Value): Decoded {
  switch (value.kind) {
    case "integer":
      return toNumber(value.value);
    case "named":
      return value;
    case "string":
      return escapeBytes(value.bytes);
    case "pointer":
      return value.address;
    case "fd":
      return value.path === undefined
        ? { fd: value.fd }
        : { fd: value.fd, path: surrogateEscape(value.path) };
    case "struct":
      return toPlainObject(value.fields);
    case "array":
      return value.items.map(toPlain);
    case "word":
      return toPlainWord(plainWord(value.text));
  }
}

/** Values by name. */
export function toPlainObject(values: readonly NamedArgument[]): {
  readonly [name: string]: Decoded;
} {
  return Object.fromEntries(values.map(([name, value]) => [name, toPlain(value)]));
}

/** Where the fd leads that a call gave. */
export function toPlainPath(path: string | undefined): Text | undefined {
  return path === undefined ? undefined : surrogateEscape(path);
}

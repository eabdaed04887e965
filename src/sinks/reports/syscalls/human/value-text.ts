/** Describes decoded values in words, without knowing their purpose. */
import { toEndpoint } from "../../../../syscalls/address.ts";
import { straceText } from "../../../../syscalls/strace-text.ts";
import type { FdValue, StructValue, Value } from "../../../../syscalls/value.ts";
import { plainWord } from "../../../../syscalls/word.ts";
import { decodeLatin1, printable } from "../../../../text/printable.ts";

export const AT_FDCWD = -100;
const STANDARD_STREAMS = ["standard input", "standard output", "standard error"];
/** Matches names that need no quotes within a sentence. */
const PLAIN_NAME = /^[^\s"'\\,:;()[\]{}]+$/;

export const isNull = (value: Value) => value.kind === "word" && value.text === "NULL";

/** Returns a name, quoted if necessary. @param name one character per byte */
export function nameText(name: string): string {
  const text = printable(name);
  return PLAIN_NAME.test(text) ? text : `"${text.replaceAll('"', '\\"')}"`;
}

/** Describes an fd by its path or kind. */
export function fdText({ fd, path, directory }: FdValue): string {
  if (directory && fd === AT_FDCWD) return "the working directory";
  if (path?.startsWith("/")) {
    const name = nameText(path.replace(/ \(deleted\)$/, ""));
    return STANDARD_STREAMS[fd] ? `${STANDARD_STREAMS[fd]} (${name})` : name;
  }
  const kind = path?.match(/^(?:anon_inode:)?\[?(\w+)/)?.[1];
  if (STANDARD_STREAMS[fd])
    return kind ? `${STANDARD_STREAMS[fd]} (a ${kind})` : STANDARD_STREAMS[fd];
  return kind ? `${kind} ${fd}` : `file descriptor ${fd}`;
}

/** Returns the number of a value; null if it is not a number. */
export function numericValue(value: Value | undefined): number | null {
  if (value?.kind === "integer") return Number(value.value);
  if (value?.kind === "named") return Number(value.value);
  if (value?.kind === "fd") return value.fd;
  if (value?.kind === "array" && value.items.length === 1) return numericValue(value.items[0]);
  return null;
}

/** Returns a field of a struct. */
export function structField(value: Value, name: string): Value | undefined {
  return value.kind === "struct" ? value.fields.find(([each]) => each === name)?.[1] : undefined;
}

/** Quotes text or data; bytes that are not text become \xHH. */
export function dataText(bytes: Uint8Array, cut: boolean): string {
  const lines = decodeLatin1(bytes).split("\n").map(printable);
  return `"${lines.join("\\n").replaceAll('"', '\\"')}${cut ? "…" : ""}"`;
}

function wordText(text: string): string {
  const plain = plainWord(text);
  if (plain === null) return "nothing";
  return typeof plain === "object" ? statusText(plain) : printable(String(plain));
}

function statusText(status: object): string {
  const [[how, what]] = Object.entries(status);
  if (how === "exited") return `exited with ${what}`;
  return how === "killed" ? `killed by ${what}` : `stopped by ${what}`;
}

/** Describes a value without knowing its purpose. */
export function valueText(value: Value): string {
  switch (value.kind) {
    case "string":
      return dataText(value.bytes, value.cut);
    case "fd":
      return fdText(value);
    case "word":
      return wordText(value.text);
    case "named":
      return value.names.length && !Number(value.rest) ? value.names.join("|") : straceText(value);
    case "struct":
      return structText(value);
    case "array":
      return `${value.items.map(valueText).join(", ")}${value.cut ? ", …" : ""}` || "nothing";
    default:
      return straceText(value);
  }
}

function structText(value: StructValue): string {
  const address = toEndpoint(value);
  if (address) return printable(address.text);
  return `{${value.fields.map(([name, field]) => `${name} ${valueText(field)}`).join(", ")}}`;
}

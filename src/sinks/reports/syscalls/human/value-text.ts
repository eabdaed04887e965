/** Decoded values in words, as well as can be said without knowing what they are for. */
import { toEndpoint } from "../../../../syscalls/address.ts";
import { straceText } from "../../../../syscalls/strace-text.ts";
import type { FdValue, StructValue, Value } from "../../../../syscalls/value.ts";
import { plainWord } from "../../../../syscalls/word.ts";
import { decodeLatin1 } from "../../../../text/latin1.ts";
import { printable } from "../../../../text/printable.ts";

export const AT_FDCWD = -100;
const STANDARD_STREAMS = ["standard input", "standard output", "standard error"];
/** A name that is told from the words around it without quotes. */
const PLAIN_NAME = /^[^\s"'\\,:;()[\]{}]+$/;

export const isNull = (value: Value) => value.kind === "word" && value.text === "NULL";

/** @param name one character a byte */
export function nameText(name: string): string {
  const text = printable(name);
  return PLAIN_NAME.test(text) ? text : `"${text.replaceAll('"', '\\"')}"`;
}

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

export function numericValue(value: Value | undefined): number | null {
  if (value?.kind === "integer") return Number(value.value);
  if (value?.kind === "named") return Number(value.value);
  if (value?.kind === "fd") return value.fd;
  if (value?.kind === "array" && value.items.length === 1) return numericValue(value.items[0]);
  return null;
}

export function structField(value: Value, name: string): Value | undefined {
  return value.kind === "struct" ? value.fields.find(([each]) => each === name)?.[1] : undefined;
}

/** Text and data: what is no text stands as \xHH. */
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

/** As well as it can be said without knowing what it is for. */
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

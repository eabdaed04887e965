/** Describes decoded values in words, without knowing their purpose. */

import { AT_FDCWD } from "../../../../kernel/fcntl.ts";
import { toEndpoint } from "../../../../syscalls/address.ts";
import { abstractNameText, straceText } from "../../../../syscalls/strace-text.ts";
import type { FdValue, IntegerValue, StructValue, Value } from "../../../../syscalls/value.ts";
import { waitOutcome } from "../../../../syscalls/wait-status.ts";
import { decodeLatin1 } from "../../../../text/latin1.ts";
import { printable } from "../../../../text/printable.ts";

const STANDARD_STREAMS = ["standard input", "standard output", "standard error"];
/** Matches names that need no quotes within a sentence. */
const PLAIN_NAME = /^[^\s"'\\,:;()[\]{}]+$/;

export const isNull = (value: Value) => value.kind === "null";

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

/** Only hexadecimal and octal numbers are written as strace does. */
function integerText(value: IntegerValue): string {
  const { notation } = value;
  return notation === "hex" || notation === "octal" ? straceText(value) : String(value.value);
}

function waitStatusText(status: number): string {
  const outcome = waitOutcome(status);
  if ("continued" in outcome) return "continued";
  if ("exited" in outcome) return `exited with status ${outcome.exited}`;
  return "killed" in outcome ? `killed by ${outcome.killed}` : `stopped by ${outcome.stopped}`;
}

/** Describes a value without knowing its purpose. */
export function valueText(value: Value): string {
  switch (value.kind) {
    case "string":
      return dataText(value.bytes, value.cut);
    case "fd":
      return fdText(value);
    case "null":
      return "NULL";
    case "integer":
      return integerText(value);
    case "pointer":
      return `0x${value.address.toString(16)}`;
    case "host":
      return printable(value.host);
    case "abstract-name":
      return printable(`@${abstractNameText(value)}`);
    case "wait-status":
      return waitStatusText(value.status);
    case "field":
      return valueText(value.value);
    case "named":
      return value.names.length && !Number(value.rest) ? value.names.join("|") : straceText(value);
    case "struct":
      return structText(value);
    case "array":
      return `${value.items.map(valueText).join(", ")}${value.cut ? ", …" : ""}` || "nothing";
    default:
      return printable(straceText(value));
  }
}

function structText(value: StructValue): string {
  const address = toEndpoint(value);
  if (address) return printable(address.text);
  return `{${value.fields.map(([name, field]) => `${name} ${valueText(field)}`).join(", ")}}`;
}

/** Renders decoded values as strace(1) does: its spellings, its escapes, its placeholders for unknown constants. */
import type { FdValue, IntegerValue, NamedValue, StringValue, Value } from "./value.ts";

const ESCAPES: Readonly<Record<number, string>> = {
  9: "\\t",
  10: "\\n",
  11: "\\v",
  12: "\\f",
  13: "\\r",
  34: '\\"',
  92: "\\\\",
};
const isDigit = (byte: number | undefined) => byte !== undefined && byte >= 0x30 && byte <= 0x39;

/** Returns an octal escape, as short as the following byte allows. */
function octalEscape(byte: number, next: number | undefined): string {
  return `\\${byte.toString(8).padStart(isDigit(next) ? 3 : 1, "0")}`;
}

const PRINTABLE = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

export function quoteBytes({ bytes, cut }: Pick<StringValue, "bytes" | "cut">): string {
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  let text = raw;
  if (!PRINTABLE.test(raw)) {
    text = "";
    for (const [index, byte] of bytes.entries()) {
      const letter = ESCAPES[byte];
      if (letter !== undefined) text += letter;
      else if (byte >= 0x20 && byte < 0x7f) text += String.fromCharCode(byte);
      else text += octalEscape(byte, bytes[index + 1]);
    }
  }
  return `"${text}"${cut ? "..." : ""}`;
}

const AT_FDCWD = -100;
/** The kernel appends this to the path of a deleted file. */
const DELETED = " (deleted)";

/** Returns "</etc/hosts>". Angle brackets within the path are escaped too. */
export function fdPathText(path: string): string {
  const deleted = path.endsWith(DELETED);
  const bytes = Buffer.from(deleted ? path.slice(0, -DELETED.length) : path, "latin1");
  const escaped = quoteBytes({ bytes, cut: false })
    .slice(1, -1)
    .replace(/[<>]/g, (bracket) => `\\${bracket.charCodeAt(0).toString(8)}`);
  return `<${escaped}>${deleted ? "(deleted)" : ""}`;
}

function fdText({ fd, path, directory }: FdValue, paths: boolean): string {
  const name = directory && fd === AT_FDCWD ? "AT_FDCWD" : String(fd);
  return path === undefined || !paths ? name : `${name}${fdPathText(path)}`;
}

function hex(value: number | bigint): string {
  return `0x${BigInt.asUintN(64, BigInt(value)).toString(16)}`;
}

function integerText({ value, base }: IntegerValue): string {
  if (base === "decimal") return String(value);
  if (base === "octal") return `0${value.toString(8)}`.padStart(3, "0");
  return value === 0 || value === 0n ? "0" : hex(value);
}

function namedText({ names, rest, value, unknown, single }: NamedValue): string {
  const remark = unknown === "" ? "" : ` /* ${unknown} */`;
  if (names.length === 0 && Number(value) === 0) return single ? `0${remark}` : "0";
  if (names.length === 0) return `${hex(rest)}${remark}`;
  return Number(rest) === 0 ? names.join("|") : `${names.join("|")}|${hex(rest)}`;
}

/** A macro that is given the field says itself which one it is: inet_pton(…, &sin6_addr). */
function fieldText(name: string, text: string): string {
  return text.startsWith("inet_pton(") ? text : `${name}=${text}`;
}

/**
 * One value, without what it is called.
 * @param paths whether what is known of where fds lead is shown
 */
export function straceText(value: Value, paths = true): string {
  switch (value.kind) {
    case "integer":
      return integerText(value);
    case "named":
      return namedText(value);
    case "string":
      return quoteBytes(value);
    case "pointer":
      return hex(value.address);
    case "fd":
      return fdText(value, paths);
    case "struct": {
      const fields = value.fields.map(([name, field]) => fieldText(name, straceText(field, paths)));
      return `{${[...fields, ...(value.cut ? ["..."] : [])].join(", ")}}${value.remark ?? ""}`;
    }
    case "array": {
      const items = value.items.map((item) => straceText(item, paths));
      return `[${[...items, ...(value.cut ? ["..."] : [])].join(", ")}]`;
    }
    case "word":
      return value.text;
  }
}

/**
 * Renders decoded values as strace(1) does: its spellings, its escapes, its comments beside numbers
 * and its placeholders for unknown constants.
 */

import { AT_FDCWD } from "../kernel/fcntl.ts";
import type {
  AbstractNameValue,
  ChangeValue,
  FdValue,
  FieldValue,
  HostValue,
  IntegerValue,
  MaskValue,
  NamedValue,
  PartsValue,
  PointerValue,
  RandomBytesValue,
  SetValue,
  StringValue,
  StructValue,
  Value,
} from "./value.ts";
import { waitOutcome } from "./wait-status.ts";

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

/** Quotes and escapes bytes; truncated ones end with "...". */
function quoteBytes({ bytes, cut }: Pick<StringValue, "bytes" | "cut">): string {
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

/** Returns "0644". */
function octal(value: number | bigint): string {
  return `0${value.toString(8)}`.padStart(3, "0");
}

/** USER_HZ of include/asm-generic/param.h. */
const TICKS_PER_SECOND = 100n;

function ticksComment(count: bigint): string {
  const hundredths = String(count % TICKS_PER_SECOND).padStart(2, "0");
  return ` /* ${count / TICKS_PER_SECOND}.${hundredths} s */`;
}

/** Returns the date of a time in the local time zone; "" for the epoch itself. */
function dateComment(seconds: bigint, fraction: bigint, digits: number): string {
  if ((seconds === 0n && fraction === 0n) || fraction >= 10n ** BigInt(digits)) return "";
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime()) || fraction < 0n) return "";
  const zone = -date.getTimezoneOffset();
  const two = (value: number) => String(value).padStart(2, "0");
  const offset = `${zone < 0 ? "-" : "+"}${two(Math.floor(Math.abs(zone) / 60))}${two(Math.abs(zone) % 60)}`;
  const local = new Date(date.getTime() + zone * 60_000).toISOString().slice(0, -5);
  const part = fraction ? `.${String(fraction).padStart(digits, "0")}` : "";
  return ` /* ${local}${part}${offset} */`;
}

/** Returns the date of a struct timespec or timeval. */
function structDateComment({ fields }: StructValue): string {
  const [seconds, fraction] = fields.map(([, field]) =>
    field.kind === "integer" ? BigInt(field.value) : 0n,
  );
  if (seconds === undefined || fraction === undefined) return "";
  return fields[1][0] === "tv_nsec"
    ? dateComment(seconds, BigInt.asIntN(64, fraction), 9)
    : dateComment(seconds, fraction, 6);
}

function integerText({ value, notation }: IntegerValue): string {
  switch (notation) {
    case "decimal":
      return String(value);
    case "octal":
      return octal(value);
    case "hex":
      return value === 0 || value === 0n ? "0" : hex(value);
    case "htons":
    case "htonl":
      return `${notation}(${value})`;
    case "kib":
      return `${BigInt(value) / 1024n}*1024`;
    case "ticks":
      return `${value}${ticksComment(BigInt(value))}`;
    case "date":
      return `${value}${dateComment(BigInt(value), 0n, 9)}`;
  }
}

function pointerText({ address, contents }: PointerValue): string {
  if (!contents) return hex(address);
  const { count, of } = contents;
  return `${hex(address)} /* ${count} ${of === "vars" && count === 1 ? "var" : of} */`;
}

function namedText({ names, rest, value, set }: NamedValue): string {
  const comment = set.placeholder === "" ? "" : ` /* ${set.placeholder} */`;
  if (names.length === 0 && Number(value) === 0) return set.kind === "values" ? `0${comment}` : "0";
  if (Number(rest) === 0) return names.join("|");
  const leading = names.slice(0, names.length - (set.trailing ?? 0));
  const unnamed = leading.length === 0 ? `${hex(rest)}${comment}` : hex(rest);
  return [...leading, unnamed, ...names.slice(leading.length)].join("|");
}

const S_IFMT = 0o170000;
const FILE_TYPE_NAMES: ReadonlyMap<number, string> = new Map([
  [0o010000, "S_IFIFO"],
  [0o020000, "S_IFCHR"],
  [0o040000, "S_IFDIR"],
  [0o060000, "S_IFBLK"],
  [0o100000, "S_IFREG"],
  [0o120000, "S_IFLNK"],
  [0o140000, "S_IFSOCK"],
]);
const SPECIAL_MODE_BITS = [
  ["S_ISUID", 0o4000],
  ["S_ISGID", 0o2000],
  ["S_ISVTX", 0o1000],
] as const;

/**
 * Returns the parts of a mode: ["S_IFREG", "S_ISUID", "0755"]; without a file type only a number.
 */
export function modeParts(mode: number): string[] {
  const type = FILE_TYPE_NAMES.get(mode & S_IFMT);
  if (type === undefined) return [octal(mode)];
  const special = SPECIAL_MODE_BITS.filter(([, bit]) => mode & bit).map(([name]) => name);
  return [type, ...special, octal(mode & 0o777)];
}

function partsText({ parts }: PartsValue): string {
  return parts.map((part) => (typeof part === "string" ? part : hex(part))).join("|");
}

function setText({ members, inverted }: SetValue): string {
  return `${inverted ? "~" : ""}[${members.join(" ")}]`;
}

/** Returns the value as printf's "%#0*lx" does. */
function maskText({ value, width }: MaskValue): string {
  return value === 0n ? "0".repeat(width) : `0x${value.toString(16).padStart(width - 2, "0")}`;
}

function waitStatusText(status: number): string {
  const outcome = waitOutcome(status);
  if ("exited" in outcome) return `{WIFEXITED(s) && WEXITSTATUS(s) == ${outcome.exited}}`;
  if ("stopped" in outcome) return `{WIFSTOPPED(s) && WSTOPSIG(s) == ${outcome.stopped}}`;
  const core = outcome.core ? " && WCOREDUMP(s)" : "";
  return `{WIFSIGNALED(s) && WTERMSIG(s) == ${outcome.killed}${core}}`;
}

function hostText({ family, host }: HostValue): string {
  return family === "inet" ? `inet_addr("${host}")` : `inet_pton(AF_INET6, "${host}", &sin6_addr)`;
}

/** Returns an abstract name with NUL as "\0", one character per byte, not fit for a terminal. */
export function abstractNameText({ bytes }: AbstractNameValue): string {
  return Buffer.from(bytes).toString("latin1").replaceAll("\0", "\\0");
}

function randomBytesText({ bytes, cut }: RandomBytesValue): string {
  const escaped = Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, "0")}`);
  return `"${escaped.join("")}"${cut ? "..." : ""}`;
}

/** Returns "name=value". inet_pton() names its field itself. */
function memberText(name: string, value: Value, paths: boolean): string {
  const text = straceText(value, paths);
  return value.kind === "host" && value.family === "inet6" ? text : `${name}=${text}`;
}

/** Returns " => {parent_tid=[5]}": what the kernel wrote for a struct; "" for nothing. */
export function writtenText({ written }: StructValue, paths: boolean): string {
  return written ? ` => ${straceText(written, paths)}` : "";
}

function structText(value: StructValue, paths: boolean): string {
  const fields = value.fields.map(([name, field]) => memberText(name, field, paths));
  const text = `{${[...fields, ...(value.cut ? ["..."] : [])].join(", ")}}`;
  return `${text}${value.dated ? structDateComment(value) : ""}${writtenText(value, paths)}`;
}

function changeText({ before, after, indirect }: ChangeValue): string {
  const text = `${straceText(before)} => ${straceText(after)}`;
  return indirect ? `[${text}]` : text;
}

function fieldText({ name, value, style }: FieldValue, paths: boolean): string {
  const text = straceText(value, paths);
  switch (style) {
    case "assignment":
      return `${name}=${text}`;
    case "struct":
      return `{${name}=${text}}`;
    case "resumption":
      return `<... resuming interrupted ${text} ...>`;
  }
}

/**
 * Renders one value, without the name of its argument.
 * @param paths shows the paths of fds, if known
 */
export function straceText(value: Value, paths = true): string {
  switch (value.kind) {
    case "integer":
      return integerText(value);
    case "named":
      return namedText(value);
    case "string":
      return quoteBytes(value);
    case "random-bytes":
      return randomBytesText(value);
    case "null":
      return "NULL";
    case "pointer":
      return pointerText(value);
    case "fd":
      return fdText(value, paths);
    case "struct":
      return structText(value, paths);
    case "array": {
      const items = value.items.map((item) => straceText(item, paths));
      return `[${[...items, ...(value.cut ? ["..."] : [])].join(", ")}]`;
    }
    case "symbol":
      return value.name;
    case "host":
      return hostText(value);
    case "abstract-name":
      return `@${quoteBytes({ bytes: value.bytes, cut: false })}`;
    case "wait-status":
      return waitStatusText(value.status);
    case "mode":
      return modeParts(value.mode).join("|");
    case "macro":
      return `${value.name}(${value.args.map((each) => straceText(each, paths)).join(", ")})`;
    case "parts":
      return partsText(value);
    case "set":
      return setText(value);
    case "mask":
      return maskText(value);
    case "change":
      return changeText(value);
    case "siginfo":
      return straceText(value.info, paths);
    case "field":
      return fieldText(value, paths);
  }
}

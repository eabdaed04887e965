/**
 * Renders decoded values as strace(1) does: its spellings, its escapes, its comments beside numbers
 * and its placeholders for unknown constants.
 */

import { AT_FDCWD } from "../kernel/fcntl.ts";
import { dateComment } from "./date-text.ts";
import type { FdDetails } from "./fd-details.ts";
import type { PidDetails } from "./pid-details.ts";
import { escapedText, quotedText } from "./quoted-text.ts";
import { constantText, DEFAULT_STYLE, type TextStyle } from "./text-style.ts";
import {
  type AbstractNameValue,
  type ArrayValue,
  type ChangeValue,
  type CompositeValue,
  type FdValue,
  type FieldValue,
  type HostValue,
  type IntegerValue,
  type MacroValue,
  type MaskValue,
  type ModeValue,
  NamedValue,
  type NumberNotation,
  type PartsValue,
  type PointerValue,
  type RandomBytesValue,
  type SetValue,
  type StructTail,
  type StructValue,
  type SymbolValue,
  type Value,
} from "./value.ts";
import { waitOutcome } from "./wait-status.ts";

/** The kernel appends this to the path of a deleted file. */
const DELETED = " (deleted)";

/** Returns "</etc/hosts>". Angle brackets within the path are escaped too. */
export function fdPathText(path: string, { strings } = DEFAULT_STYLE): string {
  const deleted = path.endsWith(DELETED);
  const bytes = Buffer.from(deleted ? path.slice(0, -DELETED.length) : path, "latin1");
  return `<${withoutBrackets(bytes, strings)}>${deleted ? "(deleted)" : ""}`;
}

/** Escapes angle brackets as well as control characters. */
function withoutBrackets(bytes: Uint8Array, strings: TextStyle["strings"]): string {
  return escapedText(bytes, strings).replace(
    /[<>](?=([0-7]?))/g,
    (bracket, next) => `\\${next ? "0" : ""}${bracket.charCodeAt(0).toString(8)}`,
  );
}

/** Returns strace's "<TCP:[…]>", "</dev/null<char 1:3>>" or "<pid:12>"; "" if nothing is known. */
export function fdDetailsText(details: FdDetails, style: TextStyle): string {
  const { path, socket, device, process } = details;
  if (socket !== undefined) return `<${socket}>`;
  if (process !== undefined) return `<pid:${process}>`;
  if (path === undefined || (!style.paths && device === undefined)) return "";
  const shown = fdPathText(path, style);
  return device === undefined ? shown : `${shown.slice(0, -1)}<${device}>>`;
}

function fdText(value: FdValue, style: TextStyle): string {
  const { fd, directory } = value;
  const isCwd = directory && fd === AT_FDCWD;
  const name = isCwd ? constantText(String(fd), "AT_FDCWD", style) : String(fd);
  return `${name}${fdDetailsText(value, style)}`;
}

/** Returns an unsigned number: a negative number that is no bigint is an int of C. */
function numberText(value: number | bigint, notation: NumberNotation = "hex"): string {
  if (notation === "decimal") return String(value);
  if (notation === "octal") return octal(value);
  return Number(value) === 0 ? "0" : hex(value);
}

/** A negative number that is no bigint is an int of C. */
function hex(value: number | bigint): string {
  const width = typeof value === "number" && value >= -0x80000000 ? 32 : 64;
  return `0x${BigInt.asUintN(value < 0 ? width : 64, BigInt(value)).toString(16)}`;
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

/** Returns the date of a struct timespec or timeval. */
function structDateComment({ fields }: StructValue): string {
  const [seconds, fraction] = fields.map(([, field]) =>
    field.kind === "integer" ? BigInt(field.value) : 0n,
  );
  if (seconds === undefined || fraction === undefined) return "";
  return fields[1][0].endsWith("nsec")
    ? dateComment(seconds, BigInt.asIntN(64, fraction), 9)
    : dateComment(seconds, fraction, 6);
}

/** Returns strace's text after the number of a process: its name, its number in our namespace. */
export function pidDetailsText({ comm, translated }: PidDetails, style: TextStyle): string {
  const name = comm === undefined ? "" : `<${commText(comm, style)}>`;
  return translated === undefined ? name : `${name} /* ${translated} in strace's PID NS */`;
}

/** Returns the name of a thread with its control characters escaped. */
export function commText(comm: string, { strings }: Pick<TextStyle, "strings">): string {
  return withoutBrackets(Buffer.from(comm, "latin1"), strings);
}

/** Returns a number as its bytes in network order: "\\x1f\\x90". */
function networkBytesText(value: number | bigint, notation: "htons" | "htonl"): string {
  const digits = BigInt(value)
    .toString(16)
    .padStart(notation === "htons" ? 4 : 8, "0");
  return randomBytesText({ kind: "random-bytes", bytes: Buffer.from(digits, "hex"), cut: false });
}

function integerText(value: IntegerValue, style: TextStyle): string {
  return commented(notationText(value, style), value.comment, style);
}

function commented(text: string, comment: string | undefined, { constants }: TextStyle): string {
  return comment === undefined || constants === "raw" ? text : `${text} /* ${comment} */`;
}

function notationText(
  { value, notation, pid, date, nanoseconds = 0n }: IntegerValue,
  style: TextStyle,
): string {
  switch (notation) {
    case "decimal":
      if (date !== undefined) return `${value}${dateComment(date, 0n, 9)}`;
      return pid ? `${value}${pidDetailsText(pid, style)}` : String(value);
    case "octal":
      return octal(value);
    case "hex":
      return value === 0 || value === 0n ? "0" : hex(value);
    case "htons":
    case "htonl":
      return constantText(networkBytesText(value, notation), `${notation}(${value})`, style);
    case "kib":
      return constantText(String(value), `${BigInt(value) / 1024n}*1024`, style);
    case "ticks":
      return style.constants === "raw" ? String(value) : `${value}${ticksComment(BigInt(value))}`;
    case "date":
      return `${value}${dateComment(BigInt(value), nanoseconds, 9)}`;
  }
}

function pointerText({ address, contents }: PointerValue): string {
  if (!contents) return hex(address);
  const { count, of, unterminated } = contents;
  const what = `${count} ${of === "vars" && count === 1 ? "var" : of}`;
  return `${hex(address)} /* ${what}${unterminated ? ", unterminated" : ""} */`;
}

function namesText({ names, rest, set }: NamedValue): string {
  if (Number(rest) === 0) return set.shown ?? names.join("|");
  const leading = names.slice(0, names.length - (set.afterRest ?? 0));
  const last = names.slice(leading.length);
  return [...leading, numberText(rest, set.notation), ...last].join("|");
}

/** Renders the trailing names apart from the others: "0x400000 /* CLONE_??? * /|SIGCHLD". */
function trailedText(value: NamedValue, trailing: NamedValue, style: TextStyle): string {
  const names = value.names.slice(0, -trailing.names.length);
  const number = Number(value.value) - Number(trailing.value);
  const last = namedText(trailing, style);
  if (number === 0) return last;
  const set = { ...value.set, trailing: undefined };
  return `${namedText(new NamedValue(number, names, value.rest, set), style)}|${last}`;
}

function namedText(value: NamedValue, style: TextStyle): string {
  const { names, set } = value;
  if (set.commented && style.constants === "abbrev")
    return namedText(value, { ...style, constants: "verbose" });
  if (set.trailing) return trailedText(value, set.trailing, style);
  const number = numberText(value.value, set.notation);
  if (names.length > 0) return constantText(number, namesText(value), style);
  const isNamed = set.placeholder !== "" && (set.kind === "values" || Number(value.value) !== 0);
  return isNamed && style.constants !== "raw" ? `${number} /* ${set.placeholder} */` : number;
}

function compositeText(value: CompositeValue, style: TextStyle): string {
  const texts = (each: TextStyle) =>
    value.parts.map((part) => namedText(part, each)).join(value.separator);
  if (!value.joint) return texts(style);
  return constantText(numberText(value.whole().value), texts(DEFAULT_STYLE), style);
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

function modeText({ mode }: ModeValue, style: TextStyle): string {
  const parts = modeParts(mode);
  return parts.length === 1 ? parts[0] : constantText(octal(mode), parts.join("|"), style);
}

/** Renders a number that the decoder took apart; without the number, always by its names. */
function symbolicText(value: Value | undefined, name: string, style: TextStyle): string {
  return value ? constantText(straceText(value, style), name, style) : name;
}

function partText(part: PartsValue["parts"][number], style: TextStyle): string {
  if (typeof part === "string") return part;
  if (typeof part !== "object") return hex(part);
  return part.kind === "named"
    ? namedText(part, style)
    : `${part.count}<<${straceText(part.by, style)}`;
}

function symbolText({ name, value, commented }: SymbolValue, style: TextStyle): string {
  const isVerbose = commented && style.constants === "abbrev";
  return symbolicText(value, name, isVerbose ? { ...style, constants: "verbose" } : style);
}

function partsText({ parts, value }: PartsValue, style: TextStyle): string {
  return symbolicText(value, parts.map((part) => partText(part, style)).join("|"), style);
}

function macroText({ name, args, value, inComment }: MacroValue, style: TextStyle): string {
  // With strace -X verbose the macro is a comment, which usually does not contain another one.
  const isComment = style.constants === "verbose" && value !== undefined;
  const hasNames = isComment && inComment !== "style";
  const inner = hasNames ? { ...style, constants: DEFAULT_STYLE.constants } : style;
  const list = args.map((each) => straceText(each, inner)).join(", ");
  const shown = hasNames && !inComment ? list.replace(/ \/\*[^*]*\*\//g, "") : list;
  return symbolicText(value, `${name}(${shown})`, style);
}

/** Returns "[EV_SYN EV_KEY ...]", or the words of the bit map. */
function bitMapText({ members, numbers, words, cut }: SetValue, style: TextStyle): string {
  const names = members.map((name, i) => constantText(hex(numbers![i]), String(name), style));
  const list = `[${[...names, ...(cut ? ["..."] : [])].join(" ")}]`;
  const text = `[${words!.map((word) => numberText(word)).join(", ")}]`;
  if (style.constants === "raw") return text;
  return style.constants === "verbose" ? `${list} /* ${text} */` : list;
}

function setText(value: SetValue, style: TextStyle): string {
  const { members, numbers, inverted, fds, words } = value;
  if (words) return bitMapText(value, style);
  if (fds) return `[${fds.map((fd) => fdText(fd, style)).join(" ")}]`;
  const texts = members.map((member, index) =>
    numbers ? constantText(String(numbers[index]), String(member), style) : member,
  );
  return `${inverted ? "~" : ""}[${texts.join(" ")}]`;
}

/** Returns the value as printf's "%#0*lx" does. */
function maskText({ value, width }: MaskValue): string {
  return value === 0n ? "0".repeat(width) : `0x${value.toString(16).padStart(width - 2, "0")}`;
}

function waitStatusText(status: number): string {
  const outcome = waitOutcome(status);
  if ("exited" in outcome) return `{WIFEXITED(s) && WEXITSTATUS(s) == ${outcome.exited}}`;
  if ("continued" in outcome) return "{WIFCONTINUED(s)}";
  if ("stopped" in outcome)
    return `{WIFSTOPPED(s) && WSTOPSIG(s) == ${outcome.stopped}${outcome.traced ? " | 0x80" : ""}}`;
  const core = outcome.core ? " && WCOREDUMP(s)" : "";
  return `{WIFSIGNALED(s) && WTERMSIG(s) == ${outcome.killed}${core}}`;
}

/** @param name of the field that the address is assigned to, if there is one */
function hostMacro({ family, host }: HostValue, name?: string): string {
  if (family === "inet") return `inet_addr("${host}")`;
  return `inet_pton(AF_INET6, "${host}"${name === undefined ? "" : `, &${name}`})`;
}

function hostText(value: HostValue, style: TextStyle): string {
  const { bytes } = value;
  if (!bytes) return hostMacro(value);
  const number = randomBytesText({ kind: "random-bytes", bytes, cut: false });
  return constantText(number, hostMacro(value), style);
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
function memberText(name: string, value: Value, style: TextStyle): string {
  if (value.kind === "host" && value.family === "inet6" && style.constants === "abbrev")
    return hostMacro(value, name);
  return `${name}=${straceText(value, style)}`;
}

/** Returns " => {parent_tid=[5]}": what the kernel wrote for a struct; "" for nothing. */
export function writtenText({ written }: StructValue, style: TextStyle): string {
  return written ? ` => ${straceText(written, style)}` : "";
}

/** Returns "???" or the bytes in hexadecimal, after their offsets as a comment. */
function tailText({ from, length, bytes }: StructTail): string {
  if (!bytes) return "???";
  const data = randomBytesText({ kind: "random-bytes", bytes, cut: bytes.length < length });
  return `/* bytes ${from}..${from + length - 1} */ ${data}`;
}

function structText(value: StructValue, style: TextStyle): string {
  const unnamed = value.anonymous ? value.fields.length - 1 : -1;
  const fields = value.fields.map(([name, field], index) =>
    index === unnamed ? straceText(field, style) : memberText(name, field, style),
  );
  if (value.tail) fields.push(tailText(value.tail));
  if (value.unreadable !== undefined) fields.push(hex(value.unreadable));
  else if (value.cut) fields.push("...");
  const text = `{${fields.join(", ")}}`;
  const isDated = value.dated === true || (value.dated && style.constants !== "raw");
  const date = isDated ? structDateComment(value) : "";
  return `${text}${date}${writtenText(value, style)}`;
}

function arrayText(
  { items, cut, unreadable, sequence, indexes }: ArrayValue,
  style: TextStyle,
): string {
  const texts = items.map((item, i) => {
    const text = straceText(item, style);
    return indexes ? `[${indexes[i] ?? i}]=${text}` : text;
  });
  if (unreadable !== undefined) texts.push(`... /* ${hex(unreadable)} */`);
  else if (cut) texts.push("...");
  return sequence && texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
}

function changeText({ before, after, indirect }: ChangeValue, style: TextStyle): string {
  const text = `${straceText(before, style)} => ${straceText(after, style)}`;
  return indirect ? `[${text}]` : text;
}

function fieldText({ name, value, index, style: form }: FieldValue, style: TextStyle): string {
  const text = straceText(value, style);
  switch (form) {
    case "assignment":
      return `${name}=${text}`;
    case "struct":
      return `{${name}=${text}}`;
    case "index":
      return `[${index ? namedText(index, style) : name}]=${text}`;
    case "resumption":
      return `<... resuming interrupted ${text} ...>`;
  }
}

/**
 * Renders one value, without the name of its argument.
 */
export function straceText(value: Value, style = DEFAULT_STYLE): string {
  switch (value.kind) {
    case "integer":
      return integerText(value, style);
    case "named":
      return namedText(value, style);
    case "composite":
      return compositeText(value, style);
    case "string":
      return quotedText(value, style.strings);
    case "random-bytes":
      return randomBytesText(value);
    case "null":
      return "NULL";
    case "pointer":
      return pointerText(value);
    case "fd":
      return fdText(value, style);
    case "struct":
      return structText(value, style);
    case "array":
      return arrayText(value, style);
    case "symbol":
      return commented(symbolText(value, style), value.comment, style);
    case "host":
      return hostText(value, style);
    case "abstract-name":
      return `@${quotedText({ bytes: value.bytes, cut: false }, style.strings)}`;
    case "wait-status":
      return waitStatusText(value.status);
    case "mode":
      return modeText(value, style);
    case "macro":
      return macroText(value, style);
    case "parts":
      return partsText(value, style);
    case "set":
      return setText(value, style);
    case "mask":
      return maskText(value);
    case "change":
      return changeText(value, style);
    case "siginfo":
      return straceText(value.info, style);
    case "field":
      return fieldText(value, style);
  }
}

/**
 * Parses a line of a history, which `trace watch` records as NDJSON, into an event: a view of the
 * line's bytes. Strings are decoded only when they are accessed.
 */

import { ESCAPED, type Time } from "../../events/column.ts";
import type { LoginSession } from "../../events/login-session.ts";
import { ProcessChain, type ProcessLink } from "../../events/process-chain.ts";
import type { ProcessInfo, ProcessOrigin } from "../../events/process-info.ts";
import { SEVERITIES } from "../../events/syscall-event.ts";
import { WATCH_COLUMNS } from "../../events/watch-columns.ts";
import {
  type FileAttributes,
  type NoteDetails,
  WATCH_TYPES,
  WatchEvent,
} from "../../events/watch-event.ts";
import { unescapeStrings } from "../../text/backslash-escape.ts";
import type { ByteSlice } from "../../text/byte-slice.ts";
import { surrogateUnescape } from "../../text/surrogate-escape.ts";
import { JsonScanner } from "./json-scanner.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const LOWER_N = 0x6e;
const OPENING_BRACE = 0x7b;
const DECIMALS = 9;
/** The end of the year 9999; later times are invalid. */
const MAX_SECONDS = 253_402_300_799;

const KEYS = [...WATCH_COLUMNS.map(({ key }) => key), ESCAPED];
const keyIndex = (key: string) => KEYS.indexOf(key);
const [TIME, TYPE, PATH, OLD_PATH] = ["time", "type", "path", "old_path"].map(keyIndex);
const [SIZE, CHANGE, ERROR, FTYPE] = ["size", "change", "error", "ftype"].map(keyIndex);
const [PID, PPID, UID, COMM] = ["pid", "ppid", "uid", "comm"].map(keyIndex);
const [USER, ARGV, ORIGIN, ANCESTORS] = ["user", "argv", "origin", "ancestors"].map(keyIndex);
const DETAILS = keyIndex("details");
const [LOGIN, SESSION, TTY, FROM] = ["login", "session", "tty", "from"].map(keyIndex);
const HOST = keyIndex("host");
const [SEVERITY, REASON, DIGEST] = ["severity", "reason", "digest"].map(keyIndex);
const OLD_SIZE = keyIndex("old_size");
const [MODE, OLD_MODE] = ["mode", "old_mode"].map(keyIndex);
const [OWNER, OLD_OWNER, GROUP, OLD_GROUP] = ["owner", "old_owner", "group", "old_group"].map(
  keyIndex,
);
const ESCAPED_MARK = keyIndex(ESCAPED);
const [RUSER, RUID] = ["ruser", "ruid"].map(keyIndex);

/**
 * Parses a time as the sinks write it: seconds, optionally a dot and decimals, of which nine count.
 * @returns the offset of its end; -1 if it is invalid
 */
function readTime(bytes: Uint8Array, start: number, end: number, time: Time): number {
  let at = start;
  let seconds = 0;
  for (; at < end && isDigit(bytes[at]); at++) seconds = seconds * 10 + bytes[at] - ZERO;
  if (at === start || seconds > MAX_SECONDS) return -1;
  time.seconds = seconds;
  time.nanoseconds = 0;
  if (at === end || bytes[at] !== DOT) return at;
  let nanoseconds = 0;
  let digits = 0;
  for (at++; at < end && isDigit(bytes[at]); at++)
    if (digits++ < DECIMALS) nanoseconds = nanoseconds * 10 + bytes[at] - ZERO;
  for (; digits < DECIMALS; digits++) nanoseconds *= 10;
  time.nanoseconds = nanoseconds;
  return at;
}

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE;

/** The last value of a member, as it was written and decoded. */
interface RepeatedText {
  bytes: Uint8Array;
  text: string;
}

/** Parses lines into one reused event. */
export class HistoryLineParser {
  /** Valid until the next call of `parse`. */
  readonly event = new WatchEvent();
  private readonly members = new JsonScanner(KEYS);
  private bytes: Uint8Array = new Uint8Array(0);
  private isEscaped = false;
  private readonly login = new RecordedLogin(this);
  private readonly lastUser: RepeatedText = { bytes: new Uint8Array(0), text: "" };
  private readonly lastHost: RepeatedText = { bytes: new Uint8Array(0), text: "" };

  /**
   * Parses `bytes[start, end)`, which the event borrows.
   * @returns false if it is not an event
   */
  parse(bytes: Uint8Array, start: number, end: number): boolean {
    const { members, event } = this;
    this.bytes = bytes;
    if (!members.scan(bytes, start, end) || !this.isString(TYPE) || !this.isName(PATH))
      return false;
    this.isEscaped = members.starts[ESCAPED_MARK] >= 0;
    const timeEnd = members.starts[TIME] < 0 ? -1 : this.time();
    if (timeEnd !== members.ends[TIME]) return false;
    event.type = this.type();
    this.readSlice(PATH, event.path);
    this.readSlice(OLD_PATH, event.oldPath);
    event.size = this.integer(SIZE);
    event.change = this.integer(CHANGE);
    event.oldSize = this.oldSize();
    event.attributes = this.attributes(MODE, OWNER, GROUP);
    event.oldAttributes = this.attributes(OLD_MODE, OLD_OWNER, OLD_GROUP);
    event.severity = this.severity();
    event.reason = this.text(REASON);
    event.digest = this.text(DIGEST);
    event.error = this.integer(ERROR);
    event.isDirectory = this.isDirectory();
    // A new object per line, because its encoded form is cached by object.
    event.processInfo = new RecordedProcess(this);
    event.user = this.repeated(USER, this.lastUser);
    event.realUser = members.starts[RUSER] < 0 ? "" : this.text(RUSER);
    event.details = this.details();
    event.login = this.isString(LOGIN) ? this.login : null;
    event.host = surrogateUnescape(this.repeated(HOST, this.lastHost));
    return true;
  }

  private time(): number {
    const { starts, ends } = this.members;
    return readTime(this.bytes, starts[TIME], ends[TIME], this.event.time);
  }

  private isString(member: number): boolean {
    const start = this.members.starts[member];
    return start >= 0 && this.bytes[start] === QUOTE;
  }

  /** Whether a member is a string or null. */
  private isName(member: number): boolean {
    return this.isString(member) || this.bytes[this.members.starts[member]] === LOWER_N;
  }

  /** Returns the type; a known one without decoding a string per line. */
  private type(): WatchEvent["type"] {
    const start = this.members.starts[TYPE] + 1;
    const length = this.members.ends[TYPE] - 1 - start;
    for (const type of WATCH_TYPES)
      if (type.length === length && this.startsWithAt(start, type)) return type;
    // A later version may have recorded other types.
    return this.text(TYPE) as WatchEvent["type"];
  }

  private severity(): WatchEvent["severity"] {
    const text = this.text(SEVERITY);
    return text === "" ? "" : (SEVERITIES.find((each) => each === text) ?? "");
  }

  /** It is recorded only if it does not follow from the others. */
  private oldSize(): number | null {
    const { size, change } = this.event;
    return size === null || change === null ? this.integer(OLD_SIZE) : size - change;
  }

  private attributes(mode: number, owner: number, group: number): FileAttributes | null {
    if (!this.isString(mode)) return null;
    const bits = Number.parseInt(this.text(mode), 8);
    if (Number.isNaN(bits)) return null;
    const ids = { uid: -1, gid: -1 };
    return { mode: bits, ...ids, owner: this.text(owner), group: this.text(group) };
  }

  /** Null if the line has no such object. Texts have one character per byte. */
  private details(): NoteDetails | null {
    const start = this.members.starts[DETAILS];
    if (start < 0 || this.bytes[start] !== OPENING_BRACE) return null;
    const members = Object.entries(this.parsed(DETAILS) as object);
    return Object.fromEntries(
      members.map(([name, value]) => [
        name,
        typeof value === "number" ? value : surrogateUnescape(String(value)),
      ]),
    );
  }

  /** Null if the line has no `ftype`. */
  private isDirectory(): boolean | null {
    return this.isString(FTYPE) ? this.startsWithAt(this.members.starts[FTYPE] + 1, 'dir"') : null;
  }

  private startsWithAt(start: number, ascii: string): boolean {
    for (let i = 0; i < ascii.length; i++)
      if (this.bytes[start + i] !== ascii.charCodeAt(i)) return false;
    return true;
  }

  /** Decodes a member that most lines have in common: one that equals the last is not decoded. */
  private repeated(member: number, last: RepeatedText): string {
    const start = this.members.starts[member];
    const length = start < 0 ? 0 : this.members.ends[member] - start;
    let isSame = length === last.bytes.length;
    for (let i = 0; isSame && i < length; i++) isSame = this.bytes[start + i] === last.bytes[i];
    if (isSame) return last.text;
    // Not slice(), which does not copy if `bytes` is a Buffer.
    last.bytes = new Uint8Array(this.bytes.subarray(start, start + length));
    last.text = this.text(member);
    return last.text;
  }

  /** Sets `into` to the bytes of a string member; to length 0 for other values. */
  private readSlice(member: number, into: ByteSlice): void {
    into.length = 0;
    if (!this.isString(member)) return;
    const start = this.members.starts[member] + 1;
    const length = this.members.ends[member] - 1 - start;
    if (this.hasEscapes(start, start + length)) {
      into.bytes = Buffer.from(this.name(member), "latin1");
      into.start = 0;
      into.length = into.bytes.length;
    } else {
      into.bytes = this.bytes;
      into.start = start;
      into.length = length;
    }
  }

  private hasEscapes(start: number, end: number): boolean {
    for (let at = start; at < end; at++) if (this.bytes[at] === BACKSLASH) return true;
    return false;
  }

  /** Returns the parsed value of a member; null if it is missing. */
  private parsed(member: number): unknown {
    const start = this.members.starts[member];
    if (start < 0) return null;
    const value = JSON.parse(utf8(this.bytes, start, this.members.ends[member]));
    return this.isEscaped ? unescapeStrings(value) : value;
  }

  /** Returns a string member; "" for other values. */
  text(member: number): string {
    if (!this.isString(member)) return "";
    const start = this.members.starts[member] + 1;
    const end = this.members.ends[member] - 1;
    return this.hasEscapes(start, end) ? String(this.parsed(member)) : utf8(this.bytes, start, end);
  }

  /** Returns a string member with one character per byte; "" for other values. */
  name(member: number): string {
    return surrogateUnescape(this.text(member));
  }

  /** Returns the chain of a list member without the first process; null if there is no such list. */
  chainAbove(member: number): ProcessChain | null {
    const list = this.parsed(member);
    if (!Array.isArray(list)) return null;
    const links = list.map(toLink);
    const isCut = links.at(-1)?.pid === 0;
    return new ProcessChain(links.slice(1, isCut ? -1 : undefined), isCut);
  }

  /** Returns a list member, each item with one character per byte; empty for other values. */
  names(member: number): string[] {
    const list = this.parsed(member);
    return Array.isArray(list) ? list.map((each) => surrogateUnescape(String(each))) : [];
  }

  /** Returns an integer member; null for other values. */
  integer(member: number): number | null {
    const start = this.members.starts[member];
    if (start < 0) return null;
    const end = this.members.ends[member];
    const negative = this.bytes[start] === MINUS;
    let value = 0;
    for (let at = negative ? start + 1 : start; at < end; at++) {
      if (!isDigit(this.bytes[at])) return null;
      value = value * 10 + this.bytes[at] - ZERO;
    }
    if (!Number.isSafeInteger(value)) return null;
    return negative ? -value : value;
  }
}

function utf8(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString();
}

function toLink(value: unknown): ProcessLink {
  const { pid, comm, argv } = Object(value) as Partial<Record<keyof ProcessLink, unknown>>;
  return {
    pid: Number(pid) || 0,
    comm: surrogateUnescape(String(comm ?? "")),
    argv: Array.isArray(argv) ? argv.map((word) => surrogateUnescape(String(word))) : [],
  };
}

/** The login session of the current line. */
class RecordedLogin implements LoginSession {
  private readonly parser: HistoryLineParser;

  constructor(parser: HistoryLineParser) {
    this.parser = parser;
  }

  get user(): string {
    return this.parser.text(LOGIN);
  }

  get id(): number {
    return this.parser.integer(SESSION) ?? 0;
  }

  get tty(): string {
    return this.parser.text(TTY);
  }

  get from(): string {
    return this.parser.name(FROM);
  }
}

/** The process of the current line. */
class RecordedProcess implements ProcessInfo {
  /** Not recorded. */
  readonly started = 0;
  private readonly parser: HistoryLineParser;

  constructor(parser: HistoryLineParser) {
    this.parser = parser;
  }

  get pid(): number {
    return this.parser.integer(PID) ?? 0;
  }

  get ppid(): number {
    return this.parser.integer(PPID) ?? 0;
  }

  get comm(): string {
    return this.parser.name(COMM);
  }

  get argv(): readonly string[] {
    return this.parser.names(ARGV);
  }

  get uid(): number {
    return this.parser.integer(RUID) ?? this.euid;
  }

  get euid(): number {
    return this.parser.integer(UID) ?? -1;
  }

  get above(): ProcessChain | null {
    return this.parser.chainAbove(ANCESTORS);
  }

  get origin(): ProcessOrigin {
    return (this.parser.text(ORIGIN) || "unknown") as ProcessOrigin;
  }
}

/** The console and its keyboard: ioctl_console(2), linux/kd.h, linux/keyboard.h. */
import { signalName } from "../../../kernel/signal.ts";
import {
  enumValue,
  flags,
  type IntegerValue,
  integer,
  type NamedArgument,
  NamedValue,
  pointer,
  type StructValue,
  struct,
  symbol,
  type Value,
} from "../../value.ts";
import { arrayAt } from "../arrays.ts";
import type { SyscallView } from "../call.ts";
import { constants } from "../named-constants.ts";
import { hexBytesAt } from "./disk.ts";
import { type Scope, setOf, structAt, structValue } from "./fields.ts";
import type { Special } from "./request.ts";

/** Frequency of the timer that makes tones, in Hz: PIT_TICK_RATE. */
const TIMER_FREQUENCY = 1193182n;

function frequency(cycles: bigint): string | null {
  const hertz = cycles === 0n ? 0n : TIMER_FREQUENCY / cycles;
  return hertz === 0n ? null : `${hertz} Hz`;
}

const sound: Special["decode"] = (_scope, at) => ({
  ...integer(at),
  comment: frequency(at) ?? "off",
});

/** The duration in milliseconds is above the cycles. */
const tone: Special["decode"] = (_scope, at) => {
  const [duration, cycles] = [(at >> 16n) & 0xffffn, at & 0xffffn];
  const pitch = frequency(cycles);
  const comment = duration && pitch ? `${pitch}, ${duration} ms` : "off";
  if (duration === 0n) return { ...integer(cycles), comment };
  return { ...symbol(`${duration}<<16|${cycles}`), comment };
};

/** The first and the last port of the graphics card. */
const [FIRST_PORT, LAST_PORT] = [0x3b4n, 0x3dfn];
const port: Special["decode"] = (_scope, at) =>
  at >= FIRST_PORT && at <= LAST_PORT
    ? { ...integer(at, "hex"), comment: `GPFIRST + ${at - FIRST_PORT}` }
    : integer(at, "hex");

const DECIMAL = { kind: "values", placeholder: "", notation: "decimal" } as const;
const LAST_SIGNAL = 64n;
const signal: Special["decode"] = (_scope, at) =>
  at > 0n && at <= LAST_SIGNAL
    ? new NamedValue(Number(at), [signalName(Number(at))], 0, DECIMAL)
    : integer(at);

/** A table of bytes. */
const bytes =
  (length: number): Special["decode"] =>
  ({ call }, at) =>
    hexBytesAt(call, at, length);

const UNI_DIRECT_BASE = 0xf000;
const UNI_DIRECT_MASK = 0x1ff;
const SCREEN_MAP_SIZE = 256;

const screenMap: Special["decode"] = ({ call }, at) =>
  arrayAt(call, at, SCREEN_MAP_SIZE, 2, (view) => {
    const code = view.getUint16(0, true);
    const offset = code - UNI_DIRECT_BASE;
    if ((code & ~UNI_DIRECT_MASK) !== UNI_DIRECT_BASE) return integer(code, "hex");
    const name = `UNI_DIRECT_BASE+${offset ? "0x" : ""}${offset.toString(16)}`;
    return symbol(name, integer(code, "hex"));
  });

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ "\t": "\\t", "\n": "\\n", "\v": "\\v", "\f": "\\f", "\r": "\\r" },
  ...{ "'": "\\'", "\\": "\\\\" },
};

/** Returns a byte as a character constant of C. @param escapes of control characters, if any */
export function character(byte: number, escapes = ESCAPES): string {
  const text = String.fromCharCode(byte);
  const hexadecimal = `\\x${byte.toString(16).padStart(2, "0")}`;
  return `'${escapes[text] ?? (/[ -~]/.test(text) ? text : hexadecimal)}'`;
}

/** Key types whose values are characters: KT_LATIN, KT_META, KT_LETTER, KT_DEAD2. */
const CHARACTER_TYPES = [0, 8, 11, 13];

function keyName(code: number): string {
  const [type, value] = [code >> 8, code & 0xff];
  const known = constants("K").find(([, number]) => number === code)?.[0];
  if (known && type !== 0) return known;
  const name = constants("KT").find(([, number]) => number === type)?.[0];
  const plain = value ? `0x${value.toString(16)}` : "0";
  const shown = CHARACTER_TYPES.includes(type) ? character(value) : plain;
  return `K(${name ?? `0x${type.toString(16)}`}, ${shown})`;
}

/** A table of key codes, or the modifiers that select it. */
function keyTable(scope: Scope, number: number): Value {
  const { names } = setOf(scope.schema, "keyboard_table");
  const known = enumValue(number, names);
  return known.names.length ? known : flags(number, setOf(scope.schema, "keyboard_shift").names);
}

const UNKNOWN = symbol("???");

/** struct kbentry. */
const keyEntry =
  (isRead: boolean): Special["decode"] =>
  (scope, at, _name, before) => {
    const { memory } = scope.call;
    const start = at === 0n ? null : memory.read(Number(at), 2);
    if (!start) return pointer(at);
    const [table, index] = [start.view.getUint8(0), start.view.getUint8(1)];
    const fields: NamedArgument[] = [
      ["kb_table", keyTable(scope, table)],
      ["kb_index", integer(index)],
    ];
    if (isRead && !before) return struct(fields);
    const code = memory.read(Number(at) + 2, 2)?.view.getUint16(0, true);
    const value: Value =
      code === undefined ? UNKNOWN : { ...integer(code, "hex"), comment: keyName(code) };
    return struct([...fields, ["kb_value", value]]);
  };

const FUNCTION_KEY = 0x100;
const KEY_STRING_SIZE = 512;

/** struct kbsentry. */
const keyString =
  (isRead: boolean): Special["decode"] =>
  ({ call }, at, _name, before) => {
    const number = at === 0n ? undefined : call.memory.read(Number(at), 1)?.view.getUint8(0);
    if (number === undefined) return pointer(at);
    const key = new NamedValue(number, [`KVAL(${keyName(FUNCTION_KEY + number)})`]);
    const text = stringUpToLimit(call, at + 1n);
    const all: NamedArgument[] = [["kb_func", key]];
    return struct(isRead && !before ? all : [...all, ["kb_string", text]]);
  };

type FoundString = NonNullable<ReturnType<SyscallView["memory"]["readString"]>>;
const stringOf = ({ bytes, length, cut }: FoundString): Value => ({
  ...{ kind: "string", bytes: bytes.slice(0, length), cut },
});

function stringUpToLimit(call: SyscallView, at: bigint): Value {
  const limit = Math.min(call.limits.string, KEY_STRING_SIZE);
  // The kernel's string may fill its buffer, so that no NUL follows.
  const found = call.memory.readString(Number(at), Math.min(limit, KEY_STRING_SIZE - 1));
  if (!found) return UNKNOWN;
  if (!found.cut) return stringOf({ ...found, cut: found.length >= limit });
  const all = call.memory.read(Number(at), limit);
  return all ? stringOf({ bytes: all.bytes, length: limit, cut: true }) : UNKNOWN;
}

const MAX_ACCENTS = 256;

/** struct kbdiacrs, kbdiacrsuc: which accents make which characters. */
const accents =
  (name: "kbdiacr" | "kbdiacruc", size: number): Special["decode"] =>
  (scope, at) => {
    const { call } = scope;
    const count = at === 0n ? undefined : call.memory.read(Number(at), 4)?.view.getUint32(0, true);
    if (count === undefined) return pointer(at);
    const list = arrayAt(call, at + 4n, Math.min(count, MAX_ACCENTS), size, (view) =>
      accent(scope, view, name),
    );
    const isCut = count > MAX_ACCENTS && list.kind === "array";
    return struct([
      ["kb_cnt", integer(count)],
      [name, isCut ? { ...list, cut: true } : list],
    ]);
  };

function accent(scope: Scope, view: DataView, name: string): Value {
  const value = structValue({ ...scope, part: "all" }, view, 0, name) as StructValue;
  if (name === "kbdiacruc") return value;
  return struct(
    value.fields.map(([each, field]) => [
      each,
      symbol(character(Number((field as IntegerValue).value))),
    ]),
  );
}

/** struct unimapdesc: which characters are where in the font. */
const unicodeMap =
  (isRead: boolean): Special["decode"] =>
  ({ call }, at, _name, before) => {
    const found = at === 0n ? null : call.memory.read(Number(at), 16);
    if (!found) return pointer(at);
    const count = integer(found.view.getUint16(0, true));
    const entries = found.view.getBigUint64(8, true);
    if (isRead && before?.kind !== "struct")
      return struct([
        ["entry_ct", count],
        ["entries", pointer(entries)],
      ]);
    const isUnknown = isRead && call.failed;
    const list = arrayAt(call, entries, count.value, 4, (view) =>
      struct([
        ["unicode", integer(view.getUint16(0, true), "hex")],
        ["fontpos", integer(view.getUint16(2, true), "hex")],
      ]),
    );
    const old = before?.kind === "struct" ? before.fields[0][1] : null;
    const shown: Value = old
      ? { kind: "change", before: old, after: count, indirect: false }
      : count;
    return struct([
      ["entry_ct", shown],
      ["entries", isUnknown ? pointer(entries) : list],
    ]);
  };

/** Bytes of a character, whatever its height is. */
const CHARACTER_SIZE = 32;
const FONT_NAME_SIZE = 32;

/** struct consolefontdesc. */
const font =
  (isRead: boolean): Special["decode"] =>
  (scope, at, _name, before) => {
    const value = structAt({ ...scope, part: "all" }, at, "consolefontdesc");
    if (value.kind !== "struct") return before ?? value;
    if (isRead && before?.kind !== "struct") return value;
    const [[, count], , [, data]] = value.fields;
    const length = Number((count as IntegerValue).value) * CHARACTER_SIZE;
    const address = data.kind === "pointer" ? data.address : 0n;
    const chars: NamedArgument = ["chardata", hexBytesAt(scope.call, address, length)];
    const all = struct([...value.fields.slice(0, 2), chars]);
    return isRead ? { kind: "change", before: before!, after: all, indirect: false } : all;
  };

/** struct console_font_op: each operation has fields of its own. */
const fontOperation: Special["decode"] = (scope, at, _name, before) => {
  const { call } = scope;
  const found = at === 0n ? null : call.memory.read(Number(at), 32);
  if (!found) return before ?? pointer(at);
  const view = new DataView(found.bytes.slice(0, 32).buffer);
  const [operation, , width, , count] = [0, 4, 8, 12, 16].map((at) => view.getUint32(at, true));
  const address = view.getBigUint64(24, true);
  const fields = (name: string) =>
    (structValue({ ...scope, part: "all" }, view, 0, `console_font_${name}`) as StructValue).fields;
  const dots = () => hexBytesAt(call, address, Math.ceil(width / 8) * CHARACTER_SIZE * count);
  const after = (list: readonly NamedArgument[]): Value => ({
    ...{ kind: "change", before: before!, after: struct(list), indirect: false },
  });
  switch (operation) {
    case 0:
      return before ?? struct([...fields("set"), ["data", dots()]]);
    case 1:
      return before
        ? after([...fields("written").slice(0, 3), ["data", dots()]])
        : struct(fields("get"));
    case 2: {
      const limit = Math.min(call.limits.string, FONT_NAME_SIZE - 1);
      const found = call.memory.readString(Number(address), limit);
      const name = found ? stringOf(found) : pointer(address);
      return before ? after(fields("found")) : struct([...fields("default"), ["data", name]]);
    }
    case 3:
      return before ?? struct(fields("copy"));
    default:
      return before ? after(fields("written")) : struct(fields("get"));
  }
};

const value = (decode: Special["decode"]): Special => ({ access: "value", decode });
const input = (decode: Special["decode"]): Special => ({ access: "in", decode });
const output = (decode: Special["decode"]): Special => ({ access: "out", decode });
const both = (decode: Special["decode"]): Special => ({ access: "inout", decode });

export const CONSOLE_REQUESTS: Readonly<Record<string, Special>> = {
  KIOCSOUND: value(sound),
  KDMKTONE: value(tone),
  KDADDIO: value(port),
  KDDELIO: value(port),
  KDSIGACCEPT: value(signal),
  GIO_CMAP: output(bytes(48)),
  PIO_CMAP: input(bytes(48)),
  GIO_SCRNMAP: output(bytes(SCREEN_MAP_SIZE)),
  PIO_SCRNMAP: input(bytes(SCREEN_MAP_SIZE)),
  GIO_UNISCRNMAP: output(screenMap),
  PIO_UNISCRNMAP: input(screenMap),
  GIO_FONT: output(bytes(256 * CHARACTER_SIZE)),
  PIO_FONT: input(bytes(256 * CHARACTER_SIZE)),
  GIO_FONTX: both(font(true)),
  PIO_FONTX: input(font(false)),
  KDFONTOP: both(fontOperation),
  KDGKBENT: both(keyEntry(true)),
  KDSKBENT: input(keyEntry(false)),
  KDGKBSENT: both(keyString(true)),
  KDSKBSENT: input(keyString(false)),
  KDGKBDIACR: output(accents("kbdiacr", 3)),
  KDSKBDIACR: input(accents("kbdiacr", 3)),
  KDGKBDIACRUC: output(accents("kbdiacruc", 12)),
  KDSKBDIACRUC: input(accents("kbdiacruc", 12)),
  GIO_UNIMAP: { ...both(unicodeMap(true)), despiteFailure: true },
  PIO_UNIMAP: input(unicodeMap(false)),
};

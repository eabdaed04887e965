/** Input devices: linux/input.h. Some requests contain a number of bytes or an axis. */
import {
  array,
  enumValue,
  integer,
  type MacroValue,
  macro,
  pointer,
  type SetValue,
  struct,
  type Value,
  withNumber,
} from "../../value.ts";
import { bytesAt } from "../arguments.ts";
import { constants } from "../named-constants.ts";
import type { RequestFamily, Special } from "./request.ts";

/** The sets of constants of each event type, for EVIOCGBIT. */
const CODES: Readonly<Record<number, string>> = {
  ...{ 0: "EV", 1: "KEY", 2: "REL", 3: "ABS", 4: "MSC", 5: "SW", 17: "LED", 18: "SND", 20: "REP" },
  ...{ 21: "FF", 23: "FF_STATUS" },
};
/** Maximum number of names without -v. */
const SHOWN_BITS = 4;
const WORD = 8;

/** A bit map of which the kernel wrote as many bytes as the result says. */
const bitMap =
  (set: string | undefined): Special["decode"] =>
  ({ call }, at) => {
    const all = set === undefined ? [] : constants(set);
    // The kernel has no more bits than the event type has codes.
    const count = Math.min(call.result * 8, all.length && all[all.length - 1][1] + 1);
    const size = Math.ceil(count / 64) * WORD;
    const found = size > 0 ? call.memory.read(Number(at), size) : null;
    if (!found) return pointer(at);
    const words = Array.from({ length: size / WORD }, (_, i) =>
      found.view.getBigUint64(i * WORD, true),
    );
    const isSet = (bit: number) => (words[Math.floor(bit / 64)] >> BigInt(bit % 64)) & 1n;
    const bits = Array.from({ length: count }, (_, bit) => bit).filter(isSet);
    const shown = call.abbreviated ? bits.slice(0, SHOWN_BITS) : bits;
    const names = new Map(all.map(([name, number]) => [number, name]));
    return {
      kind: "set",
      members: shown.map((bit) => names.get(bit) ?? `0x${bit.toString(16)}`),
      numbers: shown,
      inverted: false,
      cut: shown.length < bits.length,
      words,
    } satisfies SetValue;
  };

const string: Special["decode"] = ({ call }, at) =>
  call.result > 0 ? bytesAt(call, at, call.result) : pointer(at);

/** struct input_mt_request_layout: a code, and a value for each slot. */
const slots =
  (size: number): Special["decode"] =>
  ({ call }, at) => {
    const count = Math.floor(size / 4);
    const found = count > 0 ? call.memory.read(Number(at), count * 4) : null;
    if (!found) return pointer(at);
    const code = found.view.getUint32(0, true);
    const values = Array.from({ length: count - 1 }, (_, i) =>
      integer(found.view.getInt32(4 + i * 4, true)),
    );
    return struct([
      ["code", enumValue(code, constants("ABS_MT"), "ABS_MT_???")],
      ["values", array(values)],
    ]);
  };

const ABSINFO = ["value", "minimum", "maximum", "fuzz", "flat", "resolution"];
const OLD_ABSINFO_SIZE = 20;

/** struct input_absinfo, of the size that the request says. */
const absinfo =
  (size: number): Special["decode"] =>
  ({ call }, at) => {
    const length = Math.min(size, ABSINFO.length * 4);
    const found = size < OLD_ABSINFO_SIZE ? null : call.memory.read(Number(at), length);
    if (!found) return pointer(at);
    const count = call.abbreviated ? 2 : Math.floor(length / 4);
    return struct(
      ABSINFO.slice(0, count).map((name, i) => [name, integer(found.view.getUint32(i * 4, true))]),
      call.abbreviated || size !== count * 4,
    );
  };

/** Returns a request as a macro of its header. */
const named = (request: number, name: string, ...args: readonly Value[]): MacroValue =>
  withNumber(request, macro(name, ...args));
const constant = (set: string, number: number) => enumValue(number, constants(set), `${set}_???`);

const SIZED: Readonly<Record<number, readonly [name: string, set?: string]>> = {
  6: ["EVIOCGNAME"],
  7: ["EVIOCGPHYS"],
  8: ["EVIOCGUNIQ"],
  9: ["EVIOCGPROP", "INPUT_PROP"],
  24: ["EVIOCGKEY", "KEY"],
  25: ["EVIOCGLED", "LED"],
  26: ["EVIOCGSND", "SND"],
  27: ["EVIOCGSW", "SW"],
};
const EVENT_TYPES = 0x20;
const AXES = 0x40;
const SET_AXES = 0xc0;

/** Returns the request of type 'E' with the number, direction and size; null if there is none. */
export const inputRequest: RequestFamily = (request, { number, direction, size }) => {
  const isRead = direction === "read";
  const bytes = integer(size);
  const [name, set] = SIZED[number] ?? [];
  if (isRead && name)
    return { name: named(request, name, bytes), access: "out", decode: set ? bitMap(set) : string };
  if (isRead && number === 10)
    return { name: named(request, "EVIOCGMTSLOTS", bytes), access: "out", decode: slots(size) };
  if (isRead && number >= EVENT_TYPES && number < AXES) {
    const type = number - EVENT_TYPES;
    const shown = type === 0 ? integer(0) : constant("EV", type);
    const decode = bitMap(CODES[type]);
    return { name: named(request, "EVIOCGBIT", shown, bytes), access: "out", decode };
  }
  if (isRead && number >= AXES && number < AXES * 2) {
    const shown = constant("ABS", number - AXES);
    return { name: named(request, "EVIOCGABS", shown), access: "out", decode: absinfo(size) };
  }
  if (direction === "write" && number >= SET_AXES) {
    const shown = constant("ABS", number - SET_AXES);
    return { name: named(request, "EVIOCSABS", shown), access: "in", decode: absinfo(size) };
  }
  return null;
};

/** A scan code and a key code. */
const keyCode: Special["decode"] = ({ call }, at) => {
  const found = at === 0n ? null : call.memory.read(Number(at), 8);
  if (!found) return pointer(at);
  const [scan, key] = [0, 4].map((offset) => found.view.getUint32(offset, true));
  return array([integer(scan), constant("KEY", key)]);
};

export const INPUT_REQUESTS: Readonly<Record<string, Special>> = {
  EVIOCGKEYCODE: { access: "out", decode: keyCode },
  EVIOCSKEYCODE: { access: "in", decode: keyCode },
};

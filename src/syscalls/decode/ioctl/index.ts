/** ioctl(2): names requests, and decodes their arguments by the tables beside this file. */
import {
  enumValue,
  flags,
  integer,
  macro,
  pointer,
  symbol,
  type Value,
  withNumber,
} from "../../value.ts";
import { fd } from "../arguments.ts";
import { type ArgumentDecoder, onEntry, onExitIf, type SyscallView } from "../call.ts";
import { constantName, constants } from "../named-constants.ts";
import { DEVICE_TABLES } from "./device-tables.ts";
import { DISK_TABLES } from "./disk-tables.ts";
import { numberValue, pointeeValue } from "./fields.ts";
import { parseSchema, type Request, type Schema } from "./schema.ts";
import { SPECIAL, type Special } from "./special.ts";
import { SYSTEM_TABLES } from "./system-tables.ts";

let parsed: Schema | undefined;
/** Returns the tables, parsed when a program first calls ioctl(2). */
export function schema(): Schema {
  parsed ??= parseSchema(DISK_TABLES, DEVICE_TABLES, SYSTEM_TABLES);
  return parsed;
}

/** include/uapi/asm-generic/ioctl.h. */
const IOC_DIRECTIONS = [
  ["_IOC_READ", 2],
  ["_IOC_WRITE", 1],
] as const;

const request = onEntry((call, index) => {
  const number = call.uint(index);
  const names = constants("ioctl", call.abi).filter(([, value]) => value === number);
  if (names.length) return enumValue(number, names);
  const direction = number >>> 30;
  const bits = flags(direction, IOC_DIRECTIONS);
  const fields = [(number >>> 8) & 0xff, number & 0xff, (number >>> 16) & 0x3fff];
  const composed = macro(
    "_IOC",
    direction === 0 ? symbol("_IOC_NONE") : bits,
    ...fields.map((each) => integer(each, "hex")),
  );
  return withNumber(number, composed);
});

const nameOf = (call: SyscallView) => constantName("ioctl", call.uint(1), call.abi);

function writes(call: SyscallView): boolean {
  const name = nameOf(call);
  const access = SPECIAL[name]?.access ?? schema().requests.get(name)?.access;
  return access === "out" || access === "inout";
}

function argumentValue(call: SyscallView, index: number, { access, type }: Request): Value | null {
  if (access === "none" || !type) return null;
  const at = call.ulong(index);
  if (access === "value") return numberValue(call, schema(), at, type);
  if (access === "out" && call.failed) return pointer(at);
  return pointeeValue({ call, schema: schema(), written: !call.failed }, at, type);
}

function specialValue(call: SyscallView, index: number, special: Special, name: string) {
  const at = call.ulong(index);
  if (special.access === "out" && call.failed) return pointer(at);
  return special.decode(call, at, { call, schema: schema(), written: !call.failed }, name);
}

const argument = onExitIf(writes, (call, index) => {
  const name = nameOf(call);
  const special = SPECIAL[name];
  if (special) return specialValue(call, index, special, name);
  const known = schema().requests.get(name);
  return known ? argumentValue(call, index, known) : integer(call.ulong(index), "hex");
});

export const IOCTL_DECODER: readonly ArgumentDecoder[] = [fd, request, argument];

/** ioctl(2): names requests, and decodes their arguments by the tables beside this file. */
import { integer, NamedValue, pointer, type Value } from "../../value.ts";
import { fd } from "../arguments.ts";
import { type ArgumentDecoder, onEntry, type SyscallView } from "../call.ts";
import { constantName, constants } from "../named-constants.ts";
import { BTRFS_STRUCTS } from "./btrfs.ts";
import { BTRFS_TABLES } from "./btrfs-tables.ts";
import { CONSOLE_TABLES } from "./console-tables.ts";
import { CUSTOM_STRUCTS } from "./custom.ts";
import { DEVICE_TABLES } from "./device-tables.ts";
import { DISK_TABLES } from "./disk-tables.ts";
import { inputRequest } from "./evdev.ts";
import { extendedValue, numberValue, pointeeValue, type Schema, type Scope } from "./fields.ts";
import { MEDIA_STRUCTS } from "./media.ts";
import { MEDIA_TABLES } from "./media-tables.ts";
import { MTD_TABLES } from "./mtd-tables.ts";
import { NETWORK_STRUCTS } from "./network.ts";
import { NETWORK_TABLES } from "./network-tables.ts";
import { outsideName } from "./outside.ts";
import { composedName, type FamilyRequest, type RequestFamily, type Special } from "./request.ts";
import { parseSchema, type Request } from "./schema.ts";
import { SPECIAL } from "./special.ts";
import { seccompRequest } from "./system.ts";
import { SYSTEM_TABLES } from "./system-tables.ts";
import { teeRequest } from "./tee.ts";

const TABLES = [
  BTRFS_TABLES,
  CONSOLE_TABLES,
  DISK_TABLES,
  DEVICE_TABLES,
  MEDIA_TABLES,
  MTD_TABLES,
  NETWORK_TABLES,
  SYSTEM_TABLES,
];
let parsed: Schema | undefined;
/** Returns the tables, parsed when a program first calls ioctl(2). */
export function schema(): Schema {
  parsed ??= {
    ...parseSchema(...TABLES),
    custom: { ...BTRFS_STRUCTS, ...CUSTOM_STRUCTS, ...NETWORK_STRUCTS, ...MEDIA_STRUCTS },
  };
  return parsed;
}

const DIRECTIONS = ["none", "write", "read", "both"] as const;
/** Requests that contain parameters, by their type. */
const FAMILIES: Readonly<Record<string, RequestFamily>> = {
  "!": seccompRequest,
  E: inputRequest,
  "\xa4": teeRequest,
};

/** Returns a request that contains parameters; null if it is none. */
function familyRequest(request: number): FamilyRequest | null {
  const type = String.fromCharCode((request >>> 8) & 0xff);
  const direction = DIRECTIONS[request >>> 30];
  const parts = { type, number: request & 0xff, direction, size: (request >>> 16) & 0x3fff };
  return FAMILIES[type]?.(request, parts) ?? null;
}

/** Names a request; strace shows all names of a number, in alphabetical order. */
function knownRequest(number: number, names: ReadonlySet<string>): NamedValue {
  const [likeliest] = names;
  const shown = [...names].sort().join(" or ");
  return new NamedValue(number, [likeliest], 0, { kind: "values", placeholder: "", shown });
}

const request = onEntry((call, index) => {
  const number = call.uint(index);
  const known = constants("ioctl", call.abi).filter(([, value]) => value === number);
  const outside = outsideName(number, known.length > 0);
  const names = [...known.map(([name]) => name), ...(outside ? [outside] : [])];
  if (names.length) return knownRequest(number, new Set(names));
  const family = familyRequest(number);
  if (family) return family.name;
  return composedName(number);
});

const nameOf = (call: SyscallView) => constantName("ioctl", call.uint(1), call.abi);

/** Returns the decoder of the argument, if the tables cannot describe it. */
function specialOf(call: SyscallView, name: string): Special | null {
  return name === "" ? familyRequest(call.uint(1)) : (SPECIAL[name] ?? null);
}

function accessOf(call: SyscallView): Request["access"] {
  const name = nameOf(call);
  return (specialOf(call, name) ?? schema().requests.get(name))?.access ?? "value";
}
const writes = (call: SyscallView) => ["out", "inout"].includes(accessOf(call));

const scopeOf = (call: SyscallView, part: Scope["part"]): Scope => ({
  call,
  schema: schema(),
  part,
});

/** Decodes the argument before the call: what the kernel reads. */
function givenValue(call: SyscallView, index: number): Value | null {
  const name = nameOf(call);
  const at = call.ulong(index);
  const special = specialOf(call, name);
  if (special) return special.decode(scopeOf(call, "given"), at, name);
  const known = schema().requests.get(name);
  if (!known) return integer(at, "hex");
  if (!known.type) return null;
  if (known.access === "value") return numberValue(call, schema(), at, known.type);
  return pointeeValue(scopeOf(call, "given"), at, known.type);
}

/** Decodes the argument after the call: what the kernel wrote. */
function writtenValue(call: SyscallView, index: number, before: Value | null): Value {
  const name = nameOf(call);
  const at = call.ulong(index);
  const special = specialOf(call, name);
  const plain = special ? undefined : schema().requests.get(name);
  const known = special ?? plain;
  const isShownTwice = plain?.after && (plain.alwaysAfter || !call.failed);
  if (isShownTwice && before?.kind === "struct") {
    const after = call.failed ? pointer(at) : pointeeValue(scopeOf(call, "all"), at, plain.after!);
    const isEmpty = after.kind === "struct" && !after.fields.length;
    return isEmpty ? before : { kind: "change", before, after, indirect: false };
  }
  if (call.failed && !special?.despiteFailure)
    return known?.access === "inout" && before ? before : pointer(at);
  if (special) return special.decode(scopeOf(call, before ? "written" : "all"), at, name, before)!;
  const { access, type } = plain!;
  if (access === "inout" && before)
    return extendedValue(scopeOf(call, "written"), before, at, type!);
  return pointeeValue(scopeOf(call, "all"), at, type!);
}

const argument: ArgumentDecoder = {
  phase: "exit",
  decodesAtEntry: (call) => !writes(call),
  readBefore: (call, index) => (accessOf(call) === "inout" ? givenValue(call, index) : null),
  decode: (call, index, before) =>
    writes(call) ? writtenValue(call, index, before ?? null) : givenValue(call, index),
};

export const IOCTL_DECODER: readonly ArgumentDecoder[] = [fd, request, argument];

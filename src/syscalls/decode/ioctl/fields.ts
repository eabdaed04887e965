/** Decodes numbers and structs by the tables of ioctl(2) requests. */
import {
  array,
  enumValue,
  flags,
  integer,
  macro,
  pointer,
  struct,
  type Value,
  withNumber,
} from "../../value.ts";
import { fdValue, stringAt } from "../arguments.ts";
import type { SyscallView } from "../call.ts";
import { constants } from "../named-constants.ts";
import type { Constants, Field, Schema, Struct, Type } from "./schema.ts";

/** Sets of the generated tables, by the names that the tables here give them. */
const GENERATED: Readonly<Record<string, Constants | (() => Constants)>> = {
  clock: () => ({ names: constants("clock"), placeholder: "CLOCK_???" }),
  inode_flags: () => ({ names: constants("inode_flags"), placeholder: "FS_???_FL" }),
  open: () => ({ names: constants("open"), placeholder: "O_???" }),
  xflags: () => ({ names: constants("xflags"), placeholder: "FS_XFLAG_???" }),
  userfaultfd_features: () => ({
    names: constants("userfaultfd_features"),
    placeholder: "UFFD_FEATURE_???",
  }),
};

function setOf({ sets }: Schema, name: string): Constants {
  const known = sets.get(name) ?? GENERATED[name];
  if (!known) throw new Error(`ioctl tables: ${name}: no such set`);
  return typeof known === "function" ? known() : known;
}

/** A device number of 32 or 64 bits, as glibc splits it: makedev(3). */
export function deviceOf(dev: bigint): Value {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xfffff000n);
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xffffff00n);
  return withNumber(dev, macro("makedev", integer(major, "hex"), integer(minor, "hex")));
}

function unsignedAt(view: DataView, at: number, size: number): bigint {
  if (size === 8) return view.getBigUint64(at, true);
  if (size === 4) return BigInt(view.getUint32(at, true));
  return BigInt(size === 2 ? view.getUint16(at, true) : view.getUint8(at));
}

/** Returns a number as its type shows it. */
export function numberValue(call: SyscallView, schema: Schema, raw: bigint, type: Type): Value {
  const bits = type.size * 8;
  const value = BigInt.asUintN(bits, raw);
  switch (type.kind) {
    case "signed":
      return integer(BigInt.asIntN(bits, raw));
    case "fd":
      return fdValue(call, Number(BigInt.asIntN(32, raw)));
    case "hex":
      return integer(value, "hex");
    case "pointer":
      return pointer(value);
    case "device":
      return deviceOf(value);
    case "bits": {
      const { names, placeholder } = setOf(schema, type.name);
      return flags(value, names, placeholder);
    }
    case "enum": {
      const { names, placeholder } = setOf(schema, type.name);
      return enumValue(Number(value), names, placeholder);
    }
    default:
      return integer(value);
  }
}

/** A char array: a string that ends with its NUL, at the latest before the last byte. */
export function charsValue(view: DataView, at: number, length: number): Value {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, length);
  const end = bytes.indexOf(0);
  return { kind: "string", bytes: bytes.slice(0, end < 0 ? length - 1 : end), cut: end < 0 };
}

/** What of a struct is shown. */
export interface Scope {
  readonly call: SyscallView;
  readonly schema: Schema;
  /** Whether fields that the kernel writes are valid. */
  readonly written: boolean;
}

function elementValue(scope: Scope, view: DataView, at: number, type: Type): Value {
  if (type.kind === "struct")
    return structOf(scope, view, at, scope.schema.structs.get(type.name)!);
  return numberValue(scope.call, scope.schema, unsignedAt(view, at, type.size), type);
}

function fieldValue(scope: Scope, view: DataView, at: number, type: Type): Value {
  if (type.kind === "char") return charsValue(view, at, type.count ?? 1);
  if (type.count === null) return elementValue(scope, view, at, type);
  const size = type.kind === "struct" ? scope.schema.structs.get(type.name)!.size : type.size;
  const items = Array.from({ length: type.count }, (_, i) =>
    elementValue(scope, view, at + i * size, type),
  );
  return array(items);
}

function isZero(view: DataView, at: number, { size, count }: Type): boolean {
  for (let i = 0; i < size * (count ?? 1); i++) if (view.getUint8(at + i) !== 0) return false;
  return true;
}

function structOf(scope: Scope, view: DataView, base: number, { fields }: Struct): Value {
  const isShown = ({ shown, type, offset, written }: Field) =>
    shown !== "never" &&
    (scope.written || !written) &&
    (shown === "always" || !isZero(view, base + offset, type));
  const all = fields.filter(isShown);
  const shown = all.filter(({ verbose }) => !verbose || !scope.call.abbreviated);
  const values = shown.map(
    ({ name, type, offset }) => [name, fieldValue(scope, view, base + offset, type)] as const,
  );
  return struct(values, shown.length < all.length);
}

/** Decodes what a pointer points to; numbers are shown in brackets. */
export function pointeeValue(scope: Scope, at: bigint, type: Type): Value {
  if (type.kind === "string") return stringAt(scope.call, at);
  const layout = type.kind === "struct" ? scope.schema.structs.get(type.name)! : null;
  const size = (layout?.size ?? type.size) * (type.count ?? 1);
  const found = at === 0n ? null : scope.call.memory.read(Number(at), size);
  if (!found) return pointer(at);
  const view = new DataView(found.bytes.slice(0, size).buffer);
  const value = fieldValue(scope, view, 0, type);
  return layout || type.count !== null ? value : array([value]);
}

/** Decodes the struct that a pointer points to. */
export function structAt(scope: Scope, at: bigint, name: string): Value {
  return pointeeValue(scope, at, { kind: "struct", size: 0, count: null, name });
}

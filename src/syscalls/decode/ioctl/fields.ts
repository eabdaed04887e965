/** Decodes numbers and structs by the tables of ioctl(2) requests. */
import {
  array,
  enumValue,
  flags,
  integer,
  macro,
  type NamedArgument,
  NamedValue,
  pointer,
  type StructValue,
  struct,
  symbol,
  type Value,
  withNumber,
} from "../../value.ts";
import { fdValue, stringAt } from "../arguments.ts";
import { arrayAt } from "../arrays.ts";
import type { SyscallView } from "../call.ts";
import { constants } from "../named-constants.ts";
import type { Constants, Field, Struct, Tables, Type } from "./schema.ts";

/** The tables, and decoders of structs whose fields depend on others. */
export interface Schema extends Tables {
  readonly custom: Readonly<Record<string, CustomStruct>>;
}
/** Decodes the struct at an offset of the view. */
export type CustomStruct = (scope: Scope, view: DataView, base: number) => Value;

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

export function setOf({ sets }: Schema, name: string): Constants {
  const known = sets.get(name) ?? GENERATED[name];
  if (!known) return { names: constants(name), placeholder: `${name}_???` };
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

const decimalName = (value: bigint, name: string): Value =>
  new NamedValue(value, [name], 0, { kind: "values", placeholder: "", notation: "decimal" });

/** A number in decimal, whose largest value stands for no limit. */
function limitValue(value: bigint, bits: number): Value {
  const isLargest = value === BigInt.asUintN(bits, -1n);
  return isLargest ? decimalName(value, `UINT${bits}_MAX`) : integer(value);
}

/** 16 bytes, as RFC 9562 writes them. */
export function uuidValue(view: DataView, at: number): Value {
  const hex = Buffer.from(view.buffer, view.byteOffset + at, 16).toString("hex");
  return symbol(hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"));
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
    case "number": {
      const { names, placeholder } = setOf(schema, type.name);
      return enumValue(Number(BigInt.asIntN(bits, raw)), names, placeholder, "decimal");
    }
    case "id": {
      const signed = Number(BigInt.asIntN(bits, raw));
      const found = setOf(schema, type.name).names.find(([, number]) => number === signed);
      return found ? decimalName(value, found[0]) : limitValue(value, bits);
    }
    case "limit":
      return limitValue(value, bits);
    case "enum": {
      const { names, placeholder } = setOf(schema, type.name);
      // A number of 64 bits without a name must not lose its last ones.
      return Number(value) > Number.MAX_SAFE_INTEGER
        ? new NamedValue(value, [], value, { kind: "values", placeholder })
        : enumValue(Number(value), names, placeholder);
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

/** What of a struct is shown: the fields that the kernel reads, those that it writes, or both. */
export interface Scope {
  readonly call: SyscallView;
  readonly schema: Schema;
  readonly part: "all" | "given" | "written";
}

function elementValue(scope: Scope, view: DataView, at: number, type: Type): Value {
  if (type.kind === "uuid") return uuidValue(view, at);
  if (type.kind === "struct") {
    return structValue({ ...scope, part: "all" }, view, at, type.name);
  }
  return numberValue(scope.call, scope.schema, unsignedAt(view, at, type.size), type);
}

const sizeOf = ({ schema }: Scope, { kind, name, size }: Type) =>
  kind === "struct" ? schema.structs.get(name)!.size : size;

/** Decodes the structs that a field points to. */
function pointedArray(scope: Scope, at: bigint, { name }: Type, count: number): Value {
  const { size } = scope.schema.structs.get(name)!;
  return arrayAt(scope.call, at, count, size, (view) =>
    structValue({ ...scope, part: "all" }, view, 0, name),
  );
}

/** Returns how many bytes a string takes at most; one of a given length has its NUL after it. */
const charCount = ({ count, valid }: Type, given: number) =>
  valid ? Math.min(count ?? 1, given + 1) : (count ?? 1);

/** @param count the number of valid elements of an array */
function fieldValue(scope: Scope, view: DataView, at: number, type: Type, count: number): Value {
  if (type.kind === "char") return charsValue(view, at, charCount(type, count));
  if (type.kind === "array") return pointedArray(scope, view.getBigUint64(at, true), type, count);
  if (type.count === null) return elementValue(scope, view, at, type);
  const { abbreviated, limits } = scope.call;
  const shown = abbreviated ? Math.min(count, limits.string) : count;
  const items = Array.from({ length: shown }, (_, i) =>
    elementValue(scope, view, at + i * sizeOf(scope, type), type),
  );
  return array(items, count > shown);
}

/** Returns the number of valid elements of a field of the struct at `base`. */
function validCount(view: DataView, base: number, { type }: Field, fields: readonly Field[]) {
  const { count, valid } = type;
  if (!valid) return count ?? 1;
  const { offset, type: number } = fields.find(({ name }) => name === valid.field)!;
  const raw = unsignedAt(view, base + offset, number.size);
  const given = number.kind === "signed" ? BigInt.asIntN(number.size * 8, raw) : raw;
  const most = type.kind === "array" ? Number.MAX_SAFE_INTEGER : (count ?? 1);
  return Math.max(0, Math.min(most, Number(given) * valid.factor + valid.added));
}

function isZero(view: DataView, at: number, size: number): boolean {
  for (let i = 0; i < size; i++) if (view.getUint8(at + i) !== 0) return false;
  return true;
}

/** Returns the member of a union that the struct at `base` selects, in the place of the union. */
function selectedMember(
  { schema }: Scope,
  view: DataView,
  base: number,
  field: Field,
  fields: readonly Field[],
): Field | undefined {
  const { selector, cases, fields: members } = schema.structs.get(field.type.name) ?? {};
  if (!selector) return field;
  const { offset, type } = fields.find(({ name }) => name === selector.field)!;
  const bits =
    unsignedAt(view, base + offset, type.size) & BigInt.asUintN(64, BigInt(selector.mask));
  const found = cases!.findIndex((numbers) => numbers?.includes(Number(bits)));
  const index = found < 0 ? cases!.indexOf(null) : found;
  return index < 0 ? undefined : { ...members![index], ...placeOf(field) };
}

const placeOf = ({ offset, verbose, written }: Field) => ({ offset, verbose, written });

function structOf(scope: Scope, view: DataView, base: number, { fields }: Struct): StructValue {
  const { part } = scope;
  const all = fields.flatMap((each) => {
    const field = selectedMember(scope, view, base, each, fields);
    if (!field) return [];
    const { shown, written, type } = field;
    const count = validCount(view, base, field, fields);
    const isWritten = written !== "no" || shown === "before-and-after";
    const isPart = part === "all" || (part === "written" ? isWritten : written === "no");
    if (!isPart || shown === "never") return [];
    const size = sizeOf(scope, type) * (type.count === null ? 1 : count);
    if (shown === "unless-zero" && isZero(view, base + field.offset, size)) return [];
    return [{ field, count }];
  });
  const shown = all.filter(
    ({ field }) => field.shown !== "omitted" && (!field.verbose || !scope.call.abbreviated),
  );
  const values = shown.map(({ field: { name, type, offset }, count }) => {
    return [name, fieldValue(scope, view, base + offset, type, count)] as const;
  });
  return struct(values, shown.length < all.length);
}

/** Decodes the struct at an offset of the view. */
export function structValue(scope: Scope, view: DataView, at: number, name: string): Value {
  const custom = scope.schema.custom[name];
  return custom
    ? custom(scope, view, at)
    : structOf(scope, view, at, scope.schema.structs.get(name)!);
}

/** Decodes what a pointer points to; numbers are shown in brackets. */
export function pointeeValue(scope: Scope, at: bigint, type: Type): Value {
  if (type.kind === "string") return stringAt(scope.call, at);
  const layout = type.kind === "struct" ? scope.schema.structs.get(type.name)! : null;
  const size = sizeOf(scope, type) * (type.count ?? 1);
  const found = at === 0n ? null : scope.call.memory.read(Number(at), size);
  if (!found) return pointer(at);
  const view = new DataView(found.bytes.slice(0, size).buffer);
  if (layout && type.count === null) return structValue(scope, view, 0, type.name);
  const value = fieldValue(scope, view, 0, type, type.count ?? 1);
  return type.count === null ? array([value]) : value;
}

/** Adds what the kernel wrote to a struct as it was before the call. */
export function extendedValue(scope: Scope, before: Value, at: bigint, type: Type): Value {
  if (before.kind !== "struct") return before;
  const written = pointeeValue({ ...scope, part: "written" }, at, type);
  if (written.kind !== "struct" || !written.fields.length) return before;
  const { fields } = scope.schema.structs.get(type.name)!;
  if (fields.some((field) => field.written === "apart")) return { ...before, written };
  const isChanged = (name: string) =>
    fields.some((field) => field.name === name && field.shown === "before-and-after");
  const [changed, added] = [true, false].map((is) =>
    written.fields.filter(([name]) => isChanged(name) === is),
  );
  const old = before.fields.map(([name, value]): NamedArgument => {
    const after = changed.find(([each]) => each === name)?.[1];
    return [name, after ? { kind: "change", before: value, after, indirect: false } : value];
  });
  return { ...before, fields: [...old, ...added], cut: written.cut };
}

/** Decodes the struct that a pointer points to. */
export function structAt(scope: Scope, at: bigint, name: string): Value {
  return pointeeValue(scope, at, { kind: "struct", size: 0, count: null, valid: null, name });
}

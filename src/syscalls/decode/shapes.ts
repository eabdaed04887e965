/**
 * Structs as strace shows them: which fields of the kernel's layout, in which order and format. A
 * shape is a list of words:
 * - "name" shows a field as its type says; "name:x" in a format of formats.ts; "name:[x]" each
 *   element of an array
 * - "name:{tag}" shows a struct by the shape of that tag
 * - "name:name" shows an array as text, which is cut if it has no NUL; "name:bytes" in hexadecimal
 * - "new=name:x" gives the field another name
 * - "name?" shows the field only if it is not zero; "name@set" only when the set of names holds
 * - "..." ends what is shown without -v, except for fields like "!name"
 */
import { layoutOf, type StructField } from "../table.ts";
import { array, type NamedArgument, pointer, struct, type Value } from "../value.ts";
import type { SyscallView } from "./call.ts";
import { type Format, formatOf } from "./formats.ts";
import { fieldValue, scalarAt } from "./layout.ts";
import { SHAPES } from "./shape-table.ts";

interface ShapeField {
  /** The shown name. */
  readonly name: string;
  readonly field: StructField;
  readonly format: Format | null;
  /** The tag of a nested shape. */
  readonly nested: string | null;
  /** How an array of bytes is shown, if not by its type. */
  readonly chars: "name" | "bytes" | null;
  readonly unlessZero: boolean;
  /** Shown without -v too. */
  readonly always: boolean;
}

interface Shape {
  readonly size: number;
  readonly fields: readonly ShapeField[];
  /** The number of fields shown without -v. */
  readonly brief: number;
}

const WORD = /^(!)?(?:(\w*)=)?([\w.]+)(\?)?(?::(.+))?$/;
const shapeCache = new Map<string, Shape>();

/** Finds a field by its name or path, also in anonymous members. */
function findField(tag: string, name: string, abi: SyscallView["abi"]): StructField | undefined {
  const [first, ...rest] = name.split(".");
  const fields = layoutOf(tag, abi)?.fields ?? [];
  const within = (outer: StructField, path: string) => {
    const inner = outer.tag === null ? undefined : findField(outer.tag, path, abi);
    return inner && { ...inner, offset: outer.offset + inner.offset };
  };
  const own = fields.find((each) => each.name === first);
  if (own) return rest.length ? within(own, rest.join(".")) : own;
  for (const each of fields) {
    const inner = each.name === "" ? within(each, name) : undefined;
    if (inner) return inner;
  }
}

function parseWord(tag: string, word: string, abi: SyscallView["abi"]): ShapeField {
  const found = WORD.exec(word);
  const field = found && findField(tag, found[3], abi);
  if (!field) throw new Error(`no field for ${word} in ${tag}`);
  const [, always, shown, path, unlessZero, text = ""] = found;
  const chars = text === "name" || text === "bytes" ? text : null;
  const nested = /^\{(.*)\}$/.exec(text)?.[1] ?? null;
  const format =
    text === "" || chars || nested !== null ? null : formatOf(text.replace(/^\[(.*)\]$/, "$1"));
  const name = shown ?? path.replace(/^.*\./, "");
  return {
    ...{ name, field, format, nested, chars },
    ...{ unlessZero: unlessZero !== undefined, always: always !== undefined },
  };
}

export function hasShape(name: string): boolean {
  return SHAPES[name] !== undefined;
}

function tagOf(name: string): string {
  return name.replace(/\/.*$/, "");
}

/** Returns the shape of a name in SHAPES; "tag/variant" is another shape of the struct `tag`. */
function shapeOf(name: string, abi: SyscallView["abi"], tag = tagOf(name)): Shape {
  const key = `${abi} ${name} ${tag}`;
  let shape = shapeCache.get(key);
  if (!shape) {
    const words = SHAPES[name].trim().split(/\s+/);
    const brief = words.indexOf("...");
    shape = {
      size: layoutOf(tag, abi)?.size ?? 0,
      fields: words.filter((word) => word !== "...").map((word) => parseWord(tag, word, abi)),
      brief: brief < 0 ? words.length : brief,
    };
    shapeCache.set(key, shape);
  }
  return shape;
}

function isZero(view: DataView, at: number, { size, counts }: StructField): boolean {
  const length = counts.reduce((product, count) => product * count, size);
  return Array.from({ length }, (_, i) => view.getUint8(at + i)).every((byte) => byte === 0);
}

function unsignedAt(view: DataView, at: number, field: StructField): bigint {
  const value = BigInt.asUintN(field.size * 8, scalarAt(view, at, field));
  if (!field.bits) return value;
  return (value >> BigInt(field.bits.first)) & ((1n << BigInt(field.bits.count)) - 1n);
}

/** Shows text up to its NUL; without one, it is cut before its last byte, as strace does. */
function textValue(view: DataView, at: number, length: number, kind: "name" | "bytes"): Value {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, length);
  if (kind === "bytes") return { kind: "random-bytes", bytes: bytes.slice(), cut: false };
  const end = bytes.indexOf(0);
  return { kind: "string", bytes: bytes.slice(0, end < 0 ? length - 1 : end), cut: end < 0 };
}

function shapeFieldValue(
  call: SyscallView,
  view: DataView,
  base: number,
  { field, format, nested, chars }: ShapeField,
  tag: string,
  size: number,
): Value {
  const at = base + field.offset;
  const one = (where: number) =>
    nested === null
      ? format!(call, unsignedAt(view, where, field), field.size)
      : shapeValue(call, nested, view, where, size - (where - base), field.tag ?? undefined);
  if (chars) {
    const room = Math.min(view.byteLength - at, size - field.offset);
    return textValue(view, at, Math.min(field.counts[0], room), chars);
  }
  if (!format && nested === null) return fieldValue(view, base, field, call.abi, tag);
  if (field.counts.length === 0) return one(at);
  const count = field.counts.reduce((product, length) => product * length, 1);
  const room = Math.floor((Math.min(view.byteLength - base, size) - field.offset) / field.size);
  return array(Array.from({ length: Math.min(count, room) }, (_, i) => one(at + i * field.size)));
}

/** Whether a field is within the size, at least with its first element. */
function isWithin({ offset, size: element }: StructField, size: number): boolean {
  return offset + element <= size;
}

/**
 * Shows a struct.
 * @param name in SHAPES
 * @param view holds the struct
 * @param base offset of the struct in the view
 * @param size shows only fields that end within it, in bytes
 * @param tag of the layout, if it is not that of the shape
 */
export function shapeValue(
  call: SyscallView,
  name: string,
  view: DataView,
  base = 0,
  size = Number.POSITIVE_INFINITY,
  tag = tagOf(name),
): Value {
  const { fields, brief, size: full } = shapeOf(name, call.abi, tag);
  const wanted = !call.abbreviated
    ? fields
    : fields.filter(({ always }, index) => index < brief || always);
  const shown = wanted.filter(
    ({ field, unlessZero }) =>
      isWithin(field, size) && !(unlessZero && isZero(view, base + field.offset, field)),
  );
  const items = shown.map(
    (each): NamedArgument => [each.name, shapeFieldValue(call, view, base, each, tag, size)],
  );
  const isLonger = Number.isFinite(size) && size > full;
  return struct(items, wanted.length < fields.length || isLonger);
}

/**
 * Reads a struct and shows it; its address if it cannot be read.
 * @param size the size that the caller passes, if it does
 */
export function shapeAt(call: SyscallView, at: bigint, name: string, size?: number): Value {
  const { size: full } = shapeOf(name, call.abi);
  const length = Math.min(size ?? full, full);
  const found = at === 0n || length === 0 ? null : call.memory.read(Number(at), length);
  if (!found) return pointer(at);
  return shapeValue(call, name, new DataView(found.bytes.slice(0, length).buffer), 0, size);
}

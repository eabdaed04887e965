/** Decodes struct fields by the generated layouts. */
import { type Abi, fieldSet, layoutOf, type StructField } from "../table.ts";
import { array, integer, pointer, struct, type Value } from "../value.ts";
import { partsValue } from "./named-constants.ts";

const MAX_ITEMS = 32;

/** strace shows fractions of a second as unsigned numbers. */
const UNSIGNED_FIELDS: ReadonlySet<string> = new Set(["tv_nsec", "tv_usec"]);

export function scalarAt(view: DataView, at: number, field: StructField): bigint {
  const little = field.kind !== "network";
  const signed = field.kind === "signed" && !UNSIGNED_FIELDS.has(field.name);
  switch (field.size) {
    case 1:
      return BigInt(signed ? view.getInt8(at) : view.getUint8(at));
    case 2:
      return BigInt(signed ? view.getInt16(at, little) : view.getUint16(at, little));
    case 4:
      return BigInt(signed ? view.getInt32(at, little) : view.getUint32(at, little));
    default:
      return signed ? view.getBigInt64(at, little) : view.getBigUint64(at, little);
  }
}

/** Decodes one element of a field. */
function elementValue(
  view: DataView,
  at: number,
  field: StructField,
  abi: Abi,
  tag: string,
): Value {
  if (field.kind === "struct") {
    const layout = field.tag === null ? undefined : layoutOf(field.tag, abi);
    if (!layout) return integer(0);
    return struct(
      layout.fields.map((each) => [each.name, fieldValue(view, at, each, abi, layout.tag)]),
    );
  }
  if (field.kind === "pointer") return pointer(scalarAt(view, at, field));
  const value = scalarAt(view, at, field);
  const parts = fieldSet(tag, field.name);
  if (parts && !field.bits)
    return partsValue(BigInt.asUintN(field.size * 8, value), value, parts, abi);
  if (!field.bits) return integer(value);
  return integer((value >> BigInt(field.bits.first)) & ((1n << BigInt(field.bits.count)) - 1n));
}

/** Decodes a char array up to its NUL. */
function charArrayValue(view: DataView, at: number, length: number): Value {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, length);
  const end = bytes.indexOf(0);
  return { kind: "string", bytes: bytes.slice(0, end < 0 ? length : end), cut: false };
}

/**
 * Decodes a field.
 * @param base offset of the struct in the view
 * @param tag tag of the struct
 */
export function fieldValue(
  view: DataView,
  base: number,
  field: StructField,
  abi: Abi,
  tag: string,
): Value {
  const at = base + field.offset;
  const count = field.counts.reduce((product, length) => product * length, 1);
  const room = Math.floor((view.byteLength - at) / field.size);
  if (field.counts.length === 0)
    return room >= 1 ? elementValue(view, at, field, abi, tag) : integer(0);
  const length = Math.min(count, room);
  if (field.kind === "char") return charArrayValue(view, at, length);
  const shown = Math.min(length, MAX_ITEMS);
  const items = Array.from({ length: shown }, (_, i) =>
    elementValue(view, at + i * field.size, field, abi, tag),
  );
  return array(items, length > shown);
}

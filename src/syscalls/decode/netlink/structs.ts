/** Structs of messages and attributes, by the generated layouts and the types in the tables. */
import { layoutOf, type StructField, type StructLayout } from "../../table.ts";
import {
  array,
  type IntegerValue,
  integer,
  type NamedArgument,
  pointer,
  struct,
  type Value,
} from "../../value.ts";
import type { Codec, FixedCodec, MessageContext } from "./codec.ts";
import { indexedBy, scalarCodec } from "./scalars.ts";
import { type Entry, entryOf } from "./tables.ts";

/** Matches fields that strace leaves out unless a table types them. */
const PADDING = /pad|unused|reserved|resv|^res\d$/;

export interface Field extends FixedCodec {
  readonly name: string;
  readonly offset: number;
  /** Left out if it is zero. */
  readonly optional: boolean;
  /** It shares its bytes with others. */
  readonly isBits: boolean;
}

export interface StructCodec {
  readonly size: number;
  /** A shorter struct is not decoded; the fields that it lacks are left out. */
  readonly least: number;
  readonly fields: readonly Field[];
}

const structs = new Map<string, StructCodec>();

const part = (view: DataView, at: number, size: number) =>
  new DataView(view.buffer, view.byteOffset + at, size);

/** Repeats the decoder of one element. */
function repeated(
  count: number,
  one: FixedCodec,
  label: (index: number, value: Value) => Value,
): FixedCodec {
  return {
    size: count * one.size,
    decode: (view, context) =>
      array(
        Array.from({ length: count }, (_, i) =>
          label(i, one.decode(part(view, i * one.size, one.size), context)),
        ),
      ),
  };
}

function bitField({ size, bits }: StructField): FixedCodec["decode"] {
  const mask = 2 ** bits!.count - 1;
  return (view) => {
    const unit = size === 1 ? view.getUint8(0) : view.getUint32(0, true);
    return integer((unit >>> bits!.first) & mask);
  };
}

/** Returns the decoder of one element of a field. */
function elementCodec(field: StructField, type: string | undefined): FixedCodec {
  if (field.kind === "struct" && type === undefined) return fixedStruct(structCodec(field.tag!));
  if (field.bits) return { size: field.size, decode: bitField(field) };
  const usual = field.kind === "network" ? "be" : field.kind === "signed" ? "d" : "u";
  const codec = scalarCodec(type ?? usual, field.size);
  if (!codec) throw new Error(`netlink: ${field.name}:${type}`);
  return codec;
}

/** Types of a whole array. */
const WHOLE = ["hw", "ip4", "ip6", "inet", "hex", "cstr"];

function fieldCodec(field: StructField, type: string | undefined): FixedCodec {
  const count = field.counts.reduce((product, each) => product * each, 1);
  if (field.counts.length === 0 || (type !== undefined && WHOLE.includes(type))) {
    const { decode } = elementCodec(field, type);
    return { size: field.size * count, decode };
  }
  if (field.kind === "char" && type === undefined) return scalarCodec("cstr", count)!;
  const [element, labels] = type?.split("@") ?? [];
  const label = labels === undefined ? (_: number, value: Value) => value : indexedBy(labels, 0);
  return repeated(count, elementCodec(field, element), label);
}

/** Returns the fields of a struct with those of its anonymous members: of a union, the typed one. */
function flatFields(layout: StructLayout, entry: Entry | undefined): readonly StructField[] {
  return layout.fields.flatMap((field) => {
    const inner = field.name === "" && field.tag !== null ? layoutOf(field.tag) : undefined;
    if (field.counts[0] === 0) return [];
    if (!inner) return [field];
    const typed = inner.fields.filter(({ name }) => entry?.types.has(name));
    const members = inner.union ? (typed.length ? typed : inner.fields.slice(0, 1)) : inner.fields;
    return members.map((each) => ({ ...each, offset: field.offset + each.offset }));
  });
}

/** Returns the fields that are shown, in the order of the layout, or of the entry if it has "!". */
function shownFields(layout: StructLayout, entry: Entry | undefined): readonly StructField[] {
  const all = flatFields(layout, entry);
  const named = entry ? [...entry.types.keys(), ...entry.words] : [];
  if (entry?.words.includes("!"))
    return named.flatMap((name) => all.filter((field) => field.name === name));
  return all.filter(({ name }) => named.includes(name) || !PADDING.test(name));
}

function makeStruct(tag: string, layout: StructLayout, entry: Entry | undefined): StructCodec {
  const fields = shownFields(layout, entry).map((field): Field => {
    const type = entry?.types.get(field.name);
    const { size, decode } = fieldCodec(field, type?.replace(/\?$/, "") || undefined);
    const optional = type?.endsWith("?") ?? false;
    const isBits = field.bits !== null;
    return { name: field.name, offset: field.offset, size, decode, optional, isBits };
  });
  const last = entry?.words.find((word) => word.startsWith(">"))?.slice(1);
  const end = last === undefined ? undefined : fields.find(({ name }) => name === last);
  if (last !== undefined && !end) throw new Error(`netlink: struct ${tag} has no ${last}`);
  return { size: layout.size, least: end ? end.offset + end.size : layout.size, fields };
}

/** @throws Error if there is no layout of that tag */
export function structCodec(name: string): StructCodec {
  let codec = structs.get(name);
  if (!codec) {
    const entry = entryOf("struct", name);
    const layout = layoutOf(entry?.set ?? name);
    if (!layout) throw new Error(`no layout of struct ${name}`);
    codec = makeStruct(name, layout, entry);
    structs.set(name, codec);
  }
  return codec;
}

function isZero(view: DataView, field: Field, context: MessageContext): boolean {
  const own = part(view, field.offset, field.size);
  if (field.isBits) return Number((field.decode(own, context) as IntegerValue).value) === 0;
  return new Uint8Array(own.buffer, own.byteOffset, own.byteLength).every((byte) => byte === 0);
}

/** Decodes the fields that are in the view, from an offset on. */
export function fieldValues(
  { fields }: StructCodec,
  view: DataView,
  context: MessageContext,
  from = 0,
): NamedArgument[] {
  return fields
    .filter(({ offset, size }) => offset >= from && offset + size <= view.byteLength)
    .filter((field) => !field.optional || !isZero(view, field, context))
    .map((field) => [field.name, field.decode(part(view, field.offset, field.size), context)]);
}

export function fixedStruct(codec: StructCodec): FixedCodec {
  return {
    size: codec.size,
    decode: (view, context) => struct(fieldValues(codec, view, context)),
  };
}

/** A payload that is a struct, or its beginning. */
export function structPayload(tag: string): Codec {
  return (context, at, length) => {
    const codec = structCodec(tag);
    if (length < codec.least) return null;
    const view = context.memory.read(at, Math.min(length, codec.size));
    return view ? struct(fieldValues(codec, view, context)) : pointer(at);
  };
}

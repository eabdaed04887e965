/** The structs at the beginning of payloads, which name the address family in their first byte. */
import { enumValue, pointer, struct, type Value } from "../../value.ts";
import { constants } from "../named-constants.ts";
import { align, attributesValue, type Policy } from "./attributes.ts";
import { type MessageContext, rawBytes } from "./codec.ts";
import { fieldValues, structCodec } from "./structs.ts";

/** Decodes a struct whose first field is read first; the rest may be missing. */
function headerStruct(
  context: MessageContext,
  at: bigint,
  length: number,
  tag: string,
): { readonly value: Value; readonly size: number } {
  const codec = structCodec(tag);
  const [first, second] = codec.fields;
  const start = context.memory.read(at, first.size);
  if (!start) return { value: pointer(at), size: 0 };
  const begun = fieldValues({ ...codec, fields: [first] }, start, context);
  if (second === undefined || length < codec.size) {
    const cut = second !== undefined;
    return { value: struct(begun, cut), size: cut ? length : codec.size };
  }
  const view = context.memory.read(at, codec.size);
  if (view) return { value: struct(fieldValues(codec, view, context)), size: codec.size };
  const unreadable = at + BigInt(first.size);
  return { value: { ...struct(begun, true), unreadable }, size: length };
}

/**
 * Decodes a payload that consists of a struct and attributes.
 * @param policy null for bytes after the struct
 */
export function headedPayload(
  context: MessageContext,
  at: bigint,
  length: number,
  tag: string,
  policy: Policy | null,
): Value[] {
  const header = headerStruct(context, at, length, tag);
  const offset = align(header.size);
  if (header.size === 0 || length <= offset) return [header.value];
  const next = at + BigInt(offset);
  return [
    header.value,
    policy
      ? attributesValue(context, next, length - offset, policy)
      : rawBytes(context, next, length - offset),
  ];
}

/** Reads the family in the first byte. Null if it cannot be read. */
export function readFamily(context: MessageContext, at: bigint): number | null {
  const view = context.memory.read(at, 1);
  if (!view) return null;
  context.family = view.getUint8(0);
  context.kinds.set("family", String(context.family));
  return context.family;
}

/** Decodes a payload of which only the family is known. */
export function familyPayload(context: MessageContext, at: bigint, length: number): Value[] {
  const name = enumValue(context.family, constants("family"), "AF_???");
  if (length <= 1) return [struct([["family", name]])];
  return [
    struct([
      ["family", name],
      ["data", rawBytes(context, at + 1n, length - 1)],
    ]),
  ];
}

/** Attributes: struct nlattr of include/uapi/linux/netlink.h and the policies that type them. */
import { array, flags, integer, NamedValue, pointer, struct, type Value } from "../../value.ts";
import { constants } from "../named-constants.ts";
import { type Codec, type MessageContext, rawBytes } from "./codec.ts";

const HEADER_SIZE = 4;
const NLA_F_NESTED = 1 << 15;
const NLA_F_NET_BYTEORDER = 1 << 14;
const TYPE_MASK = ~(NLA_F_NESTED | NLA_F_NET_BYTEORDER) & 0xffff;
const TYPE_FLAGS = [
  ["NLA_F_NESTED", NLA_F_NESTED],
  ["NLA_F_NET_BYTEORDER", NLA_F_NET_BYTEORDER],
] as const;

/** What the attributes of a message or of a nest mean. */
export interface Policy {
  /** The set that names the types; null for numbers alone. */
  readonly set: string | null;
  /** strace's comment beside an unknown type. */
  readonly placeholder: string;
  /** Returns the decoder of a type; undefined shows the payload's bytes. */
  codec(type: number): Codec | undefined;
}

export const align = (length: number) => (length + 3) & ~3;

function typeValue(value: number, { set, placeholder }: Policy): Value {
  const type = value & TYPE_MASK;
  const name = set === null ? undefined : constants(set).find(([, each]) => each === type)?.[0];
  const prefix = flags(value & ~TYPE_MASK, TYPE_FLAGS).names;
  if (name !== undefined) return new NamedValue(value, [...prefix, name]);
  const comment = set === null ? "" : placeholder;
  if (prefix.length === 0)
    return new NamedValue(value, [], type, { kind: "values", placeholder: comment });
  const number = type === 0 ? "0" : `0x${type.toString(16)}`;
  return new NamedValue(value, [...prefix, `${number}${comment && ` /* ${comment} */`}`]);
}

interface Attribute {
  readonly length: number;
  readonly type: number;
}

function headerAt({ memory }: MessageContext, at: bigint): Attribute | null {
  const view = memory.read(at, HEADER_SIZE);
  return view ? { length: view.getUint16(0, true), type: view.getUint16(2, true) } : null;
}

/** Decodes a payload; one that is too short, or of an unknown type, is bytes. */
export function payloadValues(
  codec: Codec | undefined,
  context: MessageContext,
  at: bigint,
  length: number,
): readonly Value[] {
  const value = codec?.(context, at, length) ?? rawBytes(context, at, length);
  return "kind" in value ? [value] : value;
}

/** Decodes one attribute of which `room` bytes are in the message. */
function attributeValue(
  context: MessageContext,
  at: bigint,
  { length, type }: Attribute,
  room: number,
  policy: Policy,
): Value {
  const header = struct([
    ["nla_len", integer(length)],
    ["nla_type", typeValue(type, policy)],
  ]);
  const payload = Math.min(length, room) - HEADER_SIZE;
  if (payload <= 0) return sequence([header]);
  const codec = policy.codec(type & TYPE_MASK);
  return sequence([header, ...payloadValues(codec, context, at + BigInt(HEADER_SIZE), payload)]);
}

/** Returns an array whose brackets strace omits if it has one element. */
export function sequence(items: readonly Value[], cut = false, unreadable?: bigint): Value {
  return { ...array(items, cut, unreadable), sequence: true };
}

/** Decodes consecutive attributes. */
export function attributesValue(
  context: MessageContext,
  at: bigint,
  length: number,
  policy: Policy,
): Value {
  const items: Value[] = [];
  const { array: limit } = context.memory.call.limits;
  for (let room = length; ; ) {
    if (items.length === limit) return sequence(items, true);
    if (room < HEADER_SIZE) return sequence([...items, rawBytes(context, at, room)]);
    const attribute = headerAt(context, at);
    if (!attribute) return items.length === 0 ? pointer(at) : sequence(items, true, at);
    items.push(attributeValue(context, at, attribute, room, policy));
    const size = align(attribute.length);
    if (attribute.length < HEADER_SIZE || room <= size) return sequence(items);
    at += BigInt(size);
    room -= size;
  }
}

/** A payload that consists of attributes. */
export function nested(policy: () => Policy): Codec {
  return (context, at, length) => attributesValue(context, at, length, policy());
}

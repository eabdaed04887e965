/**
 * Decoders of payloads: of a message, an attribute or a field. include/uapi/linux/netlink.h.
 */
import { array, pointer, type Value } from "../../value.ts";
import type { SyscallView } from "../call.ts";
import { MessageMemory } from "./message-memory.ts";

/** The message that is decoded, with what its header says about its attributes. */
export interface MessageContext {
  readonly memory: MessageMemory;
  /** The address family in the header; 0 without one. */
  family: number;
  /** Names that earlier attributes gave, which determine the type of later ones. */
  readonly kinds: Map<string, string>;
}

export function newContext(call: SyscallView, at = 0n, length = 0): MessageContext {
  return { memory: new MessageMemory(call, at, length), family: 0, kinds: new Map() };
}

/**
 * Decodes a payload, into several values if parts follow each other. Null shows its bytes in
 * hexadecimal: it is too short.
 */
export type Codec = (
  context: MessageContext,
  at: bigint,
  length: number,
) => Value | readonly Value[] | null;

/** Decodes a number or another value of a fixed size. */
export interface FixedCodec {
  readonly size: number;
  readonly decode: (view: DataView, context: MessageContext) => Value;
}

/** Returns bytes in hexadecimal, cut to the string limit. */
export function rawBytes({ memory }: MessageContext, at: bigint, length: number): Value {
  const shown = Math.min(length, memory.call.limits.string);
  const view = memory.read(at, shown);
  if (!view) return pointer(at);
  const bytes = new Uint8Array(view.buffer, view.byteOffset, shown).slice();
  return { kind: "random-bytes", bytes, cut: shown < length };
}

/** A payload that starts with a value of fixed size. */
export function ofSize({ size, decode }: FixedCodec): Codec {
  return (context, at, length) => {
    if (length < size) return null;
    const view = context.memory.read(at, size);
    return view ? decode(view, context) : pointer(at);
  };
}

/** A payload of as many elements as there is room for. @param label adds the name of an index */
export function arrayOf(
  { size, decode }: FixedCodec,
  label = (_: number, value: Value): Value => value,
): Codec {
  return (context, at, length) => {
    const count = Math.floor(length / size);
    if (count === 0) return null;
    const shown = Math.min(count, context.memory.call.limits.array);
    const items: Value[] = [];
    for (let index = 0; index < shown; index++) {
      const where = at + BigInt(index * size);
      const view = context.memory.read(where, size);
      if (!view) return index === 0 ? pointer(where) : array(items, true, where);
      items.push(label(index, decode(view, context)));
    }
    return array(items, count > shown);
  };
}

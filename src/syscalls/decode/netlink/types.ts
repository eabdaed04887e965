/** The types of attributes in the tables: tables.ts. */
import { constantsOf } from "../../table.ts";
import { integer, pointer } from "../../value.ts";
import { fdValue } from "../arguments.ts";
import { constants } from "../named-constants.ts";
import { align, attributesValue, nested, type Policy } from "./attributes.ts";
import { arrayOf, type Codec, ofSize, rawBytes } from "./codec.ts";
import { customCodec } from "./custom.ts";
import { hardwareAddress, indexedBy, scalarCodec } from "./scalars.ts";
import { fixedStruct, structCodec, structPayload } from "./structs.ts";
import { entryOf, placeholderOf } from "./tables.ts";

const AF_INET = 2;
const AF_INET6 = 10;

/** A string of known length; with its NUL, which is not shown. */
function text(withNul: boolean): Codec {
  return ({ memory }, at, length) => {
    const limit = memory.call.limits.string;
    const view = memory.read(at, Math.min(length, limit + 1));
    if (!view) return pointer(at);
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    const end = withNul && bytes[length - 1] === 0 ? length - 1 : length;
    const isWhole = end <= limit && (!withNul || end < length);
    return { kind: "string", bytes: bytes.slice(0, Math.min(end, limit)), cut: !isWhole };
  };
}

/** An address of the family in the message's header. */
const address: Codec = (context, at, length) => {
  const type = { [AF_INET]: "ip4", [AF_INET6]: "ip6" }[context.family];
  return type === undefined ? null : ofSize(scalarCodec(type)!)(context, at, length);
};

const hardware: Codec = (context, at, length) => {
  const view = context.memory.read(at, length);
  return view ? hardwareAddress(view) : pointer(at);
};

const fd = ofSize({
  size: 4,
  decode: (view, { memory }) => fdValue(memory.call, view.getInt32(0, true)),
});

/** An integer of any size up to eight bytes. */
const ticks: Codec = ({ memory }, at, length) => {
  if (length > 8) return null;
  const view = memory.read(at, length);
  if (!view) return pointer(at);
  let value = 0n;
  for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(view.getUint8(i));
  return integer(value, value === 0n ? "decimal" : "ticks");
};

/** An integer of one of the usual sizes, or a text. */
const map: Codec = (context, at, length) =>
  [1, 2, 4, 8].includes(length) ? ofSize(scalarCodec("x", length)!)(context, at, length) : null;

const SIMPLE: Readonly<Record<string, Codec>> = {
  str: text(true),
  strn: text(false),
  addr: address,
  hw: hardware,
  fd,
  ticks,
  map,
  ifindex: ofSize(scalarCodec("if")!),
};

/** Keeps a string under a name, for a type that depends on it. */
function remembering(codec: Codec, name: string): Codec {
  return (context, at, length) => {
    const value = codec(context, at, length);
    if (value && "kind" in value && value.kind === "string")
      context.kinds.set(name, Buffer.from(value.bytes).toString("latin1"));
    return value;
  };
}

/** Chooses a type by a string that was kept. */
function chosen(kind: string, table: string): Codec {
  return (context, at, length) => {
    const types = entryOf("kinds", table)?.types;
    const type = types?.get(context.kinds.get(kind) ?? "") ?? types?.get("*");
    return type === undefined ? null : codecOf(type)(context, at, length);
  };
}

/** A value of fixed size, followed by attributes, or by bytes if there is no policy. */
function followed(type: string, policy: string): Codec {
  const tag = /^\{(\w+)\}$/.exec(type)?.[1];
  const codec = tag ? fixedStruct(structCodec(tag)) : scalarCodec(type)!;
  return (context, at, length) => {
    const value = ofSize(codec)(context, at, length);
    const left = length - align(codec.size);
    if (!value || "length" in value || left <= 0 || value.kind === "pointer") return value;
    const next = at + BigInt(align(codec.size));
    const more = policy
      ? attributesValue(context, next, left, policyOf(policy))
      : rawBytes(context, next, left);
    return [value, more];
  };
}

/** Parses the types that take another one or a name. */
function composite(type: string): Codec | undefined {
  const [, name, plus] = /^\{(\w+)\}(\+?)$/.exec(type) ?? [];
  if (name) return plus ? arrayOf(fixedStruct(structCodec(name))) : structPayload(name);
  const policy = /^\((\w+)\)$/.exec(type)?.[1];
  if (policy) return nested(() => policyOf(policy));
  const [, element, labels, minus] = /^\[(\w+)(?:@(\w+)(-1)?)?\]$/.exec(type) ?? [];
  if (element)
    return arrayOf(scalarCodec(element)!, labels ? indexedBy(labels, minus ? 1 : 0) : undefined);
  const [, first, rest] = /^(.+)&(\w*)$/.exec(type) ?? [];
  if (first) return followed(first, rest);
  const list = /^\*(.*)$/.exec(type)?.[1];
  if (list) return nested(() => listPolicy(list));
  const [, simple, kept] = /^(\w+)>(\w+)$/.exec(type) ?? [];
  if (simple) return remembering(codecOf(simple), kept);
  const [, kind, table] = /^<(\w+)>(\w+)$/.exec(type) ?? [];
  return kind ? chosen(kind, table) : customCodec(type, policyOf);
}

const codecs = new Map<string, Codec>();

/** @throws Error if the type is not one */
export function codecOf(type: string): Codec {
  let codec = codecs.get(type);
  if (!codec) {
    const scalar = scalarCodec(type);
    codec = SIMPLE[type] ?? (scalar ? ofSize(scalar) : composite(type));
    if (!codec) throw new Error(`netlink: no type ${type}`);
    codecs.set(type, codec);
  }
  return codec;
}

const policies = new Map<string, Policy>();

/** Returns a policy of the tables. One without attributes names their types alone. */
export function policyOf(name: string): Policy {
  let policy = policies.get(name);
  if (!policy) {
    policy = makePolicy(name);
    policies.set(name, policy);
  }
  return policy;
}

function makePolicy(name: string): Policy {
  const { set, types } = entryOf("attrs", name) ?? { set: name, types: new Map<string, string>() };
  const prefix = constantsOf(set)?.prefix ?? "";
  const byNumber = new Map(
    constants(set).map(([each, number]) => [
      number,
      types.get(each.slice(prefix.length)) ?? types.get(each),
    ]),
  );
  return {
    set,
    placeholder: placeholderOf(set),
    codec(type) {
      const text = byNumber.get(type);
      return text === undefined ? undefined : codecOf(text);
    },
  };
}

/** Attributes whose types are indexes. */
function listPolicy(type: string): Policy {
  return { set: null, placeholder: "", codec: () => codecOf(type) };
}

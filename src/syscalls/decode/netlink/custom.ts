/** Attributes that no table can describe, since their parts depend on each other. */

import { array, type NamedArgument, pointer, struct, type Value } from "../../value.ts";
import { INSTRUCTION_SIZE, instructionsAt } from "../bpf-filter.ts";
import { socketAddress } from "../socket-address.ts";
import { align, attributesValue, type Policy, sequence } from "./attributes.ts";
import { type Codec, type MessageContext, ofSize, rawBytes } from "./codec.ts";
import { scalarCodec } from "./scalars.ts";
import { fieldValues, structCodec, structPayload } from "./structs.ts";

const AF_INET = 2;
const AF_INET6 = 10;
const ADDRESS_TYPES: Readonly<Record<number, string>> = { [AF_INET]: "ip4", [AF_INET6]: "ip6" };

/** Decodes an address by its own family. */
function addressValue(context: MessageContext, at: bigint, length: number, family: number): Value {
  const type = ADDRESS_TYPES[family];
  const value = type ? ofSize(scalarCodec(type)!)(context, at, length) : null;
  return value && "kind" in value ? value : rawBytes(context, at, length);
}

/** struct rtvia, with an address of its own family. */
const via: Codec = (context, at, length) => {
  const codec = structCodec("rtvia");
  if (length < codec.size) return null;
  const view = context.memory.read(at, codec.size);
  if (!view) return pointer(at);
  const family = view.getUint16(0, true);
  const fields: NamedArgument[] = fieldValues(codec, view, context);
  const left = length - codec.size;
  if (left > 0)
    fields.push(["rtvia_addr", addressValue(context, at + BigInt(codec.size), left, family)]);
  return struct(fields);
};

/** struct rtnexthop[], each with attributes. */
const nexthops =
  (policyOf: (name: string) => Policy): Codec =>
  (context, at, length) => {
    const { size } = structCodec("rtnexthop");
    const items: Value[] = [];
    for (let room = length; room >= size; ) {
      const view = context.memory.read(at, size);
      if (!view) return items.length === 0 ? pointer(at) : sequence(items, true, at);
      const own = view.getUint16(0, true);
      const hop = struct(fieldValues(structCodec("rtnexthop"), view, context));
      const left = Math.min(own, room) - align(size);
      const attributes =
        left > 0 ? [attributesValue(context, at + BigInt(align(size)), left, policyOf("RTA"))] : [];
      items.push(array([hop, ...attributes]));
      if (own < size || room <= align(own)) break;
      at += BigInt(align(own));
      room -= align(own);
    }
    return items.length === 0 ? null : sequence(items);
  };

/** The operands of operations that compare more than a port with a part of the next operation. */
const PORT_OPERAND = structPayload("inet_diag_bc_op");
const OPERANDS: Readonly<Record<number, Codec>> = {
  ...{ 2: PORT_OPERAND, 3: PORT_OPERAND, 4: PORT_OPERAND, 5: PORT_OPERAND },
  7: hostCondition,
  8: hostCondition,
  9: ofSize(scalarCodec("if")!),
  10: structPayload("inet_diag_markcond"),
};

function hostCondition(context: MessageContext, at: bigint, length: number) {
  const codec = structCodec("inet_diag_hostcond");
  if (length < codec.size) return null;
  const view = context.memory.read(at, codec.size);
  if (!view) return pointer(at);
  const family = view.getUint8(0);
  const fields = fieldValues(codec, view, context);
  const left = length - codec.size;
  if (left > 0) fields.push(["addr", addressValue(context, at + BigInt(codec.size), left, family)]);
  return struct(fields);
}

/** struct inet_diag_bc_op and its operand. */
const bytecode: Codec = (context, at, length) => {
  const operation = structCodec("inet_diag_bc_op");
  if (length < operation.size) return null;
  const view = context.memory.read(at, operation.size);
  if (!view) return pointer(at);
  const code = view.getUint8(0);
  const value = struct(fieldValues(operation, view, context));
  const left = length - operation.size;
  if (left <= 0) return value;
  const next = at + BigInt(operation.size);
  const operand = OPERANDS[code]?.(context, next, left);
  return [value, operand && "kind" in operand ? operand : rawBytes(context, next, left)];
};

const SOCKADDR_STORAGE = 128;

/** struct sockaddr_storage[]. */
const sockaddrs: Codec = (context, at, length) => {
  const count = Math.floor(length / SOCKADDR_STORAGE);
  if (count === 0) return null;
  const items: Value[] = [];
  for (let index = 0; index < count; index++) {
    const where = at + BigInt(index * SOCKADDR_STORAGE);
    const value = socketAddress(context.memory.call, where, SOCKADDR_STORAGE);
    if (value.kind === "pointer") return index === 0 ? value : array(items, true, where);
    items.push(value);
  }
  return array(items);
};

/** Elements of a fixed size whose last field has a length of its own. */
function elements(tag: string, last: (view: DataView, fields: NamedArgument[]) => void): Codec {
  return (context, at, length) => {
    const { size } = structCodec(tag);
    const count = Math.floor(length / size);
    if (count === 0) return null;
    const items: Value[] = [];
    for (let index = 0; index < count; index++) {
      const where = at + BigInt(index * size);
      const view = context.memory.read(where, size);
      if (!view) return index === 0 ? pointer(where) : array(items, true, where);
      const fields = fieldValues(structCodec(tag), view, context);
      last(view, fields);
      items.push(struct(fields));
    }
    return array(items);
  };
}

function hexField(view: DataView, at: number, length: number): Value {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, length).slice();
  return { kind: "random-bytes", bytes, cut: false };
}

/** struct packet_diag_mclist[]. */
const mclist = elements("packet_diag_mclist", (view, fields) => {
  const length = Math.min(view.getUint16(10, true), 32);
  fields.push(["pdmc_addr", hexField(view, 12, length)]);
});

/** struct tcp_diag_md5sig[]. */
const md5sig = elements("tcp_diag_md5sig", (view, fields) => {
  const type = ADDRESS_TYPES[view.getUint8(0)] ?? "hex";
  const address = new DataView(view.buffer, view.byteOffset + 4, 16);
  fields.push(
    ["tcpm_addr", scalarCodec(type, 16)!.decode(address, NO_CONTEXT)],
    ["tcpm_key", hexField(view, 20, Math.min(view.getUint16(2, true), 80))],
  );
});
const NO_CONTEXT = {} as MessageContext;

/** struct sock_filter[]. */
const filter: Codec = ({ memory }, at, length) => {
  const count = Math.floor(length / INSTRUCTION_SIZE);
  if (count === 0) return null;
  if (memory.call.abbreviated) return pointer(at);
  const read = (where: number, size: number) => {
    const view = memory.read(BigInt(where), size);
    return view && { view, bytes: new Uint8Array(view.buffer, view.byteOffset, view.byteLength) };
  };
  return instructionsAt({ read }, at, count, "socket");
};

const CODECS: Readonly<Record<string, Codec>> = {
  "!via": via,
  "!bytecode": bytecode,
  "!sockaddrs": sockaddrs,
  "!mclist": mclist,
  "!md5sig": md5sig,
  "!filter": filter,
};

/** @param policyOf returns a policy of the tables */
export function customCodec(type: string, policyOf: (name: string) => Policy): Codec | undefined {
  return type === "!nexthops" ? nexthops(policyOf) : CODECS[type];
}

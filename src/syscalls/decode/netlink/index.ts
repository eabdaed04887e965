/** Netlink messages: netlink(7), struct nlmsghdr and struct nlmsgerr of include/uapi/linux/netlink.h. */
import { errnoName } from "../../../kernel/errno.ts";
import { integer, pointer, struct, symbol, type Value } from "../../value.ts";
import type { SyscallView } from "../call.ts";
import { align, attributesValue, sequence } from "./attributes.ts";
import { type MessageContext, rawBytes } from "./codec.ts";
import { MessageMemory } from "./message-memory.ts";
import { messageFlags, messageType, NLMSG_MIN_TYPE } from "./message-types.ts";
import { type MessageHeader, PAYLOAD_DECODERS } from "./payloads.ts";
import { NETLINK } from "./protocols.ts";
import { policyOf } from "./types.ts";
import { ueventValue } from "./uevent.ts";

const HEADER_SIZE = 16;
const ERROR_SIZE = 4 + HEADER_SIZE;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const NLM_F_CAPPED = 0x100;

/** A received or sent buffer of one socket. */
interface Source {
  readonly memory: MessageMemory;
  /** Null if it is unknown. */
  readonly protocol: number | null;
}

interface Header extends MessageHeader {
  readonly length: number;
  readonly value: Value;
}

function headerAt({ memory, protocol }: Source, at: bigint): Header | null {
  const view = memory.read(at, HEADER_SIZE);
  if (!view) return null;
  const [length, type, flags] = [
    view.getUint32(0, true),
    view.getUint16(4, true),
    view.getUint16(6, true),
  ];
  const value = struct([
    ["nlmsg_len", integer(length)],
    ["nlmsg_type", messageType(type, protocol, memory.call.genericFamily)],
    ["nlmsg_flags", messageFlags(flags, type, protocol)],
    ["nlmsg_seq", integer(view.getUint32(8, true))],
    ["nlmsg_pid", integer(view.getInt32(12, true))],
  ]);
  return { length, type, flags, value };
}

/** Decodes struct nlmsgerr: an error, the message that caused it, and attributes. */
function errorValue(source: Source, header: Header, at: bigint, length: number): Value {
  const context = contextOf(source);
  if (length < ERROR_SIZE) return rawBytes(context, at, length);
  const view = source.memory.read(at, ERROR_SIZE);
  if (!view) return pointer(at);
  const error = view.getInt32(0, true);
  const cause = headerAt(source, at + 4n)!;
  const room = length - 4;
  const size = Math.max(HEADER_SIZE, header.flags & NLM_F_CAPPED ? HEADER_SIZE : cause.length);
  const own = Math.min(room, size);
  const value = struct([
    ["error", errorNumber(error)],
    ["msg", messageValue(source, cause, at + 4n, own)],
  ]);
  if (room <= own) return value;
  const attributes = at + 4n + BigInt(own);
  return sequence([
    value,
    attributesValue(context, attributes, room - own, policyOf("NLMSGERR_ATTR")),
  ]);
}

function errorNumber(error: number): Value {
  const name = error < 0 ? errnoName(-error) : "";
  return /^E[A-Z]/.test(name) ? symbol(`-${name}`) : integer(error);
}

function contextOf({ memory }: Source): MessageContext {
  return { memory, family: 0, kinds: new Map() };
}

function payloadValues(
  source: Source,
  header: Header,
  at: bigint,
  length: number,
): readonly Value[] {
  if (header.type === NLMSG_ERROR) return [errorValue(source, header, at, length)];
  const context = contextOf(source);
  const { protocol } = source;
  const isOwn = header.type >= NLMSG_MIN_TYPE || header.type === NLMSG_DONE;
  const decode = isOwn && protocol !== null ? PAYLOAD_DECODERS[protocol] : undefined;
  const values = decode?.(context, header, at, length);
  if (values) return values;
  if (header.type === NLMSG_DONE && length === 4) {
    const view = source.memory.read(at, 4);
    return [view ? integer(view.getInt32(0, true)) : pointer(at)];
  }
  return [rawBytes(context, at, length)];
}

/** Decodes a message of which `room` bytes are in the buffer. */
function messageValue(source: Source, header: Header, at: bigint, room: number): Value {
  const length = Math.min(header.length, room) - HEADER_SIZE;
  if (length <= 0) return sequence([header.value]);
  const payload = payloadValues(source, header, at + BigInt(HEADER_SIZE), length);
  return sequence([header.value, ...payload]);
}

/**
 * Decodes a buffer of netlink messages.
 * @param protocol of the socket; null if it is unknown
 */
export function netlinkMessages(
  call: SyscallView,
  at: bigint,
  length: number,
  protocol: number | null,
): Value {
  const memory = new MessageMemory(call, at, length);
  const source = { memory, protocol };
  if (protocol === NETLINK.KOBJECT_UEVENT) return ueventValue(contextOf(source), at, length);
  const items: Value[] = [];
  for (let room = length; ; ) {
    if (items.length === call.limits.array) return sequence(items, true);
    if (room < HEADER_SIZE) return sequence([...items, rawBytes(contextOf(source), at, room)]);
    const header = headerAt(source, at);
    if (!header) return items.length === 0 ? pointer(at) : sequence(items, true, at);
    items.push(messageValue(source, header, at, room));
    const size = align(header.length);
    if (header.length < HEADER_SIZE || room <= size) return sequence(items);
    at += BigInt(size);
    room -= size;
  }
}

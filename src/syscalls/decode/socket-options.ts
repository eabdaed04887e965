/** The values of getsockopt(2) and setsockopt(2): socket(7), ip(7), ipv6(7), packet(7), raw(7). */
import { errnoName } from "../../kernel/errno.ts";
import { OPTIONS_BY_LEVEL } from "../argument-sets.ts";
import {
  array,
  enumValue,
  integer,
  type NamedArgument,
  pointer,
  setOf,
  struct,
  type Value,
} from "../value.ts";
import { bytesAt, numberAt } from "./arguments.ts";
import { bpfInstructions, bpfProgramAt } from "./bpf-filter.ts";
import { onEntry, onExit, type SyscallView } from "./call.ts";
import { constantName, constants } from "./named-constants.ts";
import { newContext, rawBytes } from "./netlink/codec.ts";
import { hardwareAddress, interfaceValue } from "./netlink/scalars.ts";
import { fieldValues, type StructCodec, structCodec } from "./netlink/structs.ts";
import { entryOf, placeholderOf } from "./netlink/tables.ts";
import { addressValue } from "./socket-address.ts";

const SOL_SOCKET = 1;
const SOL_RAW = 255;
const SO_ATTACH_FILTER = 26;
const INT_SIZE = 4;

/** Tables with the structs of options, by level. */
const TABLES: Readonly<Record<number, string>> = {
  0: "OPT_IP",
  [SOL_SOCKET]: "OPT_SOCKET",
  41: "OPT_IPV6",
  263: "OPT_PACKET",
};
/** Options that take exactly the size of their struct. */
const EXACT = "OPT_PACKET";
/** Options of SOL_SOCKET that are not taken for an int of any length. */
const NOT_INT =
  /^SO_(TYPE|PROTOCOL|DOMAIN|ERROR|PEER\w+|MEMINFO|COOKIE|BINDTO\w+|ATTACH_\w+|NETNS_COOKIE|SECURITY_\w+|TXTIME|[RS]..TIMEO\w*|MAX_PACING_RATE|BPF_EXTENSIONS|BUF_LOCK)$/;

/** SO_GET_FILTER has the number of SO_ATTACH_FILTER. */
export const option = onEntry((call, index) => {
  const [level, number] = [call.int(1), call.int(index)];
  if (call.name === "getsockopt" && level === SOL_SOCKET && number === SO_ATTACH_FILTER)
    return enumValue(number, [["SO_GET_FILTER", number]]);
  const name = OPTIONS_BY_LEVEL[level];
  const set_ = name === undefined ? [] : constants(name);
  const prefix = set_[0]?.[0].replace(/_.*/, "");
  return set_.length ? enumValue(number, set_, `${prefix}_???`) : integer(number);
});

interface Option {
  readonly name: string;
  readonly table: string | undefined;
  /** The tag of its struct. */
  readonly tag: string | undefined;
  /** The set of its values. */
  readonly values: string | undefined;
}

function optionOf(call: SyscallView): Option {
  const [level, number] = [call.int(1), call.int(2)];
  const set = OPTIONS_BY_LEVEL[level];
  const name = set === undefined ? "" : constantName(set, number);
  const table = TABLES[level];
  const type = table === undefined ? undefined : entryOf("kinds", table)?.types.get(name);
  const [, tag, values] = /^(?:\{(\w+)\}|\[=(\w+)\])$/.exec(type ?? "") ?? [];
  return { name, table, tag, values };
}

/** Decodes a struct of which a part is there; a part of a field is bytes. */
function partialStruct(call: SyscallView, at: bigint, length: number, codec: StructCodec): Value {
  const size = Math.min(length, codec.size);
  const context = newContext(call, at, size);
  const view = context.memory.read(at, size);
  if (!view) return pointer(at);
  const fields: NamedArgument[] = fieldValues(codec, view, context);
  const rest = codec.fields.find(
    (field) => field.offset < size && field.offset + field.size > size,
  );
  if (rest)
    fields.push([rest.name, rawBytes(context, at + BigInt(rest.offset), size - rest.offset)]);
  return struct(fields);
}

/** Whether a timeout is not a struct timeval, but whatever the program takes for it. */
const isShortTime = (name: string, length: number) => /TIMEO/.test(name) && length < 16;

const PACKET_REQUESTS = /^PACKET_(ADD|DROP)_MEMBERSHIP$/;

/** struct packet_mreq, whose address has a length of its own. */
function packetRequest(call: SyscallView, at: bigint, length: number): Value {
  const codec = structCodec("packet_mreq");
  const found = length === codec.size ? call.memory.read(Number(at), length) : null;
  if (!found) return pointer(at);
  const view = new DataView(found.bytes.slice(0, length).buffer);
  const [, , , [name]] = fieldValues(codec, view, newContext(call));
  const size = Math.min(view.getUint16(6, true), 8);
  return struct([
    ...fieldValues(codec, view, newContext(call)).slice(0, 3),
    [name, hardwareAddress(new DataView(view.buffer, 8, size))],
  ]);
}

const GROUP_REQUESTS = /^MCAST_(JOIN|LEAVE)_GROUP$/;

/** struct group_req: an interface and an address of any family. */
function groupRequest(call: SyscallView, at: bigint, length: number): Value {
  const { size } = structCodec("group_req");
  const found = length < size ? null : call.memory.read(Number(at), size);
  if (!found) return pointer(at);
  const view = new DataView(found.bytes.slice(0, size).buffer);
  return struct([
    ["gr_interface", interfaceValue(view.getUint32(0, true), newContext(call))],
    ["gr_group", addressValue(call, new DataView(view.buffer, 8))],
  ]);
}

/** struct icmp_filter: the types of ICMP messages that are not received. */
function icmpFilter(call: SyscallView, at: bigint, length: number): Value {
  if (length < INT_SIZE) return pointer(at);
  const found = call.memory.read(Number(at), INT_SIZE);
  if (!found) return pointer(at);
  const mask = found.view.getUint32(0, true);
  const bits = Array.from({ length: 32 }, (_, i) => i);
  const count = bits.filter((bit) => (mask >>> bit) & 1).length;
  const inverted = count > 16;
  const members = bits.filter((bit) => (((mask >>> bit) & 1) === 1) !== inverted);
  const names = members.map((bit) => constantName("ICMP_TYPE", bit) || String(bit));
  return setOf(names, inverted);
}

/** An int, or one of a set. */
function intAt(call: SyscallView, at: bigint, { values }: Option): Value {
  const found = values === undefined ? null : call.memory.read(Number(at), INT_SIZE);
  if (!found) return numberAt(call, at, INT_SIZE);
  return array([
    enumValue(found.view.getInt32(0, true), constants(values!), placeholderOf(values!), "decimal"),
  ]);
}

/** Options whose value is a program of classic BPF. */
const FILTERS = ["SO_ATTACH_FILTER", "SO_ATTACH_REUSEPORT_CBPF"];

/** Values that have a struct of their own in both directions. */
function specialValue(call: SyscallView, at: bigint, length: number, name: string): Value | null {
  if (GROUP_REQUESTS.test(name)) return groupRequest(call, at, length);
  return call.int(1) === SOL_RAW && call.int(2) === 1 ? icmpFilter(call, at, length) : null;
}

function isIntOption(call: SyscallView, { name }: Option): boolean {
  return call.int(1) === SOL_SOCKET && name !== "" && !NOT_INT.test(name);
}

function setValue(call: SyscallView, at: bigint, length: number): Value {
  const option = optionOf(call);
  const { name, table, tag } = option;
  if (FILTERS.includes(name))
    return length < 2 * call.wordSize ? pointer(at) : bpfProgramAt(call, at, "socket");
  const special = specialValue(call, at, length, name);
  if (special) return special;
  if (PACKET_REQUESTS.test(name)) return packetRequest(call, at, length);
  if (tag !== undefined && !isShortTime(name, length)) {
    const codec = structCodec(tag);
    if (length < codec.size || (table === EXACT && length > codec.size)) return pointer(at);
    return partialStruct(call, at, length, codec);
  }
  if (isIntOption(call, option)) return length < INT_SIZE ? pointer(at) : intAt(call, at, option);
  if (length < 0) return pointer(at);
  return length === INT_SIZE ? numberAt(call, at, INT_SIZE) : bytesAt(call, at, length);
}

function errorValue(call: SyscallView, at: bigint): Value {
  const errno = call.memory.read(Number(at), INT_SIZE)?.view.getInt32(0, true) ?? 0;
  // strace writes the name in brackets.
  return errno ? setOf([errnoName(errno)]) : numberAt(call, at, INT_SIZE);
}

function gotValue(call: SyscallView, at: bigint, length: number): Value {
  if (length <= 0) return pointer(at);
  const option = optionOf(call);
  const { name, tag } = option;
  // The length of a filter is its number of instructions.
  if (FILTERS.includes(name)) return bpfInstructions(call, at, length, "socket");
  const special = specialValue(call, at, length, name);
  if (special) return special;
  if (tag !== undefined && !isShortTime(name, length))
    return partialStruct(call, at, length, structCodec(tag));
  const isError = call.int(1) === SOL_SOCKET && name === "SO_ERROR";
  const isInt = isIntOption(call, option);
  if ((isInt || isError) && length < INT_SIZE)
    return rawBytes(newContext(call, at, length), at, length);
  if (isInt) return intAt(call, at, option);
  if (length !== INT_SIZE) return bytesAt(call, at, length);
  return isError ? errorValue(call, at) : numberAt(call, at, INT_SIZE);
}

export const optionIn = onEntry((call, index) =>
  setValue(call, call.ulong(index), call.int(index + 1)),
);
export const optionOut = onExit((call, index) => {
  const at = call.ulong(index);
  const length = call.failed ? null : call.memory.read(call.address(index + 1), INT_SIZE);
  return length ? gotValue(call, at, length.view.getInt32(0, true)) : pointer(at);
});

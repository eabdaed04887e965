/** struct cmsghdr: cmsg(3), unix(7), ip(7), ipv6(7), socket(7). */
import {
  array,
  enumValue,
  integer,
  type NamedArgument,
  pointer,
  struct,
  symbol,
  type Value,
} from "../value.ts";
import { fdValue } from "./arguments.ts";
import type { SyscallView } from "./call.ts";
import { constants } from "./named-constants.ts";
import { payloadValues } from "./netlink/attributes.ts";
import { newContext } from "./netlink/codec.ts";
import { fieldValues, structCodec } from "./netlink/structs.ts";
import { entryOf } from "./netlink/tables.ts";
import { codecOf } from "./netlink/types.ts";
import { addressValue } from "./socket-address.ts";

const HEADER_SIZE = 16;
/** The usual net.core.optmem_max: the kernel takes no more. */
const MAX_SIZE = 131072;
const SOL_IP = 0;
const SOL_SOCKET = 1;
const SOL_IPV6 = 41;
const SCM_RIGHTS = 1;
const SCM_CREDENTIALS = 2;
/** Not in the kernel's uapi headers. */
const SCM = [
  ["SCM_RIGHTS", SCM_RIGHTS],
  ["SCM_CREDENTIALS", SCM_CREDENTIALS],
  ["SCM_SECURITY", 3],
  ["SCM_PIDFD", 4],
] as const;
/** Messages of SOL_IP have it too: IP_PASSSEC. */
const SECURITY = [["SCM_SECURITY", 3]] as const;
const ERROR_TYPES = ["IP_RECVERR", "IPV6_RECVERR"];
/** struct sock_extended_err, after which there is the address of the host that sent the error. */
const ERROR_SIZE = 16;
/** Types of which a part says nothing, by their sizes. */
const TIMESTAMP_SIZES: Readonly<Record<string, number>> = {
  ...{ SO_TIMESTAMP_OLD: 16, SO_TIMESTAMPNS_OLD: 16, SO_TIMESTAMPING_OLD: 48 },
  ...{ SO_TIMESTAMP_NEW: 16, SO_TIMESTAMPNS_NEW: 16, SO_TIMESTAMPING_NEW: 48 },
};
const ADDRESS_TYPES = ["IP_ORIGDSTADDR", "IPV6_ORIGDSTADDR"];

function typeValue(level: number, type: number): ReturnType<typeof enumValue> | null {
  switch (level) {
    case SOL_SOCKET:
      return enumValue(type, [...SCM, ...constants("control_socket")], "SCM_???");
    case SOL_IP:
      return enumValue(type, [...SECURITY, ...constants("ip_option")], "IP_???");
    case SOL_IPV6:
      return enumValue(type, constants("IPV6_OPTION"), "IPV6_???");
    default:
      return null;
  }
}

const TABLES: Readonly<Record<number, string>> = {
  [SOL_SOCKET]: "CMSG_SOCKET",
  [SOL_IP]: "CMSG_IP",
  [SOL_IPV6]: "CMSG_IPV6",
};

/** Decodes fds as far as there are any. */
function rights(call: SyscallView, view: DataView): Value {
  const count = view.byteLength >> 2;
  const shown = Math.min(count, call.limits.array);
  const fds = Array.from({ length: shown }, (_, i) => fdValue(call, view.getInt32(i * 4, true)));
  return array(fds, shown < count);
}

function credentials(view: DataView): Value {
  const names = ["pid", "uid", "gid"];
  return struct(names.map((name, i) => [name, integer(view.getInt32(i * 4, true))]));
}

function errorValue(call: SyscallView, view: DataView): Value {
  const fields = fieldValues(structCodec("sock_extended_err"), view, newContext(call));
  if (view.byteLength < ERROR_SIZE + 2) return struct(fields);
  const offender = new DataView(
    view.buffer,
    view.byteOffset + ERROR_SIZE,
    view.byteLength - ERROR_SIZE,
  );
  return struct([...fields, ["offender", addressValue(call, offender)]]);
}

/** Decodes the data after a header. */
function dataValue(
  call: SyscallView,
  at: bigint,
  view: DataView,
  level: number,
  type: number,
): Value {
  const length = view.byteLength;
  if (level === SOL_SOCKET && type === SCM_RIGHTS) return rights(call, view);
  if (level === SOL_SOCKET && type === SCM_CREDENTIALS && length >= 12) return credentials(view);
  const name = typeValue(level, type)?.names[0] ?? "";
  if (ADDRESS_TYPES.includes(name)) return addressValue(call, view);
  if (ERROR_TYPES.includes(name) && length >= ERROR_SIZE) return errorValue(call, view);
  if (length < (TIMESTAMP_SIZES[name] ?? 0)) return symbol("???");
  const kind = entryOf("kinds", TABLES[level] ?? "")?.types.get(name);
  const codec = kind === undefined ? undefined : codecOf(kind);
  if (codec) return payloadValues(codec, newContext(call, at, length), at, length)[0];
  const shown = Math.min(length, call.limits.string);
  const bytes = new Uint8Array(view.buffer, view.byteOffset, shown).slice();
  return { kind: "string", bytes, cut: shown < length };
}

function messageValue(call: SyscallView, at: bigint, view: DataView): Value {
  const own = Number(view.getBigUint64(0, true));
  const [level, type] = [view.getInt32(8, true), view.getInt32(12, true)];
  const length = Math.min(own, view.byteLength) - HEADER_SIZE;
  const fields: NamedArgument[] = [
    ["cmsg_len", integer(view.getBigUint64(0, true))],
    ["cmsg_level", enumValue(level, constants("socket_level"), "SOL_??")],
    ["cmsg_type", typeValue(level, type) ?? integer(type, "hex")],
  ];
  const isEmpty = level === SOL_SOCKET && type === SCM_RIGHTS && length < 4;
  if (length > 0 && !isEmpty) {
    const data = new DataView(view.buffer, view.byteOffset + HEADER_SIZE, length);
    const where = at + BigInt(HEADER_SIZE);
    fields.push(["cmsg_data", dataValue(call, where, data, level, type)]);
  }
  return struct(fields);
}

/** Decodes the control messages of a struct msghdr. @param length in bytes */
export function controlMessages(call: SyscallView, at: bigint, length: number): Value {
  const size = Math.min(length, MAX_SIZE);
  const found = size < HEADER_SIZE ? null : call.memory.read(Number(at), size);
  if (!found) return pointer(at);
  const { buffer } = found.bytes.slice(0, size);
  const items: Value[] = [];
  let offset = 0;
  while (size - offset >= HEADER_SIZE) {
    if (items.length === call.limits.array) return array(items, true);
    const view = new DataView(buffer, offset);
    items.push(messageValue(call, at + BigInt(offset), view));
    const own = view.getBigUint64(0, true);
    offset += own > BigInt(size) ? size : Math.max((Number(own) + 7) & ~7, HEADER_SIZE);
    // The kernel refuses it, and what follows is unknown.
    if (own < BigInt(HEADER_SIZE)) break;
  }
  if (offset < size) return array(items, true, at + BigInt(offset));
  return array(items, size < length);
}

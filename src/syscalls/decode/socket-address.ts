/** Decodes struct sockaddr: ip(7), ipv6(7), unix(7), netlink(7), packet(7), x25(7), linux/ipx.h. */
import {
  AF_INET,
  AF_INET6,
  AF_NETLINK,
  AF_UNIX,
  SUN_PATH,
  SUN_PATH_SIZE,
} from "../../kernel/socket.ts";
import { socketAddressText } from "../socket-address-text.ts";
import {
  array,
  enumValue,
  integer,
  type NamedArgument,
  pointer,
  struct,
  type Value,
} from "../value.ts";
import type { SyscallView } from "./call.ts";
import { constants } from "./named-constants.ts";
import { newContext } from "./netlink/codec.ts";
import { interfaceValue } from "./netlink/scalars.ts";
import { fieldValues, structCodec } from "./netlink/structs.ts";

const MAX_ADDRESS_SIZE = 128;
const FAMILY_SIZE = 2;
const AF_IPX = 4;
const AF_X25 = 9;
const AF_PACKET = 17;

type Decoder = (call: SyscallView, view: DataView) => NamedArgument[] | null;

const bytesOf = (view: DataView, from: number, to = view.byteLength) =>
  new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice(from, to);

function unixPath(view: DataView): Value {
  const abstract = view.getUint8(SUN_PATH) === 0;
  const name = bytesOf(view, SUN_PATH, SUN_PATH + SUN_PATH_SIZE);
  if (abstract) return { kind: "abstract-name", bytes: name.slice(1) };
  const end = name.indexOf(0);
  return { kind: "string", bytes: end < 0 ? name : name.slice(0, end), cut: false };
}

/** Only the addresses of one link need an interface, so only there it is surely an index. */
function scopeValue(call: SyscallView, view: DataView): Value {
  const [first, second] = [view.getUint8(8), view.getUint8(9)];
  const isLinkLocal =
    (first === 0xfe && (second & 0xc0) === 0x80) || (first === 0xff && (second & 0x0f) === 2);
  const scope = view.getUint32(24, true);
  return isLinkLocal ? interfaceValue(scope, newContext(call)) : integer(scope);
}

/** Decodes a struct of the tables. */
function tableStruct(call: SyscallView, view: DataView, tag: string): NamedArgument[] | null {
  const codec = structCodec(tag);
  return view.byteLength < codec.size ? null : fieldValues(codec, view, newContext(call));
}

/** struct sockaddr_ll: its address has a length of its own, which may be wrong. */
const packetAddress: Decoder = (call, view) => {
  const fields = tableStruct(call, view, "sockaddr_ll");
  const length = fields ? view.getUint8(11) : 0;
  if (!fields || length === 0) return fields;
  const shown = bytesOf(view, 12, Math.min(12 + length, 20));
  const items = Array.from(shown, (byte) => integer(byte, "hex"));
  return [...fields, ["sll_addr", array(items, length > shown.length)]];
};

const DECODERS: Readonly<Record<number, Decoder>> = {
  [AF_UNIX]: (_, view) => (view.byteLength > SUN_PATH ? [["sun_path", unixPath(view)]] : []),
  [AF_INET](_, view) {
    if (view.byteLength < 16) return null;
    const text = socketAddressText(view) ?? "";
    const host = text.slice(0, text.lastIndexOf(":"));
    return [
      ["sin_port", integer(view.getUint16(2), "htons")],
      ["sin_addr", { kind: "host", family: "inet", host, bytes: bytesOf(view, 4, 8) }],
    ];
  },
  [AF_INET6](call, view) {
    if (view.byteLength < 24) return null;
    const text = socketAddressText(view) ?? "";
    const host = text.slice(1, text.indexOf("]"));
    return [
      ["sin6_port", integer(view.getUint16(2), "htons")],
      ["sin6_flowinfo", integer(view.getUint32(4), "htonl")],
      ["sin6_addr", { kind: "host", family: "inet6", host, bytes: bytesOf(view, 8, 24) }],
      ...(view.byteLength >= 28 ? [["sin6_scope_id", scopeValue(call, view)] as const] : []),
    ];
  },
  [AF_NETLINK](call, view) {
    const fields = tableStruct(call, view, "sockaddr_nl");
    if (!fields) return null;
    const groups = BigInt(view.getUint32(8, true));
    return [...fields, ["nl_groups", { kind: "mask", value: groups, width: 8 }]];
  },
  [AF_IPX]: (call, view) => tableStruct(call, view, "sockaddr_ipx"),
  [AF_X25]: (call, view) => tableStruct(call, view, "sockaddr_x25"),
  [AF_PACKET]: packetAddress,
};

/** Decodes a struct sockaddr that was read: its data in a view of at least two bytes. */
export function addressValue(call: SyscallView, view: DataView): Value {
  const kind = view.getUint16(0, true);
  const name = enumValue(kind, constants("family"), "AF_???");
  const fields = DECODERS[kind]?.(call, view);
  if (fields) return struct([["sa_family", name], ...fields]);
  const bytes = bytesOf(view, FAMILY_SIZE);
  return struct([
    ["sa_family", name],
    ["sa_data", { kind: "string", bytes, cut: false }],
  ]);
}

/** Decodes a struct sockaddr. @param length in bytes */
export function socketAddress(call: SyscallView, at: bigint, length: number): Value {
  const size = Math.min(length, MAX_ADDRESS_SIZE);
  const found = at === 0n || size < FAMILY_SIZE ? null : call.memory.read(Number(at), size);
  if (!found) return pointer(at);
  return addressValue(call, new DataView(found.bytes.slice(0, size).buffer));
}

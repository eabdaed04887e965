/** Decodes struct sockaddr: ip(7), ipv6(7), unix(7), netlink(7), packet(7). */
import { AF_NETLINK, AF_UNIX, SUN_PATH, SUN_PATH_SIZE } from "../../kernel/socket.ts";
import {
  array,
  enumValue,
  integer,
  type NamedArgument,
  pointer,
  struct,
  type Value,
} from "../value.ts";
import {
  type AddressDecoder,
  bytesOf,
  INET_ADDRESSES,
  tableStruct,
} from "./address-families/inet.ts";
import { RARE_ADDRESSES } from "./address-families/rare.ts";
import type { SyscallView } from "./call.ts";
import { constants } from "./named-constants.ts";

const MAX_ADDRESS_SIZE = 128;
const FAMILY_SIZE = 2;
const AF_PACKET = 17;

function unixPath(view: DataView): Value {
  const abstract = view.getUint8(SUN_PATH) === 0;
  const name = bytesOf(view, SUN_PATH, SUN_PATH + SUN_PATH_SIZE);
  if (abstract) return { kind: "abstract-name", bytes: name.slice(1) };
  const end = name.indexOf(0);
  return { kind: "string", bytes: end < 0 ? name : name.slice(0, end), cut: false };
}

/** struct sockaddr_ll: its address has a length of its own, which may be wrong. */
const packetAddress: AddressDecoder = (call, view) => {
  const found = tableStruct(call, view, "sockaddr_ll");
  if (!found) return null;
  const [[protocol, macro], ...others] = found;
  const bytes: Value = { kind: "random-bytes", bytes: bytesOf(view, 2, 4), cut: false };
  const fields: NamedArgument[] = [
    [protocol, macro.kind === "macro" ? { ...macro, value: bytes, inComment: "names" } : macro],
    ...others,
  ];
  const length = view.getUint8(11);
  if (length === 0) return fields;
  const shown = bytesOf(view, 12, Math.min(12 + length, 20));
  const items = Array.from(shown, (byte) => integer(byte, "hex"));
  return [...fields, ["sll_addr", array(items, length > shown.length)]];
};

const DECODERS: Readonly<Record<number, AddressDecoder>> = {
  [AF_UNIX]: (_, view) => (view.byteLength > SUN_PATH ? [["sun_path", unixPath(view)]] : []),
  ...INET_ADDRESSES,
  ...RARE_ADDRESSES,
  [AF_NETLINK](call, view) {
    const fields = tableStruct(call, view, "sockaddr_nl");
    if (!fields) return null;
    const groups = BigInt(view.getUint32(8, true));
    return [...fields, ["nl_groups", { kind: "mask", value: groups, width: 8 }]];
  },
  [AF_PACKET]: packetAddress,
};

/** Decodes a struct sockaddr that was read: its data in a view of at least two bytes. */
export function addressValue(call: SyscallView, view: DataView): Value {
  const kind = view.getUint16(0, true);
  const name = enumValue(kind, constants("family"), "AF_???");
  const fields = DECODERS[kind]?.(call, view);
  if (fields && "kind" in fields)
    return { ...fields, fields: [["sa_family", name], ...fields.fields] };
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

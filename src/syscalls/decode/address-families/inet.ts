/** Internet addresses: ip(7), ipv6(7); and what the decoders of all families share. */
import { AF_INET, AF_INET6 } from "../../../kernel/socket.ts";
import { socketAddressText } from "../../socket-address-text.ts";
import { integer, type NamedArgument, type StructValue, type Value } from "../../value.ts";
import type { SyscallView } from "../call.ts";
import { newContext } from "../netlink/codec.ts";
import { interfaceValue } from "../netlink/scalars.ts";
import { fieldValues, structCodec } from "../netlink/structs.ts";

/** Decodes what follows the family; null if the address is too short. */
export type AddressDecoder = (
  call: SyscallView,
  view: DataView,
) => NamedArgument[] | StructValue | null;

export function bytesOf(view: DataView, from: number, to = view.byteLength): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice(from, to);
}

/** Decodes a struct of the tables. */
export function tableStruct(
  call: SyscallView,
  view: DataView,
  tag: string,
): NamedArgument[] | null {
  const codec = structCodec(tag);
  return view.byteLength < codec.size ? null : fieldValues(codec, view, newContext(call));
}

/** Only the addresses of one link need an interface, so only there it is surely an index. */
function scopeValue(call: SyscallView, view: DataView): Value {
  const [first, second] = [view.getUint8(8), view.getUint8(9)];
  const isLinkLocal =
    (first === 0xfe && (second & 0xc0) === 0x80) || (first === 0xff && (second & 0x0f) === 2);
  const scope = view.getUint32(24, true);
  return isLinkLocal ? interfaceValue(scope, newContext(call)) : integer(scope);
}

type InetDecoder = (call: SyscallView, view: DataView) => NamedArgument[] | null;

export const INET_ADDRESSES: Readonly<Record<number, InetDecoder>> = {
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
};

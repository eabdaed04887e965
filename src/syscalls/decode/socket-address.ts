/** Decodes struct sockaddr: ip(7), ipv6(7), unix(7), netlink(7). */
import {
  AF_INET,
  AF_INET6,
  AF_NETLINK,
  AF_UNIX,
  SUN_PATH,
  SUN_PATH_SIZE,
} from "../../kernel/socket.ts";
import { socketAddressText } from "../socket-address-text.ts";
import { enumValue, integer, pointer, struct, type Value } from "../value.ts";
import { bytesAt } from "./arguments.ts";
import type { SyscallView } from "./call.ts";
import { constants } from "./named-constants.ts";

const MAX_ADDRESS_SIZE = 128;

/** Decodes a struct sockaddr. @param length in bytes */
export function socketAddress(call: SyscallView, at: bigint, length: number): Value {
  const size = Math.min(length, MAX_ADDRESS_SIZE);
  const found = at === 0n || size < 2 ? null : call.memory.read(Number(at), size);
  if (!found) return pointer(at);
  const view = new DataView(found.view.buffer, found.view.byteOffset, size);
  const kind = view.getUint16(0, true);
  const name = enumValue(kind, constants("family"), "AF_???");
  const text = socketAddressText(view) ?? "";
  if (kind === AF_INET && size >= 8) {
    const host = text.slice(0, text.lastIndexOf(":"));
    return struct([
      ["sa_family", name],
      ["sin_port", integer(view.getUint16(2), "htons")],
      ["sin_addr", { kind: "host", family: "inet", host, bytes: found.bytes.slice(4, 8) }],
    ]);
  }
  if (kind === AF_INET6 && size >= 24) {
    const host = text.slice(1, text.indexOf("]"));
    return struct([
      ["sa_family", name],
      ["sin6_port", integer(view.getUint16(2), "htons")],
      ["sin6_flowinfo", integer(view.getUint32(4), "htonl")],
      ["sin6_addr", { kind: "host", family: "inet6", host, bytes: found.bytes.slice(8, 24) }],
      ["sin6_scope_id", integer(size >= 28 ? view.getUint32(24, true) : 0)],
    ]);
  }
  if (kind === AF_UNIX && size === 2) return struct([["sa_family", name]]);
  if (kind === AF_UNIX)
    return struct([
      ["sa_family", name],
      ["sun_path", unixPath(found.bytes, size)],
    ]);
  if (kind === AF_NETLINK && size >= 12)
    return struct([
      ["sa_family", name],
      ["nl_pid", integer(view.getUint32(4, true))],
      ["nl_groups", { kind: "mask", value: BigInt(view.getUint32(8, true)), width: 8 }],
    ]);
  return struct([
    ["sa_family", name],
    ["sa_data", bytesAt(call, at + 2n, size - 2)],
  ]);
}

function unixPath(bytes: Uint8Array, size: number): Value {
  const abstract = bytes[SUN_PATH] === 0;
  const start = abstract ? SUN_PATH + 1 : SUN_PATH;
  const limit = Math.min(size, SUN_PATH + SUN_PATH_SIZE);
  const end = abstract ? limit : bytes.indexOf(0, start);
  const name = bytes.slice(start, end < 0 || end > limit ? limit : end);
  return abstract
    ? { kind: "abstract-name", bytes: name }
    : { kind: "string", bytes: name, cut: false };
}

/**
 * Addresses of less common families: linux/ipx.h, x25.h, vm_sockets.h, qrtr.h, nfc.h, if_xdp.h,
 * if_alg.h, mctp.h, rxrpc.h, net/af_ieee802154.h.
 */
import { AF_INET, AF_INET6 } from "../../../kernel/socket.ts";
import { enumValue, integer, type NamedArgument, struct, type Value } from "../../value.ts";
import { fdValue } from "../arguments.ts";
import type { SyscallView } from "../call.ts";
import { constants } from "../named-constants.ts";
import { newContext } from "../netlink/codec.ts";
import { scalarCodec } from "../netlink/scalars.ts";
import { fieldValues, structCodec } from "../netlink/structs.ts";
import { ax25Address } from "./ax25.ts";
import { type AddressDecoder, bytesOf, INET_ADDRESSES, tableStruct } from "./inet.ts";

const AF_AX25 = 3;
const AF_IPX = 4;
const AF_X25 = 9;
const AF_RXRPC = 33;
const AF_IEEE802154 = 36;
const AF_ALG = 38;
const AF_NFC = 39;
const AF_VSOCK = 40;
const AF_QIPCRTR = 42;
const AF_XDP = 44;
const AF_MCTP = 45;

const inTable =
  (tag: string): AddressDecoder =>
  (call, view) =>
    tableStruct(call, view, tag);

/** Decodes a part of a view as a number or text of the tables. */
function scalarAt(call: SyscallView, view: DataView, type: string, at: number, size: number) {
  const { decode } = scalarCodec(type, size)!;
  return decode(new DataView(view.buffer, view.byteOffset + at, size), newContext(call));
}

const text = (bytes: Uint8Array): Value => ({ kind: "string", bytes, cut: false });

const SHARED_UMEM = 1;
/** struct sockaddr_xdp: the fd counts if the memory is shared. */
const xdpAddress: AddressDecoder = (call, view) => {
  const fields = tableStruct(call, view, "sockaddr_xdp");
  if (!fields) return null;
  const isShared = (view.getUint16(2, true) & SHARED_UMEM) !== 0;
  const fd = view.getUint32(12, true);
  if (fd === 0 && !isShared) return fields;
  return [
    ...fields,
    ["sxdp_shared_umem_fd", isShared ? fdValue(call, fd | 0) : integer(fd, "hex")],
  ];
};

const ALG_NAME = 24;
/** struct sockaddr_alg: the name is as long as the caller says. */
const algAddress: AddressDecoder = (call, view) => {
  const length = view.byteLength - ALG_NAME;
  if (length <= 0) return null;
  const start = new DataView(view.buffer, view.byteOffset, ALG_NAME);
  const fields = fieldValues(structCodec("sockaddr_alg"), start, newContext(call));
  return [...fields, ["salg_name", scalarAt(call, view, "cstr", ALG_NAME, length)]];
};

const SERVICE_NAME = 18;
const SERVICE_NAME_SIZE = 63;
/** struct sockaddr_nfc, or the longer struct sockaddr_nfc_llcp, which has more fields. */
const nfcAddress: AddressDecoder = (call, view) => {
  const fields = tableStruct(call, view, "sockaddr_nfc");
  const more = tableStruct(call, view, "sockaddr_nfc_llcp");
  if (!fields) return null;
  if (!more) return struct(fields, view.byteLength > structCodec("sockaddr_nfc").size);
  const length = view.getBigUint64(88, true);
  const shown = length < SERVICE_NAME_SIZE ? Number(length) : SERVICE_NAME_SIZE;
  return [
    ...fields,
    ...more,
    ["service_name", text(bytesOf(view, SERVICE_NAME, SERVICE_NAME + shown))],
    ["service_name_len", integer(length)],
  ];
};

const TRANSPORT = 8;
const TRANSPORT_PREFIXES: Readonly<Record<number, string>> = {
  [AF_INET]: "sin",
  [AF_INET6]: "sin6",
};

/** The address below an RxRPC address; other families than the Internet's are bytes. */
function transportValue(call: SyscallView, view: DataView): Value {
  const family = view.getUint16(0, true);
  const prefix = TRANSPORT_PREFIXES[family];
  const name: NamedArgument = [
    prefix === undefined ? "family" : `${prefix}_family`,
    enumValue(family, constants("family"), "AF_???"),
  ];
  const fields = prefix === undefined ? null : INET_ADDRESSES[family](call, view);
  const bytes = bytesOf(view, 2);
  const isEmpty = bytes.length === 0;
  const rest: NamedArgument[] = fields ?? (isEmpty ? [] : [["data", text(bytes)]]);
  const value = { ...struct([name, ...rest]), anonymous: !fields && !isEmpty };
  return prefix === undefined ? value : struct([[prefix, value]]);
}

const rxrpcAddress: AddressDecoder = (call, view) => {
  const fields = tableStruct(call, view, "sockaddr_rxrpc");
  if (!fields) return null;
  const room = structCodec("sockaddr_rxrpc").size - TRANSPORT;
  const length = Math.max(Math.min(view.getUint16(6, true), room), 2);
  const transport = new DataView(view.buffer, view.byteOffset + TRANSPORT, length);
  return [...fields, ["transport", transportValue(call, transport)]];
};

const IEEE802154_SIZE = 20;
const [ADDR_NONE, ADDR_SHORT] = [0, 2];
/** struct sockaddr_ieee802154: a short or a long address. */
const ieee802154Address: AddressDecoder = (call, view) => {
  if (view.byteLength < IEEE802154_SIZE) return null;
  const inner = new DataView(view.buffer, view.byteOffset + 4, 16);
  const fields = fieldValues(structCodec("ieee802154_addr_sa"), inner, newContext(call));
  const type = inner.getInt32(0, true);
  if (type === ADDR_SHORT)
    fields.push(["short_addr", scalarAt(call, inner, "#=IEEE802154_SHORT", 6, 2)]);
  else if (type !== ADDR_NONE) fields.push(["hwaddr", scalarAt(call, inner, "hw", 6, 8)]);
  return [["addr", struct(fields)]];
};

export const RARE_ADDRESSES: Readonly<Record<number, AddressDecoder>> = {
  [AF_AX25]: ax25Address,
  [AF_IPX]: inTable("sockaddr_ipx"),
  [AF_X25]: inTable("sockaddr_x25"),
  [AF_RXRPC]: rxrpcAddress,
  [AF_IEEE802154]: ieee802154Address,
  [AF_ALG]: algAddress,
  [AF_NFC]: nfcAddress,
  [AF_VSOCK]: inTable("sockaddr_vm"),
  [AF_QIPCRTR]: inTable("sockaddr_qrtr"),
  [AF_XDP]: xdpAddress,
  [AF_MCTP]: inTable("sockaddr_mctp"),
};

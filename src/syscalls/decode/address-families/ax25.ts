/** Addresses of AX.25: linux/ax25.h. */
import {
  array,
  integer,
  type NamedArgument,
  type StructValue,
  struct,
  symbol,
  type Value,
} from "../../value.ts";
import type { AddressDecoder } from "./inet.ts";
import { bytesOf } from "./inet.ts";

const CALL_SIZE = 7;
const ADDRESS_SIZE = 16;
const MAX_DIGIPEATERS = 8;
const SSID_MASK = 0x1e;
const VALID = /^[A-Z0-9]+ *$/;
const PRINTABLE = /^[ -~]*$/;

/**
 * Decodes a call sign, which is shifted by a bit, and its number, the SSID. strace writes those that
 * are not valid as bytes, with the text as a comment if it is fit for one.
 */
function callSign(bytes: Uint8Array): Value {
  const number: StructValue = struct([["ax25_call", { kind: "random-bytes", bytes, cut: false }]]);
  const name = Buffer.from(bytes.subarray(0, -1).map((byte) => byte >> 1)).toString("latin1");
  const last = bytes[CALL_SIZE - 1];
  const isAligned = bytes.every((byte) => (byte & 1) === 0) && (last & ~SSID_MASK) === 0;
  const ssid = (last & SSID_MASK) >> 1;
  const trimmed = name.trimEnd();
  if (isAligned && trimmed === "" && ssid === 0 && PRINTABLE.test(name)) return symbol("*", number);
  const text = `${trimmed}-${ssid}`;
  if (!PRINTABLE.test(name) || text.includes("*/")) return number;
  if (isAligned && VALID.test(name)) return symbol(text, number);
  return { ...symbol(text, number), commented: true };
}

function callSignAt(view: DataView, at: number): Value {
  return callSign(bytesOf(view, at, at + CALL_SIZE));
}

/** struct sockaddr_ax25, or struct full_sockaddr_ax25 with the stations that relay. */
export const ax25Address: AddressDecoder = (_, view) => {
  if (view.byteLength < ADDRESS_SIZE) return null;
  const count = view.getInt32(12, true);
  const own: NamedArgument[] = [
    ["sax25_call", callSignAt(view, 2)],
    ["sax25_ndigis", integer(count)],
  ];
  const left = view.byteLength - ADDRESS_SIZE;
  if (count === 0 && left === 0) return own;
  const room = Math.floor(left / CALL_SIZE);
  const wanted = Math.max(Math.min(count, MAX_DIGIPEATERS), 0);
  const shown = Math.min(wanted, room);
  const relays = Array.from({ length: shown }, (_, i) =>
    callSignAt(view, ADDRESS_SIZE + i * CALL_SIZE),
  );
  const isOdd = room > MAX_DIGIPEATERS || left % CALL_SIZE !== 0;
  return struct(
    [
      ["fsa_ax25", struct(own)],
      ["fsa_digipeater", array(relays, shown < wanted)],
    ],
    isOdd,
  );
};

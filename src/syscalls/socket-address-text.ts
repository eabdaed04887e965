/** Formats struct sockaddr: ip(7), ipv6(7), unix(7), netlink(7). */

import { AF_INET, AF_INET6, AF_NETLINK, AF_UNIX, SUN_PATH } from "../kernel/socket.ts";

const AT_SIGN = 0x40;

/** Formats an address as in RFC 5952: the longest run of at least two zero groups becomes "::". */
function ipv6(groups: readonly number[]): string {
  const text = groups.map((group) => group.toString(16)).join(":");
  const runs = [...text.matchAll(/\b0(?::0)+\b/g)].sort((a, b) => b[0].length - a[0].length);
  if (!runs.length) return text;
  const { index, 0: run } = runs[0];
  const before = text.slice(0, index).replace(/:$/, "");
  const after = text.slice(index + run.length).replace(/^:/, "");
  return `${before}::${after}`;
}

/** Formats four bytes of a view. */
export function formatIpv4(bytes: DataView, at: number): string {
  return [0, 1, 2, 3].map((index) => bytes.getUint8(at + index)).join(".");
}

/** Formats sixteen bytes of a view. */
export function formatIpv6(bytes: DataView, at: number): string {
  const groups = Array.from({ length: 8 }, (_, index) => bytes.getUint16(at + index * 2));
  const mapped = groups.slice(0, 6).join() === "0,0,0,0,0,65535";
  return mapped ? `::ffff:${formatIpv4(bytes, at + 12)}` : ipv6(groups);
}

/**
 * Returns an address as text: "192.0.2.1:80", "[2001:db8::1]:80", "netlink:0"; null for an AF_UNIX
 * name, which is bytes. An unknown family, or an address too short for its family, is "family N".
 */
export function socketAddressText(address: DataView): string | null {
  const length = address.byteLength;
  const family = length >= 2 ? address.getUint16(0, true) : 0;
  if (family === AF_INET && length >= 8) return `${formatIpv4(address, 4)}:${address.getUint16(2)}`;
  if (family === AF_INET6 && length >= 24)
    return `[${formatIpv6(address, 8)}]:${address.getUint16(2)}`;
  if (family === AF_NETLINK && length >= 8) return `netlink:${address.getUint32(4, true)}`;
  if (family === AF_UNIX && length > SUN_PATH) return null;
  return `family ${family}`;
}

/** Returns the bytes of an abstract name, with `@` for NUL as in /proc/net/unix. */
export function abstractName(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => (byte === 0 ? AT_SIGN : byte));
}

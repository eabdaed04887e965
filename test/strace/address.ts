/** Parses a socket address that strace printed: ip(7), ipv6(7), unix(7), netlink(7). */
import { fieldsOf, numberOf, stringOf } from "./syntax.ts";

const FAMILIES = { unix: 1, inet: 2, inet6: 10, netlink: 16 };

export interface Address {
  readonly text: string;
  /** Whether the text is the path of a socket file. */
  readonly isPath: boolean;
}

/** Returns an empty text for an address that could not be read. */
export function addressOf(argument: string): Address {
  const fields = fieldsOf(argument);
  if (!fields) return { text: "", isPath: false };
  const family = numberOf(fields.sa_family);
  const isPath = family === FAMILIES.unix && fields.sun_path?.startsWith('"') === true;
  if (isPath) return { text: stringOf(fields.sun_path) ?? "", isPath };
  return { text: text(family, fields) ?? `family ${family}`, isPath };
}

function text(family: number, fields: Record<string, string>): string | null {
  if (family === FAMILIES.inet)
    return `${bytes(fields.sin_addr).join(".")}:${port(fields.sin_port)}`;
  if (family === FAMILIES.inet6) {
    const groups = bytes(fields.sin6_addr).map((byte) => byte.toString(16).padStart(2, "0"));
    const long = groups.join("").replace(/(....)(?!$)/g, "$1:");
    // RFC 5952, in the form that the URL Standard uses for hosts.
    return `${new URL(`http://[${long}]/`).hostname}:${port(fields.sin6_port)}`;
  }
  if (family === FAMILIES.netlink) return `netlink:${numberOf(fields.nl_pid)}`;
  if (family === FAMILIES.unix && fields.sun_path?.startsWith("@"))
    return `@${(stringOf(fields.sun_path) ?? "").replaceAll("\0", "@")}`;
  return null;
}

function bytes(string: string): number[] {
  return [...(stringOf(string) ?? "")].map((byte) => byte.charCodeAt(0));
}

function port(string: string): number {
  const [high, low] = bytes(string);
  return high * 256 + low;
}

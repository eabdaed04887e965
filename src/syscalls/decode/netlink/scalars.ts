/** Numbers, addresses and names of fixed size, by the names that the tables give their types. */
import { formatIpv4, formatIpv6 } from "../../socket-address-text.ts";
import {
  flags,
  integer,
  macro,
  NamedValue,
  type NameSet,
  type Notation,
  symbol,
  type Value,
} from "../../value.ts";
import { constants } from "../named-constants.ts";
import { deviceValue } from "../structs.ts";
import type { FixedCodec, MessageContext } from "./codec.ts";
import { placeholderOf } from "./tables.ts";

type Number_ = number | bigint;

function readUnsigned(view: DataView, size: number, big = false): Number_ {
  switch (size) {
    case 1:
      return view.getUint8(0);
    case 2:
      return view.getUint16(0, !big);
    case 4:
      return view.getUint32(0, !big);
    default:
      return view.getBigUint64(0, !big);
  }
}

function asSigned(value: Number_, size: number): Number_ {
  if (size === 8) return BigInt.asIntN(64, BigInt(value));
  return Number(BigInt.asIntN(size * 8, BigInt(value)));
}

const NETWORK_MACROS: Readonly<Record<number, string>> = { 2: "htons", 4: "htonl", 8: "htobe64" };

/** Returns a number in network order: htons(80). */
function network(size: number, notation: Notation = "decimal"): FixedCodec["decode"] {
  return (view) => {
    const value = integer(readUnsigned(view, size, true), notation);
    return size === 1 ? value : macro(NETWORK_MACROS[size], value);
  };
}

const DECIMAL = { kind: "values", placeholder: "", notation: "decimal" } as const;

/** Returns the name of a network interface: if_nametoindex("lo"). */
export function interfaceValue(index: number, { memory }: MessageContext): Value {
  const name = memory.call.interfaceName?.(index);
  return name === undefined
    ? integer(index)
    : new NamedValue(index, [`if_nametoindex(${JSON.stringify(name)})`], 0, DECIMAL);
}

const bytesOf = (view: DataView) =>
  new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();

function hexBytes(view: DataView): Value {
  return { kind: "random-bytes", bytes: bytesOf(view), cut: false };
}

export function hardwareAddress(view: DataView): Value {
  const digits = Array.from(bytesOf(view), (byte) => byte.toString(16).padStart(2, "0"));
  return symbol(digits.join(":"), hexBytes(view));
}

/** Decodes a char array up to its NUL; without one its last byte is not shown. */
function charArray(view: DataView): Value {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const end = bytes.indexOf(0);
  const length = end < 0 ? bytes.length - 1 : end;
  return { kind: "string", bytes: bytes.slice(0, length), cut: end < 0 };
}

const AF_INET6 = 10;
const inet = (view: DataView): Value => ({
  ...{ kind: "host", family: "inet", host: formatIpv4(view, 0) },
  bytes: bytesOf(view).slice(0, 4),
});
const inet6 = (view: DataView): Value => ({
  ...{ kind: "host", family: "inet6", host: formatIpv6(view, 0) },
  bytes: bytesOf(view),
});

/** Decoders of a size that the struct or the attribute gives. */
const PLAIN: Readonly<Record<string, (size: number) => FixedCodec["decode"]>> = {
  u: (size) => (view) => integer(readUnsigned(view, size)),
  d: (size) => (view) => integer(asSigned(readUnsigned(view, size), size)),
  x: (size) => (view) => integer(readUnsigned(view, size), "hex"),
  be: network,
  xbe: (size) => network(size, "hex"),
  if: () => (view, context) => interfaceValue(view.getUint32(0, true), context),
  hw: () => hardwareAddress,
  ip4: () => inet,
  ip6: () => inet6,
  inet: () => (view, context) => (context.family === AF_INET6 ? inet6(view) : inet(view)),
  uid: () => (view) => integer(view.getInt32(0, true) === -1 ? -1 : view.getUint32(0, true)),
  dev: () => (view) => deviceValue(view.getUint32(0, true)),
  hex: () => hexBytes,
  cstr: () => charArray,
};
const OWN_SIZES: Readonly<Record<string, number>> = { if: 4, ip4: 4, ip6: 16, uid: 4, dev: 4 };

/** Names a number that is one of the sets. */
function member(value: Number_, names: readonly string[]): Value {
  const name = names[names.length - 1];
  const found = names
    .flatMap((each) => constants(each))
    .find(([, number]) => BigInt(number) === BigInt(value));
  if (found) return new NamedValue(value, [found[0]]);
  return new NamedValue(value, [], value, { kind: "values", placeholder: placeholderOf(name) });
}

/** Names the bits of a number; a set may have a name for no bits. */
function bits(value: Number_, names: readonly string[], set: NameSet): Value {
  const zero = BigInt(value) === 0n ? set.find(([, number]) => number === 0) : undefined;
  return zero ? new NamedValue(value, [zero[0]]) : flags(value, set, placeholderOf(names[0]));
}

/** Returns the bits that a set numbers: "1<<TCP_LISTEN"; with `from` 1, "1<<(INET_DIAG_CONG-1)". */
function numberedBits(value: Number_, name: string, from: 0 | 1): Value {
  const label = (each: string) => (from === 0 ? `1<<${each}` : `1<<(${each}-1)`);
  const set: NameSet = constants(name)
    .filter(([, number]) => number >= from && number - from < 32)
    .map(([each, number]) => [label(each), 2 ** (number - from)] as const);
  return flags(value, set, label(placeholderOf(name)));
}

const KINDS: Readonly<Record<string, (names: string) => (value: Number_) => Value>> = {
  "=": (names) => (value) => member(value, names.split("+")),
  "|": (text) => {
    const names = text.split("|");
    return (value) =>
      bits(
        value,
        names,
        names.flatMap((name) => constants(name)),
      );
  },
  "^": (name) => (value) => numberedBits(value, name, 0),
  "-": (name) => (value) => numberedBits(value, name, 1),
};

/**
 * base, size in bits, "#" for names as a comment, relation to a set, set: "u32", "x", "be16=ETH_P",
 * "u8|NTF", "#=LLCP_SAP", "if".
 */
const SCALAR = /^([a-z]*?)(4|6|8|16|32|64)?(?:(#)?([=|^-])([\w|+]+))?$/;

/** strace writes the number, and the names as a comment. */
function commented(value: Value): Value {
  if (value.kind !== "named") return value;
  const { value: number, names, rest, set } = value;
  return new NamedValue(number, names, rest, { ...set, commented: true });
}

/**
 * Returns the decoder of a type: "u32", "x16", "be16", "u8=RTN", "u32|RTM_F", "u32^TCP", "if".
 * @param given size in bytes, if the type has none
 * @returns undefined if it is not the type of a number
 */
export function scalarCodec(type: string, given?: number): FixedCodec | undefined {
  const found = SCALAR.exec(type);
  if (!found) return undefined;
  const [, base, width, comment, relation, names] = found;
  const whole = `${base}${width ?? ""}`;
  const name = whole in PLAIN ? whole : base;
  const size = OWN_SIZES[name] ?? (width === undefined ? given : Number(width) / 8);
  if (size === undefined) return undefined;
  if (relation === undefined)
    return name in PLAIN ? { size, decode: PLAIN[name](size) } : undefined;
  const named = KINDS[relation](names);
  const big = base === "be";
  return {
    size,
    decode(view) {
      const plain = named(readUnsigned(view, size, big));
      const value = comment === undefined ? plain : commented(plain);
      return big && size > 1 ? macro(NETWORK_MACROS[size], value) : value;
    },
  };
}

/**
 * Decodes an array whose elements a set names by their indexes: [SK_MEMINFO_SNDBUF]=1; with `from` 1,
 * the first is that of the constant 1: [IPV4_DEVCONF_FORWARDING-1]=0.
 */
export function indexedBy(name: string, from: 0 | 1): (index: number, value: Value) => Value {
  const labels = new Map(constants(name).map(([each, number]) => [number - from, each]));
  return (index, value) => {
    const label = labels.get(index);
    const placeholder = placeholderOf(name);
    const names = label === undefined ? [] : [from === 1 ? `${label}-1` : label];
    const rest = label === undefined ? index : 0;
    const named = new NamedValue(index, names, rest, { ...DECIMAL, placeholder });
    return { kind: "field", name: named.toString(), value, style: "index", index: named };
  };
}

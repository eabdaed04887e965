/** Network interfaces: netdevice(7), linux/if.h. */
import {
  array,
  enumValue,
  type IntegerValue,
  integer,
  type NamedArgument,
  NamedValue,
  pointer,
  type StructValue,
  struct,
  symbol,
  type Value,
} from "../../value.ts";
import { stringUpToAt } from "../arguments.ts";
import type { SyscallView } from "../call.ts";
import { constants } from "../named-constants.ts";
import { addressValue } from "../socket-address.ts";
import { type CustomStruct, structAt } from "./fields.ts";
import type { Special } from "./request.ts";

const IFNAMSIZ = 16;
const SOCKADDR_SIZE = 16;
const ETHER_SIZE = 6;

/** A link-layer address; all types that netdevice(7) knows of have six bytes. */
const hardwareAddress: CustomStruct = (_scope, view, base) => {
  const family = view.getUint16(base, true);
  const bytes = Array.from({ length: ETHER_SIZE }, (_, i) =>
    view
      .getUint8(base + 2 + i)
      .toString(16)
      .padStart(2, "0"),
  );
  return struct([
    ["sa_family", enumValue(family, constants("ARPHRD"), "ARPHRD_???")],
    ["sa_data", symbol(bytes.join(":"))],
  ]);
};

const socketAddress: CustomStruct = ({ call }, view, base) =>
  addressValue(call, new DataView(view.buffer, view.byteOffset + base, SOCKADDR_SIZE));

const interfaceIndex: CustomStruct = ({ call }, view, base) => {
  const index = view.getInt32(base, true);
  const name = call.interfaceName?.(index);
  const set = { kind: "values", placeholder: "", notation: "decimal" } as const;
  return name === undefined
    ? integer(index)
    : new NamedValue(index, [`if_nametoindex(${JSON.stringify(name)})`], 0, set);
};

export const NETWORK_STRUCTS: Readonly<Record<string, CustomStruct>> = {
  hwaddr: hardwareAddress,
  sockaddr: socketAddress,
  interface_index: interfaceIndex,
};

const IFREQ_SIZE = 40;

/** Returns the length of an array of struct ifreq, with their number as a comment. */
function lengthValue(length: number): IntegerValue {
  const count = Math.floor(length / IFREQ_SIZE);
  const isWhole = length > 0 && length % IFREQ_SIZE === 0;
  const comment = `${count} * sizeof(struct ifreq)`;
  return isWhole ? { ...integer(length), comment } : integer(length);
}

function readConfiguration(call: SyscallView, at: bigint) {
  const found = at === 0n ? null : call.memory.read(Number(at), 16);
  if (!found) return null;
  return { length: found.view.getInt32(0, true), buffer: found.view.getBigUint64(8, true) };
}

const given = (length: number, buffer: bigint): StructValue =>
  struct([
    ["ifc_len", lengthValue(length)],
    ["ifc_buf", pointer(buffer)],
  ]);

/** struct ifconf: the interfaces, or the size that they need if there is no buffer. */
const configuration: Special["decode"] = (scope, at, _name, before) => {
  const { call } = scope;
  const now = readConfiguration(call, at);
  if (!now) return pointer(at);
  const { length, buffer } = now;
  if (before?.kind !== "struct") return given(length, buffer);
  const [, old] = before.fields[0];
  const isSame = old.kind === "integer" && (old.value === length || buffer === 0n);
  const count = Math.floor(length / IFREQ_SIZE);
  const limit = call.abbreviated ? Math.min(count, call.limits.string) : count;
  const items = Array.from({ length: limit }, (_, i) =>
    structAt({ ...scope, part: "all" }, buffer + BigInt(i * IFREQ_SIZE), "ifreq_addr"),
  );
  const shownLength: NamedArgument = [
    "ifc_len",
    isSame
      ? lengthValue(length)
      : { kind: "change", before: plain(old), after: lengthValue(length), indirect: false },
  ];
  return struct([shownLength, ["ifc_buf", buffer ? array(items, count > limit) : pointer(buffer)]]);
};

/** Drops the comment of a number. */
const plain = (value: Value): Value =>
  value.kind === "integer" ? { ...value, comment: undefined } : value;

const bridge: Special = {
  access: "in",
  decode: ({ call }, at) => (at === 0n ? pointer(at) : stringUpToAt(call, at, IFNAMSIZ)),
};

export const NETWORK_REQUESTS: Readonly<Record<string, Special>> = {
  SIOCGIFCONF: { access: "inout", decode: configuration },
  SIOCBRADDBR: bridge,
  SIOCBRDELBR: bridge,
};

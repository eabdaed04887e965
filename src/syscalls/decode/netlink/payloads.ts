/** The payloads of each netlink protocol: rtnetlink(7), sock_diag(7), and the kernel's uapi headers. */
import type { Value } from "../../value.ts";
import { integer, macro, NamedValue, pointer, struct, symbol } from "../../value.ts";
import { constantName } from "../named-constants.ts";
import { type MessageContext, ofSize } from "./codec.ts";
import { familyPayload, headedPayload, readFamily } from "./header.ts";
import { NFNL_SUBSYS_SHIFT } from "./message-types.ts";
import { NETLINK } from "./protocols.ts";
import { structPayload } from "./structs.ts";
import { entryOf } from "./tables.ts";
import { policyOf } from "./types.ts";

export interface MessageHeader {
  readonly type: number;
  readonly flags: number;
}

/** Decodes a payload; null shows its bytes. */
export type PayloadDecoder = (
  context: MessageContext,
  header: MessageHeader,
  at: bigint,
  length: number,
) => readonly Value[] | null;

const NLMSG_DONE = 3;
const NLM_F_REQUEST = 1;

/** RTNL_FAMILY_IPMR and RTNL_FAMILY_IP6MR. */
const CACHE_REPORTS: Readonly<Record<number, string>> = {
  128: "IPMRA_CREPORT",
  129: "IP6MRA_CREPORT",
};

const route: PayloadDecoder = (context, { type }, at, length) => {
  if (type === NLMSG_DONE) return null;
  if (readFamily(context, at) === null) return [pointer(at)];
  const object = constantName("route_type", type).replace(/^RTM_(NEW|DEL|GET|SET)/, "");
  const entry = entryOf("messages", "ROUTE")!.types.get(object);
  if (entry === undefined) return familyPayload(context, at, length);
  const [tag, policy] = entry.split(">");
  const name = policy === "CACHEREPORT" ? CACHE_REPORTS[context.family] : policy;
  return headedPayload(context, at, length, tag, name === undefined ? null : policyOf(name));
};

const TCPDIAG_GETSOCK = 18;
const DCCPDIAG_GETSOCK = 19;

const sockDiag: PayloadDecoder = (context, { type, flags }, at, length) => {
  if (type === NLMSG_DONE) return null;
  if (readFamily(context, at) === null) return [pointer(at)];
  const compat = type === TCPDIAG_GETSOCK || type === DCCPDIAG_GETSOCK;
  const direction = flags & NLM_F_REQUEST ? (compat ? "OLD" : "REQUEST") : "REPLY";
  const entry = entryOf("messages", `DIAG_${direction}`)!.types.get(String(context.family));
  if (entry === undefined || length === 1) return familyPayload(context, at, length);
  const [tag, policy] = entry.split(">");
  return headedPayload(context, at, length, tag, policy ? policyOf(policy) : null);
};

const crypto: PayloadDecoder = (context, { type }, at, length) => {
  const isKnown = constantName("CRYPTO_MSG", type) !== "";
  const value = isKnown ? structPayload("crypto_user_alg")(context, at, length) : null;
  return value && headedPayload(context, at, length, "crypto_user_alg", policyOf("CRYPTOCFGA"));
};

/** struct nfgenmsg. Its resource is the subsystem of a batch, or has no meaning. */
const netfilterHeader = ofSize({
  size: 4,
  decode: (view) => {
    const family = view.getUint8(0);
    return struct([
      ["nfgen_family", named(family, "family", "AF_???")],
      ["version", named(view.getUint8(1), "NFNETLINK_V", "NFNETLINK_???")],
      ["res_id", integer(view.getUint16(2, true))],
    ]);
  },
});

function named(value: number, set: string, placeholder: string): Value {
  const name = constantName(set, value);
  return name
    ? new NamedValue(value, [name])
    : new NamedValue(value, [], value, { kind: "values", placeholder });
}

/** Returns the resource of a message: its own subsystem, in either byte order, or a number. */
function resourceValue(raw: number, type: number): Value {
  const subsystem = type >> NFNL_SUBSYS_SHIFT;
  const host = ((raw & 0xff) << 8) | (raw >> 8);
  const name = constantName("NFNL_SUBSYS", subsystem);
  if (name && subsystem > 0 && host === subsystem) return macro("htons", symbol(name));
  if (name && subsystem > 0 && raw === subsystem) return new NamedValue(raw, [name]);
  return integer(host, "htons");
}

const netfilter: PayloadDecoder = (context, { type }, at, length) => {
  if (type === NLMSG_DONE) return null;
  const found = netfilterHeader(context, at, length);
  if (found === null || !("kind" in found)) return null;
  if (found.kind !== "struct") return [found];
  const [family, version, [, raw]] = found.fields;
  const number = raw.kind === "integer" ? Number(raw.value) : 0;
  const header = struct([family, version, ["res_id", resourceValue(number, type)]]);
  const isBatch = constantName("NFNL_MSG_BATCH", type) !== "";
  const [, ...rest] = headedPayload(context, at, length, "nfgenmsg", isBatch ? null : UNNAMED);
  return [header, ...rest];
};

const UNNAMED = { set: null, placeholder: "", codec: () => undefined };

const SELINUX_STRUCTS: Readonly<Record<number, string>> = {
  16: "selnl_msg_setenforce",
  17: "selnl_msg_policyload",
};
const selinux: PayloadDecoder = (context, { type }, at, length) => {
  const tag = SELINUX_STRUCTS[type];
  const value = tag === undefined ? null : structPayload(tag)(context, at, length);
  return value && "kind" in value ? [value] : value;
};

export const PAYLOAD_DECODERS: Readonly<Record<number, PayloadDecoder>> = {
  [NETLINK.ROUTE]: route,
  [NETLINK.SOCK_DIAG]: sockDiag,
  [NETLINK.CRYPTO]: crypto,
  [NETLINK.NETFILTER]: netfilter,
  [NETLINK.SELINUX]: selinux,
};

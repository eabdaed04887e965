/** Names of the types and flags of messages, which depend on the protocol: struct nlmsghdr. */
import { enumValue, flags, NamedValue } from "../../value.ts";
import { constantName, constants } from "../named-constants.ts";
import { NETLINK } from "./protocols.ts";
import { placeholderOf } from "./tables.ts";

/** Smaller types are the same in all protocols. */
export const NLMSG_MIN_TYPE = 16;
const NLMSG_ERROR = 2;
export const NFNL_SUBSYS_SHIFT = 8;

const TYPE_SETS: Readonly<Record<number, string>> = {
  [NETLINK.ROUTE]: "route_type",
  [NETLINK.SOCK_DIAG]: "SOCK_DIAG",
  [NETLINK.XFRM]: "XFRM_MSG",
  [NETLINK.SELINUX]: "SELNL_MSG",
  [NETLINK.AUDIT]: "AUDIT",
  [NETLINK.CRYPTO]: "CRYPTO_MSG",
};

/** The types of each subsystem of netfilter. */
const SUBSYSTEM_SETS: Readonly<Record<number, string>> = {
  1: "IPCTNL_MSG_CT",
  2: "IPCTNL_MSG_EXP",
  3: "NFQNL_MSG",
  4: "NFULNL_MSG",
  5: "OSF_MSG",
  6: "IPSET_CMD",
  7: "NFNL_MSG_ACCT",
  8: "IPCTNL_MSG_TIMEOUT",
  9: "NFNL_MSG_CTHELPER",
  10: "NFT_MSG",
  11: "NFNL_MSG_COMPAT",
  12: "NFNL_MSG_HOOK",
};

/** The one type of generic netlink that is not assigned at run time. */
const GENL_ID_CTRL = 16;

/** The family of a message of generic netlink. */
function genericType(value: number, nameOf: FamilyNames): NamedValue {
  const name = value === GENL_ID_CTRL ? "nlctrl" : nameOf?.(value);
  return enumValue(value, name === undefined ? [] : [[name, value]], "GENERIC_FAMILY_???");
}

/** Returns the name of a generic netlink family. */
export type FamilyNames = ((id: number) => string | undefined) | null;

function nameOf(value: number, set: string): string {
  const name = constantName(set, value);
  const number = value === 0 ? "0" : `0x${value.toString(16)}`;
  return name || `${number} /* ${placeholderOf(set)} */`;
}

function netfilterType(value: number): NamedValue {
  const batch = constantName("NFNL_MSG_BATCH", value);
  if (batch) return new NamedValue(value, [batch]);
  const [subsystem, type] = [value >> NFNL_SUBSYS_SHIFT, value & 0xff];
  const set = SUBSYSTEM_SETS[subsystem];
  const name = set === undefined ? `0x${type.toString(16)}` : nameOf(type, set);
  return new NamedValue(value, [`${nameOf(subsystem, "NFNL_SUBSYS")}<<8|${name}`]);
}

/** @param protocol of the socket; null if it is unknown */
export function messageType(
  value: number,
  protocol: number | null,
  families: FamilyNames,
): NamedValue {
  if (value >= NLMSG_MIN_TYPE && protocol !== null) {
    if (protocol === NETLINK.NETFILTER) return netfilterType(value);
    if (protocol === NETLINK.GENERIC) return genericType(value, families);
    const set = TYPE_SETS[protocol];
    if (set !== undefined) return enumValue(value, constants(set), placeholderOf(set));
  }
  return enumValue(value, constants("netlink_type"), "NLMSG_???");
}

type Request = "NEW" | "DELETE" | "GET";

/** What a type of a name asks for, by the word after the prefix. */
function requestOf(name: string): Request | undefined {
  const word = /(?:^|_)(NEW|DEL(?:ETE)?|GET)/.exec(name)?.[1];
  return word === "DEL" ? "DELETE" : (word as Request | undefined);
}

/** Types that are named like a request and whose flags are not its own. */
const ROUTE_REQUESTS: readonly Request[] = ["NEW", "DELETE", "GET"];
const RTM_DELACTION = 49;

function requestOfType(type: number, protocol: number | null): Request | undefined {
  switch (protocol) {
    case NETLINK.ROUTE:
      return type === RTM_DELACTION ? "GET" : ROUTE_REQUESTS[type & 3];
    case NETLINK.SOCK_DIAG:
      return "GET";
    case NETLINK.CRYPTO:
      return requestOf(constantName("CRYPTO_MSG", type).slice("CRYPTO_MSG".length));
    case NETLINK.XFRM:
      return requestOf(constantName("XFRM_MSG", type).slice("XFRM_MSG".length));
    case NETLINK.NETFILTER: {
      const set = SUBSYSTEM_SETS[type >> NFNL_SUBSYS_SHIFT];
      return set && !UNREQUESTED.includes(set)
        ? requestOf(constantName(set, type & 0xff).slice(set.length))
        : undefined;
    }
    default:
      return undefined;
  }
}

/** Subsystems without the usual requests. */
const UNREQUESTED = ["NFQNL_MSG", "NFULNL_MSG", "OSF_MSG", "IPSET_CMD"];

/** @param protocol of the socket; null if it is unknown */
export function messageFlags(value: number, type: number, protocol: number | null): NamedValue {
  const request = type >= NLMSG_MIN_TYPE ? requestOfType(type, protocol) : undefined;
  const more = type === NLMSG_ERROR ? "ERROR" : request;
  const own = more === undefined ? [] : constants(`NLM_F_${more}`);
  return flags(value, [...constants("NLM_F"), ...own], "NLM_F_???");
}

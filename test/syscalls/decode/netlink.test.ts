/** Netlink messages, in bytes as the kernel of x86-64 wrote or took them. */
import { describe, expect, test } from "bun:test";
import { constants } from "../../../src/syscalls/decode/named-constants.ts";
import { structCodec } from "../../../src/syscalls/decode/netlink/structs.ts";
import { allEntries } from "../../../src/syscalls/decode/netlink/tables.ts";
import { codecOf, policyOf } from "../../../src/syscalls/decode/netlink/types.ts";
import { toPlain } from "../../../src/syscalls/to-plain.ts";
import { Random } from "../../random.ts";
import { argumentText, BASE, decodeCall, type FixedCall } from "./fixed-memory.ts";

const ROUTE = 0;
const SOCK_DIAG = 4;
const NETFILTER = 12;

/** A call that sends a message in hexadecimal. */
function sent(protocol: number, hex: string, length?: number): FixedCall {
  const memory = Buffer.from(hex.replace(/\s/g, ""), "hex");
  const args = [3, BASE, length ?? memory.length];
  return { name: "sendto", args, memory, netlinkProtocol: protocol };
}
const text = (protocol: number, hex: string, length?: number) =>
  argumentText(sent(protocol, hex, length), 1);

/** RTM_GETLINK of ip(8), with IFLA_EXT_MASK. */
const GETLINK =
  "28000000 1200 0103 7c9c1b69 00000000  11000000 00000000 00000000 00000000  0800 1d00 09000000";
/** RTM_NEWADDR of 127.0.0.1 on the loopback interface. */
const NEWADDR =
  "28000000 1400 0200 01000000 78560000  02 08 80 fe 01000000  0800 0100 7f000001  0700 0300 6c6f00 00";

test("a message is its header, the struct of its type and its attributes", () => {
  expect(text(ROUTE, GETLINK)).toBe(
    "[{nlmsg_len=40, nlmsg_type=RTM_GETLINK, nlmsg_flags=NLM_F_REQUEST|NLM_F_DUMP, " +
      "nlmsg_seq=1763417212, nlmsg_pid=0}, {ifi_family=AF_PACKET, ifi_type=ARPHRD_NETROM, " +
      "ifi_index=0, ifi_flags=0, ifi_change=0}, " +
      "[{nla_len=8, nla_type=IFLA_EXT_MASK}, RTEXT_FILTER_VF|RTEXT_FILTER_SKIP_STATS]]",
  );
});

test("addresses have the family in the header of their message", () => {
  expect(text(ROUTE, NEWADDR)).toEndWith(
    '[[{nla_len=8, nla_type=IFA_ADDRESS}, inet_addr("127.0.0.1")], ' +
      '[{nla_len=7, nla_type=IFA_LABEL}, "lo"]]]',
  );
});

test("several messages are an array", () => {
  const two = text(ROUTE, `${GETLINK} ${NEWADDR}`);
  expect(two).toStartWith("[[{nlmsg_len=40, nlmsg_type=RTM_GETLINK");
  expect(two).toContain("], [{nlmsg_len=40, nlmsg_type=RTM_NEWADDR");
});

test("in data, a message and a list of attributes are arrays whatever their number", () => {
  const [, buffer] = decodeCall(sent(ROUTE, GETLINK));
  expect(toPlain(buffer)).toMatchObject([
    [{ nlmsg_len: 40 }, { ifi_index: 0 }, [[{ nla_len: 8 }, { value: 9 }]]],
  ]);
});

test("a message of generic netlink is named after its family, if that is known", () => {
  const hex = "14000000 1c00 0000 00000000 00000000 01010000";
  const nl80211 = {
    ...sent(16, hex),
    genericFamily: (id: number) => (id === 28 ? "nl80211" : undefined),
  };
  expect(argumentText(nl80211, 1)).toContain("nlmsg_type=nl80211,");
  expect(text(16, hex)).toContain("nlmsg_type=0x1c /* GENERIC_FAMILY_??? */");
  expect(text(16, hex.replace("1c00", "1000"))).toContain("nlmsg_type=nlctrl");
});

describe("what cannot be decoded", () => {
  test("is shown in hexadecimal if it is too short", () => {
    expect(text(ROUTE, "28000000")).toBe('"\\x28\\x00\\x00\\x00"');
    expect(text(ROUTE, "14000000 1200 0103 00000000 00000000 11000000")).toEndWith(
      "{ifi_family=AF_PACKET, ...}]",
    );
  });

  test("is an address if it cannot be read", () => {
    expect(text(ROUTE, GETLINK.slice(0, 20), 40)).toBe("0x10000");
    expect(text(ROUTE, GETLINK.slice(0, -2), 40)).toEndWith(
      "[{nla_len=8, nla_type=IFLA_EXT_MASK}, 0x10024]]",
    );
  });

  test("has its number if no table names it", () => {
    expect(text(ROUTE, "10000000 ffff 0000 00000000 00000000")).toContain(
      "nlmsg_type=0xffff /* RTM_??? */",
    );
    expect(text(99, "10000000 1000 0000 00000000 00000000")).toContain(
      "nlmsg_type=0x10 /* NLMSG_??? */",
    );
  });
});

test("an error has the message that caused it", () => {
  const header = "24000000 0200 0000 01000000 00000000";
  expect(text(ROUTE, `${header} f3ffffff 10000000 1200 0100 01000000 00000000`)).toBe(
    "[{nlmsg_len=36, nlmsg_type=NLMSG_ERROR, nlmsg_flags=0, nlmsg_seq=1, nlmsg_pid=0}, " +
      "{error=-EACCES, msg={nlmsg_len=16, nlmsg_type=RTM_GETLINK, nlmsg_flags=NLM_F_REQUEST, " +
      "nlmsg_seq=1, nlmsg_pid=0}}]",
  );
});

test("flags and types depend on the protocol", () => {
  const header = (type: string) => `10000000 ${type} 0001 00000000 00000000`;
  expect(text(ROUTE, header("1000"))).toContain("RTM_NEWLINK, nlmsg_flags=NLM_F_REPLACE");
  expect(text(ROUTE, header("1100"))).toContain("RTM_DELLINK, nlmsg_flags=NLM_F_NONREC");
  expect(text(SOCK_DIAG, header("1400"))).toContain("SOCK_DIAG_BY_FAMILY, nlmsg_flags=NLM_F_ROOT");
  expect(text(NETFILTER, header("000a"))).toContain(
    "NFNL_SUBSYS_NFTABLES<<8|NFT_MSG_NEWTABLE, nlmsg_flags=NLM_F_REPLACE",
  );
});

describe("the tables", () => {
  const names = (kind: string) =>
    [...allEntries().keys()].flatMap((key) =>
      key.startsWith(`${kind} `) ? [key.slice(kind.length + 1)] : [],
    );

  test("have only attributes that the headers have, and types that exist", () => {
    for (const name of names("attrs")) {
      const { set, types } = allEntries().get(`attrs ${name}`)!;
      const known = constants(set).map(([each]) => each);
      const isKnown = (attribute: string) =>
        known.some((each) => each === attribute || each.endsWith(`_${attribute}`));
      expect([name, ...[...types.keys()].filter((each) => !isKnown(each))]).toEqual([name]);
      for (const type of types.values()) expect(codecOf(type)).toBeFunction();
      for (const [, number] of constants(set)) policyOf(name).codec(number);
    }
  });

  test("have only structs and fields that the headers have", () => {
    for (const name of names("struct").filter((each) => !each.includes("."))) {
      const fields = structCodec(name).fields.map((field) => field.name);
      for (const field of allEntries().get(`struct ${name}`)!.types.keys())
        expect([name, fields]).toEqual([name, expect.arrayContaining([field])]);
    }
  });
});

test("any bytes are decoded within bounds", () => {
  const random = new Random(1);
  for (let round = 0; round < 400; round++) {
    const memory = Uint8Array.from({ length: 16 + random.below(200) }, () => random.below(256));
    const view = new DataView(memory.buffer);
    view.setUint32(0, random.below(300), true);
    view.setUint16(4, random.below(130), true);
    for (const protocol of [0, 2, 4, 6, 7, 9, 12, 15, 16, 21, 40]) {
      const args = [3, BASE, memory.length + random.below(3)];
      const result = argumentText({ name: "sendto", args, memory, netlinkProtocol: protocol }, 1);
      expect(result).not.toMatch(/undefined|NaN|\[object/);
    }
  }
});

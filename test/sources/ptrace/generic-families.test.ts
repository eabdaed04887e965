import { expect, test } from "bun:test";
import { NLMSG_DONE } from "../../../src/kernel/netlink.ts";
import { GenericFamilies, parseFamilies } from "../../../src/sources/ptrace/generic-families.ts";

/** A message of generic netlink with attributes. */
function message(type: number, attributes: readonly (readonly [type: number, data: Buffer])[]) {
  const parts = attributes.map(([kind, data]) => {
    const head = Buffer.alloc(4);
    head.writeUInt16LE(4 + data.length, 0);
    head.writeUInt16LE(kind, 2);
    return Buffer.concat([head, data, Buffer.alloc(-data.length & 3)]);
  });
  const body = Buffer.concat([Buffer.from([1, 2, 0, 0]), ...parts]);
  const head = Buffer.alloc(16);
  head.writeUInt32LE(16 + body.length, 0);
  head.writeUInt16LE(type, 4);
  return Buffer.concat([head, body]);
}

function families(bytes: Buffer) {
  const names = new Map<number, string>();
  const view = new DataView(Uint8Array.from(bytes).buffer);
  const isOpen = parseFamilies(view, bytes.length, names);
  return { isOpen, names: [...names] };
}

const number = Buffer.from([0x1c, 0]);
const family = message(16, [
  [2, Buffer.from("nl80211\0")],
  [1, number],
  [3, Buffer.from([1, 0, 0, 0])],
]);

test("a family has a number and a name, in any order, among other attributes", () => {
  expect(families(family)).toEqual({ isOpen: true, names: [[28, "nl80211"]] });
});

test("an answer may have several messages, up to the one that ends it", () => {
  const other = message(16, [
    [1, Buffer.from([29, 0])],
    [2, Buffer.from("ethtool\0")],
  ]);
  const expected = [
    [28, "nl80211"],
    [29, "ethtool"],
  ];
  expect(families(Buffer.concat([family, other]))).toEqual({ isOpen: true, names: expected as [] });
  const done = message(NLMSG_DONE, []);
  expect(families(Buffer.concat([family, done, other]))).toEqual({
    ...{ isOpen: false, names: [[28, "nl80211"]] },
  });
});

test("an attribute whose length is wrong ends the message", () => {
  for (const length of [0, 3, 200]) {
    const broken = Buffer.from(family);
    broken.writeUInt16LE(length, 20);
    expect(families(broken).names).toEqual([]);
  }
});

test("a family without a name, and a name without a number, are left out", () => {
  expect(families(message(16, [[1, number]])).names).toEqual([]);
  expect(families(message(16, [[2, Buffer.from("x\0")]])).names).toEqual([]);
});

test("the kernel names its own families", () => {
  const names = new GenericFamilies();
  expect(names.nameOf(16)).toBe("nlctrl");
  expect(names.nameOf(0xffff)).toBeUndefined();
});

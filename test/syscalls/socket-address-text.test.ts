import { describe, expect, test } from "bun:test";
import { socketAddressText } from "../../src/syscalls/socket-address-text.ts";

function text(...bytes: readonly number[]): string | null {
  return socketAddressText(new DataView(new Uint8Array(bytes).buffer));
}

/** Formats an IPv6 address of eight groups with port 443. */
function ipv6(groups: readonly number[]): string | null {
  const host = groups.flatMap((group) => [group >> 8, group & 0xff]);
  return text(10, 0, 1, 0xbb, 0, 0, 0, 0, ...host, 0, 0, 0, 0);
}

test("an address of IPv4 is host and port", () => {
  expect(text(2, 0, 0, 80, 192, 0, 2, 1)).toBe("192.0.2.1:80");
  expect(text(2, 0, 0xff, 0xff, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0)).toBe(
    "255.255.255.255:65535",
  );
});

describe("an address of IPv6 is formatted according to RFC 5952", () => {
  test.each([
    ["loopback", [0, 0, 0, 0, 0, 0, 0, 1], "::1"],
    ["any", [0, 0, 0, 0, 0, 0, 0, 0], "::"],
    ["zeros in the middle", [0x2001, 0xdb8, 0, 0, 0, 0, 0, 1], "2001:db8::1"],
    ["zeros at the end", [0xfe80, 0, 0, 0, 0, 0, 0, 0], "fe80::"],
    ["no zeros", [1, 2, 3, 4, 5, 6, 7, 8], "1:2:3:4:5:6:7:8"],
    ["one zero alone", [1, 0, 3, 4, 5, 6, 7, 8], "1:0:3:4:5:6:7:8"],
    ["the longer of two runs", [1, 0, 0, 4, 0, 0, 0, 8], "1:0:0:4::8"],
    ["the first of two equal runs", [1, 0, 0, 4, 5, 0, 0, 8], "1::4:5:0:0:8"],
    ["groups that start and end with 0", [0x10, 0, 0x100, 1, 1, 1, 1, 0xa0], "10:0:100:1:1:1:1:a0"],
    ["mapped IPv4", [0, 0, 0, 0, 0, 0xffff, 0xc000, 0x201], "::ffff:192.0.2.1"],
  ])("%s", (_what, groups, host) => {
    expect(ipv6(groups)).toBe(`[${host}]:443`);
  });
});

test("an address of netlink is its port id, in host byte order", () => {
  expect(text(16, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0)).toBe("netlink:513");
});

test("a name of AF_UNIX, abstract or not, has no text", () => {
  expect(text(1, 0, 0x2f)).toBeNull();
  expect(text(1, 0)).toBe("family 1");
  expect(text(1, 0, 0, 0x61)).toBeNull();
});

test("a truncated address, or one of an unknown family, is the family's number", () => {
  for (const [family, whole] of [
    [2, 8],
    [10, 24],
    [16, 8],
  ]) {
    const bytes = [family, 0, ...Array<number>(whole - 2).fill(1)];
    expect(text(...bytes)).not.toBe(`family ${family}`);
    for (let length = 2; length < whole; length++)
      expect(text(...bytes.slice(0, length))).toBe(`family ${family}`);
  }
  expect(text()).toBe("family 0");
  expect(text(2)).toBe("family 0");
  expect(text(0xff, 0xff, 1, 2, 3)).toBe("family 65535");
});

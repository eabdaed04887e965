import { expect, test } from "bun:test";
import { argumentText, BASE } from "./fixed-memory.ts";

/** Decodes the address of connect(2), of which only `length` bytes are passed. */
function address(text: string, length = text.length): string {
  const memory = Buffer.from(text, "latin1");
  return argumentText({ name: "connect", args: [3, BASE, length], memory }, 1);
}
const unix = (name: string) => `\x01\0${name}`;

test("a name of AF_UNIX ends with its NUL, with the address or with sun_path", () => {
  const full = "x".repeat(108);
  expect(address(unix("/run/x\0rest"))).toBe('{sa_family=AF_UNIX, sun_path="/run/x"}');
  expect(address(unix("/run/xyz"), 8)).toBe('{sa_family=AF_UNIX, sun_path="/run/x"}');
  expect(address(unix(`${full}SECRET`))).toBe(`{sa_family=AF_UNIX, sun_path="${full}"}`);
  expect(address(unix(`\0${full}`))).toBe(`{sa_family=AF_UNIX, sun_path=@"${full.slice(1)}"}`);
});

test("control characters of an abstract name are escaped", () => {
  expect(address(unix("\0a\x1b[31m\nexit(0) = 0\x001\xff"))).toBe(
    '{sa_family=AF_UNIX, sun_path=@"a\\33[31m\\nexit(0) = 0\\0001\\377"}',
  );
});

test("an address that is too short for its family is bytes", () => {
  expect(address("\x02\0\0\x50\x7f\0\0\x01\0\0\0\0\0\0\0\0")).toBe(
    '{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}',
  );
  expect(address("\x02\0\0\x50\x7f\0\0\x01")).toBe(
    '{sa_family=AF_INET, sa_data="\\0P\\177\\0\\0\\1"}',
  );
});

test("packet addresses have a length of their own", () => {
  const packet = (length: string) => address(`\x11\0\0\x03\x02\0\0\0\x01\0\0${length}abcdefgh`);
  expect(packet("\x02")).toBe(
    "{sa_family=AF_PACKET, sll_protocol=htons(ETH_P_ALL), sll_ifindex=2, sll_hatype=ARPHRD_ETHER, " +
      "sll_pkttype=PACKET_HOST, sll_halen=2, sll_addr=[0x61, 0x62]}",
  );
  expect(packet("\x09")).toEndWith("0x67, 0x68, ...]}");
});

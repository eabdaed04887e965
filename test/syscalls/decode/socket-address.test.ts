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

/** An AX.25 call sign: its characters are shifted by a bit, and its number is in the last byte. */
const callSign = (name: string, last: number) =>
  String.fromCharCode(...Array.from(name, (each) => each.charCodeAt(0) << 1), last);
const ax25 = (count: string, ...relays: string[]) =>
  address(`\x03\0${callSign("ABC   ", 0x1a)}\0\0\0${count}\0\0\0${relays.join("")}`);

test("call signs of AX.25 are text if they are valid, otherwise bytes with a comment", () => {
  expect(ax25("\0")).toBe("{sa_family=AF_AX25, sax25_call=ABC-13, sax25_ndigis=0}");
  expect(ax25("\x02", callSign("N0CALL", 0), callSign("bad   ", 2))).toBe(
    "{sa_family=AF_AX25, fsa_ax25={sax25_call=ABC-13, sax25_ndigis=2}, fsa_digipeater=[N0CALL-0, " +
      '{ax25_call="\\xc4\\xc2\\xc8\\x40\\x40\\x40\\x02"} /* bad-1 */]}',
  );
  expect(ax25("\x02", callSign("*/    ", 0))).toEndWith(
    'fsa_digipeater=[{ax25_call="\\x54\\x5e\\x40\\x40\\x40\\x40\\x00"}, ...]}',
  );
});

test("an address below RxRPC is as long as the caller says", () => {
  const below = (length: string, rest: string) =>
    address(`\x21\0\x01\0\x02\0${length}\0${rest.padEnd(28, "\0")}`);
  expect(below("\x10", "\x02\0\0\x50\x7f\0\0\x01")).toEndWith(
    "srx_service=0x1 /* CM_SERVICE */, transport_type=SOCK_DGRAM, transport_len=16, " +
      'transport={sin={sin_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}}}',
  );
  expect(below("\x05", "\x01\0abc")).toEndWith('transport={family=AF_UNIX, "abc"}}');
});

test("addresses of rare families have names for their numbers", () => {
  expect(address("\x28\0\0\0\xff\xff\xff\xff\x02\0\0\0\x01\0\0\0")).toBe(
    "{sa_family=AF_VSOCK, svm_cid=VMADDR_CID_HOST, svm_port=VMADDR_PORT_ANY, " +
      "svm_flags=VMADDR_FLAG_TO_HOST}",
  );
  expect(address("\x2c\0\x01\0\x07\0\0\0\x02\0\0\0\x05\0\0\0")).toBe(
    "{sa_family=AF_XDP, sxdp_flags=XDP_SHARED_UMEM, sxdp_ifindex=7, sxdp_queue_id=2, " +
      "sxdp_shared_umem_fd=5}",
  );
  expect(address(`\x26\0${"hash".padEnd(14, "\0")}${"\0".repeat(8)}sha256\0\0`)).toBe(
    '{sa_family=AF_ALG, salg_type="hash", salg_feat=0, salg_mask=0, salg_name="sha256"}',
  );
  expect(address(`\x24\0\0\0\x02\0\0\0\xff\xff\x34\x12${"\0".repeat(8)}`)).toBe(
    "{sa_family=AF_IEEE802154, addr={addr_type=0x2 /* IEEE802154_ADDR_SHORT */, " +
      "pan_id=0xffff /* IEEE802154_PANID_BROADCAST */, short_addr=0x1234}}",
  );
  expect(address("\x27\0\0\0\x09\0\0\0\x01\0\0\0\x01\0\0\0more")).toBe(
    "{sa_family=AF_NFC, dev_idx=9, target_idx=0x1, nfc_protocol=NFC_PROTO_JEWEL, ...}",
  );
});

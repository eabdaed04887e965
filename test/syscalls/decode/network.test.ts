import { describe, expect, test } from "bun:test";
import { argumentText, BASE } from "./fixed-memory.ts";

const MSG_TRUNC = 0x20;

test("a message that MSG_TRUNC cut is shown as far as it was received", () => {
  const memory = Buffer.from("abSECRET");
  const received = (size: number, result: number) =>
    argumentText({ name: "recvfrom", args: [3, BASE, size, MSG_TRUNC, 0, 0], memory, result }, 1);
  expect(received(2, 8)).toBe('"ab"');
  expect(received(2, 100)).toBe('"ab"');
  expect(received(8, 2)).toBe('"ab"');
});

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ""), "hex");

describe("socket options", () => {
  const set = (level: number, name: number, bytes: string, length?: number) => {
    const memory = hex(bytes);
    const args = [3, level, name, BASE, length ?? memory.length];
    return argumentText({ name: "setsockopt", args, memory }, 3);
  };

  test("are structs only if they are long enough", () => {
    expect(set(1, 13, "01000000 05000000")).toBe("{l_onoff=1, l_linger=5}");
    expect(set(1, 13, "01000000 05000000", 4)).toBe("0x10000");
    expect(set(0, 35, "e0000003 7f000001")).toBe(
      '{imr_multiaddr=inet_addr("224.0.0.3"), imr_interface=inet_addr("127.0.0.1")}',
    );
    expect(set(255, 1, "20000000")).toBe("[ICMP_REDIRECT]");
  });

  test("that are ints take the first four bytes", () => {
    expect(set(1, 2, "0100000000")).toBe("[1]");
    expect(set(1, 2, "010000")).toBe("0x10000");
    expect(set(1, 2, "01000000", -1)).toBe("0x10000");
  });

  test("have the name of the direction", () => {
    const name = (call: string) => argumentText({ name: call, args: [3, 1, 26, 0, 0] }, 2);
    expect(name("setsockopt")).toBe("SO_ATTACH_FILTER");
    expect(name("getsockopt")).toBe("SO_GET_FILTER");
  });
});

describe("control messages", () => {
  /** A struct msghdr with nothing but control messages, which follow it. */
  const control = (bytes: string, length?: number) => {
    const data = hex(bytes);
    const memory = Buffer.alloc(56 + data.length);
    memory.writeBigUInt64LE(BASE + 56n, 32);
    memory.writeBigUInt64LE(BigInt(length ?? data.length), 40);
    memory.set(data, 56);
    const text = argumentText({ name: "sendmsg", args: [3, BASE, 0], memory }, 1);
    return /msg_control=(.*), msg_controllen/.exec(text)?.[1];
  };
  const header = (length: string, level: string, type: string) =>
    `${length}00000000000000 ${level}000000 ${type}000000`;

  test("of SOL_IP and of timestamps are decoded", () => {
    expect(control(`${header("1c", "00", "08")} 01000000 7f000001 7f000001`)).toBe(
      "[{cmsg_len=28, cmsg_level=SOL_IP, cmsg_type=IP_PKTINFO, cmsg_data={ipi_ifindex=1, " +
        'ipi_spec_dst=inet_addr("127.0.0.1"), ipi_addr=inet_addr("127.0.0.1")}}]',
    );
    expect(control(`${header("20", "01", "1d")} 0a00000000000000 0b00000000000000`)).toContain(
      "cmsg_type=SO_TIMESTAMP_OLD, cmsg_data={tv_sec=10, tv_usec=11}",
    );
  });

  test("with a wrong length are shown as far as they are there", () => {
    const fds = "ffffffff feffffff";
    expect(control(`${header("ff", "01", "01")} ${fds}`)).toContain("cmsg_data=[-1, -2]}]");
    expect(control(`${header("00", "01", "01")} ${fds}`)).toEndWith(
      "cmsg_type=SCM_RIGHTS}, ... /* 0x10048 */]",
    );
    expect(control(`${header("10", "01", "01")} 00`)).toEndWith("... /* 0x10048 */]");
  });
});

import { describe, expect, test } from "bun:test";
import { decodeArguments } from "../../../src/syscalls/decode/index.ts";
import { straceText } from "../../../src/syscalls/strace-text.ts";
import { DEFAULT_STYLE } from "../../../src/syscalls/text-style.ts";
import type { Value } from "../../../src/syscalls/value.ts";
import { argumentText, BASE, fixedView } from "./fixed-memory.ts";

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

  test("that are filters show their program, and the length of one that is read is its own", () => {
    expect(set(1, 26, "0100 000000000000 1000010000000000")).toBe("{len=1, filter=0x10010}");
    expect(set(1, 26, "0100 000000000000")).toBe("0x10000");
    const memory = hex("02000000 3000000004f0ffff 0600000000000000");
    const args = [3, 1, 26, BASE + 4n, BASE];
    const view = fixedView({ name: "getsockopt", args, memory });
    view.abbreviated = false;
    const values: (Value | null | undefined)[] = [];
    decodeArguments(view, "exit", values);
    expect(straceText(values[3]!)).toBe(
      "[BPF_STMT(BPF_LD|BPF_B|BPF_ABS, SKF_AD_OFF+SKF_AD_PKTTYPE), BPF_STMT(BPF_RET|BPF_K, 0)]",
    );
    const raw = { ...DEFAULT_STYLE, constants: "raw" } as const;
    expect(straceText(values[3]!, raw)).toStartWith("[BPF_STMT(0|0x10|0x20, 0xfffff000+0x4), ");
  });

  test("that are one of a set have its names", () => {
    expect(set(1, 74, "01000000")).toBe("[SOCK_TXREHASH_ENABLED]");
    expect(set(1, 74, "02000000")).toBe("[2 /* SOCK_TXREHASH_??? */]");
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

test("messages that were not sent have no length", () => {
  const memory = Buffer.alloc(128);
  memory.writeUInt32LE(7, 56);
  const text = argumentText({ name: "sendmmsg", args: [3, BASE, 2, 0], memory, result: 1 }, 1);
  expect(text).toEndWith("msg_flags=0}}]");
  expect(text).toContain("msg_flags=0}, msg_len=7}, {msg_hdr=");
});

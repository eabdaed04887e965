/** Buffers of netlink messages: several, controls among them, and lengths that lie. */
import { describe, expect, test } from "bun:test";
import * as netlink from "../../src/kernel/netlink.ts";
import { TruncatedError } from "../../src/kernel/truncated-error.ts";
import { DATAGRAMS, datagram, eventsOf } from "../fixtures/procs/procs.ts";
import { Random } from "../random.ts";

const { NLMSG_HDRLEN, NLMSGHDR } = netlink;

function message(type: number, payload: Uint8Array = new Uint8Array(0)): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(NLMSG_HDRLEN + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(NLMSGHDR.len, bytes.length, true);
  view.setUint16(NLMSGHDR.type, type, true);
  view.setUint16(NLMSGHDR.flags, 0x102, true);
  view.setUint32(NLMSGHDR.seq, 3, true);
  view.setUint32(NLMSGHDR.pid, 4, true);
  bytes.set(payload, NLMSG_HDRLEN);
  return bytes;
}

/** One after the other, each padded to four bytes but the last. */
function buffer(...messages: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const padded = messages.flatMap((each, i) => [
    each,
    new Uint8Array(i < messages.length - 1 ? -each.length & 3 : 0),
  ]);
  return new Uint8Array(Buffer.concat(padded));
}

function messagesOf(bytes: Uint8Array): netlink.NetlinkMessage[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return [...netlink.netlinkMessages(view, 0, bytes.length)];
}

describe("a buffer", () => {
  test("of one message has its header's fields and its payload", () => {
    const [first, ...more] = messagesOf(message(17, new Uint8Array(5)));
    expect(first).toEqual({ type: 17, flags: 0x102, seq: 3, pid: 4, payload: 16, end: 21 });
    expect(more).toEqual([]);
  });

  test("of none is empty", () => {
    expect(messagesOf(new Uint8Array(0))).toEqual([]);
  });

  test("of several gives each, whatever their lengths", () => {
    const lengths = [0, 1, 2, 3, 4, 60];
    const all = messagesOf(buffer(...lengths.map((n) => message(3, new Uint8Array(n)))));
    expect(all.map(({ payload, end }) => end - payload)).toEqual(lengths);
    expect(all.every(({ payload }) => payload % 4 === 0)).toBe(true);
  });

  test("of process events gives each, with controls between them", () => {
    const between = [netlink.NLMSG_NOOP, netlink.NLMSG_OVERRUN].map((type) => message(type));
    const bytes = buffer(...DATAGRAMS.flatMap((name) => [datagram(name)]));
    const names = Array.from(eventsOf(bytes), ({ name }) => name);
    expect(names.length).toBe(DATAGRAMS.length);
    const types = messagesOf(buffer(between[0], datagram("exec"), between[1], datagram("exit")));
    expect(types.map(({ type }) => type)).toEqual([1, 3, 4, 3]);
  });

  test("that ends with padding, or within it, is whole", () => {
    const odd = message(3, new Uint8Array(1));
    for (let padding = 0; padding < 4; padding++)
      expect(messagesOf(new Uint8Array([...odd, ...new Uint8Array(padding)])).length).toBe(1);
  });

  test("whose second message is cut gives the first and then refuses", () => {
    const bytes = buffer(datagram("exec"), datagram("exit"));
    for (let length = 77; length < bytes.length; length++) {
      const names: string[] = [];
      expect(() => {
        for (const { name } of eventsOf(bytes.slice(0, length))) names.push(name);
      }).toThrow(TruncatedError);
      expect(names).toEqual(["exec"]);
    }
  });
});

describe("a length that lies", () => {
  test("is refused, whichever it is", () => {
    for (const length of [0, 1, 15, 77, 80, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff]) {
      const bytes = datagram("exec");
      new DataView(bytes.buffer).setUint32(NLMSGHDR.len, length, true);
      expect(() => messagesOf(bytes)).toThrow(TruncatedError);
    }
  });

  test("never keeps us: each message takes at least its header", () => {
    const random = new Random(1);
    for (let round = 0; round < 2000; round++) {
      const bytes = random.bytes(256);
      const view = new DataView(bytes.buffer);
      for (let at = 0; at < 256; at += 16) view.setUint32(at, random.below(64), true);
      let count = 0;
      try {
        for (const { payload, end } of netlink.netlinkMessages(view, 0, 256)) {
          expect(payload <= end && end <= 256).toBe(true);
          count++;
        }
      } catch (error) {
        if (!(error instanceof TruncatedError)) throw error;
      }
      expect(count).toBeLessThanOrEqual(16);
    }
  });
});

describe("an error", () => {
  const errorOf = (payload: Uint8Array) => {
    const bytes = message(netlink.NLMSG_ERROR, payload);
    return netlink.parseNetlinkError(new DataView(bytes.buffer), messagesOf(bytes)[0]);
  };

  test("has an errno, 0 where it is an acknowledgement", () => {
    expect(errorOf(new Uint8Array(Int32Array.of(-1).buffer))).toBe(1);
    expect(errorOf(new Uint8Array(Int32Array.of(-105, 7).buffer))).toBe(105);
    expect(errorOf(new Uint8Array(4))).toBe(0);
  });

  test("that is too short is refused", () => {
    for (let length = 0; length < 4; length++)
      expect(() => errorOf(new Uint8Array(length))).toThrow(TruncatedError);
  });
});

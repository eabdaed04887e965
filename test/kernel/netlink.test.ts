/** Buffers of netlink messages: several messages, control messages, wrong lengths. */
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

/** Concatenates messages, each except the last padded to four bytes. */
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

  test("without messages yields none", () => {
    expect(messagesOf(new Uint8Array(0))).toEqual([]);
  });

  test("of several messages yields each, whatever their lengths", () => {
    const lengths = [0, 1, 2, 3, 4, 60];
    const all = messagesOf(buffer(...lengths.map((n) => message(3, new Uint8Array(n)))));
    expect(all.map(({ payload, end }) => end - payload)).toEqual(lengths);
    expect(all.every(({ payload }) => payload % 4 === 0)).toBe(true);
  });

  test("of process events yields each, with control messages between them", () => {
    const between = [netlink.NLMSG_NOOP, netlink.NLMSG_OVERRUN].map((type) => message(type));
    const bytes = buffer(...DATAGRAMS.flatMap((name) => [datagram(name)]));
    const names = Array.from(eventsOf(bytes), ({ name }) => name);
    expect(names.length).toBe(DATAGRAMS.length);
    const types = messagesOf(buffer(between[0], datagram("exec"), between[1], datagram("exit")));
    expect(types.map(({ type }) => type)).toEqual([1, 3, 4, 3]);
  });

  test("can end with padding, or within it", () => {
    const odd = message(3, new Uint8Array(1));
    for (let padding = 0; padding < 4; padding++)
      expect(messagesOf(new Uint8Array([...odd, ...new Uint8Array(padding)])).length).toBe(1);
  });

  test("whose second message is truncated yields the first and then throws", () => {
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

describe("a wrong length", () => {
  test("is refused", () => {
    for (const length of [0, 1, 15, 77, 80, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff]) {
      const bytes = datagram("exec");
      new DataView(bytes.buffer).setUint32(NLMSGHDR.len, length, true);
      expect(() => messagesOf(bytes)).toThrow(TruncatedError);
    }
  });

  test("cannot cause an endless loop: each message has at least its header's size", () => {
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

  test("has an errno, or 0 for an acknowledgement", () => {
    expect(errorOf(new Uint8Array(Int32Array.of(-1).buffer))).toBe(1);
    expect(errorOf(new Uint8Array(Int32Array.of(-105, 7).buffer))).toBe(105);
    expect(errorOf(new Uint8Array(4))).toBe(0);
  });

  test("is refused if it is too short", () => {
    for (let length = 0; length < 4; length++)
      expect(() => errorOf(new Uint8Array(length))).toThrow(TruncatedError);
  });
});

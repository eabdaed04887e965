/** The queue of process events, fed through a socket pair with what the kernel could send. */
import { dlopen } from "bun:ffi";
import { describe, expect, test } from "bun:test";
import { SystemError } from "../../../src/ffi/errno.ts";
import { close } from "../../../src/ffi/fd.ts";
import { libc } from "../../../src/ffi/libc.ts";
import { allocate } from "../../../src/ffi/memory.ts";
import { CN_MSG } from "../../../src/kernel/connector.ts";
import {
  NLMSG_ERROR,
  NLMSG_HDRLEN,
  NLMSG_NOOP,
  NLMSG_OVERRUN,
  NLMSGHDR,
} from "../../../src/kernel/netlink.ts";
import { TruncatedError } from "../../../src/kernel/truncated-error.ts";
import { ConnectionClosedError } from "../../../src/sources/proc-connector/errors.ts";
import { EventQueue } from "../../../src/sources/proc-connector/event-queue.ts";
import { datagram } from "../../fixtures/procs/procs.ts";

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const CPU = NLMSG_HDRLEN + 20 + 4;

const { socketpair } = dlopen("libc.so.6", {
  socketpair: { args: ["i32", "i32", "i32", "u64"], returns: "i32" },
}).symbols;

/** A queue, and a function that sends it datagrams. */
function queueOf(...datagrams: Uint8Array[]) {
  const ends = allocate(8);
  if (socketpair(AF_UNIX, SOCK_DGRAM, 0, ends.address) < 0) throw new Error("socketpair");
  const [reader, writer] = [ends.view.getInt32(0, true), ends.view.getInt32(4, true)];
  const queue = new EventQueue(reader);
  const send = (bytes: Uint8Array) => {
    const memory = allocate(bytes.length);
    memory.bytes.set(bytes);
    if (libc.send(writer, memory.address, bytes.length, 0) < 0) throw new Error("send");
  };
  for (const bytes of datagrams) send(bytes);
  const end = () => {
    close(reader);
    close(writer);
  };
  return { queue, send, [Symbol.dispose]: end };
}

/** An event with a sequence number of a CPU. */
function numbered(seq: number, cpu = 0): Uint8Array {
  const bytes = datagram("exec");
  const view = new DataView(bytes.buffer);
  view.setUint32(NLMSG_HDRLEN + CN_MSG.seq, seq, true);
  view.setUint32(CPU, cpu, true);
  return bytes;
}

function control(type: number, payload: Uint8Array = new Uint8Array(0)): Uint8Array {
  const bytes = new Uint8Array(NLMSG_HDRLEN + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(NLMSGHDR.len, bytes.length, true);
  view.setUint16(NLMSGHDR.type, type, true);
  bytes.set(payload, NLMSG_HDRLEN);
  return bytes;
}

/** Reads all events and returns their names. */
function readNames(queue: EventQueue): string[] {
  const names: string[] = [];
  do while (queue.next()) names.push(queue.event.name);
  while (queue.fill());
  return names;
}

test("events are received in the order in which they were sent, over several receives", () => {
  const sent = Array.from({ length: 20 }, () => ["fork", "exec", "exit"]).flat();
  using given = queueOf();
  const { queue, send } = given;
  for (let i = 0; i < 5; i++) {
    for (const name of sent.slice(0, 9)) send(datagram(name));
    expect(readNames(queue)).toEqual(sent.slice(0, 9));
  }
  expect(queue.fill()).toBe(false);
  expect(queue.drained).toBe(true);
});

test("several messages in one datagram are read one after the other", () => {
  const together = Buffer.concat([
    control(NLMSG_NOOP),
    datagram("fork"),
    datagram("exec"),
    control(NLMSG_NOOP),
    datagram("exit"),
  ]);
  using given = queueOf(new Uint8Array(together), datagram("uid"));
  expect(readNames(given.queue)).toEqual(["fork", "exec", "exit", "uid"]);
});

describe("a lost event", () => {
  const gapsOf = (...sent: Uint8Array[]) => {
    using given = queueOf(...sent);
    readNames(given.queue);
    return given.queue.gaps;
  };

  test("is counted by the sequence numbers of its CPU", () => {
    expect(gapsOf(numbered(5), numbered(6), numbered(7))).toBe(0);
    expect(gapsOf(numbered(5), numbered(8), numbered(9), numbered(11))).toBe(3);
    expect(gapsOf(numbered(5, 0), numbered(900, 1), numbered(6, 0), numbered(901, 1))).toBe(0);
    expect(gapsOf(numbered(5, 0), numbered(900, 1), numbered(7, 0), numbered(903, 1))).toBe(3);
  });

  test("is counted when the sequence numbers wrap around", () => {
    expect(gapsOf(numbered(0xffffffff), numbered(0))).toBe(0);
    expect(gapsOf(numbered(0xfffffffe), numbered(2))).toBe(3);
  });

  test("is not inferred from acknowledgements that no CPU sent", () => {
    expect(gapsOf(numbered(5), numbered(77, 0xffffffff), numbered(6))).toBe(0);
  });

  test("is not inferred from gaps if the kernel filters events", () => {
    using given = queueOf(numbered(5), numbered(50));
    given.queue.countsGaps = false;
    readNames(given.queue);
    expect(given.queue.gaps).toBe(0);
  });

  test("is reported by an overrun message of the kernel", () => {
    using given = queueOf(datagram("exec"), control(NLMSG_OVERRUN), datagram("exit"));
    expect(readNames(given.queue)).toEqual(["exec", "exit"]);
    expect(given.queue.overrun).toBe(true);
  });
});

describe("a message that is", () => {
  test("malformed is an error, and the next messages are read", () => {
    const cut = datagram("exit").slice(0, 70);
    const lying = datagram("exit");
    new DataView(lying.buffer).setUint32(NLMSGHDR.len, 0, true);
    using given = queueOf(datagram("fork"), cut, lying, datagram("exec"));
    const { queue } = given;
    queue.fill();
    expect(queue.next()).toBe(true);
    expect(() => queue.next()).toThrow(TruncatedError);
    expect(() => queue.next()).toThrow(TruncatedError);
    expect(readNames(queue)).toEqual(["exec"]);
  });

  test("longer than a datagram may be is an error", () => {
    const long = new Uint8Array(8192);
    long.set(datagram("exec"));
    new DataView(long.buffer).setUint32(NLMSGHDR.len, long.length, true);
    using given = queueOf(long, datagram("exit"));
    given.queue.fill();
    expect(() => given.queue.next()).toThrow(TruncatedError);
    expect(readNames(given.queue)).toEqual(["exit"]);
  });

  test("an error of the kernel is thrown, and one with errno 0 is skipped", () => {
    const error = (errno: number) =>
      control(NLMSG_ERROR, new Uint8Array(Int32Array.of(-errno).buffer));
    using given = queueOf(error(0), datagram("exec"), error(1), datagram("exit"));
    const { queue } = given;
    queue.fill();
    expect(queue.next()).toBe(true);
    expect(() => queue.next()).toThrow(SystemError);
    expect(readNames(queue)).toEqual(["exit"]);
  });

  test("empty is the end of the connection", () => {
    using given = queueOf(datagram("exec"), new Uint8Array(0));
    given.queue.fill();
    expect(given.queue.next()).toBe(true);
    expect(() => given.queue.next()).toThrow(ConnectionClosedError);
  });
});

test("peek returns a datagram unparsed until it is skipped", () => {
  using given = queueOf(datagram("exec"), datagram("exit"));
  const { queue } = given;
  queue.fill();
  const bytes = () => {
    const { view, start, length } = queue.peek()!;
    return new Uint8Array(view.buffer, view.byteOffset + start, length).slice();
  };
  expect(bytes()).toEqual(datagram("exec"));
  expect(bytes()).toEqual(datagram("exec"));
  queue.skip();
  expect(bytes()).toEqual(datagram("exit"));
  queue.skip();
  expect(queue.peek()).toBeNull();
});

test("an invalid socket is an error that names the call", () => {
  const queue = new EventQueue(-1);
  expect(() => queue.fill()).toThrow(/^recvmmsg\(NETLINK_CONNECTOR\): EBADF/);
});

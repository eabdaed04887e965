/** The queue of process events, fed through a pair of sockets with what the kernel could send. */
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

/** A queue, and what it is to receive. */
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

/** A CPU's event of a number. */
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

/** The names of all that is there. */
function taken(queue: EventQueue): string[] {
  const names: string[] = [];
  do while (queue.next()) names.push(queue.event.name);
  while (queue.fill());
  return names;
}

test("events come in the order in which they were sent, more than one receive has", () => {
  const sent = Array.from({ length: 20 }, () => ["fork", "exec", "exit"]).flat();
  using given = queueOf();
  const { queue, send } = given;
  for (let i = 0; i < 5; i++) {
    for (const name of sent.slice(0, 9)) send(datagram(name));
    expect(taken(queue)).toEqual(sent.slice(0, 9));
  }
  expect(queue.fill()).toBe(false);
  expect(queue.drained).toBe(true);
});

test("several messages of one datagram come one after the other", () => {
  const together = Buffer.concat([
    control(NLMSG_NOOP),
    datagram("fork"),
    datagram("exec"),
    control(NLMSG_NOOP),
    datagram("exit"),
  ]);
  using given = queueOf(new Uint8Array(together), datagram("uid"));
  expect(taken(given.queue)).toEqual(["fork", "exec", "exit", "uid"]);
});

describe("what is missing", () => {
  const gapsOf = (...sent: Uint8Array[]) => {
    using given = queueOf(...sent);
    taken(given.queue);
    return given.queue.gaps;
  };

  test("is counted by each CPU's numbers", () => {
    expect(gapsOf(numbered(5), numbered(6), numbered(7))).toBe(0);
    expect(gapsOf(numbered(5), numbered(8), numbered(9), numbered(11))).toBe(3);
    expect(gapsOf(numbered(5, 0), numbered(900, 1), numbered(6, 0), numbered(901, 1))).toBe(0);
    expect(gapsOf(numbered(5, 0), numbered(900, 1), numbered(7, 0), numbered(903, 1))).toBe(3);
  });

  test("is counted across the end of the numbers", () => {
    expect(gapsOf(numbered(0xffffffff), numbered(0))).toBe(0);
    expect(gapsOf(numbered(0xfffffffe), numbered(2))).toBe(3);
  });

  test("is not told by answers that no CPU sent", () => {
    expect(gapsOf(numbered(5), numbered(77, 0xffffffff), numbered(6))).toBe(0);
  });

  test("is not told by gaps where the kernel leaves events out", () => {
    using given = queueOf(numbered(5), numbered(50));
    given.queue.countsGaps = false;
    taken(given.queue);
    expect(given.queue.gaps).toBe(0);
  });

  test("is told by the kernel in a message of its own", () => {
    using given = queueOf(datagram("exec"), control(NLMSG_OVERRUN), datagram("exit"));
    expect(taken(given.queue)).toEqual(["exec", "exit"]);
    expect(given.queue.overrun).toBe(true);
  });
});

describe("a message that", () => {
  test("cannot be read is refused, and those after it come", () => {
    const cut = datagram("exit").slice(0, 70);
    const lying = datagram("exit");
    new DataView(lying.buffer).setUint32(NLMSGHDR.len, 0, true);
    using given = queueOf(datagram("fork"), cut, lying, datagram("exec"));
    const { queue } = given;
    queue.fill();
    expect(queue.next()).toBe(true);
    expect(() => queue.next()).toThrow(TruncatedError);
    expect(() => queue.next()).toThrow(TruncatedError);
    expect(taken(queue)).toEqual(["exec"]);
  });

  test("is longer than we can take is refused", () => {
    const long = new Uint8Array(8192);
    long.set(datagram("exec"));
    new DataView(long.buffer).setUint32(NLMSGHDR.len, long.length, true);
    using given = queueOf(long, datagram("exit"));
    given.queue.fill();
    expect(() => given.queue.next()).toThrow(TruncatedError);
    expect(taken(given.queue)).toEqual(["exit"]);
  });

  test("is an error of the kernel is one, and an acknowledgement is none", () => {
    const error = (errno: number) =>
      control(NLMSG_ERROR, new Uint8Array(Int32Array.of(-errno).buffer));
    using given = queueOf(error(0), datagram("exec"), error(1), datagram("exit"));
    const { queue } = given;
    queue.fill();
    expect(queue.next()).toBe(true);
    expect(() => queue.next()).toThrow(SystemError);
    expect(taken(queue)).toEqual(["exit"]);
  });

  test("has no bytes is the end of the connection", () => {
    using given = queueOf(datagram("exec"), new Uint8Array(0));
    given.queue.fill();
    expect(given.queue.next()).toBe(true);
    expect(() => given.queue.next()).toThrow(ConnectionClosedError);
  });
});

test("a datagram is shown as it came until it is passed over", () => {
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

test("a socket that is none is an error that names the call", () => {
  const queue = new EventQueue(-1);
  expect(() => queue.fill()).toThrow(/^recvmmsg\(NETLINK_CONNECTOR\): EBADF/);
});

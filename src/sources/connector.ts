/**
 * The kernel's process connector: fork, exec, exit and changes of identity of every process, over
 * netlink. connector(7) does not exist: Documentation/driver-api/connector.rst, cn_proc.h, netlink(7).
 */
import { release } from "node:os";
import { lastErrno, SystemError } from "../ffi/errno.ts";
import { close } from "../ffi/fd.ts";
import { libc } from "../ffi/libc.ts";
import { allocate, type Memory } from "../ffi/memory.ts";
import {
  PROC_CN_MCAST_IGNORE,
  PROC_CN_MCAST_LISTEN,
  PROC_EVENT_NONE,
  ProcEventView,
} from "../kernel/cn_proc.ts";
import { CN_IDX_PROC, CN_MSG, CN_MSG_SIZE, CN_VAL_PROC } from "../kernel/connector.ts";
import {
  AF_NETLINK,
  NETLINK_CONNECTOR,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_HDRLEN,
  NLMSG_OVERRUN,
  NLMSGHDR,
  netlinkMessages,
  SOCKADDR_NL,
  SOCKADDR_NL_SIZE,
  Truncated,
} from "../kernel/netlink.ts";
import { isAtLeast, type Version } from "../kernel/release.ts";
import { Batch } from "./datagrams.ts";
import type { Loss } from "./source.ts";

const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const SOCK_NONBLOCK = 0o4000;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_RCVBUFFORCE = 33;
const POLLIN = 1;
const PR_SET_NAME = 15;
const PR_GET_NAME = 16;
/** Room for 8192 CPUs, as many as a kernel can be built for. */
const AFFINITY_BYTES = 1024;
const EPERM = 1;
const EINTR = 4;
const EAGAIN = 11;
const EACCES = 13;
const EPROTONOSUPPORT = 93;
const ENOBUFS = 105;
const ECONNREFUSED = 111;

/** Room for 20,000 short processes that come at once: 64 MiB. */
export const DEFAULT_RECEIVE_BUFFER = 64 << 20;
/** From here on the kernel sends only what it is asked for. */
const FILTERING: Version = [6, 6];
/** The kernel answers a subscription at once; one that it does not answer it has not understood. */
const ACK_MS = 1000;
const DATAGRAMS = 64;
/** An event's datagram has 76 bytes. */
const DATAGRAM_BYTES = 256;

/** What the caller may not do: the right that is missing. */
export class NotPermitted extends Error {}
/** What this kernel, or this namespace, does not have. */
export class NotSupported extends Error {}
/** The kernel ended the connection. */
export class ConnectionClosed extends Error {}
/** A signal came while waiting; ask again. */
export class Interrupted extends Error {}
/** The receive buffer was full. */
export class Overrun extends Error {
  /** How many events the gaps of the sequence numbers tell of so far; 0 where none came since. */
  readonly lost: number;

  constructor(lost: number) {
    super(`${lost} events lost: receive buffer full`);
    this.lost = lost;
  }
}

function openSocket(): number {
  const fd = libc.socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_CONNECTOR);
  if (fd >= 0) return fd;
  const errno = lastErrno();
  if (errno === EPROTONOSUPPORT)
    throw new NotSupported("this kernel was built without CONFIG_CONNECTOR and CONFIG_PROC_EVENTS");
  throw new SystemError("socket", "NETLINK_CONNECTOR", errno);
}

function bind(fd: number): void {
  const address = allocate(SOCKADDR_NL_SIZE);
  address.view.setUint16(SOCKADDR_NL.family, AF_NETLINK, true);
  address.view.setUint32(SOCKADDR_NL.groups, CN_IDX_PROC, true);
  if (libc.bind(fd, address.address, SOCKADDR_NL_SIZE) >= 0) return;
  const errno = lastErrno();
  if (errno === EPERM || errno === EACCES)
    throw new NotPermitted("the process connector needs CAP_NET_ADMIN: run it as root");
  throw new SystemError("bind", "NETLINK_CONNECTOR", errno);
}

/** Asks for a receive buffer; beyond the system's limit where that is permitted. Returns its size. */
function setReceiveBuffer(fd: number, bytes: number): number {
  const value = allocate(8);
  // The kernel doubles what it is asked for, and reports the double: socket(7).
  value.view.setInt32(0, bytes >> 1, true);
  if (libc.setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, value.address, 4) < 0)
    libc.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, value.address, 4);
  value.view.setInt32(4, 4, true);
  libc.getsockopt(fd, SOL_SOCKET, SO_RCVBUF, value.address, value.address + 4);
  return value.view.getInt32(0, true);
}

/** The numbers of the bits that are set. */
function cpusOf(mask: Uint8Array): number[] {
  return [...mask].flatMap((byte, index) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => byte & (1 << bit)).map((bit) => index * 8 + bit),
  );
}

export interface ConnectorOptions {
  /** Bytes; DEFAULT_RECEIVE_BUFFER unless told. */
  readonly receiveBuffer?: number;
}

export class ProcConnector implements Disposable {
  readonly fd: number;
  /** Bytes that the kernel gave: less than asked for without CAP_NET_ADMIN. */
  readonly receiveBuffer: number;
  private readonly batch = new Batch(DATAGRAMS, DATAGRAM_BYTES);
  private readonly event = new ProcEventView();
  private readonly message: Memory = allocate(NLMSG_HDRLEN + CN_MSG_SIZE + 8);
  /** The last sequence number by CPU. */
  private readonly sequence = new Map<number, number>();
  private readonly poll = allocate(8);
  private readonly affinity = allocate(AFFINITY_BYTES);
  private closed = false;
  private lost = 0;
  private malformed = 0;
  /** Whether gaps tell of losses: what the kernel filters out leaves gaps too. */
  private exact = true;
  private overruns = 0;

  /**
   * Opens and subscribes to all events.
   * @throws NotPermitted, NotSupported, SystemError
   */
  constructor(options: ConnectorOptions = {}) {
    this.fd = openSocket();
    try {
      bind(this.fd);
      this.receiveBuffer = setReceiveBuffer(
        this.fd,
        options.receiveBuffer ?? DEFAULT_RECEIVE_BUFFER,
      );
      this.subscribe();
    } catch (error) {
      close(this.fd);
      this.closed = true;
      throw error;
    }
  }

  /**
   * Asks for events, and waits until the kernel says that they will come.
   * @param mask PROC_EVENT_* bits; only these come from Linux 6.6 on, before all of them do.
   *   Losses can then no longer be counted, only noticed.
   */
  subscribe(mask?: number): void {
    this.send(PROC_CN_MCAST_LISTEN);
    this.awaitAcknowledgement();
    if (mask === undefined || !isAtLeast(release(), FILTERING)) return;
    this.exact = false;
    this.send(PROC_CN_MCAST_LISTEN, mask);
  }

  /** Asks for no more events. What was sent before can still be received. */
  unsubscribe(): void {
    this.send(PROC_CN_MCAST_IGNORE);
  }

  private send(operation: number, mask?: number): void {
    const { view, address } = this.message;
    const data = mask === undefined ? 4 : 8;
    const length = NLMSG_HDRLEN + CN_MSG_SIZE + data;
    view.setUint32(NLMSGHDR.len, length, true);
    view.setUint16(NLMSGHDR.type, NLMSG_DONE, true);
    view.setUint32(NLMSG_HDRLEN + CN_MSG.idx, CN_IDX_PROC, true);
    view.setUint32(NLMSG_HDRLEN + CN_MSG.val, CN_VAL_PROC, true);
    view.setUint16(NLMSG_HDRLEN + CN_MSG.len, data, true);
    view.setUint32(NLMSG_HDRLEN + CN_MSG_SIZE, operation, true);
    view.setUint32(NLMSG_HDRLEN + CN_MSG_SIZE + 4, mask ?? 0, true);
    if (libc.send(this.fd, address, length, 0) >= 0) return;
    const errno = lastErrno();
    if (errno === ECONNREFUSED)
      throw new NotSupported("the process connector works in the first network namespace only");
    if (errno === EPERM)
      throw new NotPermitted("the process connector needs CAP_NET_ADMIN: run it as root");
    throw new SystemError("send", "PROC_CN_MCAST_LISTEN", errno);
  }

  private awaitAcknowledgement(): void {
    const deadline = performance.now() + ACK_MS;
    for (;;) {
      const left = deadline - performance.now();
      if (left <= 0 || !this.wait(left))
        throw new NotSupported(
          "the kernel does not answer: it sends process events to the first user and pid namespace only",
        );
      let error: number | null = null;
      this.drain((event) => {
        if (event.what === PROC_EVENT_NONE) error ??= event.error;
      });
      if (error === 0) return;
      if (error === EPERM)
        throw new NotPermitted("the process connector needs CAP_NET_ADMIN: run it as root");
      if (error !== null) throw new SystemError("PROC_CN_MCAST_LISTEN", "", error);
    }
  }

  /** Waits until there is something to receive. @returns false when the time is over first */
  wait(milliseconds: number): boolean {
    const { view, address } = this.poll;
    view.setInt32(0, this.fd, true);
    view.setInt16(4, POLLIN, true);
    const ready = libc.poll(address, 1, Math.ceil(milliseconds));
    if (ready < 0 && lastErrno() === EINTR) throw new Interrupted("poll: a signal came");
    return ready > 0;
  }

  /**
   * Visits all events that are there. An event is lent: valid inside `visit` only.
   * @param received called after each receive, before its events are visited
   */
  drain(visit: (event: ProcEventView) => void, received: () => void = () => {}): void {
    for (;;) {
      const count = this.batch.receive(this.fd);
      if (count === -ENOBUFS) this.overruns++;
      else if (count === -EAGAIN || count === -EINTR || count === 0) return;
      else if (count < 0) throw new SystemError("recvmmsg", "NETLINK_CONNECTOR", -count);
      if (count > 0) received();
      for (let index = 0; index < count; index++) this.take(index, visit);
    }
  }

  /**
   * Makes every CPU that we may run on send an event of our own, so that its numbers are known: at
   * the start where they begin, and at the end, after a drain, what was lost last.
   */
  synchronize(): void {
    const { address } = this.affinity;
    const name = allocate(16);
    libc.prctl(PR_GET_NAME, name.address);
    const size = libc.sched_getaffinity(0, AFFINITY_BYTES, address);
    if (size < 0) return;
    const allowed = this.affinity.bytes.slice();
    for (const cpu of cpusOf(allowed)) {
      this.affinity.bytes.fill(0);
      this.affinity.bytes[cpu >> 3] = 1 << (cpu & 7);
      if (libc.sched_setaffinity(0, AFFINITY_BYTES, address) >= 0)
        libc.prctl(PR_SET_NAME, name.address);
    }
    this.affinity.bytes.set(allowed);
    libc.sched_setaffinity(0, AFFINITY_BYTES, address);
  }

  private take(index: number, visit: (event: ProcEventView) => void): void {
    const { view, start, length } = this.batch.datagram(index);
    try {
      for (const message of netlinkMessages(view, start, start + length)) {
        if (message.type === NLMSG_OVERRUN) this.overruns++;
        if (message.type === NLMSG_ERROR || message.type === NLMSG_OVERRUN) continue;
        if (!this.event.moveTo(view, message)) continue;
        this.count();
        visit(this.event);
      }
    } catch (error) {
      if (!(error instanceof Truncated)) throw error;
      this.malformed++;
    }
  }

  /** Every CPU counts its own events. */
  private count(): void {
    const { cpu, seq } = this.event;
    if (cpu === null) return;
    const last = this.sequence.get(cpu);
    if (last !== undefined && this.exact) this.lost += (seq - last - 1) >>> 0;
    this.sequence.set(cpu, seq);
  }

  /** Events that are known to be missing. */
  losses(): Loss[] {
    const hint = "receive buffer full; try a larger --buffer";
    const all: Loss[] = [
      { what: "lost", count: this.lost, hint },
      // Where gaps prove nothing, at least this many.
      { what: "times overrun", count: this.exact ? 0 : this.overruns, hint },
      { what: "messages not understood", count: this.malformed },
    ];
    return all.filter(({ count }) => count > 0);
  }

  /** Unsubscribes and closes. May be called twice. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    try {
      this.send(PROC_CN_MCAST_IGNORE);
    } catch (error) {
      if (!(error instanceof SystemError || error instanceof NotSupported)) throw error;
    } finally {
      close(this.fd);
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

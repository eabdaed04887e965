/** A netlink socket to the kernel's connector: netlink(7), socket(7), SO_MEMINFO of linux/sock_diag.h. */
import { lastErrno, SystemError } from "../../ffi/errno.ts";
import { close } from "../../ffi/fd.ts";
import { libc } from "../../ffi/libc.ts";
import { allocate } from "../../ffi/memory.ts";
import { ECONNREFUSED, EINTR, EPERM, EPROTONOSUPPORT } from "../../kernel/errno.ts";
import {
  AF_NETLINK,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_CONNECTOR,
  NETLINK_DROP_MEMBERSHIP,
  SOCKADDR_NL,
  SOCKADDR_NL_SIZE,
  SOL_NETLINK,
} from "../../kernel/netlink.ts";
import { needsCapability, OUTSIDE_ADVICE } from "../../process/namespaces.ts";
import { InterruptedError, PermissionError, UnsupportedError } from "./errors.ts";

const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const SOCK_NONBLOCK = 0o4000;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_RCVBUFFORCE = 33;
const SO_MEMINFO = 55;
/** linux/sock_diag.h: SK_MEMINFO_VARS, the number of values, and SK_MEMINFO_DROPS, an index. */
const MEMINFO_VARS = 9;
const MEMINFO_DROPS = 8;
const POLLIN = 1;
const MAX_WAIT_MS = 2 ** 31 - 1;

export class NetlinkSocket {
  readonly fd: number;
  private readonly value = allocate(MEMINFO_VARS * 4);
  private readonly length = allocate(4);
  private readonly pollFd = allocate(8);

  /** Opens the socket. @throws UnsupportedError, SystemError */
  constructor() {
    const type = SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
    this.fd = libc.socket(AF_NETLINK, type, NETLINK_CONNECTOR);
    if (this.fd < 0) throw lastError("socket");
    const address = allocate(SOCKADDR_NL_SIZE);
    address.view.setUint16(SOCKADDR_NL.family, AF_NETLINK, true);
    if (libc.bind(this.fd, address.address, SOCKADDR_NL_SIZE) >= 0) return;
    const error = lastError("bind");
    this.close();
    throw error;
  }

  private setOption(level: number, option: number, value: number): boolean {
    this.value.view.setInt32(0, value, true);
    return libc.setsockopt(this.fd, level, option, this.value.address, 4) >= 0;
  }

  /** @param index index of a 32-bit value in the option */
  private getOption(option: number, index = 0): number {
    this.length.view.setInt32(0, this.value.bytes.length, true);
    const { address } = this.value;
    if (libc.getsockopt(this.fd, SOL_SOCKET, option, address, this.length.address) < 0)
      throw lastError("getsockopt");
    return this.value.view.getUint32(index * 4, true);
  }

  /** Size in bytes, as the kernel counts: about 800 per event. */
  get receiveBuffer(): number {
    return this.getOption(SO_RCVBUF);
  }
  /** Exceeds the system's limit (net.core.rmem_max) where that is permitted. */
  set receiveBuffer(bytes: number) {
    // The kernel doubles the requested size, and reports the doubled size: socket(7).
    if (!this.setOption(SOL_SOCKET, SO_RCVBUFFORCE, bytes >> 1))
      this.setOption(SOL_SOCKET, SO_RCVBUF, bytes >> 1);
  }

  /** Number of messages dropped by the socket because its buffer was full; since Linux 4.12. */
  get drops(): number {
    return this.getOption(SO_MEMINFO, MEMINFO_DROPS);
  }

  /** Joins a multicast group. @throws PermissionError, SystemError */
  join(group: number): void {
    if (!this.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group)) throw lastError("setsockopt");
  }

  /** Leaves a multicast group. @throws SystemError */
  leave(group: number): void {
    if (!this.setOption(SOL_NETLINK, NETLINK_DROP_MEMBERSHIP, group)) throw lastError("setsockopt");
  }

  /** Sends `length` bytes at `address`. @throws PermissionError, UnsupportedError, SystemError */
  send(address: number, length: number): void {
    if (libc.send(this.fd, address, length, 0) < 0) throw lastError("send");
  }

  /**
   * Waits until there is something to receive.
   * @param milliseconds max time to wait; Infinity: no limit
   * @returns false after a timeout
   * @throws InterruptedError, SystemError
   */
  wait(milliseconds: number): boolean {
    const { view, address } = this.pollFd;
    view.setInt32(0, this.fd, true);
    view.setInt16(4, POLLIN, true);
    const limit = Math.min(Math.max(Math.ceil(milliseconds), 0), MAX_WAIT_MS);
    const ready = libc.poll(address, 1, milliseconds === Infinity ? -1 : limit);
    if (ready < 0 && lastErrno() === EINTR)
      throw new InterruptedError("poll: interrupted by a signal");
    if (ready < 0) throw lastError("poll");
    return ready > 0;
  }

  close(): void {
    close(this.fd);
  }
}

/** Returns the error for an errno of the connector. */
export function toError(call: string, errno: number): Error {
  if (errno === EPROTONOSUPPORT)
    return new UnsupportedError(
      "this kernel was built without CONFIG_CONNECTOR and CONFIG_PROC_EVENTS",
    );
  if (errno === ECONNREFUSED)
    return new UnsupportedError(
      `the process connector works in the first network namespace only; ${OUTSIDE_ADVICE}`,
    );
  if (errno === EPERM)
    return new PermissionError(
      `the process connector ${needsCapability("CAP_NET_ADMIN")}: run it as root`,
    );
  return new SystemError(call, "NETLINK_CONNECTOR", errno);
}

function lastError(call: string): Error {
  return toError(call, lastErrno());
}

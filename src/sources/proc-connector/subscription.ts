/**
 * The requests to the process connector: linux/cn_proc.h, drivers/connector/cn_proc.c. Kernels before
 * 6.6 count listeners by their requests, so each request is sent only once.
 */
import { release } from "node:os";
import { allocate } from "../../ffi/memory.ts";
import {
  PROC_CN_MCAST_IGNORE,
  PROC_CN_MCAST_LISTEN,
  PROC_EVENT_ALL,
} from "../../kernel/cn-proc.ts";
import { CN_IDX_PROC, CN_MSG, CN_MSG_SIZE, CN_VAL_PROC } from "../../kernel/connector.ts";
import { isKernelAtLeast, type KernelVersion } from "../../kernel/kernel-version.ts";
import { NLMSG_DONE, NLMSG_HDRLEN, NLMSGHDR } from "../../kernel/netlink.ts";
import type { ProcEventView } from "../../kernel/proc-event.ts";
import { type NetlinkSocket, toError } from "./netlink-socket.ts";

/** The first kernel that filters events by a mask; older ones ignore the mask. */
const FILTERING: KernelVersion = [6, 6];

export class Subscription {
  /** PROC_EVENT_* bits: the requested events. */
  mask = PROC_EVENT_ALL;
  /** Whether the kernel has acknowledged the subscription. */
  acknowledged = false;
  private active = false;
  private readonly kernelFilters = isKernelAtLeast(release(), FILTERING);
  private readonly socket: NetlinkSocket;
  private readonly request = allocate(NLMSG_HDRLEN + CN_MSG_SIZE + 8);
  /** Identifies the acknowledgement: the kernel sends it, incremented, to all listeners. */
  private readonly token = Math.floor(Math.random() * 2 ** 31);

  constructor(socket: NetlinkSocket) {
    this.socket = socket;
  }

  /** Subscribes to all events, once. @throws PermissionError, UnsupportedError, SystemError */
  begin(): void {
    if (this.active) return;
    this.socket.join(CN_IDX_PROC);
    this.active = true;
    this.send(PROC_CN_MCAST_LISTEN);
    this.mask = PROC_EVENT_ALL;
  }

  /** Sets the requested events. @returns whether the kernel changes what it sends */
  setMask(mask: number): boolean {
    const changes = mask !== this.mask && this.kernelFilters;
    // This is a request after that of `begin`, because a mask can exclude the acknowledgement.
    if (changes) this.send(PROC_CN_MCAST_LISTEN, mask);
    this.mask = mask;
    return changes;
  }

  /** Unsubscribes, if subscribed. */
  end(): void {
    if (!this.active) return;
    this.active = false;
    this.send(PROC_CN_MCAST_IGNORE);
    // An older kernel keeps sending as long as there is another listener.
    if (!this.kernelFilters) this.socket.leave(CN_IDX_PROC);
  }

  /** Handles an acknowledgement, maybe another listener's. @throws the error that it reports */
  handleAck({ ack, error }: ProcEventView): void {
    if (ack !== this.token + 1) return;
    if (error) throw toError("PROC_CN_MCAST_LISTEN", error);
    this.acknowledged = true;
  }

  private send(operation: number, mask?: number): void {
    const { view, address } = this.request;
    const data = mask === undefined ? 4 : 8;
    const length = NLMSG_HDRLEN + CN_MSG_SIZE + data;
    view.setUint32(NLMSGHDR.len, length, true);
    view.setUint16(NLMSGHDR.type, NLMSG_DONE, true);
    view.setUint32(NLMSG_HDRLEN + CN_MSG.idx, CN_IDX_PROC, true);
    view.setUint32(NLMSG_HDRLEN + CN_MSG.val, CN_VAL_PROC, true);
    view.setUint32(NLMSG_HDRLEN + CN_MSG.ack, this.token, true);
    view.setUint16(NLMSG_HDRLEN + CN_MSG.len, data, true);
    view.setUint32(NLMSG_HDRLEN + CN_MSG_SIZE, operation, true);
    view.setUint32(NLMSG_HDRLEN + CN_MSG_SIZE + 4, mask ?? 0, true);
    this.socket.send(address, length);
  }
}

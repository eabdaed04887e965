/**
 * What is asked of the process connector: linux/cn_proc.h, drivers/connector/cn_proc.c. Kernels
 * before 6.6 count their listeners by what these say, so nothing is asked for twice.
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

/** From here on the kernel sends only what it is asked for; before, it ignores such a request. */
const FILTERING: KernelVersion = [6, 6];

export class Subscription {
  /** The events that are wanted: PROC_EVENT_* bits. */
  mask = PROC_EVENT_ALL;
  /** Whether the kernel has said that it will send. */
  acknowledged = false;
  private active = false;
  private readonly kernelFilters = isKernelAtLeast(release(), FILTERING);
  private readonly socket: NetlinkSocket;
  private readonly request = allocate(NLMSG_HDRLEN + CN_MSG_SIZE + 8);
  /** What the kernel repeats when it answers us, and not another listener. */
  private readonly token = Math.floor(Math.random() * 2 ** 31);

  constructor(socket: NetlinkSocket) {
    this.socket = socket;
  }

  /** Asks for all events, unless they come already. @throws NotPermitted, NotSupported, SystemError */
  begin(): void {
    if (this.active) return;
    this.socket.join(CN_IDX_PROC);
    this.active = true;
    this.send(PROC_CN_MCAST_LISTEN);
    this.mask = PROC_EVENT_ALL;
  }

  /** Keeps to a mask. @returns whether the kernel leaves something out from now on */
  setMask(mask: number): boolean {
    const changes = mask !== this.mask && this.kernelFilters;
    // It comes after `begin`: there is no answer to it where it leaves answers out.
    if (changes) this.send(PROC_CN_MCAST_LISTEN, mask);
    this.mask = mask;
    return changes;
  }

  end(): void {
    if (!this.active) return;
    this.active = false;
    this.send(PROC_CN_MCAST_IGNORE);
    // An older kernel goes on as long as somebody else listens.
    if (!this.kernelFilters) this.socket.leave(CN_IDX_PROC);
  }

  /** Takes an answer of the kernel; every listener gets those to all. @throws what was refused */
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

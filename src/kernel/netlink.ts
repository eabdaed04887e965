/**
 * Netlink messages: include/uapi/linux/netlink.h, netlink(7). A datagram has one or more messages,
 * each with a header and padded to four bytes.
 */
import { TruncatedError } from "./truncated-error.ts";

export const AF_NETLINK = 16;
export const NETLINK_CONNECTOR = 11;
export const NETLINK_GENERIC = 16;

/** Socket options: netlink(7). */
export const SOL_NETLINK = 270;
export const NETLINK_ADD_MEMBERSHIP = 1;
export const NETLINK_DROP_MEMBERSHIP = 2;

export const NLMSG_NOOP = 1;
export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;
export const NLMSG_OVERRUN = 4;

/** struct nlmsghdr. */
export const NLMSG_HDRLEN = 16;
export const NLMSGHDR = { len: 0, type: 4, flags: 6, seq: 8, pid: 12 } as const;
const NLMSG_ALIGNTO = 4;

/** struct sockaddr_nl. */
export const SOCKADDR_NL_SIZE = 12;
export const SOCKADDR_NL = { family: 0, pid: 4, groups: 8 } as const;

/** struct nlmsgerr: a negative errno or 0, followed by the message that caused it. */
const NLMSGERR_ERROR_SIZE = 4;

/**
 * Parses the payload of an NLMSG_ERROR.
 * @returns a positive errno, or 0 for an acknowledgement
 * @throws TruncatedError
 */
export function parseNetlinkError(view: DataView, { payload, end }: NetlinkMessage): number {
  if (end - payload < NLMSGERR_ERROR_SIZE)
    throw new TruncatedError("nlmsgerr", end - payload, NLMSGERR_ERROR_SIZE);
  return -view.getInt32(payload, true) || 0;
}

/** A message's header fields, and the offsets of its payload. */
export interface NetlinkMessage {
  readonly type: number;
  readonly flags: number;
  readonly seq: number;
  readonly pid: number;
  readonly payload: number;
  readonly end: number;
}

/**
 * Yields the messages within `view[at, end)` in order. Always ends: each has at least its header's
 * size.
 * @throws TruncatedError if a message is longer than the remaining bytes or shorter than its header
 */
export function* netlinkMessages(
  view: DataView,
  at: number,
  end: number,
): Generator<NetlinkMessage, void> {
  while (at < end) {
    if (end - at < NLMSG_HDRLEN) throw new TruncatedError("nlmsghdr", end - at, NLMSG_HDRLEN);
    const length = view.getUint32(at + NLMSGHDR.len, true);
    if (length < NLMSG_HDRLEN) throw new TruncatedError("nlmsghdr", length, NLMSG_HDRLEN);
    if (length > end - at) throw new TruncatedError("netlink message", end - at, length);
    yield {
      type: view.getUint16(at + NLMSGHDR.type, true),
      flags: view.getUint16(at + NLMSGHDR.flags, true),
      seq: view.getUint32(at + NLMSGHDR.seq, true),
      pid: view.getUint32(at + NLMSGHDR.pid, true),
      payload: at + NLMSG_HDRLEN,
      end: at + length,
    };
    at += (length + NLMSG_ALIGNTO - 1) & ~(NLMSG_ALIGNTO - 1);
  }
}

/**
 * Queries about sockets: sock_diag(7), include/uapi/linux/sock_diag.h and unix_diag.h. Only the peer of
 * an AF_UNIX socket is asked for, which no other call shows.
 */
import { NLMSG_ERROR, NLMSG_HDRLEN, NLMSGHDR, netlinkMessages } from "./netlink.ts";
import { AF_UNIX } from "./socket.ts";

export const NETLINK_SOCK_DIAG = 4;
const SOCK_DIAG_BY_FAMILY = 20;
const NLM_F_REQUEST = 1;
const UDIAG_SHOW_PEER = 4;
const ALL_STATES = 0xffffffff;
const NO_COOKIE = 0xffffffff;

/** struct unix_diag_req. */
const UNIX_DIAG_REQ = { family: 0, states: 4, ino: 8, show: 12, cookie: 16 } as const;
export const UNIX_REQUEST_SIZE = NLMSG_HDRLEN + 24;

/** struct unix_diag_msg: its size, and that of the header of an attribute (struct nlattr). */
const UNIX_DIAG_MSG_SIZE = 16;
const NLA_HDRLEN = 4;
const UNIX_DIAG_PEER = 2;

/** Writes a request for the peer of an AF_UNIX socket. */
export function writeUnixPeerRequest(view: DataView, inode: number, seq: number): void {
  const at = NLMSG_HDRLEN;
  for (let index = 0; index < UNIX_REQUEST_SIZE; index++) view.setUint8(index, 0);
  view.setUint32(NLMSGHDR.len, UNIX_REQUEST_SIZE, true);
  view.setUint16(NLMSGHDR.type, SOCK_DIAG_BY_FAMILY, true);
  view.setUint16(NLMSGHDR.flags, NLM_F_REQUEST, true);
  view.setUint32(NLMSGHDR.seq, seq, true);
  view.setUint8(at + UNIX_DIAG_REQ.family, AF_UNIX);
  view.setUint32(at + UNIX_DIAG_REQ.states, ALL_STATES, true);
  view.setUint32(at + UNIX_DIAG_REQ.ino, inode, true);
  view.setUint32(at + UNIX_DIAG_REQ.show, UDIAG_SHOW_PEER, true);
  view.setUint32(at + UNIX_DIAG_REQ.cookie, NO_COOKIE, true);
  view.setUint32(at + UNIX_DIAG_REQ.cookie + 4, NO_COOKIE, true);
}

/**
 * Parses the answer.
 * @returns the inode of the peer; 0 if the socket has none or is not in our network namespace
 * @throws TruncatedError
 */
export function parseUnixPeer(view: DataView, length: number): number {
  for (const { type, payload, end } of netlinkMessages(view, 0, length)) {
    if (type === NLMSG_ERROR) return 0;
    for (let at = payload + UNIX_DIAG_MSG_SIZE; at + NLA_HDRLEN <= end; ) {
      const size = view.getUint16(at, true);
      if (size < NLA_HDRLEN || at + size > end) break;
      const isPeer = view.getUint16(at + 2, true) === UNIX_DIAG_PEER;
      if (isPeer && size >= NLA_HDRLEN + 4) return view.getUint32(at + NLA_HDRLEN, true);
      at += (size + 3) & ~3;
    }
  }
  return 0;
}

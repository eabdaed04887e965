/**
 * The families of generic netlink, whose numbers the kernel assigns at run time: linux/genetlink.h.
 * They are asked for once, and again when an unknown number appears.
 */
import { close } from "../../ffi/fd.ts";
import { libc } from "../../ffi/libc.ts";
import { allocate } from "../../ffi/memory.ts";
import {
  AF_NETLINK,
  NETLINK_GENERIC,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_HDRLEN,
  NLMSGHDR,
  netlinkMessages,
} from "../../kernel/netlink.ts";
import { MSG_DONTWAIT } from "../../kernel/socket.ts";

const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const GENL_ID_CTRL = 16;
const CTRL_CMD_GETFAMILY = 3;
const CTRL_VERSION = 2;
const NLM_F_REQUEST_DUMP = 0x301;
/** struct genlmsghdr. */
const GENL_HDRLEN = 4;
/** struct nlattr: length and type. */
const NLA_HDRLEN = 4;
const CTRL_ATTR_FAMILY_ID = 1;
const CTRL_ATTR_FAMILY_NAME = 2;
const REQUEST_SIZE = NLMSG_HDRLEN + GENL_HDRLEN;
const BUFFER_SIZE = 1 << 16;
/** Other messages than these would mean that the kernel does not answer as we expect. */
const MAX_DATAGRAMS = 1024;
/** Questions for unknown numbers: a program can use any. */
const MAX_ATTEMPTS = 16;

/** Adds the families of an answer, numbers and names. @returns false after the last message */
export function parseFamilies(view: DataView, length: number, names: Map<number, string>): boolean {
  for (const { type, payload, end } of netlinkMessages(view, 0, length)) {
    if (type === NLMSG_DONE || type === NLMSG_ERROR) return false;
    let [id, name] = [0, ""];
    for (let at = payload + GENL_HDRLEN; at + NLA_HDRLEN <= end; ) {
      const size = view.getUint16(at, true);
      if (size < NLA_HDRLEN || at + size > end) break;
      const attribute = view.getUint16(at + 2, true);
      if (attribute === CTRL_ATTR_FAMILY_ID) id = view.getUint16(at + NLA_HDRLEN, true);
      if (attribute === CTRL_ATTR_FAMILY_NAME) name = text(view, at + NLA_HDRLEN, at + size);
      at += (size + 3) & ~3;
    }
    if (id !== 0 && name !== "") names.set(id, name);
  }
  return true;
}

function text(view: DataView, from: number, to: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + from, to - from);
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString("latin1");
}

/** Asks the kernel for all families; there are none if it does not answer. */
function readFamilies(): Map<number, string> {
  const names = new Map<number, string>();
  const fd = libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
  if (fd < 0) return names;
  const request = allocate(REQUEST_SIZE);
  request.view.setUint32(NLMSGHDR.len, REQUEST_SIZE, true);
  request.view.setUint16(NLMSGHDR.type, GENL_ID_CTRL, true);
  request.view.setUint16(NLMSGHDR.flags, NLM_F_REQUEST_DUMP, true);
  request.view.setUint8(NLMSG_HDRLEN, CTRL_CMD_GETFAMILY);
  request.view.setUint8(NLMSG_HDRLEN + 1, CTRL_VERSION);
  const answer = allocate(BUFFER_SIZE);
  let isOpen = libc.send(fd, request.address, REQUEST_SIZE, 0) === REQUEST_SIZE;
  for (let i = 0; isOpen && i < MAX_DATAGRAMS; i++) {
    const length = libc.recv(fd, answer.address, BUFFER_SIZE, MSG_DONTWAIT);
    isOpen = length > 0 && parseFamilies(answer.view, length, names);
  }
  close(fd);
  return names;
}

export class GenericFamilies {
  private names = new Map<number, string>();
  private attempts = 0;

  /** Returns the name of a family; undefined if there is none with this number. */
  nameOf(id: number): string | undefined {
    const known = this.names.get(id);
    if (known !== undefined || this.attempts >= MAX_ATTEMPTS) return known;
    this.attempts++;
    this.names = readFamilies();
    return this.names.get(id);
  }
}

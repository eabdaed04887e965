/**
 * Describes the sockets of other processes. It duplicates the fd, pidfd_getfd(2), and asks the socket
 * itself for its addresses, which works in every network namespace and needs no list of all sockets.
 */
import { close } from "../../ffi/fd.ts";
import { libc, syscall } from "../../ffi/libc.ts";
import { SYS } from "../../ffi/machine.ts";
import { allocate } from "../../ffi/memory.ts";
import {
  NETLINK_SOCK_DIAG,
  parseUnixPeer,
  UNIX_REQUEST_SIZE,
  writeUnixPeerRequest,
} from "../../kernel/sock-diag.ts";
import { AF_INET, AF_INET6, AF_NETLINK, AF_UNIX, SUN_PATH } from "../../kernel/socket.ts";
import { constantName } from "../../syscalls/decode/named-constants.ts";
import { socketText } from "../../syscalls/fd-details.ts";
import { socketAddressText } from "../../syscalls/socket-address-text.ts";
import { straceText } from "../../syscalls/strace-text.ts";
import { threadDirectory } from "./thread-directory.ts";

const ADDRESS_SIZE = 128;
const ANSWER_SIZE = 8192;
const MAX_PEERS = 1024;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_PROTOCOL = 38;
/** Families that are described; of others only the inode is shown. */
const FAMILIES: readonly number[] = [AF_UNIX, AF_INET, AF_INET6, AF_NETLINK];

export class SocketReader {
  private readonly address = allocate(ADDRESS_SIZE);
  private readonly length = allocate(4);
  private readonly link = allocate(64);
  private readonly attribute = allocate(32);
  private readonly answer = allocate(ANSWER_SIZE);
  /** A netlink socket; undefined before the first use, -1 if there is none. */
  private diagnostics: number | undefined;
  /** The last known peers of AF_UNIX sockets: inodes by inode. */
  private readonly peers = new Map<string, number>();

  constructor() {
    new TextEncoder().encodeInto("system.sockprotoname", this.attribute.bytes);
  }

  /**
   * Returns strace's text of a socket: "TCP:[127.0.0.1:1->127.0.0.1:2]".
   * @param inode the number in "socket:[123]"
   * @returns undefined if its kind is not known
   */
  describe(tgid: number, tid: number, fd: number, inode: string): string | undefined {
    const protocol = this.protocolOf(tid, fd);
    if (protocol === "") return undefined;
    const own = this.duplicate(tgid, fd);
    if (own < 0) return socketText({ protocol, inode, local: "", peer: "" });
    try {
      const address = this.addressOf(own, "getsockname");
      const family = address?.getUint16(0, true) ?? 0;
      if (!address || !FAMILIES.includes(family)) return undefined;
      if (family === AF_UNIX) {
        const local = unixName(address);
        return socketText({ protocol, inode, local, peer: "", peerInode: this.unixPeer(inode) });
      }
      if (family === AF_NETLINK)
        return socketText({ protocol, inode, local: this.netlinkName(own, address), peer: "" });
      const peer = this.addressOf(own, "getpeername");
      // The port of a raw socket is its protocol, which has been assigned from the start.
      const local = protocol.startsWith("RAW") && !peer ? "" : internetName(address);
      return socketText({ protocol, inode, local, peer: peer ? internetName(peer) : "" });
    } finally {
      close(own);
    }
  }

  /** Returns "TCP", "UNIX-STREAM"; "" if it is unknown. */
  private protocolOf(tid: number, fd: number): string {
    new TextEncoder().encodeInto(`${threadDirectory(tid)}/fd/${fd}\0`, this.link.bytes);
    const { address, bytes } = this.answer;
    const size = libc.getxattr(this.link.address, this.attribute.address, address, ADDRESS_SIZE);
    const end = bytes.indexOf(0);
    return size <= 0 ? "" : Buffer.from(bytes.slice(0, Math.min(size, end))).toString("latin1");
  }

  private duplicate(tgid: number, fd: number): number {
    const process = syscall(SYS.pidfd_open, tgid, 0);
    if (process < 0) return -1;
    const own = syscall(SYS.pidfd_getfd, process, fd, 0);
    close(process);
    return own;
  }

  private addressOf(fd: number, call: "getsockname" | "getpeername"): DataView | null {
    this.length.view.setUint32(0, ADDRESS_SIZE, true);
    if (libc[call](fd, this.address.address, this.length.address) < 0) return null;
    const size = Math.min(this.length.view.getUint32(0, true), ADDRESS_SIZE);
    return new DataView(this.address.bytes.slice(0, size).buffer);
  }

  private netlinkName(fd: number, address: DataView): string {
    const port = address.getUint32(4, true);
    if (port === 0) return "";
    const { view, address: at } = this.answer;
    this.length.view.setUint32(0, 4, true);
    if (libc.getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, at, this.length.address) < 0) return "";
    const protocol = view.getInt32(0, true);
    const name = constantName("protocol_netlink", protocol).replace("NETLINK_", "");
    return `${name || protocol}:${port}`;
  }

  /** Returns the inode of an AF_UNIX socket's peer, also of one that has closed; 0 if it is unknown. */
  private unixPeer(inode: string): number {
    const peer = this.queryUnixPeer(inode);
    if (peer === 0) return this.peers.get(inode) ?? 0;
    if (this.peers.size >= MAX_PEERS) this.peers.clear();
    this.peers.set(inode, peer);
    return peer;
  }

  private queryUnixPeer(inode: string): number {
    const type = SOCK_RAW | SOCK_CLOEXEC;
    this.diagnostics ??= libc.socket(AF_NETLINK, type, NETLINK_SOCK_DIAG);
    if (this.diagnostics < 0) return 0;
    const { view, address } = this.answer;
    writeUnixPeerRequest(view, Number(inode), 1);
    if (libc.send(this.diagnostics, address, UNIX_REQUEST_SIZE, 0) < 0) return 0;
    const length = libc.read(this.diagnostics, address, ANSWER_SIZE);
    return length <= 0 ? 0 : parseUnixPeer(view, length);
  }
}

/** Returns '"/run/x.sock"', '@"name"' for an abstract name, "" for none. */
function unixName(address: DataView): string {
  const bytes = new Uint8Array(address.buffer).slice(SUN_PATH);
  if (bytes.length === 0) return "";
  const isAbstract = bytes[0] === 0;
  const end = isAbstract ? -1 : bytes.indexOf(0);
  const name = bytes.slice(isAbstract ? 1 : 0, end < 0 ? bytes.length : end);
  return `${isAbstract ? "@" : ""}${straceText({ kind: "string", bytes: name, cut: false })}`;
}

/** Returns "127.0.0.1:80", "[::1]:80"; "" without a port. */
function internetName(address: DataView): string {
  return address.getUint16(2) === 0 ? "" : (socketAddressText(address) ?? "");
}

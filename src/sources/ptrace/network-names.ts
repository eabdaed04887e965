/**
 * Finds what the numbers of sockets and network interfaces mean for a traced thread: proc_pid_net(5),
 * if_indextoname(3).
 */
import { readFileSync } from "node:fs";
import { libc } from "../../ffi/libc.ts";
import { allocate } from "../../ffi/memory.ts";
import type { FdPathReader } from "./fd-links.ts";
import { threadDirectory } from "./thread-directory.ts";

/** Limits the cache, since a program can make any number of sockets. */
const MAX_SOCKETS = 4096;
const IF_NAMESIZE = 16;
const SOCKET = /^socket:\[(\d+)\]$/;

export class NetworkNames {
  /** Protocols of netlink sockets by inode; undefined for other sockets. */
  private readonly protocols = new Map<string, number | undefined>();
  private readonly name = allocate(IF_NAMESIZE);

  constructor(private readonly links: FdPathReader) {}

  /** Returns the protocol of a netlink socket; undefined if the fd is none. */
  netlinkProtocol(tid: number, fd: number): number | undefined {
    const inode = fd < 0 ? undefined : SOCKET.exec(this.links.pathOf(tid, fd) ?? "")?.[1];
    if (inode === undefined) return undefined;
    if (!this.protocols.has(inode)) {
      if (this.protocols.size >= MAX_SOCKETS) this.protocols.clear();
      this.protocols.set(inode, protocolOf(tid, inode));
    }
    return this.protocols.get(inode);
  }

  /** Returns undefined if there is no such interface, or the thread sees others than this process. */
  interfaceName(tid: number, index: number): string | undefined {
    const own = this.links.readLink("/proc/self/ns/net");
    if (
      index === 0 ||
      own === undefined ||
      own !== this.links.readLink(`${threadDirectory(tid)}/ns/net`)
    )
      return undefined;
    if (libc.if_indextoname(index, this.name.address) === 0) return undefined;
    const { bytes } = this.name;
    return Buffer.from(bytes.subarray(0, bytes.indexOf(0))).toString("latin1");
  }
}

/** Reads /proc/net/netlink, whose columns are sk, protocol, …, inode. */
function protocolOf(tid: number, inode: string): number | undefined {
  try {
    const lines = readFileSync(`${threadDirectory(tid)}/net/netlink`, "latin1").split("\n");
    const columns = lines.map((line) => line.trim().split(/\s+/));
    const found = columns.find((line) => line.at(-1) === inode);
    return found && Number(found[1]);
  } catch {
    return undefined;
  }
}

/** What is known of a file descriptor besides its number: strace's -y, -yy and -e decode-fds. */

/** The kinds of details, in strace's words. */
export const FD_DETAIL_KINDS = ["path", "socket", "dev", "pidfd"] as const;
export type FdDetailKind = (typeof FD_DETAIL_KINDS)[number];

/** A set of kinds: filters/selection.ts. */
export interface FdDetailKinds {
  has(kind: FdDetailKind): boolean;
}

export interface FdDetails {
  /** Target in /proc/PID/fd/N, one character per byte. */
  readonly path?: string;
  /** "TCP:[127.0.0.1:1->127.0.0.1:2]", in ASCII. */
  readonly socket?: string;
  /** "char 1:3". */
  readonly device?: string;
  /** The process of a pidfd. */
  readonly process?: number;
}

/** A socket as the kernel describes it. */
export interface SocketDescription {
  /** The kernel's name of its protocol: "TCP", "UNIX-STREAM". */
  readonly protocol: string;
  readonly inode: string;
  /** The addresses as text; "" if it has none. */
  readonly local: string;
  readonly peer: string;
  /** The inode of the socket that an AF_UNIX socket is connected to; 0 if unknown. */
  readonly peerInode?: number;
}

/** Returns strace's text of a socket. */
export function socketText(socket: SocketDescription): string {
  const { protocol, inode, local, peer, peerInode = 0 } = socket;
  if (protocol.startsWith("UNIX")) {
    const name = local === "" ? "" : `,${local}`;
    return `${protocol}:[${inode}${peerInode > 0 ? `->${peerInode}` : ""}${name}]`;
  }
  if (local === "") return `${protocol}:[${inode}]`;
  return `${protocol}:[${local}${peer === "" ? "" : `->${peer}`}]`;
}

/** Address families and struct sockaddr_un: include/linux/socket.h, include/uapi/linux/un.h, unix(7). */

export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_NETLINK = 16;

/** include/linux/net.h, the same on x86-64 and arm64. */
export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_NONBLOCK = 0o4000;
export const SOCK_CLOEXEC = 0o2000000;
/** recv(2), send(2). */
export const MSG_DONTWAIT = 0x40;
export const MSG_NOSIGNAL = 0x4000;

/** Options of setsockopt(2): include/uapi/asm-generic/socket.h. */
export const SOL_SOCKET = 1;
export const SO_PEERCRED = 17;
export const SO_RCVTIMEO = 20;
export const SO_SNDTIMEO = 21;
/** Type of a control message with file descriptors. */
export const SCM_RIGHTS = 1;
/** struct msghdr of the C library and struct cmsghdr on 64-bit machines: sendmsg(2), cmsg(3). */
export const MSGHDR = { msg_name: 0, msg_namelen: 8, msg_control: 32, msg_controllen: 40 } as const;
export const MSGHDR_SIZE = 56;
export const CMSGHDR = { cmsg_len: 0, cmsg_level: 8, cmsg_type: 12 } as const;
export const CMSGHDR_SIZE = 16;

/** struct ucred. */
export const UCRED = { pid: 0, uid: 4, gid: 8 } as const;
export const UCRED_SIZE = 12;

/** Offset of sun_path in struct sockaddr_un. */
export const SUN_PATH = 2;
/** Size of sun_path, which need not end with a NUL. */
export const SUN_PATH_SIZE = 108;

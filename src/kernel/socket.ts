/** Address families and struct sockaddr_un: include/linux/socket.h, include/uapi/linux/un.h, unix(7). */

export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_NETLINK = 16;

/** include/linux/net.h, the same on x86-64 and arm64. */
export const SOCK_STREAM = 1;
/** recv(2). */
export const MSG_DONTWAIT = 0x40;

/** Offset of sun_path in struct sockaddr_un. */
export const SUN_PATH = 2;
/** Size of sun_path, which need not end with a NUL. */
export const SUN_PATH_SIZE = 108;

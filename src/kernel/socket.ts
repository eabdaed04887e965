/** Address families and struct sockaddr_un: include/linux/socket.h, include/uapi/linux/un.h, unix(7). */

export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_NETLINK = 16;

/** Offset of sun_path in struct sockaddr_un. */
export const SUN_PATH = 2;

/** The protocols of netlink sockets: include/uapi/linux/netlink.h. */
export const NETLINK = {
  ROUTE: 0,
  SOCK_DIAG: 4,
  XFRM: 6,
  SELINUX: 7,
  AUDIT: 9,
  NETFILTER: 12,
  KOBJECT_UEVENT: 15,
  GENERIC: 16,
  CRYPTO: 21,
} as const;

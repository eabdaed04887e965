/**
 * The sets of constants for netlink messages whose members are not simply those of one enum or with
 * one prefix, and the headers that define the constants and the structs.
 */

export interface NetlinkSet {
  readonly kind: "bits" | "values";
  /** The tag of an enum, or the first of its values if it has none. */
  readonly from?: string;
  /** Matches whole names. */
  readonly match?: string;
  readonly not?: string;
  /** Range of the values. */
  readonly range?: readonly [least: bigint, most: bigint];
}

const values = (match: string, more: Partial<NetlinkSet> = {}): NetlinkSet => ({
  ...{ kind: "values", match },
  ...more,
});
const bits = (match: string, more: Partial<NetlinkSet> = {}): NetlinkSet => ({
  ...{ kind: "bits", match },
  ...more,
});
const enumOf = (from: string, not?: string): NetlinkSet => ({
  ...{ kind: "values", from },
  ...(not === undefined ? {} : { not }),
});

const MAX = "\\w+_MAX";

export const MORE_SETS: Readonly<Record<string, NetlinkSet>> = {
  // The header of a message.
  NLM_F: bits("NLM_F_(REQUEST|MULTI|ACK|ECHO|DUMP_INTR|DUMP_FILTERED)"),
  NLM_F_GET: bits("NLM_F_(ROOT|MATCH|ATOMIC|DUMP)"),
  NLM_F_NEW: bits("NLM_F_(REPLACE|EXCL|CREATE|APPEND)"),
  NLM_F_DELETE: bits("NLM_F_(NONREC|BULK)"),
  NLM_F_ERROR: bits("NLM_F_(CAPPED|ACK_TLVS)"),
  SOCK_DIAG: values("SOCK_DIAG_BY_FAMILY|SOCK_DESTROY|(TCP|DCCP)DIAG_GETSOCK"),
  AUDIT: values("AUDIT_.*", { range: [1000n, 2999n] }),
  CRYPTO_MSG: values("CRYPTO_MSG_.*", { not: "CRYPTO_MSG_(BASE|MAX)" }),
  SELNL_MSG: values("SELNL_MSG_.*", { not: "SELNL_MSG_(BASE|MAX)" }),
  XFRM_MSG: values("XFRM_MSG_.*", { not: "XFRM_MSG_(BASE|MAX)" }),
  NFNL_MSG_BATCH: values("NFNL_MSG_BATCH_(BEGIN|END)"),
  NFNL_SUBSYS: values("NFNL_SUBSYS_.*", { not: "NFNL_SUBSYS_COUNT" }),
  IPCTNL_MSG_CT: enumOf("cntl_msg_types", MAX),
  IPCTNL_MSG_EXP: enumOf("ctnl_exp_msg_types", MAX),
  NFQNL_MSG: enumOf("nfqnl_msg_types", MAX),
  NFULNL_MSG: enumOf("nfulnl_msg_types", MAX),
  OSF_MSG: values("OSF_MSG_(ADD|REMOVE)"),
  IPSET_CMD: enumOf("ipset_cmd", "IPSET_(MSG|CMD)_MAX"),
  NFNL_MSG_ACCT: enumOf("nfnl_acct_msg_types", MAX),
  IPCTNL_MSG_TIMEOUT: enumOf("ctnl_timeout_msg_types", MAX),
  NFNL_MSG_CTHELPER: enumOf("nfnl_cthelper_msg_types", MAX),
  NFT_MSG: enumOf("nf_tables_msg_types", MAX),
  NFNL_MSG_COMPAT: values("NFNL_MSG_COMPAT_GET"),
  NFNL_MSG_HOOK: enumOf("nfnl_hook_msg_types", MAX),
  // Interfaces.
  IFLA_BRIDGE: enumOf("IFLA_BRIDGE_FLAGS"),
  BRIDGE_MODE: values("BRIDGE_MODE_(VEB|VEPA|UNDEF)"),
  XDP_FLAGS: bits("XDP_FLAGS_.*", { not: "XDP_FLAGS_(MODES|MASK)" }),
  BOND_3AD_STAT: enumOf("BOND_3AD_STAT_LACPDU_RX"),
  IFF_T: values("IFF_T(UN|AP)"),
  IF_INET6: bits("IF_(RS_SENT|RA_RCVD|RA_MANAGED|RA_OTHERCONF|READY)"),
  // Sockets.
  IPV6_OPTION: values("IPV6_.*|MCAST_(JOIN|LEAVE|BLOCK|UNBLOCK)_\\w+|MCAST_MSFILTER", {
    not: "IPV6_(FL_.*|FLOWINFO_.*|FLOWLABEL|PRIORITY_.*|TLV_.*|PMTUDISC_.*|PREFER_.*|JOIN_GROUP|LEAVE_GROUP|2292.*SRCRT|[A-Z]+_OPT_.*|PREFER_SRC.*|SRCRT_.*|OPT_.*)",
  }),
  RAW_OPTION: values("ICMP_FILTER"),
  ICMP_TYPE: values(
    "ICMP_(ECHOREPLY|DEST_UNREACH|SOURCE_QUENCH|REDIRECT|ECHO|TIME_EXCEEDED|PARAMETERPROB|TIMESTAMP(REPLY)?|INFO_(REQUEST|REPLY)|ADDRESS(REPLY)?)",
  ),
  PACKET_MR: values("PACKET_MR_.*"),
  NFC_PROTO: values("NFC_PROTO_.*", { not: "NFC_PROTO_(.*_MASK|MAX)" }),
  LLCP_SAP: values("LLCP_SAP_.*"),
  XDP_SOCKADDR: bits("XDP_(SHARED_UMEM|COPY|ZEROCOPY|USE_NEED_WAKEUP|USE_SG)"),
  CRYPTO_ALG: bits("CRYPTO_ALG_KERN_DRIVER_ONLY"),
  RXRPC_SERVICE: values("\\w+_SERVICE", { from: "CM_SERVICE" }),
  IEEE802154_ADDR_TYPE: values("IEEE802154_ADDR_(NONE|SHORT|LONG)"),
  IEEE802154_SHORT: values("IEEE802154_ADDR_(UNDEF|BROADCAST)"),
  // Routes and neighbours.
  IPTOS: bits("IPTOS_(LOWDELAY|THROUGHPUT|RELIABILITY|MINCOST)"),
  NTF: bits("NTF_.*", { not: "NTF_EXT_(MANAGED|LOCKED|EXT_VALIDATED|MASK)" }),
  NTF_EXT: bits("NTF_EXT_(MANAGED|LOCKED|EXT_VALIDATED)"),
  NETNSA: enumOf("NETNSA_NONE"),
  RT_TABLE: enumOf("rt_class_t", MAX),
  NHA_RES_GROUP: enumOf("NHA_RES_GROUP_UNSPEC", "NHA_RES_GROUP_UNSPEC"),
  NHA_RES_BUCKET: enumOf("NHA_RES_BUCKET_UNSPEC", "NHA_RES_BUCKET_UNSPEC"),
  DCB_ATTR: enumOf("dcbnl_attrs"),
  MDB_STATE: values("MDB_(TEMPORARY|PERMANENT)"),
  TCA_ACT_HW_STATS: bits("TCA_ACT_HW_STATS_(IMMEDIATE|DELAYED)"),
  // Socket monitoring.
  TCP_STATE: values(
    "TCP_(ESTABLISHED|SYN_SENT|SYN_RECV|FIN_WAIT[12]|TIME_WAIT|CLOSE|CLOSE_WAIT|LAST_ACK|LISTEN|CLOSING|NEW_SYN_RECV|BOUND_INACTIVE)",
  ),
  SHUTDOWN: bits("(RCV|SEND)_SHUTDOWN"),
  INET_DIAG: enumOf("INET_DIAG_NONE"),
  INET_DIAG_REQ: enumOf("INET_DIAG_REQ_NONE"),
  SK_DIAG_BPF_STORAGE_REP: enumOf("SK_DIAG_BPF_STORAGE_REP_NONE"),
  SK_DIAG_BPF_STORAGE: enumOf("SK_DIAG_BPF_STORAGE_NONE"),
  NETLINK_STATE: values("NETLINK_(UN)?CONNECTED"),
  SK_MEMINFO: enumOf("SK_MEMINFO_RMEM_ALLOC", "SK_MEMINFO_VARS"),
  TPACKET: values("TPACKET_V[123]"),
  SMC_DIAG: enumOf("SMC_DIAG_NONE"),
  SMC_STATE: values(
    "SMC_(ACTIVE|INIT|CLOSED|LISTEN|PEERCLOSEWAIT[12]|APP(FIN)?CLOSEWAIT[12]?|PEER(FINCLOSE|ABORT)WAIT|PROCESSABORT)",
  ),
  SMC_ROLE: values("SMC_(CLNT|SERV)"),
  TLS_VERSION: values("TLS_1_\\d_VERSION"),
  TLS_CIPHER: values("TLS_CIPHER_\\w+", { not: "TLS_CIPHER_\\w+_SIZE", range: [51n, 0xffffn] }),
  NFNETLINK_V: values("NFNETLINK_V[01]"),
};

/**
 * Constants of the kernel's internal headers: net/tcp_states.h, net/if_inet6.h, net/smc, fs/afs,
 * net/af_ieee802154.h, linux/crypto.h, net/nfc; and of linux/mptcp.h, which needs libc's headers.
 */
export const MORE_CONSTANTS = `# 1 "manual"
enum { TCP_ESTABLISHED = 1, TCP_SYN_SENT, TCP_SYN_RECV, TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_TIME_WAIT,
  TCP_CLOSE, TCP_CLOSE_WAIT, TCP_LAST_ACK, TCP_LISTEN, TCP_CLOSING, TCP_NEW_SYN_RECV,
  TCP_BOUND_INACTIVE };
enum { RCV_SHUTDOWN = 1, SEND_SHUTDOWN = 2 };
enum { IF_RS_SENT = 0x10, IF_RA_RCVD = 0x20, IF_RA_MANAGED = 0x40, IF_RA_OTHERCONF = 0x80 };
#define IF_READY 0x80000000
enum { SMC_ACTIVE = 1, SMC_INIT = 2, SMC_CLOSED = 7, SMC_LISTEN = 10, SMC_PEERCLOSEWAIT1 = 20,
  SMC_PEERCLOSEWAIT2 = 21, SMC_APPCLOSEWAIT1 = 22, SMC_APPCLOSEWAIT2 = 23, SMC_APPFINCLOSEWAIT = 24,
  SMC_PEERFINCLOSEWAIT = 25, SMC_PEERABORTWAIT = 26, SMC_PROCESSABORT = 27 };
enum { SMC_CLNT, SMC_SERV };
enum { CM_SERVICE = 1, VL_SERVICE = 52, YFS_FS_SERVICE = 2500, YFS_CM_SERVICE = 2501,
  YFS_VL_SERVICE = 2503 };
enum { IEEE802154_ADDR_NONE, IEEE802154_ADDR_SHORT = 2, IEEE802154_ADDR_LONG = 3 };
enum { IEEE802154_PANID_BROADCAST = 0xffff, IEEE802154_ADDR_BROADCAST = 0xffff,
  IEEE802154_ADDR_UNDEF = 0xfffe };
enum { CRYPTO_ALG_KERN_DRIVER_ONLY = 0x1000 };
enum { MPTCP_SUBFLOW_FLAG_MCAP_REM = 1, MPTCP_SUBFLOW_FLAG_MCAP_LOC = 2,
  MPTCP_SUBFLOW_FLAG_JOIN_REM = 4, MPTCP_SUBFLOW_FLAG_JOIN_LOC = 8,
  MPTCP_SUBFLOW_FLAG_BKUP_REM = 16, MPTCP_SUBFLOW_FLAG_BKUP_LOC = 32,
  MPTCP_SUBFLOW_FLAG_FULLY_ESTABLISHED = 64, MPTCP_SUBFLOW_FLAG_CONNECTED = 128,
  MPTCP_SUBFLOW_FLAG_MAPVALID = 256 };
enum { LLCP_SAP_SDP = 1, LLCP_SAP_IP, LLCP_SAP_OBEX, LLCP_SAP_SNEP, LLCP_SAP_MAX = 0xff };
enum { SMC_CLC_DECL_MEM = 0x01010000, SMC_CLC_DECL_TIMEOUT_CL = 0x02010000,
  SMC_CLC_DECL_TIMEOUT_AL = 0x02020000, SMC_CLC_DECL_CNFERR = 0x03000000,
  SMC_CLC_DECL_PEERNOSMC = 0x03010000, SMC_CLC_DECL_IPSEC = 0x03020000,
  SMC_CLC_DECL_NOSMCDEV = 0x03030000, SMC_CLC_DECL_NOSMCDDEV = 0x03030001,
  SMC_CLC_DECL_NOSMCRDEV = 0x03030002, SMC_CLC_DECL_MODEUNSUPP = 0x03040000,
  SMC_CLC_DECL_RMBE_EC = 0x03050000, SMC_CLC_DECL_OPTUNSUPP = 0x03060000,
  SMC_CLC_DECL_DIFFPREFIX = 0x03070000, SMC_CLC_DECL_GETVLANERR = 0x03080000,
  SMC_CLC_DECL_ISMVLANERR = 0x03090000, SMC_CLC_DECL_NOACTLINK = 0x030a0000,
  SMC_CLC_DECL_NOSRVLINK = 0x030b0000, SMC_CLC_DECL_VERSMISMAT = 0x030c0000,
  SMC_CLC_DECL_SYNCERR = 0x04000000, SMC_CLC_DECL_PEERDECL = 0x05000000,
  SMC_CLC_DECL_INTERR = 0x09990000 };
`;

export const NETLINK_HEADERS = `
  linux/types.h linux/socket.h linux/netlink.h linux/rtnetlink.h linux/if.h linux/if_arp.h
  linux/if_link.h linux/if_addr.h linux/if_addrlabel.h linux/if_bridge.h linux/if_tun.h linux/if_bonding.h
  linux/neighbour.h linux/nexthop.h linux/fib_rules.h linux/netconf.h linux/net_namespace.h
  linux/dcbnl.h linux/mpls.h linux/lwtunnel.h linux/time.h linux/errqueue.h linux/icmp.h linux/icmpv6.h linux/net_tstamp.h
  linux/time_types.h linux/ip.h linux/ipv6.h linux/snmp.h linux/in.h
  linux/in6.h linux/mroute.h linux/mroute6.h linux/can/netlink.h linux/gen_stats.h
  linux/pkt_sched.h linux/pkt_cls.h linux/sock_diag.h linux/inet_diag.h linux/tcp.h
  linux/unix_diag.h linux/netlink_diag.h linux/packet_diag.h linux/if_packet.h linux/smc_diag.h
  linux/cryptouser.h linux/selinux_netlink.h linux/audit.h linux/xfrm.h linux/genetlink.h
  linux/netfilter/nfnetlink.h linux/netfilter/nfnetlink_conntrack.h
  linux/netfilter/nfnetlink_acct.h linux/netfilter/nfnetlink_cthelper.h
  linux/netfilter/nfnetlink_cttimeout.h linux/netfilter/nfnetlink_hook.h
  linux/netfilter/nfnetlink_log.h linux/netfilter/nfnetlink_queue.h
  linux/netfilter/nfnetlink_osf.h linux/netfilter/nf_tables.h linux/netfilter/nf_tables_compat.h
  linux/netfilter/ipset/ip_set.h
  linux/vm_sockets.h linux/qrtr.h linux/nfc.h linux/mctp.h linux/if_xdp.h linux/if_alg.h linux/tls.h
  linux/mptcp_pm.h
`;

/** Structs in no header, in the format of layouts.ts. */
export const MORE_STRUCTS = `
  sockaddr_ipx 16 sipx_family@0:u2 sipx_port@2:n2 sipx_network@4:n4 sipx_node@8:u1[6] sipx_type@14:u1 sipx_zero@15:u1
  sockaddr_x25 18 sx25_family@0:u2 sx25_addr@2:=x25_address
  x25_address 16 x25_addr@0:c[16]
  sockaddr_rxrpc 36 srx_family@0:u2 srx_service@2:u2 transport_type@4:u2 transport_len@6:u2
  ieee802154_addr_sa 16 addr_type@0:i4 pan_id@4:u2
  ipv6_membership 20 ipv6mr_multiaddr@0:=in6_addr ipv6mr_interface@16:i4
  udev_monitor_netlink_header 40 prefix@0:c[8] magic@8:n4 header_size@12:u4 properties_off@16:u4 properties_len@20:u4 filter_subsystem_hash@24:n4 filter_devtype_hash@28:n4 filter_tag_bloom_hi@32:n4 filter_tag_bloom_lo@36:n4
`;

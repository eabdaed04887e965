/**
 * Addresses, routes, rules and neighbours: include/uapi/linux/rtnetlink.h, if_addr.h, neighbour.h,
 * nexthop.h, fib_rules.h, netconf.h, net_namespace.h, if_bridge.h.
 */
export const ROUTE = `
struct ifaddrmsg ifa_family:=family ifa_flags:|IFA_F ifa_scope:=RT_SCOPE ifa_index:if
attrs IFA ADDRESS:addr LOCAL:addr LABEL:str BROADCAST:addr ANYCAST:addr CACHEINFO:{ifa_cacheinfo}
  MULTICAST:addr FLAGS:u32|IFA_F RT_PRIORITY:u32 TARGET_NETNSID:d32 PROTO:u8

struct rtmsg rtm_family:=family rtm_tos:|IPTOS rtm_table:=RT_TABLE rtm_protocol:=RTPROT rtm_scope:=RT_SCOPE
  rtm_type:=RTN rtm_flags:|RTM_F|RTNH_F
attrs RTA DST:addr SRC:addr IIF:ifindex OIF:ifindex GATEWAY:addr PRIORITY:u32 PREFSRC:addr
  METRICS:(RTAX) MULTIPATH:!nexthops FLOW:u32 CACHEINFO:{rta_cacheinfo} TABLE:u32=RT_TABLE MARK:u32
  MFC_STATS:{rta_mfc_stats} VIA:!via NEWDST:addr PREF:u8=ICMPV6_ROUTER_PREF ENCAP_TYPE:u16=LWTUNNEL_ENCAP
  EXPIRES:u32 UID:uid TTL_PROPAGATE:u8 IP_PROTO:u8=protocol SPORT:be16 DPORT:be16 NH_ID:u32
struct rta_cacheinfo rta_id:x
attrs RTAX LOCK:u32^RTAX MTU:u32 WINDOW:u32 RTT:u32 RTTVAR:u32 SSTHRESH:u32 CWND:u32 ADVMSS:u32
  REORDERING:u32 HOPLIMIT:u32 INITCWND:u32 FEATURES:u32|RTAX_FEATURE RTO_MIN:u32 INITRWND:u32
  QUICKACK:u32 CC_ALGO:str FASTOPEN_NO_COOKIE:u32
struct rtnexthop rtnh_flags:|RTNH_F rtnh_ifindex:if
struct rtvia rtvia_family:=family

struct ndmsg ndm_family:=family ndm_ifindex:if ndm_state:|NUD ndm_flags:|NTF ndm_type:=RTN
attrs NDA DST:addr LLADDR:hw CACHEINFO:{nda_cacheinfo} PROBES:u32 VLAN:u16 PORT:be16 VNI:u32
  IFINDEX:ifindex MASTER:ifindex LINK_NETNSID:u32 SRC_VNI:u32 PROTOCOL:u8=RTPROT NH_ID:u32
  FDB_EXT_ATTRS:(NFEA) FLAGS_EXT:u32|NTF_EXT NDM_STATE_MASK:u16|NUD NDM_FLAGS_MASK:u8|NTF
attrs NFEA ACTIVITY_NOTIFY:u8|FDB_NOTIFY
struct ndtmsg ndtm_family:=family
attrs NDTA NAME:str THRESH1:u32 THRESH2:u32 THRESH3:u32 CONFIG:{ndt_config} PARMS:(NDTPA)
  STATS:{ndt_stats} GC_INTERVAL:u64
struct ndt_config ndtc_hash_mask:x
struct ndt_stats >ndts_forced_gc_runs
attrs NDTPA IFINDEX:ifindex REFCNT:u32 REACHABLE_TIME:u64 BASE_REACHABLE_TIME:u64 RETRANS_TIME:u64
  GC_STALETIME:u64 DELAY_PROBE_TIME:u64 QUEUE_LEN:u32 APP_PROBES:u32 UCAST_PROBES:u32
  MCAST_PROBES:u32 ANYCAST_DELAY:u64 PROXY_DELAY:u64 PROXY_QLEN:u32 LOCKTIME:u64 QUEUE_LENBYTES:u32
  MCAST_REPROBES:u32 INTERVAL_PROBE_TIME_MS:u64

struct fib_rule_hdr family:=family tos:|IPTOS table:=RT_TABLE action:=FR_ACT flags:|FIB_RULE
attrs FRA DST:addr SRC:addr IIFNAME:str GOTO:u32 PRIORITY:u32 FWMARK:u32 FLOW:u32 TUN_ID:be64
  SUPPRESS_IFGROUP:u32 SUPPRESS_PREFIXLEN:u32 TABLE:u32=RT_TABLE FWMASK:u32 OIFNAME:str
  L3MDEV:u8 UID_RANGE:{fib_rule_uid_range} PROTOCOL:u8=RTPROT IP_PROTO:u8=protocol
  SPORT_RANGE:{fib_rule_port_range} DPORT_RANGE:{fib_rule_port_range}

struct nhmsg nh_family:=family nh_scope:=RT_SCOPE nh_protocol:=RTPROT resvd:x? nh_flags:|RTNH_F
attrs NHA ID:u32 GROUP:{nexthop_grp}+ GROUP_TYPE:u16=NEXTHOP_GRP_TYPE BLACKHOLE:u32 OIF:ifindex
  GATEWAY:addr ENCAP_TYPE:u16=LWTUNNEL_ENCAP GROUPS:u32 MASTER:ifindex FDB:u32
  RES_GROUP:(NHA_RES_GROUP) RES_BUCKET:(NHA_RES_BUCKET)
struct nexthop_grp weight_high:u? resvd2:x?
attrs NHA_RES_GROUP BUCKETS:u16 IDLE_TIMER:ticks UNBALANCED_TIMER:ticks UNBALANCED_TIME:ticks
attrs NHA_RES_BUCKET INDEX:u16 IDLE_TIME:ticks NH_ID:u32

struct netconfmsg ncm_family:=family
attrs NETCONFA IFINDEX:ifindex FORWARDING:d32 RP_FILTER:d32 MC_FORWARDING:d32 PROXY_NEIGH:d32
  IGNORE_ROUTES_WITH_LINKDOWN:d32 INPUT:d32 BC_FORWARDING:d32
struct rtgenmsg rtgen_family:=family
struct cachereport=rtgenmsg rtgen_family:=family+RTNL_FAMILY
attrs NETNSA NSID:d32 PID:u32 FD:fd TARGET_NSID:d32 CURRENT_NSID:d32
struct ifaddrlblmsg ifal_family:=family ifal_index:if
attrs IFAL ADDRESS:addr LABEL:u32
struct dcbmsg dcb_family:=family cmd:=DCB_CMD
attrs DCB_ATTR IFNAME:str STATE:u8

struct br_port_msg family:=family ifindex:if
attrs MDBA MDB:(MDBA_MDB) ROUTER:(MDBA_ROUTER)
attrs MDBA_MDB ENTRY:(MDBA_MDB_ENTRY)
attrs MDBA_MDB_ENTRY INFO:{br_mdb_entry}&MDBA_MDB_EATTR
struct br_mdb_entry ifindex:if state:=MDB_STATE flags:|MDB_FLAGS
struct br_mdb_entry.4 u:hex proto:be=family
attrs MDBA_MDB_EATTR TIMER:ticks
attrs MDBA_ROUTER PORT:if&MDBA_ROUTER_PATTR
attrs MDBA_ROUTER_PATTR TIMER:ticks TYPE:u8=MDB_RTR_TYPE INET_TIMER:ticks INET6_TIMER:ticks

attrs IPMRA_CREPORT MSGTYPE:u8=IGMPMSG VIF_ID:u32 SRC_ADDR:ip4 DST_ADDR:ip4 TABLE:u32
attrs IP6MRA_CREPORT MSGTYPE:u8=MRT6MSG MIF_ID:u32 SRC_ADDR:ip6 DST_ADDR:ip6
names RT_SCOPE -
names MDB_STATE MDB_???

messages ROUTE LINK:ifinfomsg>IFLA ADDR:ifaddrmsg>IFA MULTICAST:ifaddrmsg>IFA ANYCAST:ifaddrmsg>IFA
  ROUTE:rtmsg>RTA NEIGH:ndmsg>NDA NEIGHTBL:ndtmsg>NDTA RULE:fib_rule_hdr>FRA QDISC:tcmsg>TCA
  TCLASS:tcmsg>TCA TFILTER:tcmsg>TCA CHAIN:tcmsg>TCA ACTION:tcamsg>TCA_ROOT
  ADDRLABEL:ifaddrlblmsg>IFAL DCB:dcbmsg>DCB_ATTR NETCONF:netconfmsg>NETCONFA
  MDB:br_port_msg>MDBA NSID:rtgenmsg>NETNSA STATS:if_stats_msg>IFLA_STATS
  CACHEREPORT:cachereport>CACHEREPORT NEXTHOP:nhmsg>NHA
`;

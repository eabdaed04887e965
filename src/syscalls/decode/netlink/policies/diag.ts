/** Socket monitoring: include/uapi/linux/sock_diag.h and *_diag.h, sock_diag(7). */
export const DIAG = `
struct inet_diag_sockid idiag_src:inet idiag_dst:inet idiag_if:if
struct inet_diag_req idiag_family:=family idiag_ext:-INET_DIAG idiag_states:^TCP_STATE
struct inet_diag_req_v2 sdiag_family:=family sdiag_protocol:=protocol idiag_ext:-INET_DIAG
  idiag_states:^TCP_STATE
struct inet_diag_msg idiag_family:=family idiag_state:=TCP_STATE
attrs INET_DIAG_REQ BYTECODE:!bytecode PROTOCOL:u32=protocol
attrs INET_DIAG MEMINFO:{inet_diag_meminfo} INFO:{tcp_info} VEGASINFO:{tcpvegas_info} CONG:str TOS:u8
  TCLASS:u8 SKMEMINFO:[u32@SK_MEMINFO] SHUTDOWN:u8#|SHUTDOWN DCTCPINFO:{tcp_dctcp_info} PROTOCOL:u8=protocol
  SKV6ONLY:u8 LOCALS:!sockaddrs PEERS:!sockaddrs MARK:u32 BBRINFO:{tcp_bbr_info} CLASS_ID:u32
  MD5SIG:!md5sig ULP_INFO:(INET_ULP_INFO) SK_BPF_STORAGES:(SK_DIAG_BPF_STORAGE_REP) CGROUP_ID:u64
  SOCKOPT:{inet_diag_sockopt}
attrs SK_DIAG_BPF_STORAGE_REP SK_DIAG_BPF_STORAGE:(SK_DIAG_BPF_STORAGE)
attrs SK_DIAG_BPF_STORAGE MAP_ID:u32 MAP_VALUE:map
names SK_DIAG_BPF_STORAGE_REP SK_DIAG_BPF_STORAGE_???
struct inet_diag_sockopt recverr:? is_icsk:? freebind:? hdrincl:? mc_loop:? transparent:? mc_all:?
  nodefrag:? bind_address_no_port:? recverr_rfc4884:? defer_connect:?
struct tcp_bbr_info bbr_bw_lo:x bbr_bw_hi:x
struct inet_diag_bc_op code:=INET_DIAG_BC
struct inet_diag_hostcond family:=family
struct inet_diag_markcond
attrs INET_ULP_INFO NAME:str TLS:(TLS_INFO) MPTCP:(MPTCP_SUBFLOW_ATTR)
attrs TLS_INFO VERSION:u16=TLS_VERSION CIPHER:u16=TLS_CIPHER TXCONF:u16=TLS_CONF RXCONF:u16=TLS_CONF
attrs MPTCP_SUBFLOW_ATTR TOKEN_REM:x32 TOKEN_LOC:x32 RELWRITE_SEQ:u32 MAP_SEQ:u64 MAP_SFSEQ:u32
  SSN_OFFSET:u32 MAP_DATALEN:u16 FLAGS:u32|MPTCP_SUBFLOW_FLAG ID_REM:u8 ID_LOC:u8
names TLS_VERSION TLS_???_VERSION

struct unix_diag_req sdiag_family:=family udiag_states:^TCP_STATE udiag_show:|UDIAG_SHOW
struct unix_diag_msg udiag_family:=family udiag_type:=socket udiag_state:=TCP_STATE
attrs UNIX_DIAG NAME:strn VFS:{unix_diag_vfs} PEER:u32 ICONS:[u32] RQLEN:{unix_diag_rqlen}
  MEMINFO:[u32@SK_MEMINFO] SHUTDOWN:u8|SHUTDOWN UID:uid
struct unix_diag_vfs ! udiag_vfs_dev:dev udiag_vfs_ino:u

struct netlink_diag_req sdiag_family:=family sdiag_protocol:=NDIAG_PROTO+protocol_netlink ndiag_show:|NDIAG_SHOW
struct netlink_diag_msg ndiag_family:=family ndiag_type:=socket ndiag_protocol:=protocol_netlink
  ndiag_state:=NETLINK_STATE
attrs NETLINK_DIAG MEMINFO:[u32@SK_MEMINFO] GROUPS:[x64] RX_RING:{netlink_diag_ring}
  TX_RING:{netlink_diag_ring} FLAGS:x32|NDIAG_FLAG

struct packet_diag_req sdiag_family:=family sdiag_protocol:x pdiag_show:|PACKET_SHOW
struct packet_diag_msg pdiag_family:=family pdiag_type:=socket pdiag_num:=protocol_ethernet
attrs PACKET_DIAG INFO:{packet_diag_info} MCLIST:!mclist RX_RING:{packet_diag_ring}
  TX_RING:{packet_diag_ring} FILTER:!filter FANOUT:u32 UID:uid MEMINFO:[u32@SK_MEMINFO]
struct packet_diag_info pdi_index:if pdi_version:=TPACKET pdi_flags:|PDI
struct packet_diag_mclist ! pdmc_index:if pdmc_count:u pdmc_type:u pdmc_alen:u
struct tcp_diag_md5sig ! tcpm_family:=family tcpm_prefixlen:u tcpm_keylen:u

struct smc_diag_req diag_family:=family diag_ext:-SMC_DIAG
struct smc_diag_msg diag_family:=family diag_state:=SMC_STATE diag_fallback:=SMC_DIAG_MODE
attrs SMC_DIAG CONNINFO:{smc_diag_conninfo} LGRINFO:{smc_diag_lgrinfo} SHUTDOWN:u8|SHUTDOWN
  DMBINFO:{smcd_diag_dmbinfo} FALLBACK:{smc_diag_fallback}
struct smc_diag_cursor reserved wrap count
struct smc_diag_conninfo rx_prod_flags:x rx_conn_state_flags:x tx_prod_flags:x tx_conn_state_flags:x
struct smc_diag_linkinfo ibname:cstr gid:cstr peer_gid:cstr
struct smc_diag_lgrinfo role:=SMC_ROLE
struct smcd_diag_dmbinfo >peer_token peer_gid:x my_gid:x token:x peer_token:x
struct smc_diag_fallback reason:#=SMC_CLC_DECL peer_diagnosis:#=SMC_CLC_DECL
names SHUTDOWN ???_SHUTDOWN
names TCP_STATE TCP_???
names SMC_STATE SMC_???
names SMC_ROLE SMC_???
names NETLINK_STATE NETLINK_???

messages DIAG_REQUEST 1:unix_diag_req 2:inet_diag_req_v2>INET_DIAG_REQ 10:inet_diag_req_v2>INET_DIAG_REQ
  16:netlink_diag_req 17:packet_diag_req 43:smc_diag_req
messages DIAG_OLD 2:inet_diag_req>INET_DIAG_REQ 10:inet_diag_req>INET_DIAG_REQ
messages DIAG_REPLY 1:unix_diag_msg>UNIX_DIAG 2:inet_diag_msg>INET_DIAG 10:inet_diag_msg>INET_DIAG
  16:netlink_diag_msg>NETLINK_DIAG 17:packet_diag_msg>PACKET_DIAG 43:smc_diag_msg>SMC_DIAG
`;

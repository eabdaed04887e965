/**
 * Socket addresses, socket options and control messages: socket(7), ip(7), ipv6(7), packet(7), x25(7).
 * The entries "kinds" have their types by the names of options.
 */
export const SOCKETS = `
struct sockaddr_ipx ! sipx_port:be sipx_network:xbe sipx_node:x sipx_type:x sipx_zero:x?
struct sockaddr_x25 ! sx25_addr:
struct sockaddr_ll ! sll_protocol:be=protocol_ethernet sll_ifindex:if sll_hatype:=ARPHRD
  sll_pkttype:=packet_type sll_halen:u
struct sockaddr_nl ! nl_pad:x? nl_pid:u
struct sockaddr_vm ! svm_reserved1:x? svm_cid:=VMADDR_CID svm_port:=VMADDR_PORT svm_flags:|VMADDR_FLAG
  svm_zero:hex?
struct sockaddr_qrtr ! sq_node:=QRTR_NODE sq_port:=QRTR_PORT
struct sockaddr_nfc ! dev_idx:if target_idx:x nfc_protocol:=NFC_PROTO
struct sockaddr_nfc_llcp ! dsap:#=LLCP_SAP ssap:#=LLCP_SAP
struct sockaddr_xdp ! sxdp_flags:|XDP_SOCKADDR sxdp_ifindex:if sxdp_queue_id:u
struct sockaddr_alg ! salg_type:cstr salg_feat:#|CRYPTO_ALG salg_mask:#|CRYPTO_ALG
struct sockaddr_mctp ! __smctp_pad0:x? smctp_network:=MCTP_NET smctp_addr: smctp_type:x smctp_tag:x
  __smctp_pad1:x?
struct mctp_addr ! s_addr:=MCTP_ADDR
struct sockaddr_rxrpc ! srx_service:#=RXRPC_SERVICE transport_type:=socket transport_len:u
struct ieee802154_addr_sa ! addr_type:#=IEEE802154_ADDR_TYPE pan_id:#=IEEE802154_PANID
names VMADDR_CID -
names VMADDR_PORT -
names QRTR_NODE -
names QRTR_PORT -
names LLCP_SAP -
names MCTP_NET -
names MCTP_ADDR -
names XDP_SOCKADDR XDP_???
names CRYPTO_ALG CRYPTO_ALG_???
names RXRPC_SERVICE ???_SERVICE
names IEEE802154_ADDR_TYPE IEEE802154_ADDR_???
names IEEE802154_PANID -
names IEEE802154_SHORT -

kinds OPT_SOCKET SO_LINGER:{linger} SO_PEERCRED:{ucred} SO_RCVTIMEO_OLD:{__kernel_old_timeval}
  SO_SNDTIMEO_OLD:{__kernel_old_timeval} SO_TXREHASH:[=SOCK_TXREHASH]
kinds OPT_IP IP_ADD_MEMBERSHIP:{ip_mreq} IP_DROP_MEMBERSHIP:{ip_mreq}
  IP_ADD_SOURCE_MEMBERSHIP:{ip_mreq_source} IP_DROP_SOURCE_MEMBERSHIP:{ip_mreq_source}
  IP_BLOCK_SOURCE:{ip_mreq_source} IP_UNBLOCK_SOURCE:{ip_mreq_source}
kinds OPT_IPV6 IPV6_ADD_MEMBERSHIP:{ipv6_mreq} IPV6_DROP_MEMBERSHIP:{ipv6_mreq}
  IPV6_JOIN_ANYCAST:{ipv6_mreq} IPV6_LEAVE_ANYCAST:{ipv6_mreq}
kinds OPT_PACKET PACKET_ADD_MEMBERSHIP:{packet_mreq} PACKET_DROP_MEMBERSHIP:{packet_mreq}
  PACKET_RX_RING:{tpacket_req} PACKET_TX_RING:{tpacket_req} PACKET_STATISTICS:{tpacket_stats_v3}
struct ip_mreq imr_multiaddr:ip4 imr_interface:ip4
struct ip_mreq_source imr_multiaddr:ip4 imr_interface:ip4 imr_sourceaddr:ip4
struct ipv6_mreq=ipv6_membership ipv6mr_multiaddr:ip6 ipv6mr_interface:if
struct packet_mreq ! mr_ifindex:if mr_type:=PACKET_MR mr_alen:u mr_address:hw

kinds CMSG_SOCKET SO_TIMESTAMP_OLD:{__kernel_old_timeval} SO_TIMESTAMPNS_OLD:{__kernel_timespec}
  SO_TIMESTAMPING_OLD:{__kernel_timespec}+ SO_TIMESTAMP_NEW:{__kernel_sock_timeval}
  SO_TIMESTAMPNS_NEW:{__kernel_timespec} SO_TIMESTAMPING_NEW:{__kernel_timespec}+
kinds CMSG_IP IP_PKTINFO:{in_pktinfo} IP_TTL:[u32] IP_TOS:[x8] IP_RECVOPTS:[x8] IP_RETOPTS:[x8]
  IP_CHECKSUM:[u32]
kinds CMSG_IPV6 IPV6_PKTINFO:{in6_pktinfo} IPV6_HOPLIMIT:[u32] IPV6_TCLASS:[u32]
struct sock_extended_err ! ee_errno:u ee_origin:u ee_type:u ee_code:u ee_info:u ee_data:u
struct in_pktinfo ipi_ifindex:if ipi_spec_dst:ip4 ipi_addr:ip4
struct in6_pktinfo ipi6_addr:ip6 ipi6_ifindex:if
`;

/** Requests of sockets and network interfaces: linux/sockios.h, if.h, route.h. */
export const NETWORK_TABLES = `
|IFF_ UP BROADCAST DEBUG LOOPBACK POINTOPOINT NOTRAILERS RUNNING NOARP PROMISC ALLMULTI MASTER SLAVE
  MULTICAST PORTSEL AUTOMEDIA DYNAMIC LOWER_UP DORMANT ECHO
sockaddr = x8[16] data
hwaddr = x8[16] data
interface_index = i32 index
ifmap = x64 mem_start mem_end x16 base_addr x8 irq dma port -x8[3] padding
ifreq_addr = char[16] ifr_name > @sockaddr ifr_addr < -x8[8] padding
ifreq_addr_set = char[16] ifr_name @sockaddr ifr_addr -x8[8] padding
ifreq_broadaddr = char[16] ifr_name > @sockaddr ifr_broadaddr < -x8[8] padding
ifreq_broadaddr_set = char[16] ifr_name @sockaddr ifr_broadaddr -x8[8] padding
ifreq_dstaddr = char[16] ifr_name > @sockaddr ifr_dstaddr < -x8[8] padding
ifreq_dstaddr_set = char[16] ifr_name @sockaddr ifr_dstaddr -x8[8] padding
ifreq_netmask = char[16] ifr_name > @sockaddr ifr_netmask < -x8[8] padding
ifreq_netmask_set = char[16] ifr_name @sockaddr ifr_netmask -x8[8] padding
ifreq_hwaddr = char[16] ifr_name > @hwaddr ifr_hwaddr < -x8[8] padding
ifreq_hwaddr_set = char[16] ifr_name @hwaddr ifr_hwaddr -x8[8] padding
ifreq_flags = char[16] ifr_name > bits16:IFF_ ifr_flags < -x8[22] padding
ifreq_flags_set = char[16] ifr_name bits16:IFF_ ifr_flags -x8[22] padding
ifreq_index = char[16] ifr_name > i32 ifr_ifindex < -x8[20] padding
ifreq_name = > char[16] ifr_name < i32 ifr_ifindex -x8[20] padding
ifreq_bridge = -x8[16] ifr_name @interface_index ifr_ifindex -x8[20] padding
ifreq_map = char[16] ifr_name > @ifmap ifr_map
ifreq_map_set = char[16] ifr_name @ifmap ifr_map
ifreq_metric = char[16] ifr_name > i32 ifr_metric < -x8[20] padding
ifreq_metric_set = char[16] ifr_name i32 ifr_metric -x8[20] padding
ifreq_mtu = char[16] ifr_name > i32 ifr_mtu < -x8[20] padding
ifreq_mtu_set = char[16] ifr_name i32 ifr_mtu -x8[20] padding
ifreq_qlen = char[16] ifr_name > i32 ifr_qlen < -x8[20] padding
ifreq_qlen_set = char[16] ifr_name i32 ifr_qlen -x8[20] padding
ifreq_slave = char[16] ifr_name > char[16] ifr_slave < -x8[8] padding
ifreq_slave_set = char[16] ifr_name ifr_slave -x8[8] padding
ifreq_newname = char[16] ifr_name ifr_newname -x8[8] padding
SIOCGIFADDR: <> ifreq_addr
SIOCSIFADDR: < ifreq_addr_set
SIOCGIFBRDADDR: <> ifreq_broadaddr
SIOCSIFBRDADDR: < ifreq_broadaddr_set
SIOCGIFDSTADDR: <> ifreq_dstaddr
SIOCSIFDSTADDR: < ifreq_dstaddr_set
SIOCGIFNETMASK: <> ifreq_netmask
SIOCSIFNETMASK: < ifreq_netmask_set
SIOCGIFHWADDR: <> ifreq_hwaddr
SIOCSIFHWADDR SIOCSIFHWBROADCAST SIOCADDMULTI SIOCDELMULTI: < ifreq_hwaddr_set
SIOCGIFFLAGS: <> ifreq_flags
SIOCSIFFLAGS: < ifreq_flags_set
SIOCGIFINDEX: <> ifreq_index
SIOCGIFNAME: <> ifreq_name
SIOCBRADDIF SIOCBRDELIF: < ifreq_bridge
SIOCGIFMAP: <> ifreq_map
SIOCSIFMAP: < ifreq_map_set
SIOCGIFMETRIC: <> ifreq_metric
SIOCSIFMETRIC: < ifreq_metric_set
SIOCGIFMTU: <> ifreq_mtu
SIOCSIFMTU: < ifreq_mtu_set
SIOCGIFTXQLEN: <> ifreq_qlen
SIOCSIFTXQLEN: < ifreq_qlen_set
SIOCGIFSLAVE: <> ifreq_slave
SIOCSIFSLAVE: < ifreq_slave_set
SIOCSIFNAME: < ifreq_newname
SIOCGIFENCAP: > i32
SIOCSIFENCAP: < i32
SIOCGSTAMP_OLD SIOCGSTAMP_NEW SIOCGSTAMPNS_OLD SIOCGSTAMPNS_NEW SIOCADDRT SIOCDELRT SIOCRTMSG
  SIOCSIFLINK SIOCGIFMEM SIOCSIFMEM SIOCSIFPFLAGS SIOCGIFPFLAGS SIOCDIFADDR SIOCGIFCOUNT SIOCGIFBR
  SIOCSIFBR SIOCETHTOOL SIOCGMIIPHY SIOCGMIIREG SIOCSMIIREG SIOCWANDEV SIOCGSKNS SIOCDARP SIOCGARP
  SIOCSARP SIOCDRARP SIOCGRARP SIOCSRARP SIOCADDDLCI SIOCDELDLCI SIOCGIFVLAN SIOCSIFVLAN
  SIOCBONDENSLAVE SIOCBONDRELEASE SIOCBONDSETHWADDR SIOCBONDSLAVEINFOQUERY SIOCBONDINFOQUERY
  SIOCBONDCHANGEACTIVE SIOCSHWTSTAMP SIOCGHWTSTAMP: ptr
`;

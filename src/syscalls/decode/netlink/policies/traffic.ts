/** Traffic control: include/uapi/linux/pkt_sched.h, pkt_cls.h, gen_stats.h, tc(8). */
export const TRAFFIC = `
struct tcmsg tcm_family:=family tcm_ifindex:if tcm_handle:u tcm_parent:u
attrs TCA KIND:str STATS:{tc_stats} RATE:{tc_estimator} FCNT:u32 STATS2:(TCA_STATS) STAB:(TCA_STAB)
  CHAIN:u32 HW_OFFLOAD:u8 INGRESS_BLOCK:u32 EGRESS_BLOCK:u32 DUMP_FLAGS:u64
struct tc_stats >backlog
attrs TCA_STATS BASIC:{gnet_stats_basic} RATE_EST:{gnet_stats_rate_est} QUEUE:{gnet_stats_queue}
  RATE_EST64:{gnet_stats_rate_est64} BASIC_HW:{gnet_stats_basic} PKT64:u64
struct gnet_stats_basic >packets
attrs TCA_STAB BASE:{tc_sizespec} DATA:[u16]
struct tcamsg tca_family:=family
attrs TCA_ROOT TAB:*(TCA_ACT) FLAGS:x32|TCA_ACT_FLAG COUNT:u32 TIME_DELTA:u32
attrs TCA_ACT KIND:str INDEX:u32 STATS:(TCA_STATS) FLAGS:x32|TCA_ACT_FLAGS
  HW_STATS:x32|TCA_ACT_HW_STATS USED_HW_STATS:x32|TCA_ACT_HW_STATS IN_HW_COUNT:u32
`;

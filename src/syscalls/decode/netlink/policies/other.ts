/**
 * Errors, crypto, netfilter and SELinux: include/uapi/linux/netlink.h, cryptouser.h, selinux_netlink.h,
 * netfilter/nfnetlink.h.
 */
export const OTHER = `
attrs NLMSGERR_ATTR MSG:str OFFS:u32 COOKIE:[u8]

struct crypto_user_alg cru_type:x cru_mask:x
  cru_flags:x
attrs CRYPTOCFGA PRIORITY_VAL:u32 REPORT_LARVAL:{crypto_report_larval} REPORT_HASH:{crypto_report_hash}
  REPORT_BLKCIPHER:{crypto_report_blkcipher} REPORT_AEAD:{crypto_report_aead}
  REPORT_COMPRESS:{crypto_report_comp} REPORT_RNG:{crypto_report_rng}
  REPORT_CIPHER:{crypto_report_cipher} REPORT_AKCIPHER:{crypto_report_akcipher}
  REPORT_KPP:{crypto_report_kpp} REPORT_ACOMP:{crypto_report_acomp}

struct nfgenmsg nfgen_family:=family version:=NFNETLINK_V
struct selnl_msg_setenforce
struct selnl_msg_policyload
names NFNETLINK_V NFNETLINK_???
names SOCK_DIAG SOCK_DIAG_???
names AUDIT AUDIT_???
struct udev_monitor_netlink_header magic:xbe filter_subsystem_hash:xbe filter_devtype_hash:xbe
  filter_tag_bloom_hi:xbe filter_tag_bloom_lo:xbe
`;

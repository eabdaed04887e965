/** struct statx: statx(2), include/uapi/linux/stat.h. */

export const STATX = {
  stx_mask: 0,
  stx_nlink: 16,
  stx_uid: 20,
  stx_gid: 24,
  stx_mode: 28,
  stx_ino: 32,
  stx_size: 40,
  stx_btime: 80,
  stx_ctime: 96,
  stx_mtime: 112,
  stx_dev_major: 136,
  stx_dev_minor: 140,
  stx_mnt_id: 144,
} as const;
export const STATX_STRUCT_SIZE = 256;
/** struct statx_timestamp. */
export const STATX_TIMESTAMP = { tv_sec: 0, tv_nsec: 8 } as const;
/** Bits of the mask of requested fields. */
export const STATX_TYPE = 0x1;
export const STATX_MODE = 0x2;
export const STATX_NLINK = 0x4;
export const STATX_UID = 0x8;
export const STATX_GID = 0x10;
export const STATX_MTIME = 0x40;
export const STATX_CTIME = 0x80;
export const STATX_INO = 0x100;
export const STATX_SIZE = 0x200;
export const STATX_BTIME = 0x800;
/** Linux 5.8. */
export const STATX_MNT_ID = 0x1000;

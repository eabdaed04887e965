/** struct statx: statx(2), include/uapi/linux/stat.h. */

export const STATX = { stx_nlink: 16, stx_mode: 28, stx_size: 40 } as const;
export const STATX_STRUCT_SIZE = 256;
/** Bits of the mask of requested fields. */
export const STATX_TYPE = 0x1;
export const STATX_NLINK = 0x4;
export const STATX_SIZE = 0x200;

/** Limits: include/uapi/linux/limits.h, include/linux/namei.h. */

/** Maximum number of supplementary groups. */
export const NGROUPS_MAX = 65536;
/** Maximum size of a path, with its NUL. */
export const PATH_MAX = 4096;
/** Maximum number of symbolic links that are followed in one path. */
export const MAXSYMLINKS = 40;

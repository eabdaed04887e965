/** include/uapi/linux/mount.h: flags of mount(2). */
export const MS_REMOUNT = 32;
export const MS_BIND = 4096;
export const MS_MOVE = 8192;

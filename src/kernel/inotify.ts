/** inotify constants: include/uapi/linux/inotify.h, inotify(7). */

export const IN_MODIFY = 0x2;
export const IN_NONBLOCK = 0o4000;
export const IN_CLOEXEC = 0o2000000;

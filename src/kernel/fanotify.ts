/** fanotify constants and struct layouts: include/uapi/linux/fanotify.h, fanotify(7). */

/** Events: fanotify_mark(2). */
export const FAN_ACCESS = 0x1;
export const FAN_MODIFY = 0x2;
export const FAN_ATTRIB = 0x4;
export const FAN_CLOSE_WRITE = 0x8;
export const FAN_CLOSE_NOWRITE = 0x10;
export const FAN_OPEN = 0x20;
export const FAN_MOVED_FROM = 0x40;
export const FAN_MOVED_TO = 0x80;
export const FAN_CREATE = 0x100;
export const FAN_DELETE = 0x200;
export const FAN_DELETE_SELF = 0x400;
export const FAN_MOVE_SELF = 0x800;
export const FAN_OPEN_EXEC = 0x1000;
export const FAN_Q_OVERFLOW = 0x4000;
/** Linux 5.16. For file system marks. */
export const FAN_FS_ERROR = 0x8000;
export const FAN_EVENT_ON_CHILD = 0x8000000;
/** Linux 5.17. */
export const FAN_RENAME = 0x10000000;
export const FAN_ONDIR = 0x40000000;

/** Flags of fanotify_init(2). */
export const FAN_CLOEXEC = 0x1;
export const FAN_NONBLOCK = 0x2;
export const FAN_UNLIMITED_QUEUE = 0x10;
export const FAN_UNLIMITED_MARKS = 0x20;
/** Linux 5.1. */
export const FAN_REPORT_FID = 0x200;
/** Linux 5.9. */
export const FAN_REPORT_DIR_FID = 0x400;
export const FAN_REPORT_NAME = 0x800;
/** Linux 5.17. */
export const FAN_REPORT_TARGET_FID = 0x1000;

/** Flags of fanotify_mark(2). */
export const FAN_MARK_ADD = 0x1;
export const FAN_MARK_REMOVE = 0x2;
export const FAN_MARK_DONT_FOLLOW = 0x4;
export const FAN_MARK_ONLYDIR = 0x8;
export const FAN_MARK_FILESYSTEM = 0x100;

/** struct fanotify_event_metadata. */
export const FANOTIFY_METADATA = {
  event_len: 0,
  vers: 4,
  metadata_len: 6,
  mask: 8,
  fd: 16,
  pid: 20,
} as const;
export const FANOTIFY_METADATA_SIZE = 24;
export const FANOTIFY_METADATA_VERSION = 3;

/** struct fanotify_event_info_header, the start of each information record. */
export const FANOTIFY_INFO = { info_type: 0, len: 2 } as const;
export const FANOTIFY_INFO_SIZE = 4;
export const FAN_EVENT_INFO_TYPE_FID = 1;
export const FAN_EVENT_INFO_TYPE_DFID_NAME = 2;
export const FAN_EVENT_INFO_TYPE_DFID = 3;
export const FAN_EVENT_INFO_TYPE_PIDFD = 4;
export const FAN_EVENT_INFO_TYPE_ERROR = 5;
export const FAN_EVENT_INFO_TYPE_OLD_DFID_NAME = 10;
export const FAN_EVENT_INFO_TYPE_NEW_DFID_NAME = 12;

/** struct fanotify_event_info_fid: contains a struct file_handle, which a name can follow. */
export const FANOTIFY_INFO_FID = { fsid: 4, handle: 12 } as const;
/** struct fanotify_event_info_pidfd. */
export const FANOTIFY_INFO_PIDFD = { pidfd: 4 } as const;
export const FANOTIFY_INFO_PIDFD_SIZE = 8;
/** struct fanotify_event_info_error. */
export const FANOTIFY_INFO_ERROR = { error: 4, error_count: 8 } as const;
export const FANOTIFY_INFO_ERROR_SIZE = 12;

/** struct file_handle: open_by_handle_at(2). */
export const FILE_HANDLE = { handle_bytes: 0, handle_type: 4, f_handle: 8 } as const;
/** Maximum size of f_handle: include/linux/exportfs.h. */
export const MAX_HANDLE_SZ = 128;

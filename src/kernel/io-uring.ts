/** io_uring opcodes of recorded operations: enum io_uring_op in include/uapi/linux/io_uring.h. */
export const IORING_OP = {
  IORING_OP_SENDMSG: 9,
  IORING_OP_CONNECT: 16,
  IORING_OP_OPENAT: 18,
  IORING_OP_STATX: 21,
  IORING_OP_SEND: 26,
  IORING_OP_OPENAT2: 28,
  IORING_OP_RENAMEAT: 35,
  IORING_OP_UNLINKAT: 36,
  IORING_OP_MKDIRAT: 37,
  IORING_OP_SYMLINKAT: 38,
  IORING_OP_LINKAT: 39,
  IORING_OP_FSETXATTR: 41,
  IORING_OP_SETXATTR: 42,
  IORING_OP_FGETXATTR: 43,
  IORING_OP_GETXATTR: 44,
  IORING_OP_SEND_ZC: 47,
  IORING_OP_SENDMSG_ZC: 48,
  IORING_OP_FTRUNCATE: 55,
  IORING_OP_BIND: 56,
} as const;

/** Setup flags that matter to a reader of the ring. */
export const IORING_SETUP_SQPOLL = 1 << 1;
export const IORING_SETUP_SQE128 = 1 << 10;
export const IORING_SETUP_CQE32 = 1 << 11;
export const IORING_SETUP_NO_MMAP = 1 << 14;
export const IORING_SETUP_REGISTERED_FD_ONLY = 1 << 15;
export const IORING_SETUP_NO_SQARRAY = 1 << 16;
export const IORING_SETUP_CQE_MIXED = 1 << 18;
/** All flags of Linux 6.18: an unknown one may change the layout. */
export const IORING_SETUP_KNOWN = (1 << 19) - 1;

export const IORING_ENTER_REGISTERED_RING = 1 << 4;

/** enum io_uring_register_op. */
export const IORING_REGISTER_RING_FDS = 20;
export const IORING_UNREGISTER_RING_FDS = 21;
export const IORING_REGISTER_RESIZE_RINGS = 33;
/** A bit of the opcode: the fd is the index of a registered ring. */
export const IORING_REGISTER_USE_REGISTERED_RING = 2 ** 31;
/** struct io_uring_rsrc_update. */
export const RSRC_UPDATE = { offset: 0, data: 8 } as const;
export const RSRC_UPDATE_SIZE = 16;
/** IO_RINGFD_REG_MAX of io_uring/register.h. */
export const RING_FDS_MAX = 16;

/** Bits of sqe.flags. */
export const IOSQE_FIXED_FILE = 1 << 0;
export const IOSQE_CQE_SKIP_SUCCESS = 1 << 6;

/** Bits of cqe.flags. */
export const IORING_CQE_F_MORE = 1 << 1;
export const IORING_CQE_F_NOTIF = 1 << 3;
export const IORING_CQE_F_SKIP = 1 << 5;
export const IORING_CQE_F_32 = 1 << 15;

/** Offsets of mmap(2) of a ring; both of the first two are all of struct io_rings since Linux 5.4. */
export const IORING_OFF_SQ_RING = 0;
export const IORING_OFF_CQ_RING = 0x8000000;
export const IORING_OFF_SQES = 0x10000000;

/** Limits of io_uring/io_uring.h. */
export const IORING_MAX_ENTRIES = 32768;
export const IORING_MAX_CQ_ENTRIES = 2 * IORING_MAX_ENTRIES;

/** struct io_uring_params. */
export const IO_URING_PARAMS_SIZE = 120;
export const IO_URING_PARAMS = {
  sq_entries: 0,
  cq_entries: 4,
  flags: 8,
  features: 20,
  sq_off: 40,
  cq_off: 80,
} as const;
/** struct io_sqring_offsets. */
export const SQRING_OFFSETS = {
  head: 0,
  tail: 4,
  ring_mask: 8,
  ring_entries: 12,
  array: 24,
  user_addr: 32,
} as const;
/** struct io_cqring_offsets. */
export const CQRING_OFFSETS = {
  head: 0,
  tail: 4,
  ring_mask: 8,
  ring_entries: 12,
  cqes: 20,
  user_addr: 32,
} as const;

/** struct io_uring_sqe; `file_index` is also splice_fd_in, its first half `addr_len`. */
export const SQE_SIZE = 64;
export const SQE = {
  opcode: 0,
  flags: 1,
  fd: 4,
  addr2: 8,
  addr: 16,
  len: 24,
  op_flags: 28,
  user_data: 32,
  file_index: 44,
  addr_len: 44,
  addr3: 48,
} as const;

/** struct io_uring_cqe. */
export const CQE_SIZE = 16;
export const CQE = { user_data: 0, res: 8, flags: 12 } as const;

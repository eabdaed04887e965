/** io_uring opcodes that open files: enum io_uring_op in include/uapi/linux/io_uring.h. */
export const IORING_OPS: Readonly<Record<number, string>> = {
  18: "IORING_OP_OPENAT",
  28: "IORING_OP_OPENAT2",
};

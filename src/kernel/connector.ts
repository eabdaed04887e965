/** The connector's header within a netlink message: include/uapi/linux/connector.h. */

export const CN_IDX_PROC = 1;
export const CN_VAL_PROC = 1;

/** struct cn_msg, its payload after it. */
export const CN_MSG_SIZE = 20;
export const CN_MSG = { idx: 0, val: 4, seq: 8, ack: 12, len: 16, flags: 18 } as const;

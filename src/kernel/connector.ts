/** Connector messages within netlink messages: include/uapi/linux/connector.h. */
import type { NetlinkMessage } from "./netlink.ts";
import { TruncatedError } from "./truncated-error.ts";

export const CN_IDX_PROC = 1;
export const CN_VAL_PROC = 1;

/** struct cn_msg, followed by its payload. */
export const CN_MSG_SIZE = 20;
export const CN_MSG = { idx: 0, val: 4, seq: 8, ack: 12, len: 16, flags: 18 } as const;

/** Fields of a struct cn_msg, with the offsets of its payload. */
export interface ConnectorMessage {
  readonly idx: number;
  readonly val: number;
  readonly seq: number;
  readonly ack: number;
  readonly payload: number;
  readonly end: number;
}

/** Parses a message. @throws TruncatedError if it is shorter than its header or its length field */
export function parseConnectorMessage(view: DataView, message: NetlinkMessage): ConnectorMessage {
  const { payload: at, end } = message;
  if (end - at < CN_MSG_SIZE) throw new TruncatedError("cn_msg", end - at, CN_MSG_SIZE);
  const payload = at + CN_MSG_SIZE;
  const length = view.getUint16(at + CN_MSG.len, true);
  if (length > end - payload) throw new TruncatedError("cn_msg", end - payload, length);
  return {
    idx: view.getUint32(at + CN_MSG.idx, true),
    val: view.getUint32(at + CN_MSG.val, true),
    seq: view.getUint32(at + CN_MSG.seq, true),
    ack: view.getUint32(at + CN_MSG.ack, true),
    payload,
    end: payload + length,
  };
}

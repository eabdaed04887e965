/** The connector's header within a netlink message: include/uapi/linux/connector.h. */
import type { NetlinkMessage } from "./netlink.ts";
import { TruncatedError } from "./truncated-error.ts";

export const CN_IDX_PROC = 1;
export const CN_VAL_PROC = 1;

/** struct cn_msg, its payload after it. */
export const CN_MSG_SIZE = 20;
export const CN_MSG = { idx: 0, val: 4, seq: 8, ack: 12, len: 16, flags: 18 } as const;

/** What a netlink message of a connector holds: who it is for and where its payload lies. */
export interface ConnectorMessage {
  readonly idx: number;
  readonly val: number;
  readonly seq: number;
  readonly ack: number;
  readonly payload: number;
  readonly end: number;
}

/** @throws Truncated if the message is shorter than its header, or than it says */
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

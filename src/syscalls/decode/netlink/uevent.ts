/** Messages of udev(7) to its listeners; the kernel's own are text. struct udev_monitor_netlink_header. */
import type { Value } from "../../value.ts";
import { bytesAt } from "../arguments.ts";
import { sequence } from "./attributes.ts";
import type { MessageContext } from "./codec.ts";
import { structPayload } from "./structs.ts";

const HEADER_SIZE = 40;
const PREFIX = "libudev\0";

function isFromUdev({ memory }: MessageContext, at: bigint): boolean {
  const view = memory.read(at, PREFIX.length);
  return [...PREFIX].every((letter, index) => view?.getUint8(index) === letter.charCodeAt(0));
}

export function ueventValue(context: MessageContext, at: bigint, length: number): Value {
  const { call } = context.memory;
  if (length < HEADER_SIZE || !isFromUdev(context, at)) return bytesAt(call, at, length);
  const header = structPayload("udev_monitor_netlink_header")(context, at, length);
  if (!header || !("kind" in header) || header.kind !== "struct") return bytesAt(call, at, length);
  if (length === HEADER_SIZE) return header;
  return sequence([header, bytesAt(call, at + BigInt(HEADER_SIZE), length - HEADER_SIZE)]);
}

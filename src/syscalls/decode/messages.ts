/** struct msghdr: sendmsg(2), recvmsg(2), cmsg(3). */
import { flags, integer, pointer, struct, type Value } from "../value.ts";
import { bytesAt, set } from "./arguments.ts";
import { arrayAt } from "./arrays.ts";
import { onEntry, onExit, type SyscallView } from "./call.ts";
import { controlMessages } from "./control-messages.ts";
import { constants } from "./named-constants.ts";
import { netlinkMessages } from "./netlink/index.ts";
import { socketAddress } from "./socket-address.ts";
import { iovecsAt } from "./vectors.ts";

const MSGHDR_SIZE = 56;
const MMSGHDR_SIZE = 64;
/** Decodes what is sent or received through the socket that is the first argument. */
export function socketData(call: SyscallView, at: bigint, length: number): Value {
  const protocol = length > 0 ? call.netlinkProtocol?.(call.int(0)) : undefined;
  return protocol === undefined
    ? bytesAt(call, at, length)
    : netlinkMessages(call, at, length, protocol);
}

export const messageFlags = set(() => constants("message"), "MSG_???");

interface MessageHeader {
  readonly name: bigint;
  readonly nameLength: number;
  readonly iov: bigint;
  readonly count: bigint;
  readonly control: bigint;
  readonly controlLength: bigint;
  readonly flags: number;
}

function headerAt(call: SyscallView, at: bigint): MessageHeader | null {
  const found = at === 0n || call.wordSize === 4 ? null : call.memory.read(Number(at), MSGHDR_SIZE);
  if (!found) return null;
  const { view } = found;
  const [name, iov, count, control, controlLength] = [0, 16, 24, 32, 40].map((offset) =>
    view.getBigUint64(offset, true),
  );
  const nameLength = view.getInt32(8, true);
  return { name, nameLength, iov, count, control, controlLength, flags: view.getUint32(48, true) };
}

/** struct msghdr. @param bytes length of the data @param room length of the name buffer at entry */
function message(call: SyscallView, at: bigint, bytes: number, room?: number): Value {
  const header = headerAt(call, at);
  if (!header) return pointer(at);
  const { name, nameLength, iov, count, controlLength } = header;
  const length = integer(nameLength);
  const changed: Value =
    room === undefined || room === nameLength
      ? length
      : { kind: "change", before: integer(room), after: length, indirect: false };
  return struct([
    ["msg_name", socketAddress(call, name, Math.min(nameLength, room ?? nameLength))],
    ["msg_namelen", changed],
    ["msg_iov", iovecsAt(call, iov, Number(count), bytes, socketData)],
    ["msg_iovlen", integer(count)],
    ...(controlLength === 0n
      ? []
      : [["msg_control", controlMessages(call, header.control, Number(controlLength))] as const]),
    ["msg_controllen", integer(controlLength)],
    ["msg_flags", flags(header.flags, constants("message"), "MSG_???")],
  ]);
}

export const messageIn = onEntry((call, index) =>
  message(call, call.ulong(index), Number.MAX_SAFE_INTEGER),
);
export const messageOut = onExit(
  (call, index, before) => {
    const at = call.ulong(index);
    const room = before?.kind === "integer" ? Number(before.value) : undefined;
    if (!call.failed) return message(call, at, call.result, room);
    return room === undefined ? pointer(at) : struct([["msg_namelen", integer(room)]]);
  },
  (call, index) => {
    const header = headerAt(call, call.ulong(index));
    return header ? integer(header.nameLength) : null;
  },
);

/** The kernel takes no more: UIO_MAXIOV. */
const MAX_MESSAGES = 1024;

/** struct mmsghdr[]: the messages that were received, or those to be sent; only sent ones have a length. */
function messages(call: SyscallView, index: number, rooms: readonly Value[] = []): Value {
  const at = call.ulong(index);
  const isSending = call.name === "sendmmsg";
  if (call.failed && !isSending) return pointer(at);
  const wanted = call.uint(index + 1);
  const done = call.failed ? 0 : call.result;
  const count = isSending ? Math.min(wanted, MAX_MESSAGES) : done;
  const value = arrayAt(call, at, count, MMSGHDR_SIZE, (view, each) => {
    const position = Number(each - at) / MMSGHDR_SIZE;
    const length = position < done ? view.getUint32(MSGHDR_SIZE, true) : null;
    const room = rooms[position];
    const named = room?.kind === "integer" ? Number(room.value) : undefined;
    const header = message(call, each, length ?? Number.MAX_SAFE_INTEGER, named);
    return struct([
      ["msg_hdr", header],
      ...(length === null ? [] : [["msg_len", integer(length)] as const]),
    ]);
  });
  return isSending && wanted > count && value.kind === "array" ? { ...value, cut: true } : value;
}
export const messagesIn = onExit((call, index) => messages(call, index));
/** The lengths of the name buffers are read before the call overwrites them. */
export const messagesOut = onExit(
  (call, index, before) => messages(call, index, before?.kind === "array" ? before.items : []),
  (call, index) =>
    arrayAt(call, call.ulong(index), call.uint(index + 1), MMSGHDR_SIZE, (view) =>
      integer(view.getInt32(8, true)),
    ),
);

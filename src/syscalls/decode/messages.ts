/** struct msghdr: sendmsg(2), recvmsg(2), cmsg(3). */
import { array, enumValue, flags, integer, pointer, struct, type Value } from "../value.ts";
import { bytesAt, fdValue, set } from "./arguments.ts";
import { onEntry, onExit, type SyscallView } from "./call.ts";
import { constants } from "./named-constants.ts";
import { netlinkMessages } from "./netlink/index.ts";
import { socketAddress } from "./socket-address.ts";
import { iovecsAt } from "./vectors.ts";

const MSGHDR_SIZE = 56;
const MMSGHDR_SIZE = 64;
const CMSG_SIZE = 16;
const MAX_CONTROL_SIZE = 4096;
const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const SCM_CREDENTIALS = 2;
/** Not in the kernel's uapi headers. */
const SCM = [
  ["SCM_RIGHTS", SCM_RIGHTS],
  ["SCM_CREDENTIALS", SCM_CREDENTIALS],
] as const;

/** Decodes what is sent or received through the socket that is the first argument. */
export function socketData(call: SyscallView, at: bigint, length: number): Value {
  const protocol = length > 0 ? call.netlinkProtocol?.(call.int(0)) : undefined;
  return protocol === undefined
    ? bytesAt(call, at, length)
    : netlinkMessages(call, at, length, protocol);
}

export const messageFlags = set(() => constants("message"), "MSG_???");

/** Decodes the data after a struct cmsghdr. */
function controlData(call: SyscallView, view: DataView, kind: number): Value {
  const numbers = Array.from({ length: view.byteLength >> 2 }, (_, i) =>
    view.getInt32(i * 4, true),
  );
  if (kind === SCM_RIGHTS) return array(numbers.map((fd) => fdValue(call, fd)));
  const names = ["pid", "uid", "gid"];
  return struct(numbers.slice(0, 3).map((number, i) => [names[i], integer(number)]));
}

function control(call: SyscallView, at: bigint, length: number): Value {
  const size = Math.min(length, MAX_CONTROL_SIZE);
  const found = size < CMSG_SIZE ? null : call.memory.read(Number(at), size);
  if (!found) return pointer(at);
  const copy = new DataView(found.bytes.slice(0, size).buffer);
  const items: Value[] = [];
  for (let offset = 0; offset + CMSG_SIZE <= size; ) {
    const own = Number(copy.getBigUint64(offset, true));
    if (own < CMSG_SIZE || own > size - offset) break;
    const [level, kind] = [copy.getInt32(offset + 8, true), copy.getInt32(offset + 12, true)];
    const known = level === SOL_SOCKET && (kind === SCM_RIGHTS || kind === SCM_CREDENTIALS);
    const data = new DataView(copy.buffer, offset + CMSG_SIZE, own - CMSG_SIZE);
    items.push(
      struct([
        ["cmsg_len", integer(own)],
        ["cmsg_level", enumValue(level, constants("socket_level"), "SOL_??")],
        [
          "cmsg_type",
          level === SOL_SOCKET
            ? enumValue(kind, [...SCM, ...constants("control_socket")], "SCM_???")
            : integer(kind, "hex"),
        ],
        ...(known
          ? [["cmsg_data", controlData(call, data, kind)] as const]
          : own > CMSG_SIZE
            ? [
                [
                  "cmsg_data",
                  bytesAt(call, at + BigInt(offset + CMSG_SIZE), own - CMSG_SIZE),
                ] as const,
              ]
            : []),
      ]),
    );
    offset += (own + 7) & ~7;
  }
  return array(items);
}

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
    ["msg_name", name === 0n ? pointer(name) : socketAddress(call, name, nameLength)],
    ["msg_namelen", changed],
    ["msg_iov", iovecsAt(call, iov, Number(count), bytes, socketData)],
    ["msg_iovlen", integer(count)],
    ...(controlLength === 0n
      ? []
      : [["msg_control", control(call, header.control, Number(controlLength))] as const]),
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

/** struct mmsghdr[]: the messages that were sent or received. */
function messages(call: SyscallView, index: number): Value {
  const at = call.ulong(index);
  if (call.failed) return pointer(at);
  const count = Math.min(call.result, call.limits.array);
  const items: Value[] = [];
  for (let i = 0; i < count; i++) {
    const each = at + BigInt(i * MMSGHDR_SIZE);
    const length = call.memory.read(Number(each) + MSGHDR_SIZE, 4)?.view.getUint32(0, true);
    if (length === undefined) break;
    items.push(
      struct([
        ["msg_hdr", message(call, each, length)],
        ["msg_len", integer(length)],
      ]),
    );
  }
  return array(items);
}
export const messagesIn = onExit(messages);
export const messagesOut = onExit(messages);

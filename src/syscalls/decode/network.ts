/** Sockets: socket(2), addresses, messages. */
import { addressText } from "../../kernel/socket.ts";
import { flags, integer, NamedValue, oneOf, pointer, struct, type Value, word } from "../value.ts";
import {
  bytesAt,
  choice,
  fd,
  input,
  int,
  numberAt,
  output,
  outputFds,
  set,
  ulong,
} from "./arguments.ts";
import { type Argument, type Call, onEntry, onExit } from "./call.ts";
import { setNamed } from "./parts.ts";

const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
const AF_NETLINK = 16;
const LARGEST = 128;
const SOCK_TYPE_MASK = 0xf;

const family = choice(() => setNamed("family"), "AF_???");
const socketType = onEntry((call, index) => {
  const value = call.int(index);
  const type = oneOf(value & SOCK_TYPE_MASK, setNamed("socket"), "SOCK_???");
  const extra = flags(value & ~SOCK_TYPE_MASK, [
    ["SOCK_CLOEXEC", 0o2000000],
    ["SOCK_NONBLOCK", 0o4000],
  ]);
  const rest = type.names.length ? extra.rest : value;
  return new NamedValue(value, [...type.names, ...extra.names], rest, "SOCK_???");
});
/** What the third argument of socket(2) means depends on the first. */
const protocol = onEntry((call, index) => {
  const value = call.int(index);
  const domain = call.int(0);
  if (domain === AF_INET || domain === AF_INET6)
    return oneOf(value, setNamed("protocol"), "IPPROTO_???");
  return domain === AF_NETLINK
    ? oneOf(value, setNamed("protocol_netlink"), "NETLINK_???")
    : integer(value);
});

/** struct sockaddr with strace's words. */
function socketAddress(call: Call, at: bigint, length: number): Value {
  const size = Math.min(length, LARGEST);
  const found = at === 0n || size < 2 ? null : call.memory.read(Number(at), size);
  if (!found) return pointer(at);
  const view = new DataView(found.view.buffer, found.view.byteOffset, size);
  const kind = view.getUint16(0, true);
  const name = oneOf(kind, setNamed("family"), "AF_???");
  const text = addressText(view) ?? "";
  if (kind === AF_INET && size >= 8) {
    const host = text.slice(0, text.lastIndexOf(":"));
    return struct([
      ["sa_family", name],
      ["sin_port", word(`htons(${view.getUint16(2)})`)],
      ["sin_addr", word(`inet_addr("${host}")`)],
    ]);
  }
  if (kind === AF_INET6 && size >= 24) {
    const host = text.slice(1, text.indexOf("]"));
    return struct([
      ["sa_family", name],
      ["sin6_port", word(`htons(${view.getUint16(2)})`)],
      ["sin6_flowinfo", word(`htonl(${view.getUint32(4)})`)],
      ["sin6_addr", word(`inet_pton(AF_INET6, "${host}")`)],
      ["sin6_scope_id", integer(size >= 28 ? view.getUint32(24, true) : 0)],
    ]);
  }
  if (kind === AF_UNIX)
    return struct([
      ["sa_family", name],
      ["sun_path", unixPath(found.bytes, size)],
    ]);
  if (kind === AF_NETLINK && size >= 12)
    return struct([
      ["sa_family", name],
      ["nl_pid", integer(view.getUint32(4, true))],
      ["nl_groups", integer(view.getUint32(8, true), "hex")],
    ]);
  return struct([
    ["sa_family", name],
    ["sa_data", bytesAt(call, at + 2n, size - 2)],
  ]);
}

function unixPath(bytes: Uint8Array, size: number): Value {
  const abstract = bytes[2] === 0;
  const start = abstract ? 3 : 2;
  const end = abstract ? size : bytes.indexOf(0, start);
  const name = bytes.slice(start, end < 0 || end > size ? size : end);
  // strace marks abstract names with @, outside of nothing.
  return abstract
    ? word(`@"${Buffer.from(name).toString("latin1").replaceAll("\0", "\\0")}"`)
    : { kind: "string", bytes: name, cut: false };
}

const addressIn = onEntry((call, index) =>
  socketAddress(call, call.ulong(index), call.int(index + 1)),
);
/** The length was written beside it: a pointer to it follows. */
function addressOut(lengthIndex: number): Argument {
  return onExit((call, index) => {
    const at = call.ulong(index);
    const length = call.failed ? null : call.memory.read(call.address(lengthIndex), 4);
    return length ? socketAddress(call, at, length.view.getInt32(0, true)) : pointer(at);
  });
}
const lengthOut = onExit((call, index) => {
  const at = call.ulong(index);
  return at === 0n || call.failed ? pointer(at) : numberAt(call, at, 4);
});
const messageFlags = set(() => setNamed("message"), "MSG_???");
const level = choice(() => setNamed("socket_level"), "SOL_???");
/** The options of SOL_SOCKET and SOL_TCP. */
const OPTIONS: Readonly<Record<number, readonly [set: string, unknown: string]>> = {
  1: ["socket_option", "SO_???"],
  6: ["tcp_option", "TCP_???"],
};
const option = onEntry((call, index) => {
  const names = OPTIONS[call.int(1)];
  if (!names) return integer(call.int(index));
  return oneOf(call.int(index), setNamed(names[0]), names[1]);
});
const optionIn = onEntry((call, index) => {
  const length = call.int(index + 1);
  return length === 4
    ? numberAt(call, call.ulong(index), 4)
    : bytesAt(call, call.ulong(index), length);
});
const optionOut = onExit((call, index) =>
  call.failed ? pointer(call.ulong(index)) : numberAt(call, call.ulong(index), 4),
);
const how = choice(
  () => [
    ["SHUT_RD", 0],
    ["SHUT_WR", 1],
    ["SHUT_RDWR", 2],
  ],
  "SHUT_???",
);

/** struct msghdr, its data cut at so many bytes. */
function message(call: Call, at: bigint, bytes: number): Value {
  const found = call.word === 4 ? null : call.memory.read(Number(at), 56);
  if (!found) return pointer(at);
  const { view } = found;
  const [name, iov, count, control, controlLength] = [0, 16, 24, 32, 40].map((offset) =>
    view.getBigUint64(offset, true),
  );
  const nameLength = view.getInt32(8, true);
  const messageFlagsValue = view.getUint32(48, true);
  const vectors: Value[] = [];
  let left = bytes;
  for (let i = 0; i < Math.min(Number(count), call.limits.array); i++) {
    const each = call.memory.read(Number(iov) + i * 16, 16);
    if (!each) break;
    const [base, length] = [
      each.view.getBigUint64(0, true),
      Number(each.view.getBigUint64(8, true)),
    ];
    vectors.push(
      struct([
        ["iov_base", bytesAt(call, base, Math.min(length, left))],
        ["iov_len", integer(length)],
      ]),
    );
    left = Math.max(0, left - length);
  }
  return struct([
    ["msg_name", name === 0n ? pointer(name) : socketAddress(call, name, nameLength)],
    ["msg_namelen", integer(nameLength)],
    ["msg_iov", { kind: "array", items: vectors }],
    ["msg_iovlen", integer(count)],
    ...(control === 0n ? [] : [["msg_control", pointer(control)] as const]),
    ["msg_controllen", integer(controlLength)],
    ["msg_flags", flags(messageFlagsValue, setNamed("message"))],
  ]);
}
const messageIn = onEntry((call, index) =>
  message(call, call.ulong(index), Number.MAX_SAFE_INTEGER),
);
const messageOut = onExit((call, index) =>
  call.failed ? pointer(call.ulong(index)) : message(call, call.ulong(index), call.result),
);

export const NETWORK_DECODERS: Readonly<Record<string, readonly Argument[]>> = {
  socket: [family, socketType, protocol],
  socketpair: [family, socketType, protocol, outputFds(2)],
  connect: [fd, addressIn, int],
  bind: [fd, addressIn, int],
  listen: [fd, int],
  accept: [fd, addressOut(2), lengthOut],
  accept4: [fd, addressOut(2), lengthOut, socketType],
  getsockname: [fd, addressOut(2), lengthOut],
  getpeername: [fd, addressOut(2), lengthOut],
  sendto: [fd, input(2), ulong, messageFlags, addressIn, int],
  recvfrom: [fd, output, ulong, messageFlags, addressOut(5), lengthOut],
  sendmsg: [fd, messageIn, messageFlags],
  recvmsg: [fd, messageOut, messageFlags],
  setsockopt: [fd, level, option, optionIn, int],
  getsockopt: [fd, level, option, optionOut, lengthOut],
  shutdown: [fd, how],
};

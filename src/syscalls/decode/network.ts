/** Sockets: socket(2), connect(2), send(2), getsockopt(2). */
import { enumValue, flags, integer, NamedValue, pointer } from "../value.ts";
import { choice, fd, int, numberAt, outputFds, set, uint, ulong } from "./arguments.ts";
import { type ArgumentDecoder, onEntry, onExit, type SyscallView } from "./call.ts";
import {
  messageFlags,
  messageIn,
  messageOut,
  messagesIn,
  messagesOut,
  socketData,
} from "./messages.ts";
import { constants } from "./named-constants.ts";
import { socketAddress } from "./socket-address.ts";
import { option, optionIn, optionOut } from "./socket-options.ts";
import { timespecAt } from "./structs.ts";

const AF_INET = 2;
const AF_INET6 = 10;
const AF_NETLINK = 16;
const SOCK_TYPE_MASK = 0xf;

const family = choice(() => constants("family"), "AF_???");
const socketType = onEntry((call, index) => {
  const value = call.int(index);
  const type = enumValue(value & SOCK_TYPE_MASK, constants("socket"), "SOCK_???");
  const extra = flags(value & ~SOCK_TYPE_MASK, [
    ["SOCK_CLOEXEC", 0o2000000],
    ["SOCK_NONBLOCK", 0o4000],
  ]);
  const rest = type.names.length ? extra.rest : value;
  return new NamedValue(value, [...type.names, ...extra.names], rest, {
    kind: "bits",
    placeholder: "SOCK_???",
  });
});
/** The protocols depend on the family. */
const protocol = onEntry((call, index) => {
  const value = call.int(index);
  const domain = call.int(0);
  if (domain === AF_INET || domain === AF_INET6)
    return enumValue(value, constants("protocol"), "IPPROTO_???");
  return domain === AF_NETLINK
    ? enumValue(value, constants("protocol_netlink"), "NETLINK_???")
    : integer(value);
});

/** A received message. With MSG_TRUNC the result is its whole length, which may exceed the buffer. */
const received = onExit((call, index) => {
  const [at, room] = [call.ulong(index), Number(call.ulong(index + 1))];
  return call.failed ? pointer(at) : socketData(call, at, Math.min(call.result, room));
});

const sent = onEntry((call, index) =>
  socketData(call, call.ulong(index), Number(call.ulong(index + 1))),
);

const timespecIn = onEntry(
  (call, index) => timespecAt(call, call.ulong(index)) ?? pointer(call.ulong(index)),
);
const addressIn = onEntry((call, index) =>
  socketAddress(call, call.ulong(index), call.int(index + 1)),
);
/**
 * An address that the kernel writes; another argument points to its length, which may exceed the
 * buffer.
 */
function addressOut(lengthIndex: number): ArgumentDecoder {
  const lengthOf = (call: SyscallView) => {
    const found = call.memory.read(call.address(lengthIndex), 4);
    return found ? found.view.getInt32(0, true) : null;
  };
  return onExit(
    (call, index, before) => {
      const at = call.ulong(index);
      const length = call.failed ? null : lengthOf(call);
      const room = before?.kind === "integer" ? Number(before.value) : MAX_ADDRESS_SIZE;
      return length === null ? pointer(at) : socketAddress(call, at, Math.min(length, room));
    },
    (call) => {
      const length = lengthOf(call);
      return length === null ? null : integer(length);
    },
  );
}
const MAX_ADDRESS_SIZE = 128;
const acceptFlags = set(
  () => [
    ["SOCK_CLOEXEC", 0o2000000],
    ["SOCK_NONBLOCK", 0o4000],
  ],
  "SOCK_???",
);
/**
 * A length that the kernel updates: the size of the buffer and the actual length if they differ.
 */
const lengthOut = onExit(
  (call, index, before) => {
    const after = numberAt(call, call.ulong(index), 4);
    const [room, length] = [before, after].map((value) =>
      value?.kind === "array" && value.items[0].kind === "integer" ? value.items[0] : null,
    );
    if (call.failed || !room || !length || room.value === length.value) return before ?? after;
    return { kind: "change", before: room, after: length, indirect: true };
  },
  (call, index) => numberAt(call, call.ulong(index), 4),
);
const level = choice(() => constants("socket_level"), "SOL_??");
const how = choice(
  () => [
    ["SHUT_RD", 0],
    ["SHUT_WR", 1],
    ["SHUT_RDWR", 2],
  ],
  "SHUT_???",
);

export const NETWORK_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  socket: [family, socketType, protocol],
  socketpair: [family, socketType, int, outputFds(2)],
  connect: [fd, addressIn, int],
  bind: [fd, addressIn, int],
  listen: [fd, int],
  accept: [fd, addressOut(2), lengthOut],
  accept4: [fd, addressOut(2), lengthOut, acceptFlags],
  getsockname: [fd, addressOut(2), lengthOut],
  getpeername: [fd, addressOut(2), lengthOut],
  sendto: [fd, sent, ulong, messageFlags, addressIn, int],
  recvfrom: [fd, received, ulong, messageFlags, addressOut(5), lengthOut],
  sendmsg: [fd, messageIn, messageFlags],
  recvmsg: [fd, messageOut, messageFlags],
  sendmmsg: [fd, messagesIn, uint, messageFlags],
  recvmmsg: [fd, messagesOut, uint, messageFlags, timespecIn],
  setsockopt: [fd, level, option, optionIn, int],
  getsockopt: [fd, level, option, optionOut, lengthOut],
  shutdown: [fd, how],
};

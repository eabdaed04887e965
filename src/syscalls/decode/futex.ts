/** futex(2): the arguments depend on the operation. */
import {
  enumValue,
  flags,
  integer,
  type PartsValue,
  parts,
  pointer,
  struct,
  symbol,
  withNumber,
} from "../value.ts";
import { address, choice, hexInt, timespecIn, uint } from "./arguments.ts";
import { arrayAt } from "./arrays.ts";
import { type ArgumentDecoder, onEntry, type SyscallView } from "./call.ts";
import { constantName, constants } from "./named-constants.ts";
import { timespecAt } from "./structs.ts";

const FUTEX_PRIVATE = 128;
const FUTEX_CLOCK_REALTIME = 256;
const commandOf = (call: SyscallView) =>
  constantName("futex", call.uint(1) & 0x7f).slice("FUTEX_".length);

/** The kernel refuses the flag with other commands. */
const CLOCK_COMMANDS = /^(WAIT|WAIT_BITSET|WAIT_REQUEUE_PI|LOCK_PI2)$/;
const futexOperation = onEntry((call, index) => {
  const value = call.uint(index);
  const name = commandOf(call);
  const isClock = (value & FUTEX_CLOCK_REALTIME) !== 0;
  if (name === "" || (isClock && !CLOCK_COMMANDS.test(name)))
    return enumValue(value, [], "FUTEX_???");
  const clock = isClock ? ["FUTEX_CLOCK_REALTIME"] : [];
  if ((value & FUTEX_PRIVATE) === 0) return withNumber(value, parts(`FUTEX_${name}`, ...clock));
  const own = name === "FD" ? ["FUTEX_FD", "FUTEX_PRIVATE_FLAG"] : [`FUTEX_${name}_PRIVATE`];
  return withNumber(value, parts(...own, ...clock));
});

/** A value within a number, and the shift of the number: "FUTEX_OP_CMP_EQ<<24". */
function shifted(set: string, value: number, shift: number, placeholder: string): string {
  const name = constantName(set, value);
  return name ? `${name}<<${shift}` : `0x${value.toString(16)}<<${shift} /* ${placeholder} */`;
}

/** The operation of FUTEX_WAKE_OP. */
function wakeOperation(value: number): PartsValue {
  const hex = (number: number) => (number ? `0x${number.toString(16)}` : "0");
  const list = [
    ...(value >>> 31 ? ["FUTEX_OP_OPARG_SHIFT<<28"] : []),
    shifted("futex_wake_op", (value >>> 28) & 7, 28, "FUTEX_OP_???"),
    `${hex((value >>> 12) & 0xfff)}<<12`,
    shifted("futex_wake_cmp", (value >>> 24) & 0xf, 24, "FUTEX_OP_CMP_???"),
    hex(value & 0xfff),
  ];
  return { ...parts(...list), value: integer(value, "hex") };
}
const TIMEOUT_COMMANDS = /^(WAIT|WAIT_BITSET|LOCK_PI|LOCK_PI2|WAIT_REQUEUE_PI)$/;
const REQUEUE_COMMANDS = /REQUEUE|WAKE_OP/;
const futexTimeout = onEntry((call, index) => {
  const name = commandOf(call);
  if (REQUEUE_COMMANDS.test(name) && name !== "WAIT_REQUEUE_PI") return uint.decode(call, index);
  if (TIMEOUT_COMMANDS.test(name))
    return timespecAt(call, call.ulong(index)) ?? address.decode(call, index);
  return name === "" ? address.decode(call, index) : null;
});
const futexUaddr2 = onEntry((call, index) => {
  const name = commandOf(call);
  return REQUEUE_COMMANDS.test(name) || name === "" ? address.decode(call, index) : null;
});
const futexVal3 = onEntry((call, index) => {
  const name = commandOf(call);
  if (name.endsWith("BITSET"))
    return call.uint(index) === 0xffffffff
      ? symbol("FUTEX_BITSET_MATCH_ANY", integer(0xffffffff, "hex"))
      : integer(call.uint(index), "hex");
  if (name === "WAKE_OP") return wakeOperation(call.uint(index));
  if (name === "") return hexInt.decode(call, index);
  return name.startsWith("CMP_REQUEUE") ? uint.decode(call, index) : null;
});
const futexVal = onEntry((call, index) =>
  /^(LOCK_PI|LOCK_PI2|UNLOCK_PI|TRYLOCK_PI)$/.test(commandOf(call))
    ? null
    : uint.decode(call, index),
);

const FUTEX_WAITV_SIZE = 24;
const FUTEX_WAITV_MAX = 128;
/** strace's names for the bits of futex_waitv(2). */
const WAITER_FLAGS = [
  ["FUTEX_32", 2],
  ["FUTEX_PRIVATE_FLAG", 0x80],
] as const;
/** struct futex_waitv[]. */
const waiters = onEntry((call, index) => {
  const count = Math.min(call.uint(index + 1), FUTEX_WAITV_MAX);
  const value = arrayAt(call, call.ulong(index), count, FUTEX_WAITV_SIZE, (view) => {
    const reserved = view.getUint32(20, true);
    return struct([
      ["val", integer(view.getBigUint64(0, true), "hex")],
      ["uaddr", pointer(view.getBigUint64(8, true))],
      ["flags", flags(view.getUint32(16, true), WAITER_FLAGS, "FUTEX_???")],
      ...(reserved ? [["__reserved", integer(reserved, "hex")] as const] : []),
    ]);
  });
  return value.kind === "array" && call.uint(index + 1) > count ? { ...value, cut: true } : value;
});
const clock = choice(() => constants("clock"), "CLOCK_???");

export const FUTEX_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  futex_waitv: [waiters, uint, hexInt, timespecIn, clock],
  futex: [address, futexOperation, futexVal, futexTimeout, futexUaddr2, futexVal3],
};

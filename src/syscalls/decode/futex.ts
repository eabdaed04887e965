/** futex(2): what its arguments are depends on the operation. */
import { integer, oneOf, word } from "../value.ts";
import { address, uint } from "./arguments.ts";
import { type Argument, type Call, onEntry } from "./call.ts";
import { nameIn } from "./named-constants.ts";
import { timespecAt } from "./structs.ts";

const FUTEX_PRIVATE = 128;
const FUTEX_CLOCK_REALTIME = 256;
const commandOf = (call: Call) => nameIn("futex", call.uint(1) & 0x7f).slice("FUTEX_".length);

const futexOperation = onEntry((call, index) => {
  const value = call.uint(index);
  const name = commandOf(call);
  if (name === "") return oneOf(value, [], "FUTEX_???");
  const own = value & FUTEX_PRIVATE ? "_PRIVATE" : "";
  return word(`FUTEX_${name}${own}${value & FUTEX_CLOCK_REALTIME ? "|FUTEX_CLOCK_REALTIME" : ""}`);
});
const WAITS = /^(WAIT|WAIT_BITSET|LOCK_PI|LOCK_PI2|WAIT_REQUEUE_PI)$/;
const REQUEUES = /REQUEUE|WAKE_OP/;
const futexTime = onEntry((call, index) => {
  const name = commandOf(call);
  if (REQUEUES.test(name) && name !== "WAIT_REQUEUE_PI") return uint.decode(call, index);
  if (WAITS.test(name)) return timespecAt(call, call.ulong(index)) ?? address.decode(call, index);
  return name === "" ? address.decode(call, index) : null;
});
const futexOther = onEntry((call, index) => {
  const name = commandOf(call);
  return REQUEUES.test(name) || name === "" ? address.decode(call, index) : null;
});
const futexLast = onEntry((call, index) => {
  const name = commandOf(call);
  if (name.endsWith("BITSET"))
    return call.uint(index) === 0xffffffff
      ? word("FUTEX_BITSET_MATCH_ANY")
      : integer(call.uint(index), "hex");
  return name.startsWith("CMP_REQUEUE") || name === "" ? uint.decode(call, index) : null;
});
const futexValue = onEntry((call, index) =>
  /^(LOCK_PI|LOCK_PI2|UNLOCK_PI|TRYLOCK_PI)$/.test(commandOf(call))
    ? null
    : uint.decode(call, index),
);

export const FUTEX_DECODERS: Readonly<Record<string, readonly Argument[]>> = {
  futex: [address, futexOperation, futexValue, futexTime, futexOther, futexLast],
};

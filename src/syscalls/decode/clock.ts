/** Clocks and their adjustment: time(2), gettimeofday(2), adjtimex(2), times(2). */
import { array, integer, pointer, type Value } from "../value.ts";
import { choice } from "./arguments.ts";
import { type ArgumentDecoder, onEntry, onExit, type SyscallView } from "./call.ts";
import { structAt } from "./generic.ts";
import { constants } from "./named-constants.ts";
import { shapeAt } from "./shapes.ts";
import { timevalAt } from "./structs.ts";

const isDone = (call: SyscallView) => !call.failed;
const structOut = (tag: string) =>
  onExit((call, index) => {
    const at = call.ulong(index);
    return isDone(call) ? structAt(call, at, tag) : pointer(at);
  });
const clock = choice(() => constants("clock"), "CLOCK_???");

const secondsOut = onExit((call, index): Value => {
  const at = call.ulong(index);
  const found = at === 0n || call.failed ? null : call.memory.read(Number(at), 8);
  return found ? array([integer(found.view.getBigInt64(0, true), "date")]) : pointer(at);
});
const timeval = (call: SyscallView, index: number): Value =>
  timevalAt(call, call.ulong(index)) ?? pointer(call.ulong(index));

export const CLOCK_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  time: [secondsOut],
  times: [structOut("tms")],
  adjtimex: [structOut("__kernel_timex")],
  clock_adjtime: [clock, structOut("__kernel_timex")],
  gettimeofday: [
    onExit((call, index) => (isDone(call) ? timeval(call, index) : pointer(call.ulong(index)))),
    structOut("timezone"),
  ],
  settimeofday: [
    onEntry(timeval),
    onEntry((call, index) => shapeAt(call, call.ulong(index), "timezone")),
  ],
};

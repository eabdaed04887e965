/** Scheduling: CPU sets and parameters. sched(7). */

import { array, enumValue, flags, integer, pointer, setOf, struct, type Value } from "../value.ts";
import { type ArgumentDecoder, onEntry, onExit, type SyscallView } from "./call.ts";
import { constants } from "./named-constants.ts";

const MAX_MASK_SIZE = 128;

/** A CPU set. @param length in bytes; null if there is nothing to read */
export function cpuMask(length: (call: SyscallView) => number | null): ArgumentDecoder {
  return onExit((call, index) => {
    const at = call.ulong(index);
    const size = Math.min(length(call) ?? 0, MAX_MASK_SIZE);
    const found = at === 0n || size <= 0 ? null : call.memory.read(Number(at), size);
    if (!found) return pointer(at);
    const cpus = Array.from({ length: size * 8 }, (_, i) => i).filter(
      (i) => (found.bytes[i >> 3] >> (i & 7)) & 1,
    );
    return setOf(cpus);
  });
}

/** struct sched_param. */
export const schedParam = onEntry((call, index) => {
  const at = call.ulong(index);
  const found = at === 0n ? null : call.memory.read(Number(at), 4);
  return found ? array([integer(found.view.getInt32(0, true))]) : pointer(at);
});

/** struct sched_attr, with the fields that its size covers. */
const schedAttr =
  (isOutput: boolean): ArgumentDecoder["decode"] =>
  (call, index) => {
    const at = call.ulong(index);
    const found = at === 0n || (isOutput && call.failed) ? null : call.memory.read(Number(at), 48);
    if (!found) return pointer(at);
    const { view } = found;
    const size = view.getUint32(0, true);
    const fields: [string, Value][] = [
      ["size", integer(size)],
      ["sched_policy", enumValue(view.getUint32(4, true), constants("scheduler"), "SCHED_???")],
      [
        "sched_flags",
        flags(view.getBigUint64(8, true), constants("scheduler_flags"), "SCHED_FLAG_???"),
      ],
      ["sched_nice", integer(view.getInt32(16, true))],
      ["sched_priority", integer(view.getUint32(20, true))],
      ["sched_runtime", integer(view.getBigUint64(24, true))],
      ["sched_deadline", integer(view.getBigUint64(32, true))],
      ["sched_period", integer(view.getBigUint64(40, true))],
    ];
    const more = size >= 56 ? call.memory.read(Number(at) + 48, 8) : null;
    if (more)
      fields.push(
        ["sched_util_min", integer(more.view.getUint32(0, true))],
        ["sched_util_max", integer(more.view.getUint32(4, true))],
      );
    return struct(fields);
  };

const int = onEntry((call, index) => integer(call.int(index)));
const uint = onEntry((call, index) => integer(call.uint(index)));

export const SCHEDULING_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  sched_setattr: [int, onEntry(schedAttr(false)), uint],
  sched_getattr: [int, onExit(schedAttr(true)), uint, uint],
};

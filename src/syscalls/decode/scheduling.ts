/** Scheduling: CPU sets and parameters. sched(7). */

import {
  array,
  enumValue,
  flags,
  integer,
  pointer,
  type StructValue,
  setOf,
  struct,
  type Value,
} from "../value.ts";
import { type ArgumentDecoder, onEntry, onExit, type SyscallView } from "./call.ts";
import { constants } from "./named-constants.ts";

const MAX_MASK_SIZE = 128;

/** A CPU set. @param length in bytes; null if there is nothing to read */
export function cpuMask(length: (call: SyscallView) => number | null): ArgumentDecoder {
  return onExit((call, index) => {
    const at = call.ulong(index);
    const size = Math.min(length(call) ?? 0, MAX_MASK_SIZE);
    if (at !== 0n && length(call) === 0) return setOf([]);
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

/** Sizes of struct sched_attr: that of its first version, and that of its last. */
const SCHED_ATTR_MIN = 48;
const SCHED_ATTR_KNOWN = 56;

/** Flags that leave the policy, and the parameters too, as they are. */
const KEEP_POLICY = 0x08n;
const KEEP_PARAMS = 0x10n;

/** Returns the fields of struct sched_attr that a size covers and the call uses. */
function schedFields(view: DataView, size: number, isInput: boolean): [string, Value][] {
  const bits = view.getBigUint64(8, true);
  const kept = isInput ? bits : 0n;
  const policy = view.getUint32(4, true);
  const named: readonly [string, Value][] = [
    ["sched_policy", enumValue(policy, constants("scheduler"), "SCHED_???")],
  ];
  const parameters: readonly [string, Value][] = [
    ["sched_nice", integer(view.getInt32(16, true))],
    ["sched_priority", integer(view.getUint32(20, true))],
    ["sched_runtime", integer(view.getBigUint64(24, true))],
    ["sched_deadline", integer(view.getBigUint64(32, true))],
    ["sched_period", integer(view.getBigUint64(40, true))],
  ];
  const clamps: readonly [string, Value][] =
    size < SCHED_ATTR_KNOWN
      ? []
      : [
          ["sched_util_min", integer(view.getUint32(48, true))],
          ["sched_util_max", integer(view.getUint32(52, true))],
        ];
  return [
    ["size", integer(view.getUint32(0, true))],
    ...(kept & (KEEP_POLICY | KEEP_PARAMS) ? [] : named),
    ["sched_flags", flags(bits, constants("scheduler_flags"), "SCHED_FLAG_???")],
    ...(kept & KEEP_PARAMS ? [] : parameters),
    ...clamps,
  ];
}

function schedAttrAt(call: SyscallView, at: bigint, isInput: boolean): StructValue | null {
  const size = at === 0n ? undefined : call.memory.read(Number(at), 4)?.view.getUint32(0, true);
  if (size === undefined) return null;
  // The kernel takes 0 for the first version.
  const known = Math.min(size === 0 ? SCHED_ATTR_MIN : size, SCHED_ATTR_KNOWN);
  if (known < SCHED_ATTR_MIN) return struct([["size", integer(size)]]);
  const found = call.memory.read(Number(at), known);
  return found && struct(schedFields(found.view, known, isInput), size > SCHED_ATTR_KNOWN);
}

/** The kernel corrects a size that it does not know. */
const newSchedAttr: ArgumentDecoder = {
  ...onEntry((call, index) => {
    const at = call.ulong(index);
    return schedAttrAt(call, at, true) ?? pointer(at);
  }),
  extendAtExit: (call, index, value) => {
    if (value.kind !== "struct" || value.fields.length > 1 || !call.failed) return value;
    const found = call.memory.read(call.address(index), 4);
    if (!found) return value;
    return { ...value, written: struct([["size", integer(found.view.getUint32(0, true))]]) };
  },
};
const schedAttrOut = onExit((call, index) => {
  const at = call.ulong(index);
  return (call.failed ? null : schedAttrAt(call, at, false)) ?? pointer(at);
});

const int = onEntry((call, index) => integer(call.int(index)));
const uint = onEntry((call, index) => integer(call.uint(index)));

export const SCHEDULING_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  sched_setattr: [int, newSchedAttr, uint],
  sched_getattr: [int, schedAttrOut, uint, uint],
};

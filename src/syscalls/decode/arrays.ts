/** Arrays and structs of a length that the caller passes. */
import { array, pointer, type StructTail, type Value } from "../value.ts";
import { type ArgumentDecoder, onEntry, onExit, type SyscallView } from "./call.ts";

/** Decodes an element at the start of a view; `at` is its address. */
export type ElementDecoder = (view: DataView, at: bigint) => Value;

/** Maximum number of elements with strace's -v. */
const MAX_ELEMENTS = 4096;

/** Returns the maximum number of elements to show. */
export function arrayLimit(call: SyscallView): number {
  return call.abbreviated ? call.limits.array : MAX_ELEMENTS;
}

/** An address has 64 bits at most. */
const ADDRESS_END = 1n << 64n;

/**
 * Decodes an array, as far as it can be read.
 * @param count number of elements; the value has at most `arrayLimit` of them
 * @param size of an element in bytes
 */
export function arrayAt(
  call: SyscallView,
  at: bigint,
  count: number | bigint,
  size: number,
  element: ElementDecoder,
): Value {
  if (at === 0n) return pointer(at);
  if (BigInt(count) === 0n) return array([]);
  if (count < 0 || at + BigInt(count) * BigInt(size) > ADDRESS_END) return pointer(at);
  const limit = arrayLimit(call);
  const items: Value[] = [];
  for (let i = 0; i < count; i++) {
    const next = at + BigInt(i * size);
    const found = call.memory.read(Number(next), size);
    if (!found) return i === 0 ? pointer(at) : array(items, true, next);
    if (i === limit) return array(items, true);
    // The element may read more memory, which invalidates the view.
    const copy = new DataView(found.bytes.slice(0, size).buffer);
    items.push(element(copy, next));
  }
  return array(items);
}

/** An array that the kernel reads. @param count returns the number of elements */
export function inputArray(
  count: (call: SyscallView) => number | bigint,
  size: number,
  element: (call: SyscallView) => ElementDecoder,
): ArgumentDecoder {
  return onEntry((call, index) =>
    arrayAt(call, call.ulong(index), count(call), size, element(call)),
  );
}

/** An array that the kernel writes if the call succeeds. */
export function outputArray(
  count: (call: SyscallView) => number | bigint,
  size: number,
  element: (call: SyscallView) => ElementDecoder,
): ArgumentDecoder {
  return onExit((call, index) =>
    call.failed
      ? pointer(call.ulong(index))
      : arrayAt(call, call.ulong(index), count(call), size, element(call)),
  );
}

/**
 * Reads what follows the known fields of a struct.
 * @param at address of the struct
 * @param from size of its known fields
 * @param size of the struct, as the caller declares it
 * @returns undefined if there is nothing, or only zeros
 */
export function structTail(
  call: SyscallView,
  at: bigint,
  from: number,
  size: number,
): StructTail | undefined {
  const length = size - from;
  if (length <= 0) return undefined;
  const shown = Math.min(length, call.limits.string);
  const found = call.memory.read(Number(at) + from, shown);
  if (!found) return { from, length, bytes: null };
  const bytes = found.bytes.slice(0, shown);
  return bytes.some((byte) => byte !== 0) ? { from, length, bytes } : undefined;
}

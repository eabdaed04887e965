/** struct iovec: readv(2), and the same in struct msghdr. */
import { integer, pointer, struct, type Value } from "../value.ts";
import { bytesAt, wordAt } from "./arguments.ts";
import { arrayAt } from "./arrays.ts";
import { type ArgumentDecoder, onEntry, onExit, type SyscallView } from "./call.ts";

/**
 * Decodes an array of struct iovec.
 * @param bytes total length of the data; null shows addresses only
 * @param show decodes the data
 */
export function iovecsAt(
  call: SyscallView,
  at: bigint,
  count: number | bigint,
  bytes: number | null,
  show: typeof bytesAt = bytesAt,
): Value {
  let left = bytes ?? 0;
  return arrayAt(call, at, count, 2 * call.wordSize, (view) => {
    const [base, length] = [0, call.wordSize].map((offset) => wordAt(call, view, offset));
    const part = Math.min(Number(length), left);
    left -= part;
    return struct([
      ["iov_base", bytes === null ? pointer(base) : show(call, base, part)],
      ["iov_len", integer(length)],
    ]);
  });
}

/** The next argument is the count. */
function iovecsDecoder(bytes: (call: SyscallView) => number | null): ArgumentDecoder["decode"] {
  return (call, index) => iovecsAt(call, call.ulong(index), call.ulong(index + 1), bytes(call));
}

export const writeVectors = onEntry(iovecsDecoder(() => Number.POSITIVE_INFINITY));
export const readVectors = onExit(iovecsDecoder((call) => (call.failed ? null : call.result)));
/** Vectors of another process's memory. */
export const remoteVectors = onEntry(iovecsDecoder(() => null));

/** struct iovec: readv(2), and the same in struct msghdr. */
import { array, integer, pointer, struct, type Value } from "../value.ts";
import { bytesAt } from "./arguments.ts";
import { type ArgumentDecoder, onEntry, onExit, type SyscallView } from "./call.ts";

/**
 * Decodes an array of struct iovec.
 * @param bytes total length of the data; null shows addresses only
 */
export function iovecsAt(
  call: SyscallView,
  at: bigint,
  count: number,
  bytes: number | null,
): Value {
  if (at === 0n || count === 0) return count === 0 && at !== 0n ? array([]) : pointer(at);
  const items: Value[] = [];
  let left = bytes ?? 0;
  const shown = Math.min(count, call.limits.array);
  for (let i = 0; i < shown; i++) {
    const found = call.memory.read(Number(at) + i * 2 * call.wordSize, 2 * call.wordSize);
    if (!found) break;
    const word = (offset: number) =>
      call.wordSize === 8
        ? found.view.getBigUint64(offset, true)
        : BigInt(found.view.getUint32(offset, true));
    const [base, length] = [word(0), word(call.wordSize)];
    const part = Math.min(Number(length), left);
    left -= part;
    items.push(
      struct([
        ["iov_base", bytes === null ? pointer(base) : bytesAt(call, base, part)],
        ["iov_len", integer(length)],
      ]),
    );
  }
  return items.length === 0 ? pointer(at) : array(items, count > items.length);
}

/** The next argument is the count. */
function iovecsDecoder(bytes: (call: SyscallView) => number | null): ArgumentDecoder["decode"] {
  return (call, index) => iovecsAt(call, call.ulong(index), call.int(index + 1), bytes(call));
}

export const writeVectors = onEntry(iovecsDecoder(() => Number.MAX_SAFE_INTEGER));
export const readVectors = onExit(iovecsDecoder((call) => (call.failed ? null : call.result)));
/** Vectors of another process's memory. */
export const remoteVectors = onEntry(iovecsDecoder(() => null));

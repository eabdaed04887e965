/** Finds the data that a call reads or writes: strace's -e read= and -e write=. */
import { ulongAt } from "./decode/arguments.ts";
import type { SyscallView } from "./decode/call.ts";

/** Data of a call, or a heading for what follows. */
export interface IoBuffer {
  /** "3 bytes in buffer 0", after a mark; "" for the only buffer of a call. */
  readonly heading: string;
  readonly bytes: Uint8Array;
  /** The rest, from a page on that cannot be read. */
  readonly missing: { readonly address: number; readonly length: number } | null;
}

/** The fds whose data is shown: filters/selection.ts. */
export interface DumpedFds {
  readonly read: { has(fd: number): boolean };
  readonly write: { has(fd: number): boolean };
}

/** What an argument points to: the data itself, or one of the structs that point to it. */
type Container = "buffer" | "vectors" | "message" | "messages";

const READS: Readonly<Record<string, Container>> = {
  read: "buffer",
  pread64: "buffer",
  recv: "buffer",
  recvfrom: "buffer",
  mq_timedreceive: "buffer",
  mq_timedreceive_time64: "buffer",
  readv: "vectors",
  preadv: "vectors",
  preadv2: "vectors",
  recvmsg: "message",
  recvmmsg: "messages",
  recvmmsg_time64: "messages",
};
const WRITES: Readonly<Record<string, Container>> = {
  write: "buffer",
  pwrite64: "buffer",
  send: "buffer",
  sendto: "buffer",
  mq_timedsend: "buffer",
  mq_timedsend_time64: "buffer",
  writev: "vectors",
  pwritev: "vectors",
  pwritev2: "vectors",
  vmsplice: "vectors",
  sendmsg: "message",
  sendmmsg: "messages",
};
const CHUNK = 1 << 20;
const PAGE = 4096;
const NO_BYTES = new Uint8Array(0);

/** Copies memory up to a page that cannot be read. */
function copy({ memory }: SyscallView, address: number, length: number): Omit<IoBuffer, "heading"> {
  const parts: Uint8Array[] = [];
  let step = CHUNK;
  let at = 0;
  while (at < length) {
    const pageEnd = PAGE - ((address + at) % PAGE);
    const size = Math.min(step === PAGE ? pageEnd : step, length - at);
    const found = memory.read(address + at, size);
    if (!found && step === PAGE) break;
    if (found) {
      parts.push(found.bytes.slice(0, size));
      at += size;
    } else step = PAGE;
  }
  const missing = at < length ? { address: address + at, length: length - at } : null;
  return { bytes: Buffer.concat(parts), missing };
}

/** Reads the buffers of an array of struct iovec; none if it cannot be read as a whole. @param limit the number of bytes that were read */
function vectorBuffers(call: SyscallView, at: number, count: number, limit: number): IoBuffer[] {
  const buffers: IoBuffer[] = [];
  for (let index = 0, rest = limit; index < count && rest > 0; index++) {
    const entry = at + index * 2 * call.wordSize;
    const [base, length] = [ulongAt(call, entry), ulongAt(call, entry + call.wordSize)];
    if (base === null || length === null) return [];
    const size = Math.min(Number(length), rest);
    rest -= size;
    if (size === 0) continue;
    buffers.push({
      heading: ` * ${size} bytes in buffer ${index}`,
      ...copy(call, Number(base), size),
    });
  }
  return buffers;
}

/** Offsets in struct msghdr and its size, by the size of a word. */
const MESSAGE = { 4: { vectors: 8, count: 12, size: 28 }, 8: { vectors: 16, count: 24, size: 56 } };

function messageBuffers(call: SyscallView, at: number, limit: number): IoBuffer[] {
  const layout = MESSAGE[call.wordSize];
  const [vectors, count] = [ulongAt(call, at + layout.vectors), ulongAt(call, at + layout.count)];
  return vectors === null || count === null
    ? []
    : vectorBuffers(call, Number(vectors), Number(count), limit);
}

/** Reads an array of struct mmsghdr, each with the length of its data at the end. */
function messagesBuffers(call: SyscallView, at: number, count: number): IoBuffer[] {
  const { size, count: countAt } = MESSAGE[call.wordSize];
  const stride = size + call.wordSize;
  const buffers: IoBuffer[] = [];
  for (let index = 0; index < count; index++) {
    const message = at + index * stride;
    const length = call.memory.read(message + size, 4)?.view.getUint32(0, true);
    const vectors = ulongAt(call, message + countAt);
    if (length === undefined || vectors === null) break;
    buffers.push({
      heading: ` = ${vectors} buffers in vector ${index}`,
      bytes: NO_BYTES,
      missing: null,
    });
    buffers.push(...messageBuffers(call, message, length));
  }
  return buffers;
}

/** Returns the data that a call read or wrote, after it returned, if its fd is one of those. */
export function ioBuffers(call: SyscallView, fds: DumpedFds): IoBuffer[] {
  const isRead = Object.hasOwn(READS, call.name);
  const kind = isRead ? READS[call.name] : WRITES[call.name];
  if (kind === undefined || !(isRead ? fds.read : fds.write).has(call.int(0))) return [];
  if (isRead && call.failed) return [];
  const at = call.address(1);
  const length = isRead ? call.result : Infinity;
  switch (kind) {
    case "buffer": {
      const copied = copy(call, at, isRead ? call.result : Number(call.ulong(2)));
      return copied.bytes.length === 0 ? [] : [{ heading: "", ...copied }];
    }
    case "vectors":
      return vectorBuffers(call, at, call.uint(2), length);
    case "message":
      return messageBuffers(call, at, length);
    case "messages":
      return call.failed ? [] : messagesBuffers(call, at, call.result);
  }
}

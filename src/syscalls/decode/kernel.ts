/** The kernel itself: kexec_load(2), swapon(2), message queues of mq_overview(7), io_uring_enter(2). */
import { flags, integer, NamedValue, pointer, struct, type Value } from "../value.ts";
import {
  address,
  fd,
  inputBuffer,
  outputBuffer,
  path,
  set,
  timespecIn,
  uint,
  ulong,
  wordAt,
} from "./arguments.ts";
import { arrayAt } from "./arrays.ts";
import { type ArgumentDecoder, onEntry, onExit, type SyscallView } from "./call.ts";
import { sigevent } from "./misc.ts";
import { compositeValue, constants } from "./named-constants.ts";
import { inputSet } from "./process.ts";

const KEXEC_SEGMENT_MAX = 16n;
const KEXEC_FLAGS = { value: "kexec_arch", mask: 0xffff0000, bits: ["kexec"] };

/** struct kexec_segment. */
function segment(call: SyscallView, view: DataView): Value {
  const [buffer, bufferSize, memory, memorySize] = [0, 1, 2, 3].map((index) =>
    wordAt(call, view, index * call.wordSize),
  );
  return struct([
    ["buf", pointer(buffer)],
    ["bufsz", integer(bufferSize)],
    ["mem", pointer(memory)],
    ["memsz", integer(memorySize)],
  ]);
}
const segments = onEntry((call, index) => {
  const at = call.ulong(index);
  const count = call.ulong(index - 1);
  if (count > KEXEC_SEGMENT_MAX) return pointer(at);
  return arrayAt(call, at, count, 4 * call.wordSize, (view) => segment(call, view));
});

const SWAP_PRIORITY = 0x7fff;
const SWAP_FLAG_PREFER = 0x8000;
/** The lowest bits are a priority. */
const swapFlags = onEntry((call, index) => {
  const value = call.uint(index);
  const priority = value & SWAP_PRIORITY;
  const { names, rest } = flags((value & ~SWAP_PRIORITY) >>> 0, constants("swap"));
  const shown = priority || value & SWAP_FLAG_PREFER ? [String(priority)] : [];
  return new NamedValue(value, [...names, ...shown], rest, {
    ...{ kind: "bits", placeholder: "SWAP_FLAG_???", afterRest: shown.length },
  });
});

const messagePriority = onExit((call, index) => {
  const at = call.ulong(index);
  const found = call.failed || at === 0n ? null : call.memory.read(Number(at), 4);
  return found ? { kind: "array", items: [integer(found.view.getUint32(0, true))] } : pointer(at);
});

const EXTENDED_ARGUMENT = 8;
const GETEVENTS_ARGUMENT_SIZE = 24;
const signalMask = inputSet(5);
/** A signal set, or struct io_uring_getevents_arg. */
const enterArgument = onEntry((call, index) => {
  const at = call.ulong(index);
  const isStruct = call.uint(3) & EXTENDED_ARGUMENT && call.ulong(5) >= GETEVENTS_ARGUMENT_SIZE;
  const found = isStruct ? call.memory.read(Number(at), GETEVENTS_ARGUMENT_SIZE) : null;
  if (!found) return signalMask.decode(call, index);
  const { view } = found;
  return struct([
    ["sigmask", pointer(view.getBigUint64(0, true))],
    ["sigmask_sz", integer(view.getUint32(8, true))],
    ["pad", integer(view.getUint32(12, true))],
    ["ts", pointer(view.getBigUint64(16, true))],
  ]);
});

export const KERNEL_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  kexec_load: [
    address,
    ulong,
    segments,
    onEntry((call, index) => compositeValue(call.ulong(index), KEXEC_FLAGS, call.abi)),
  ],
  swapon: [path, swapFlags],
  mq_unlink: [path],
  mq_notify: [fd, sigevent],
  mq_timedsend: [fd, inputBuffer(2), ulong, uint, timespecIn],
  mq_timedreceive: [fd, outputBuffer, ulong, messagePriority, timespecIn],
  io_uring_enter: [
    fd,
    uint,
    uint,
    set(() => constants("io_uring_enter"), "IORING_ENTER_???"),
    enterArgument,
    ulong,
  ],
};

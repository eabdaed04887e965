/** Asynchronous I/O: io_setup(2), io_submit(2), io_getevents(2). include/uapi/linux/aio_abi.h. */
import { enumValue, flags, integer, pointer, struct, type Value } from "../value.ts";
import { address, bytesAt, fdValue, long, timespecIn, uint, wordAt, wordOut } from "./arguments.ts";
import { arrayAt, outputArray } from "./arrays.ts";
import { type ArgumentDecoder, onEntry, type SyscallView } from "./call.ts";
import { constantName, constants } from "./named-constants.ts";
import { maskWithSize } from "./poll-select.ts";
import { ioprioValue } from "./system.ts";
import { iovecsAt } from "./vectors.ts";

const IO_EVENT_SIZE = 32;

/** struct io_event. */
function ioEvent(view: DataView): Value {
  const word = (offset: number) => view.getBigUint64(offset, true);
  return struct([
    ["data", integer(word(0), "hex")],
    ["obj", integer(word(8), "hex")],
    ["res", integer(view.getBigInt64(16, true))],
    ["res2", integer(view.getBigInt64(24, true))],
  ]);
}
const events = outputArray(
  (call) => call.result,
  IO_EVENT_SIZE,
  () => ioEvent,
);

const IOCB_SIZE = 64;
const IOCB_FLAG_RESFD = 1;
const IOCB_FLAG_IOPRIO = 2;

/** The buffer of an operation: data to be written, or vectors. */
function bufferValue(call: SyscallView, view: DataView, operation: string): Value {
  const at = view.getBigUint64(24, true);
  const count = view.getBigUint64(32, true);
  const isWrite = operation.startsWith("IOCB_CMD_PWRITE");
  if (!operation.endsWith("V")) return isWrite ? bytesAt(call, at, Number(count)) : pointer(at);
  const vectors = iovecsAt(call, at, count, isWrite ? Number.POSITIVE_INFINITY : null);
  return vectors.kind === "array" ? vectors : integer(at, "hex");
}

type Fields = [name: string, value: Value][];

/** The fields of struct iocb that reads, writes and polls use. */
function operationFields(call: SyscallView, view: DataView, operation: string): Fields {
  if (operation === "IOCB_CMD_POLL")
    return [["aio_buf", flags(view.getUint32(24, true), constants("poll"), "POLL???")]];
  if (!/^IOCB_CMD_P(READ|WRITE)V?$/.test(operation)) return [];
  const bits = view.getUint32(56, true);
  const buffer = bufferValue(call, view, operation);
  // A number of vectors, which the array shows.
  const isShown = operation.endsWith("V") && buffer.kind === "array";
  return [
    ["aio_buf", buffer],
    ...(isShown ? [] : ([["aio_nbytes", integer(view.getBigUint64(32, true))]] as Fields)),
    ["aio_offset", integer(view.getBigInt64(40, true))],
    ...(bits
      ? ([["aio_flags", flags(bits, constants("iocb_flags"), "IOCB_FLAG_???")]] as Fields)
      : []),
    ...(bits & IOCB_FLAG_RESFD
      ? ([["aio_resfd", fdValue(call, view.getInt32(60, true))]] as Fields)
      : []),
  ];
}

function priorityFields(view: DataView): Fields {
  const priority = view.getInt16(18, true);
  if (priority === 0) return [];
  const isClass = view.getUint32(56, true) & IOCB_FLAG_IOPRIO;
  return [["aio_reqprio", isClass ? ioprioValue(priority & 0xffff) : integer(priority)]];
}

/** struct iocb. @param isSubmitted whether the kernel reads all of it */
function iocbAt(call: SyscallView, at: bigint, isSubmitted: boolean): Value {
  const found = at === 0n ? null : call.memory.read(Number(at), IOCB_SIZE);
  if (!found) return pointer(at);
  const view = new DataView(found.bytes.slice(0, IOCB_SIZE).buffer);
  const code = view.getUint16(16, true);
  const operation = constantName("iocb", code);
  const key = view.getUint32(8, true);
  return struct([
    ["aio_data", integer(view.getBigUint64(0, true), "hex")],
    ...(key ? ([["aio_key", integer(key)]] as Fields) : []),
    ["aio_lio_opcode", enumValue(code, constants("iocb"), "IOCB_CMD_???", "decimal")],
    ...priorityFields(view),
    ["aio_fildes", fdValue(call, view.getInt32(20, true))],
    ...(isSubmitted ? operationFields(call, view, operation) : []),
  ]);
}

const requests = onEntry((call, index) => {
  const at = call.ulong(index);
  const count = call.long(index - 1);
  if (count < 0) return pointer(at);
  return arrayAt(call, at, count, call.wordSize, (view) =>
    iocbAt(call, wordAt(call, view, 0), true),
  );
});
const request = onEntry((call, index) => iocbAt(call, call.ulong(index), false));

export const AIO_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  io_setup: [uint, wordOut("hex")],
  io_destroy: [address],
  io_submit: [address, long, requests],
  io_cancel: [address, request, address],
  io_getevents: [address, long, long, events, timespecIn],
  io_pgetevents: [address, long, long, events, timespecIn, maskWithSize],
};

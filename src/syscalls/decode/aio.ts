/** Asynchronous I/O: io_setup(2), io_getevents(2). include/uapi/linux/aio_abi.h. */
import { integer, struct, type Value } from "../value.ts";
import { address, long, timespecIn, uint, wordOut } from "./arguments.ts";
import { outputArray } from "./arrays.ts";
import type { ArgumentDecoder } from "./call.ts";
import { maskWithSize } from "./poll-select.ts";

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

export const AIO_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  io_setup: [uint, wordOut("hex")],
  io_destroy: [address],
  io_getevents: [address, long, long, events, timespecIn],
  io_pgetevents: [address, long, long, events, timespecIn, maskWithSize],
};

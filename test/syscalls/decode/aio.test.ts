/** Decodes io_submit(2) and io_cancel(2) from given registers and memory. */
import { expect, test } from "bun:test";
import { argumentText, BASE } from "./fixed-memory.ts";

const PREAD = 0;
const PWRITE = 1;

/** Returns memory with one request at BASE + 16, whose address is at BASE, and data at BASE + 96. */
function request(operation: number, { bits = 0, priority = 0 } = {}): Uint8Array {
  const memory = new Uint8Array(104);
  const view = new DataView(memory.buffer);
  view.setBigUint64(0, BASE + 16n, true);
  view.setBigUint64(16, 0xfeedn, true);
  view.setUint16(16 + 16, operation, true);
  view.setInt16(16 + 18, priority, true);
  view.setInt32(16 + 20, 5, true);
  view.setBigUint64(16 + 24, BASE + 96n, true);
  view.setBigUint64(16 + 32, 4n, true);
  view.setBigInt64(16 + 40, -1n, true);
  view.setUint32(16 + 56, bits, true);
  view.setInt32(16 + 60, 7, true);
  memory.set(Buffer.from("data"), 96);
  return memory;
}
const submitted = (memory: Uint8Array) =>
  argumentText({ name: "io_submit", args: [1, 1, BASE], memory, result: 1 }, 2);

test("a read has the address of its buffer, a write its data", () => {
  const head = (name: string) =>
    `[{aio_data=0xfeed, aio_lio_opcode=${name}, aio_fildes=5, aio_buf=`;
  const tail = ", aio_nbytes=4, aio_offset=-1}]";
  expect(submitted(request(PREAD))).toBe(`${head("IOCB_CMD_PREAD")}0x10060${tail}`);
  expect(submitted(request(PWRITE))).toBe(`${head("IOCB_CMD_PWRITE")}"data"${tail}`);
});

test("flags add an eventfd and make the priority a class", () => {
  const text = submitted(request(PREAD, { bits: 3, priority: 0x2001 }));
  expect(text).toContain("aio_reqprio=IOPRIO_PRIO_VALUE(IOPRIO_CLASS_RT, 1)");
  expect(text).toEndWith("aio_flags=IOCB_FLAG_RESFD|IOCB_FLAG_IOPRIO, aio_resfd=7}]");
});

test("an unknown operation has the common fields", () => {
  expect(submitted(request(99))).toBe(
    "[{aio_data=0xfeed, aio_lio_opcode=99 /* IOCB_CMD_??? */, aio_fildes=5}]",
  );
});

test("requests that cannot be read are addresses", () => {
  const memory = new Uint8Array(8);
  new DataView(memory.buffer).setBigUint64(0, 1n, true);
  const submit = { name: "io_submit", args: [1, 2, BASE], memory, result: -14 };
  expect(argumentText(submit, 2)).toBe("[0x1, ... /* 0x10008 */]");
});

test("a request to cancel has the common fields", () => {
  const cancel = { name: "io_cancel", args: [1, BASE + 16n, 0], memory: request(PREAD), result: 0 };
  expect(argumentText(cancel, 1)).toBe(
    "{aio_data=0xfeed, aio_lio_opcode=IOCB_CMD_PREAD, aio_fildes=5}",
  );
});

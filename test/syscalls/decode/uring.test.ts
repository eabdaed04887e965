/** Decodes io_uring_setup(2) and io_uring_register(2) from given registers and memory. */
import { describe, expect, test } from "bun:test";
import { argumentText, BASE } from "./fixed-memory.ts";

/** Returns memory with 32-bit words at offsets. */
function words(size: number, values: Readonly<Record<number, number>>): Uint8Array {
  const memory = new Uint8Array(size);
  const view = new DataView(memory.buffer);
  for (const [offset, value] of Object.entries(values)) view.setUint32(Number(offset), value, true);
  return memory;
}

describe("io_uring_setup", () => {
  const memory = words(120, { 0: 8, 4: 16, 8: 0x20, 24: 3, 44: 4, 64: 128 });

  test("shows what the kernel provides", () => {
    const text = argumentText({ name: "io_uring_setup", args: [8, BASE], memory, result: 4 }, 1);
    expect(text).toContain(
      "flags=IORING_SETUP_ATTACH_WQ, sq_thread_cpu=0, sq_thread_idle=0, wq_fd=3,",
    );
    expect(text).toContain("sq_entries=8, cq_entries=16, features=0, sq_off={head=0, tail=4,");
    expect(text).toContain("array=128}, cq_off={head=0,");
  });

  test("shows the request only if it failed", () => {
    const text = argumentText({ name: "io_uring_setup", args: [8, BASE], memory, result: -22 }, 1);
    expect(text).toEndWith("wq_fd=3}");
  });
});

describe("io_uring_register", () => {
  const registered = (operation: number, memory: Uint8Array, count: number) =>
    argumentText({ name: "io_uring_register", args: [5, operation, BASE, count], memory }, 2);

  test("shows fds and buffers", () => {
    expect(registered(2, words(8, { 0: 3, 4: 0xffffffff }), 2)).toBe("[3, -1]");
    expect(registered(0, words(16, { 0: 0x1000, 8: 512 }), 1)).toBe(
      "[{iov_base=0x1000, iov_len=512}]",
    );
  });

  test("shows updated fds, and those that stay", () => {
    const memory = words(24, { 0: 7, 8: Number(BASE) + 16, 16: 4, 20: -2 });
    expect(registered(6, memory, 2)).toBe("{offset=7, fds=[4, IORING_REGISTER_FILES_SKIP]}");
  });

  test("shows the operations that a probe found", () => {
    const memory = words(24, { 0: 0x0101, 16: 0x00010001 });
    expect(registered(8, memory, 1)).toBe(
      "{last_op=IORING_OP_READV, ops_len=1, ops=[{op=IORING_OP_READV, flags=IO_URING_OP_SUPPORTED}]}",
    );
    expect(registered(8, memory, 2)).toBe("0x10000");
  });

  test("shows restrictions by their kind", () => {
    const memory = words(32, { 0: 0x00010001, 16: 0x00100002 });
    expect(registered(11, memory, 2)).toBe(
      "[{opcode=IORING_RESTRICTION_SQE_OP, sqe_op=IORING_OP_READV}, " +
        "{opcode=IORING_RESTRICTION_SQE_FLAGS_ALLOWED, sqe_flags=IOSQE_ASYNC}]",
    );
  });

  test("shows tagged resources, and what follows the struct", () => {
    const memory = words(48, { 0: 1, 16: Number(BASE) + 40, 24: Number(BASE) + 40, 32: 9, 40: 6 });
    expect(registered(13, memory, 40)).toBe(
      String.raw`{nr=1, flags=0, data=[6], tags=[0x6], /* bytes 32..39 */ "\x09\x00\x00\x00\x00\x00\x00\x00"}`,
    );
  });

  test("shows CPUs and rings of buffers", () => {
    expect(registered(17, Uint8Array.of(0x05, 0x01), 2)).toBe("[0 2 8]");
    expect(registered(22, words(40, { 0: 0x1000, 8: 64, 12: 0x0001_0002 }), 1)).toBe(
      "{ring_addr=0x1000, ring_entries=64, bgid=2, flags=0x1}",
    );
  });
});

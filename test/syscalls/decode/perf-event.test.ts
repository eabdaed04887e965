import { expect, test } from "bun:test";
import { decodeArguments } from "../../../src/syscalls/decode/index.ts";
import { straceText } from "../../../src/syscalls/strace-text.ts";
import type { Value } from "../../../src/syscalls/value.ts";
import { BASE, fixedView } from "./fixed-memory.ts";

/** A struct perf_event_attr of 128 bytes. */
function attributes(type: number, config: bigint, flags = 0n): Buffer {
  const bytes = Buffer.alloc(128);
  bytes.writeUInt32LE(type, 0);
  bytes.writeUInt32LE(bytes.length, 4);
  bytes.writeBigUInt64LE(config, 8);
  bytes.writeBigUInt64LE(flags, 40);
  return bytes;
}

/** Decodes a call before which the struct was `memory`, and after which it is `after`. */
function event(memory: Buffer, { verbose = false, after = memory } = {}): string {
  const values: (Value | null | undefined)[] = [];
  const decode = (bytes: Buffer, phase: "entry" | "exit") => {
    const view = fixedView({ name: "perf_event_open", args: [BASE, 0, -1, -1, 8], memory: bytes });
    view.abbreviated = !verbose;
    decodeArguments(view, phase, values);
  };
  decode(memory, "entry");
  decode(after, "exit");
  return values.map((value) => straceText(value!)).join(", ");
}

test("the event is named by its type, and only bits that are set are shown", () => {
  const [disabled, precise] = [1n, 2n << 15n];
  expect(event(attributes(0, 0xan << 32n, disabled | precise))).toBe(
    "{type=PERF_TYPE_HARDWARE, size=PERF_ATTR_SIZE_VER7, config=0xa<<32|PERF_COUNT_HW_CPU_CYCLES, " +
      "sample_period=0, sample_type=0, read_format=0, disabled=1, " +
      "precise_ip=2 /* requested to have 0 skid */, ...}, 0, -1, -1, PERF_FLAG_FD_CLOEXEC",
  );
  expect(event(attributes(3, 0x1000102n))).toContain(
    "config=0x1<<24|PERF_COUNT_HW_CACHE_RESULT_ACCESS<<16|PERF_COUNT_HW_CACHE_OP_WRITE<<8|" +
      "PERF_COUNT_HW_CACHE_LL",
  );
});

test("the fields of a breakpoint differ, and all are shown with -v", () => {
  const memory = attributes(5, 0n);
  memory.writeUInt32LE(3, 52);
  memory.writeBigUInt64LE(0x400000n, 56);
  memory.writeBigUInt64LE(4n, 64);
  const text = event(memory, { verbose: true });
  expect(text).toContain(
    "bp_type=HW_BREAKPOINT_RW, bp_addr=0x400000, bp_len=4, sample_regs_user=0",
  );
  expect(text).toContain("sample_max_stack=0, aux_sample_size=0, sig_data=0}");
});

test("a size that the kernel corrects is shown with the right one", () => {
  const memory = attributes(1, 0n);
  memory.writeUInt32LE(4096, 4);
  expect(event(memory, { after: attributes(1, 0n) })).toContain(
    "size=0x1000 /* PERF_ATTR_SIZE_??? */ => PERF_ATTR_SIZE_VER7",
  );
});

test("a struct that is too short for any version is an address", () => {
  const memory = attributes(1, 0n);
  memory.writeUInt32LE(63, 4);
  expect(event(memory)).toStartWith("0x10000, ");
});

import { expect, test } from "bun:test";
import {
  IORING_REGISTER_RING_FDS,
  IORING_UNREGISTER_RING_FDS,
  RING_FDS_MAX,
} from "../../../../src/kernel/io-uring.ts";
import type { TraceeMemory } from "../../../../src/sources/ptrace/tracee-memory.ts";
import { RegisteredRings } from "../../../../src/sources/ptrace/uring/registered-rings.ts";

const TID = 10;
const ADDRESS = 0x1000;

/** Memory with an array of struct io_uring_rsrc_update. */
function updates(...all: (readonly [offset: number, data: number])[]): TraceeMemory {
  const view = new DataView(new ArrayBuffer(all.length * 16));
  for (const [index, [offset, data]] of all.entries()) {
    view.setUint32(index * 16, offset, true);
    view.setInt32(index * 16 + 8, data, true);
  }
  const bytes = new Uint8Array(view.buffer);
  const read = (address: number, length: number) =>
    address === ADDRESS && length <= bytes.length ? { view, bytes } : null;
  return { read } as unknown as TraceeMemory;
}

const ringOf = (fd: number) => (fd === 99 ? null : `ring ${fd}`);
const registered = (memory: TraceeMemory, count: number, opcode = IORING_REGISTER_RING_FDS) => {
  const rings = new RegisteredRings<string>();
  rings.set(TID, 5, "old");
  rings.update(TID, opcode, ADDRESS, count, memory, ringOf);
  return rings;
};

test("rings have the indexes that the kernel has written", () => {
  const rings = registered(updates([0, 7], [3, 8]), 2);
  expect([0, 3, 5, 1].map((index) => rings.get(TID, index))).toEqual([
    "ring 7",
    "ring 8",
    "old",
    undefined,
  ]);
  expect(rings.get(TID + 1, 0)).toBeUndefined();
});

test("only the updates that took effect count", () => {
  const rings = registered(updates([0, 7], [3, 8]), 1);
  expect([rings.get(TID, 0), rings.get(TID, 3)]).toEqual(["ring 7", undefined]);
});

test("an index of an unknown ring is no longer the one of another", () => {
  expect(registered(updates([5, 99]), 1).get(TID, 5)).toBeUndefined();
});

test("an index that is given up has no ring", () => {
  const rings = registered(updates([5, 0]), 1, IORING_UNREGISTER_RING_FDS);
  expect(rings.get(TID, 5)).toBeUndefined();
});

test("other operations, and memory that cannot be read, change nothing", () => {
  expect(registered(updates([5, 0]), 1, 2).get(TID, 5)).toBe("old");
  expect(registered(updates([5, 0]), 2).get(TID, 5)).toBe("old");
});

test("an index beyond the table is not kept", () => {
  const rings = new RegisteredRings<string>();
  for (const index of [-1, RING_FDS_MAX]) rings.set(TID, index, "no");
  rings.set(TID, RING_FDS_MAX - 1, "yes");
  expect([-1, RING_FDS_MAX, RING_FDS_MAX - 1].map((index) => rings.get(TID, index))).toEqual([
    undefined,
    undefined,
    "yes",
  ]);
});

test("the rings of a thread that has ended are forgotten", () => {
  const rings = registered(updates([0, 7]), 1);
  rings.forget(TID);
  expect(rings.get(TID, 0)).toBeUndefined();
});

/** Signal records read from a pipe, whole and partial. test/abi checks their layout. */
import { expect, test } from "bun:test";
import { parseSignalRecords, SIGNAL_RECORD_SIZE, signalName } from "../../src/kernel/signal.ts";
import { declaredIn, valuesOf } from "../abi/compiler.ts";

/** Encodes records of these signals, in memory of exactly their size. */
function records(...signals: readonly (readonly [number: number, code: number, pid: number])[]) {
  const view = new DataView(new ArrayBuffer(signals.length * SIGNAL_RECORD_SIZE));
  for (const [index, [number, code, pid]] of signals.entries()) {
    const at = index * SIGNAL_RECORD_SIZE;
    view.setUint32(at, number, true);
    view.setInt32(at + 4, code, true);
    view.setInt32(at + 8, pid, true);
    view.setInt32(at + 12, -1, true); // the sender's uid, which is ignored
  }
  return view;
}

test("signals have their order and their senders", () => {
  const bytes = records([2, 0x80, 0], [15, 0, 4194304], [17, 1, 77], [64, -1, -1]);
  expect(parseSignalRecords(bytes, bytes.byteLength)).toEqual([
    { number: 2, code: 0x80, pid: 0 },
    { number: 15, code: 0, pid: 4194304 },
    { number: 17, code: 1, pid: 77 },
    { number: 64, code: -1, pid: -1 },
  ]);
});

test("partial records are skipped", () => {
  const bytes = records([1, 0, 1], [2, 0, 2], [3, 0, 3]);
  for (let length = 0; length <= bytes.byteLength; length++) {
    const numbers = parseSignalRecords(bytes, length).map(({ number }) => number);
    expect(numbers).toEqual([1, 2, 3].slice(0, Math.floor(length / SIGNAL_RECORD_SIZE)));
  }
});

test("a length beyond the memory is limited to it", () => {
  const bytes = records([1, 0, 1]);
  for (const length of [SIGNAL_RECORD_SIZE + 1, 1000, Infinity])
    expect(parseSignalRecords(bytes, length)).toEqual([{ number: 1, code: 0, pid: 1 }]);
  expect(parseSignalRecords(bytes, -1)).toEqual([]);
  expect(parseSignalRecords(new DataView(new ArrayBuffer(7)), 16)).toEqual([]);
});

test("every signal has the kernel's name", () => {
  const names = Array.from({ length: 31 }, (_, i) => signalName(i + 1));
  expect(declaredIn(["signal.h"], names)).toEqual(names);
  expect(Object.values(valuesOf(["signal.h"], names))).toEqual(names.map((_, i) => i + 1));
});

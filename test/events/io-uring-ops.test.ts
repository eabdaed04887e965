/** The table of io_uring operations. test/abi/names.test.ts checks the opcodes. */
import { expect, test } from "bun:test";
import { EVENT_KINDS } from "../../src/events/event-kinds.ts";
import { FILE_CALLS } from "../../src/events/file-calls.ts";
import { URING_OPS, uringOpBits } from "../../src/events/io-uring-ops.ts";

test("an operation has the kind of the corresponding call", () => {
  for (const { name, kind, roles } of URING_OPS) {
    const call = name.slice("IORING_OP_".length).toLowerCase();
    const same = FILE_CALLS.find((each) => each.name === call);
    expect([name, kind]).toEqual([name, same?.kind ?? (call === "renameat" ? "rename" : kind)]);
    expect(roles.length).toBeGreaterThan(0);
  }
});

test("the opcodes of the requested kinds are bits", () => {
  expect(uringOpBits(new Set(["open"]))).toBe((1n << 18n) | (1n << 28n));
  expect(uringOpBits(new Set(["fork", "exit"]))).toBe(0n);
  const all = URING_OPS.reduce((bits, { opcode }) => bits | (1n << BigInt(opcode)), 0n);
  expect(uringOpBits(new Set(EVENT_KINDS))).toBe(all);
  expect(all >> 64n).toBe(0n); // struct config has 64
});

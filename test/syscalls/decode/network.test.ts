import { expect, test } from "bun:test";
import { argumentText, BASE } from "./fixed-memory.ts";

const MSG_TRUNC = 0x20;

test("a message that MSG_TRUNC cut is shown as far as it was received", () => {
  const memory = Buffer.from("abSECRET");
  const received = (size: number, result: number) =>
    argumentText({ name: "recvfrom", args: [3, BASE, size, MSG_TRUNC, 0, 0], memory, result }, 1);
  expect(received(2, 8)).toBe('"ab"');
  expect(received(2, 100)).toBe('"ab"');
  expect(received(8, 2)).toBe('"ab"');
});

import { expect, test } from "bun:test";
import { schema } from "../../../src/syscalls/decode/ioctl/index.ts";
import { parseSchema, parseType } from "../../../src/syscalls/decode/ioctl/schema.ts";
import { constants } from "../../../src/syscalls/decode/named-constants.ts";
import { argumentText, BASE, decodeCall } from "./fixed-memory.ts";

const number = (name: string) => constants("ioctl").find(([each]) => each === name)![1];
const text = (name: string, memory: Uint8Array, result = 0) =>
  argumentText({ name: "ioctl", args: [3, number(name), BASE], memory, result }, 2);
const words = (...values: number[]) => new Uint8Array(Uint32Array.from(values).buffer);

test("the tables name requests that exist", () => {
  const names = new Set(constants("ioctl").map(([name]) => name));
  // The first has the number of TIOCOUTQ, the second has left the kernel's headers.
  const expected = ["SIOCOUTQ", "SECCOMP_IOCTL_NOTIF_ID_VALID_WRONG_DIR"];
  expect([...schema().requests.keys()].filter((name) => !names.has(name))).toEqual(expected);
});

test("every set that the tables mention exists", () => {
  for (const [name, { fields }] of schema().structs)
    for (const { type } of fields)
      if (type.kind === "struct")
        expect([name, schema().structs.has(type.name)]).toEqual([name, true]);
});

test("a type has a kind, a size and a length", () => {
  expect(parseType("x64")).toMatchObject({ kind: "hex", size: 8, count: null });
  expect(parseType("bits32:LO_FLAGS_")).toMatchObject({ kind: "bits", name: "LO_FLAGS_" });
  expect(parseType("@s[25/n*2+1]")).toMatchObject({
    ...{ kind: "struct", name: "s", count: 25 },
    valid: { field: "n", factor: 2, added: 1 },
  });
  expect(parseType("u24")).toBeNull();
});

test("fields of a struct are aligned as in C", () => {
  const { structs } = parseSchema("s = u8 a u64 b u16[3] c u32 d");
  const { size, fields } = structs.get("s")!;
  expect([size, ...fields.map(({ offset }) => offset)]).toEqual([32, 0, 8, 16, 24]);
});

test("a line that is no set, struct or request is an error", () => {
  expect(() => parseSchema("nonsense here")).toThrow("nonsense");
});

test("a request without an argument shows none", () => {
  const args = [3, number("FIFREEZE"), BASE];
  expect(decodeCall({ name: "ioctl", args })).toHaveLength(2);
});

test("the argument of an unknown request is a number", () => {
  expect(argumentText({ name: "ioctl", args: [3, 0x12345678, 0] }, 2)).toBe("0");
});

test("what the kernel writes is shown if the call succeeded", () => {
  expect(text("RNDGETENTCNT", words(256))).toBe("[256]");
  expect(text("RNDGETENTCNT", words(256), -9)).toBe("0x10000");
});

test("what the kernel reads is shown if the call failed, too", () => {
  expect(text("TIOCMSET", words(6), -9)).toBe("[TIOCM_DTR|TIOCM_RTS]");
});

test("memory that is too short for a struct is a pointer", () => {
  expect(text("FITRIM", words(0, 0, 4))).toBe("0x10000");
  expect(text("FITRIM", words(16, 0, 4, 0, 8, 0))).toBe("{start=0x10, len=4, minlen=8}");
});

test("fields of an array end where another field says", () => {
  const memory = new Uint8Array(364);
  memory.set(words(7, 8, 9));
  memory.set(words(2), 356);
  expect(text("GPIO_GET_LINEHANDLE_IOCTL", memory, -9)).toBe(
    '{lines=2, lineoffsets=[7, 8], flags=0, default_values=[0, 0], consumer_label=""}',
  );
});

test("a union is shown by the flag that chooses its member", () => {
  const memory = words(1, 0, 2, 0, 3, 0, 4, 0, 9, 4, 0, 0, 0, 0);
  expect(text("PTP_PEROUT_REQUEST", memory)).toBe(
    "{phase={sec=1, nsec=2}, period={sec=3, nsec=4}, index=9, flags=PTP_PEROUT_PHASE}",
  );
});

test("speeds of a terminal are the output's and the input's", () => {
  const memory = new Uint8Array(44);
  memory.set(words(0, 0, 0x1000_0000 + 13 + 0x30, 0));
  expect(text("TCSETS2", memory)).toContain("c_cflag=B9600|");
});

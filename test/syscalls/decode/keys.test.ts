/** Decodes keyctl(2) from given registers and memory. */
import { expect, test } from "bun:test";
import { BASE, decodeTexts } from "./fixed-memory.ts";

const THREAD_KEYRING = -1;
const EINVAL = 22;
const bytes = (text: string) => Uint8Array.from(Buffer.from(text, "latin1"));

test("an operation has its own arguments", () => {
  expect(decodeTexts({ name: "keyctl", args: [3, 519036589] })).toEqual([
    "KEYCTL_REVOKE",
    "519036589",
  ]);
  expect(decodeTexts({ name: "keyctl", args: [8, 7, THREAD_KEYRING] })).toEqual([
    "KEYCTL_LINK",
    "7",
    "KEY_SPEC_THREAD_KEYRING",
  ]);
  expect(decodeTexts({ name: "keyctl", args: [18] })).toEqual(["KEYCTL_SESSION_TO_PARENT"]);
});

test("an unknown operation shows all registers", () => {
  expect(decodeTexts({ name: "keyctl", args: [99, 1, 2, 3, 4] })).toEqual([
    "0x63 /* KEYCTL_??? */",
    ...["0x1", "0x2", "0x3", "0x4"],
  ]);
});

test("permissions are named by possessor, user, group and others", () => {
  expect(decodeTexts({ name: "keyctl", args: [5, 7, 0x3f010000] })[2]).toBe(
    "KEY_POS_VIEW|KEY_POS_READ|KEY_POS_WRITE|KEY_POS_SEARCH|KEY_POS_LINK|KEY_POS_SETATTR|KEY_USR_VIEW",
  );
});

test("a description is text without its NUL", () => {
  const memory = bytes("keyring;0;_tid\0rest");
  const describe = { name: "keyctl", args: [6, THREAD_KEYRING, BASE, 19], memory, result: 15 };
  expect(decodeTexts(describe)[2]).toBe('"keyring;0;_tid"');
});

test("a key that was read shows what fits in the buffer", () => {
  const read = { name: "keyctl", args: [11, 7, BASE, 4], memory: bytes("abcdefgh"), result: 8 };
  expect(decodeTexts(read)[2]).toBe('"abcd"');
  expect(decodeTexts({ ...read, result: -EINVAL })[2]).toBe("0x10000");
});

test("an error to return has its name", () => {
  expect(decodeTexts({ name: "keyctl", args: [19, 7, 60, 19, 8] })).toEqual([
    "KEYCTL_REJECT",
    ...["7", "60", "ENODEV", "8"],
  ]);
});

test("capabilities are a byte each", () => {
  const memory = Uint8Array.of(0xeb, 0x03, 0, 0);
  const capabilities = { name: "keyctl", args: [31, BASE, 4], memory, result: 2 };
  expect(decodeTexts(capabilities)[1]).toEndWith(
    "KEYCTL_CAPS0_MOVE, KEYCTL_CAPS1_NS_KEYRING_NAME|KEYCTL_CAPS1_NS_KEY_TAG]",
  );
});

test("buffers of a key's parameters have their lengths", () => {
  const memory = new Uint8Array(64);
  const view = new DataView(memory.buffer);
  view.setInt32(0, 7, true);
  view.setUint32(4, 3, true);
  view.setUint32(8, 2, true);
  memory.set(bytes("abcdef"), 48);
  const at = BASE + 48n;
  const verify = { name: "keyctl", args: [28, BASE, at + 8n, at, at + 3n], memory };
  expect(decodeTexts(verify).slice(1)).toEqual([
    "{key_id=7, in_len=3, in2_len=2}",
    ...['""', '"abc"', '"de"'],
  ]);
});

/** Queries about AF_UNIX sockets: the request, and answers with attributes, errors and wrong lengths. */
import { expect, test } from "bun:test";
import {
  parseUnixPeer,
  UNIX_REQUEST_SIZE,
  writeUnixPeerRequest,
} from "../../src/kernel/sock-diag.ts";
import { TruncatedError } from "../../src/kernel/truncated-error.ts";

/** A message with a struct unix_diag_msg and attributes. */
function answer(type: number, attributes: readonly (readonly [number, number[]])[]): DataView {
  const words = attributes.flatMap(([kind, payload]) => [
    ...[payload.length + 4, 0, kind, 0],
    ...payload,
    ...Array.from({ length: -payload.length & 3 }, () => 0),
  ]);
  const bytes = Uint8Array.from([...Array.from({ length: 32 }, () => 0), ...words]);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length, true);
  view.setUint16(4, type, true);
  return view;
}

test("a request names the socket by its inode, whatever its state and cookie", () => {
  const view = new DataView(new ArrayBuffer(UNIX_REQUEST_SIZE));
  writeUnixPeerRequest(view, 4711, 3);
  expect(view.getUint32(0, true)).toBe(UNIX_REQUEST_SIZE);
  expect(view.getUint32(24, true)).toBe(4711);
  expect(view.getUint32(36, true)).toBe(0xffffffff);
});

test("the peer is found behind other attributes", () => {
  const view = answer(20, [
    [0, [0x41, 0x42, 0x43]],
    [2, [1, 2, 0, 0]],
  ]);
  expect(parseUnixPeer(view, view.byteLength)).toBe(513);
});

test("a socket without a peer, and an error, have none", () => {
  const none = answer(20, [[0, [0x41]]]);
  expect(parseUnixPeer(none, none.byteLength)).toBe(0);
  const error = answer(2, []);
  expect(parseUnixPeer(error, error.byteLength)).toBe(0);
});

test("attributes that are longer than their message or shorter than their header end the search", () => {
  const view = answer(20, [[2, [1, 2, 0, 0]]]);
  for (const length of [0, 3, 9, 200]) {
    view.setUint16(32, length, true);
    expect(parseUnixPeer(view, view.byteLength)).toBe(0);
  }
  expect(() => parseUnixPeer(view, view.byteLength - 1)).toThrow(TruncatedError);
});

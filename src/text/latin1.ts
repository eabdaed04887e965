/**
 * Names as latin1: strings with one character per byte, so that no byte is lost and names can be
 * compared, sliced and used as keys.
 */
import { ByteSlice } from "./byte-slice.ts";

/** The memory that was read last: most names are in that of the events. */
let memory: Buffer = Buffer.alloc(0);

/** Returns the bytes as latin1. */
export function decodeLatin1(bytes: Uint8Array, start = 0, length = bytes.length - start): string {
  if (memory.buffer !== bytes.buffer) memory = Buffer.from(bytes.buffer);
  const at = bytes.byteOffset + start;
  return memory.toString("latin1", at, at + length);
}

/** Returns the bytes of a slice as latin1. */
export function sliceToLatin1({ bytes, start, length }: ByteSlice): string {
  return decodeLatin1(bytes, start, length);
}

/** Returns the UTF-8 bytes of a text as latin1. */
export function textToLatin1(text: string): string {
  return Buffer.from(text).toString("latin1");
}

/** Returns the bytes of a latin1 name. */
export function encodeLatin1(name: string): Buffer {
  return Buffer.from(name, "latin1");
}

/** Returns the bytes of a latin1 name as a slice that owns them. */
export function latin1Slice(name: string): ByteSlice {
  return new ByteSlice(Buffer.from(name, "latin1"));
}

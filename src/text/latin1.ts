/**
 * Names as latin1: strings with one character per byte, so that no byte is lost and names can be
 * compared, sliced and used as keys.
 */
import { ByteSlice } from "./byte-slice.ts";

/** `toString("latin1")` of a Buffer, which any bytes can be read by: without a Buffer for them. */
const { latin1Slice: latin1Text } = Buffer.prototype as unknown as {
  latin1Slice(this: Uint8Array, start: number, end: number): string;
};

/** Returns the bytes as latin1. */
export function decodeLatin1(bytes: Uint8Array, start = 0, length = bytes.length - start): string {
  return length === 0 ? "" : latin1Text.call(bytes, start, start + length);
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

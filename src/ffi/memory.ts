/**
 * Allocates all memory whose address crosses the FFI boundary. Bun moves small typed arrays once
 * the code is compiled, and the garbage collector frees a buffer that only an address refers to.
 * Memory from here has its own backing store and is never freed, so allocate at start-up, not per
 * event. No other file may call ptr().
 */
import { type Pointer, ptr, toArrayBuffer } from "bun:ffi";

export interface Memory {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Constant for the life of the process. */
  readonly address: number;
}

const retained: Memory[] = [];

/** Returns `size` bytes of zeroed memory, aligned for any C type. */
export function allocate(size: number): Memory {
  const buffer = new ArrayBuffer(Math.max(size, 8));
  const bytes = new Uint8Array(buffer, 0, size);
  const memory = { bytes, view: new DataView(buffer, 0, size), address: ptr(buffer) as number };
  retained.push(memory);
  return memory;
}

/** Returns a NUL-terminated copy of a text or of bytes. */
export function cString(text: string | Uint8Array): Memory {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const memory = allocate(bytes.length + 1);
  memory.bytes.set(bytes);
  return memory;
}

/** Returns a null-terminated array of pointers to C strings, as execve(2) takes it. */
export function cStringArray(texts: readonly string[]): Memory {
  const memory = allocate((texts.length + 1) * 8);
  for (const [index, text] of texts.entries())
    memory.view.setBigUint64(index * 8, BigInt(cString(text).address), true);
  return memory;
}

/** Returns a view of memory that C owns, such as a mapping or a struct that a library returned. */
export function foreign(address: number, size: number): Memory {
  const buffer = toArrayBuffer(address as Pointer, 0, size);
  return { bytes: new Uint8Array(buffer), view: new DataView(buffer), address };
}

/** Returns the NUL-terminated text at an address that C returned; stops after about `max` bytes. */
export function readCString(address: number, max = 4096): string {
  const bytes: number[] = [];
  const step = 64; // aligned steps do not cross a page boundary before the NUL
  for (let at = address; bytes.length < max; ) {
    const size = step - (at % step);
    const part = new Uint8Array(toArrayBuffer(at as Pointer, 0, size));
    const end = part.indexOf(0);
    bytes.push(...part.subarray(0, end < 0 ? size : end));
    if (end >= 0) break;
    at += size;
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

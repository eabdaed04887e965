/** Builds a path from the fields of a record: the components of a directory, leaf first, and a name. */
import type { ByteSlice } from "../text/byte-slice.ts";

const SLASH = 0x2f;
const DOT = 0x2e;

/**
 * Writes an absolute path into a slice that has room for it, and returns the slice.
 * @param at where the components start in `bytes`: leaf first, each terminated by NUL
 * @param length of all components in bytes
 * @param name appended to them, without its empty components and `.`. A `..` at its start goes one
 *   directory up, exactly, because the components have no symbolic links; an absolute name starts at
 *   the root, which is its own parent. A later `..` is unchanged: its meaning may depend on a
 *   symbolic link
 */
export function joinPath(
  into: ByteSlice,
  bytes: Uint8Array,
  at: number,
  length: number,
  name: ByteSlice | null,
): ByteSlice {
  let to = reverseComponents(into.bytes, bytes, at, length);
  if (name !== null) to = appendName(into.bytes, to, name);
  if (to === 0) into.bytes[to++] = SLASH;
  into.length = to;
  return into;
}

function reverseComponents(
  into: Uint8Array,
  bytes: Uint8Array,
  at: number,
  length: number,
): number {
  let to = 0;
  let end = at + length - 1;
  while (end > at) {
    let start = end;
    while (start > at && bytes[start - 1] !== 0) start--;
    into[to++] = SLASH;
    for (let from = start; from < end; from++) into[to++] = bytes[from];
    end = start - 1;
  }
  return to;
}

function appendName(into: Uint8Array, length: number, name: ByteSlice): number {
  let to = length;
  const end = name.start + name.length;
  const absolute = name.length > 0 && name.bytes[name.start] === SLASH;
  let leading = true;
  for (let at = name.start; at < end; ) {
    let stop = at;
    while (stop < end && name.bytes[stop] !== SLASH) stop++;
    const size = stop - at;
    if (leading && isParent(name.bytes, at, size)) {
      if (!absolute) to = parentLength(into, to);
    } else if (size > 1 || (size === 1 && name.bytes[at] !== DOT)) {
      leading = false;
      into[to++] = SLASH;
      for (let from = at; from < stop; from++) into[to++] = name.bytes[from];
    }
    at = stop + 1;
  }
  return to;
}

function isParent(bytes: Uint8Array, at: number, size: number): boolean {
  return size === 2 && bytes[at] === DOT && bytes[at + 1] === DOT;
}

/** Returns the length of a path without its last component; 0 for the root, which is empty here. */
function parentLength(path: Uint8Array, length: number): number {
  let to = length;
  while (to > 0 && path[--to] !== SLASH);
  return to;
}

/** Directory entries: struct linux_dirent64, getdents(2), include/linux/dirent.h. */

const DIRENT = { d_reclen: 16, d_type: 18, d_name: 19 } as const;
const DOT = 0x2e;

/** File types: include/linux/fs_types.h. Some file systems only return DT_UNKNOWN. */
export const DT_UNKNOWN = 0;
export const DT_DIR = 4;

export interface Dirent {
  /** A copy. */
  readonly name: Uint8Array;
  /** DT_* */
  readonly type: number;
}

/**
 * Yields the entries that getdents64(2) wrote to `bytes[0, length)`, except "." and "..".
 * @throws RangeError if an entry is truncated
 */
export function* parseDirents(bytes: Uint8Array, length: number): Generator<Dirent, void> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  for (let at = 0; at < length; ) {
    const size = view.getUint16(at + DIRENT.d_reclen, true);
    const start = at + DIRENT.d_name;
    const nul = bytes.indexOf(0, start);
    if (size <= DIRENT.d_name || at + size > length || nul < 0 || nul >= at + size)
      throw new RangeError(`linux_dirent64: ${length - at} bytes, needs ${size}`);
    const name = bytes.slice(start, nul);
    if (!isDotEntry(name)) yield { name, type: view.getUint8(at + DIRENT.d_type) };
    at += size;
  }
}

/** Whether a name is "." or "..". */
function isDotEntry(name: Uint8Array): boolean {
  return name.length <= 2 && name.every((byte) => byte === DOT);
}

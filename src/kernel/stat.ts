/** File types within st_mode: include/uapi/linux/stat.h, inode(7). */
export const S_IFMT = 0o170000;
export const S_IFDIR = 0o040000;
export const S_IFREG = 0o100000;
export const S_IFLNK = 0o120000;
/** A map, because biome's fixes rewrite an object's octal keys wrongly. */
const FILE_TYPE_BY_MODE: ReadonlyMap<number, string> = new Map([
  [0o010000, "fifo"],
  [0o020000, "char"],
  [0o040000, "dir"],
  [0o060000, "block"],
  [0o100000, "file"],
  [0o120000, "link"],
  [0o140000, "socket"],
]);

/** Returns "file", "dir" and so on; "anon" for an object without a type, such as an eventfd. */
export function fileType(mode: number): string {
  return FILE_TYPE_BY_MODE.get(mode & S_IFMT) ?? "anon";
}

/** All values that fileType returns. */
export const FILE_TYPES = [...FILE_TYPE_BY_MODE.values(), "anon"];

/** File types within st_mode: include/uapi/linux/stat.h, inode(7). */
const S_IFMT = 0o170000;
const TYPES: Readonly<Record<number, string>> = {
  2401: "fifo",
  4802: "char",
  9604: "dir",
  14406: "block",
  16807: "file",
  21609: "link",
  26411: "socket",
};

/** "file", "dir" and so on; "anon" for what has no type: an eventfd, a pidfd. */
export function fileType(mode: number): string {
  return TYPES[mode & S_IFMT] ?? "anon";
}

/** All words that fileType gives. */
export const FILE_TYPES = [...Object.values(TYPES), "anon"];

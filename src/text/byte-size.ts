/** Sizes in bytes as people read them. */

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** Formats a size in powers of 1000, with one decimal below 100: "832 B", "1.5 kB", "120 MB". */
export function formatSize(bytes: number): string {
  let unit = 0;
  for (; bytes >= 1000 && unit < UNITS.length - 1; unit++) bytes /= 1000;
  const digits = unit === 0 || bytes >= 100 ? 0 : 1;
  return `${bytes.toFixed(digits)} ${UNITS[unit]}`;
}

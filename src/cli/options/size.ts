/** Parses sizes: 4096, 64K, 1M or 2G. The units are powers of 1024. */
import { UsageError } from "../errors.ts";

const UNITS = ["", "K", "M", "G"];
const MIN_BUFFER = 64 << 10;
const MAX_BUFFER = 1 << 30;

/** "4M" → bytes; null if the text is not a size. */
function sizeInBytes(text: string): number | null {
  const match = text.match(/^(\d+)([KMG]?)$/i);
  if (!match) return null;
  return Number(match[1]) * 1024 ** UNITS.indexOf(match[2].toUpperCase());
}

/** "4M" → bytes, at least one. @throws UsageError */
export function parseSize(option: string, text: string): number {
  const bytes = sizeInBytes(text);
  if (bytes && bytes <= Number.MAX_SAFE_INTEGER) return bytes;
  throw new UsageError(`${option} ${text}: expected a size like 4096, 64K, 1M or 2G`);
}

/** "4M" → bytes, rounded up to a power of two, which a BPF ring buffer requires. @throws UsageError */
export function parseBuffer(text: string): number {
  const bytes = sizeInBytes(text) ?? 0;
  if (bytes < MIN_BUFFER || bytes > MAX_BUFFER)
    throw new UsageError(`--buffer ${text}: expected a size from 64K to 1G`);
  return 2 ** Math.ceil(Math.log2(bytes));
}

/** Writes a size the way it can be typed: 65536 → "64K". Rounds down to whole units. */
export function sizeOption(bytes: number): string {
  const unit = Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  return `${Math.floor(bytes / 1024 ** unit)}${UNITS[unit]}`;
}

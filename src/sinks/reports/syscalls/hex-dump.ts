/** Writes data in hexadecimal and ASCII, 16 bytes a line, as strace's -e read= does. */
import type { IoBuffer } from "../../../syscalls/io-buffers.ts";

const WIDTH = 16;

function hexText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

function asciiText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".",
  ).join("");
}

/** Returns lines like ` | 00000  76 6d 0a              vm.              |`. */
export function hexDump(bytes: Uint8Array): string[] {
  const digits = Math.max(5, (bytes.length - 1).toString(16).length);
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += WIDTH) {
    const line = bytes.subarray(at, at + WIDTH);
    const halves = [line.subarray(0, WIDTH / 2), line.subarray(WIDTH / 2)].map(hexText);
    const hex = `${halves[0].padEnd(23)}  ${halves[1].padEnd(23)}`;
    const offset = at.toString(16).padStart(digits, "0");
    lines.push(` | ${offset}  ${hex}  ${asciiText(line).padEnd(WIDTH)} |`);
  }
  return lines;
}

function missingLine({ address, length }: NonNullable<IoBuffer["missing"]>, tid: number): string {
  const count = length === 1 ? "1 byte" : `${length} bytes`;
  return ` | <Cannot fetch ${count} from pid ${tid} @0x${address.toString(16)}>`;
}

/** Returns the lines of all buffers with their headings. @param tid the thread that has them */
export function bufferLines(buffers: readonly IoBuffer[], tid: number): string[] {
  return buffers.flatMap(({ heading, bytes, missing }) => [
    ...(heading === "" ? [] : [heading]),
    ...hexDump(bytes),
    ...(missing ? [missingLine(missing, tid)] : []),
  ]);
}
